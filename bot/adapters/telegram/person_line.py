"""What support writes, on its way to people."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

from telegram.error import BadRequest, Forbidden, TelegramError

from bot.adapters.telegram.buttons import Keyboard, button, in_rows
from bot.adapters.telegram.inbound import chat_id, picture_source
from bot.adapters.telegram.outbound import Outgoing, Picture, Text
from bot.adapters.telegram.posting import Poster
from bot.adapters.telegram.text import marked, split
from bot.model.message import Button
from bot.service.jobs import JobFailed
from bot.service.staff import Declined, Telling, Unreached


class PersonLine:
    """Sends to people. Only addresses under the desk's `own` domains are links."""

    def __init__(self, poster: Poster, own: Sequence[str]) -> None:
        self._poster, self._own = poster, own

    async def send(self, chat: str, telling: Telling, sent: int) -> AsyncIterator[int]:
        """Sends what is left of a telling."""
        for piece in self._pieces(telling)[sent:]:
            with _said_plainly():
                message = await self._poster.send(chat_id(chat), piece)
            yield message.message

    async def change(self, chat: str, targets: Sequence[int], telling: Telling) -> bool:
        """Changes a text that is one message before and after; what is longer is sent anew."""
        pieces = self._pieces(telling)
        texts = [piece for piece in pieces if isinstance(piece, Text)]
        if len(texts) != 1 or len(targets) not in (1, len(pieces)):
            return False
        with _said_plainly():
            return await self._poster.edit(chat_id(chat), targets[0], texts[0])

    def _pieces(self, telling: Telling) -> Sequence[Outgoing]:
        *texts, end = split(marked(telling.message, self._own))
        pieces: list[Outgoing] = [*map(Text, texts), Text(end, rows_of_buttons(telling.rows, "0!"))]
        source = picture_source(telling.attachment) if telling.attachment is not None else None
        return [*pieces, *([Picture(*source)] if source is not None else [])]


def rows_of_buttons(rows: Sequence[Sequence[Button]], prefix: str) -> Keyboard | None:
    """Buttons, row by row."""
    return in_rows([[button(each.label, f"{prefix}{each.id}") for each in row] for row in rows])


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except Forbidden as error:
        raise Unreached(error.message) from None
    except BadRequest as error:
        if "chat not found" in error.message.lower():
            raise Unreached(error.message) from None
        raise Declined(f"Telegram refuses a message to a person: {error.message}") from None
    except TelegramError as error:
        raise JobFailed(f"Telegram does not take a message to a person: {error.message}") from None
