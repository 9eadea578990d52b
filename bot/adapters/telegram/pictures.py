"""Pictures that people sent, fetched from Telegram again when a ticket goes to the desk."""

from typing import Self

from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.adapters.telegram.bot import Address, Bot
from bot.adapters.telegram.inbound import picture_source
from bot.adapters.telegram.limiter import FairRateLimiter
from bot.adapters.telegram.request import PooledRequest
from bot.model.answer import Attachment
from bot.service.pictures import PictureUnavailable


class TelegramPictures:
    """Reads pictures by their file ids, over a connection of its own."""

    def __init__(self, address: Address) -> None:
        self._request = PooledRequest()
        self._bot = Bot(address, self._request, FairRateLimiter())

    async def read(self, attachment: Attachment) -> bytes | None:
        """A picture as it was sent; None where Telegram has it no more.

        Raises:
            PictureUnavailable: Telegram does not answer as it should.
        """
        source = picture_source(attachment)
        if source is None:
            return None
        try:
            file = await self._bot.get_file(source[1])
            return bytes(await file.download_as_bytearray())
        except BadRequest:
            return None
        except InvalidToken:  # so 404 is read, of a file as well; its words may hold the token
            raise PictureUnavailable("Telegram does not hand out a picture: it knows no such file") from None
        except TelegramError as error:
            raise PictureUnavailable(f"Telegram does not hand out a picture: {error.message}") from error

    async def __aenter__(self) -> Self:
        await self._request.initialize()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._request.shutdown()
