"""KeptPictures given by their path: checked, then copied into the data folder."""

import asyncio
import hashlib
import re
from pathlib import Path

from bot.adapters.private_files import write_private
from bot.model.answer import Attachment
from bot.model.error import BotError
from bot.model.picture import MAX_BYTES
from bot.service.surrogates import well_formed

_KINDS = (
    (rb"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (rb"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (rb"GIF8", "image/gif", ".gif"),
    (rb"RIFF.{4}WEBP", "image/webp", ".webp"),
    (rb".{4}ftyp(?:hei[cxms]|hev[cx])", "image/heic", ".heic"),
    (rb".{4}ftyp(?:mif1|msf1|heif)", "image/heif", ".heif"),
)
"""How the pictures that are kept begin: what a file is counts, not what it is called."""


class BadPicture(BotError):
    """The path does not lead to a picture that can be kept."""


class KeptPictures:
    """The pictures of one data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, path: Path) -> Attachment:
        """Copies a picture into the folder; the same picture is kept once.

        Raises:
            BadPicture: there is no such file, it is too large, it is no JPEG, PNG, GIF, WebP or HEIC picture, or there
                is no room for it.
        """
        shown = well_formed(str(path))
        try:
            content = _content(path, shown)
        except OSError as error:
            raise BadPicture(f"{shown} cannot be read: {error.strerror or error}") from None
        except ValueError:
            raise BadPicture(f"{shown} is not a path") from None
        kind = next(((media, suffix) for begins, media, suffix in _KINDS if re.match(begins, content, re.DOTALL)), None)
        if kind is None:
            raise BadPicture(f"{shown} is not a JPEG, PNG, GIF, WebP or HEIC picture")
        media_type, suffix = kind
        kept = self._folder / f"{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
        try:
            if kept.exists():
                kept.touch()  # it is as old as when it was last given
            else:
                write_private(kept, content)
        except OSError as error:
            raise BadPicture(f"{shown} cannot be kept in {self._folder}: {error.strerror or error}") from None
        return Attachment(well_formed(path.name), media_type, len(content), f"{self._folder.name}/{kept.name}")

    async def read(self, attachment: Attachment) -> bytes | None:
        """A picture that was kept; None where it is gone."""
        try:
            return await asyncio.to_thread((self._folder / Path(attachment.file).name).read_bytes)
        except OSError:
            return None


def _content(path: Path, shown: str) -> bytes:
    size = path.stat().st_size
    if not path.is_file():
        raise BadPicture(f"{shown} is not a file")
    if size > MAX_BYTES:
        raise BadPicture(f"{shown} has {size:,} bytes; at most {MAX_BYTES:,} are kept")
    return path.read_bytes()
