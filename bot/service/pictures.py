"""Pictures that people sent: fetched from where the channel keeps them, and read where there is somebody who can."""

from hashlib import blake2b
from typing import Protocol

from bot.model.answer import Attachment
from bot.model.error import BotError


class PictureUnavailable(BotError):
    """A picture cannot be had now; later it may."""


class Pictures(Protocol):
    """Where the channel keeps the pictures that people sent."""

    async def read(self, attachment: Attachment) -> bytes | None:
        """A picture as it was sent; None where it cannot be had any more.

        Raises:
            PictureUnavailable: it cannot be had now; later it may.
        """


def picture_name(attachment: Attachment) -> str:
    """A short name of a picture, for a job: where it is kept tells more than a queue need know."""
    return blake2b(attachment.file.encode(), digest_size=6).hexdigest()
