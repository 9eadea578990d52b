"""Pictures given by their path: checked, then copied into the data folder."""

import hashlib
import shutil
from pathlib import Path

from bot.model.answer import Attachment
from bot.model.error import BotError

MAX_BYTES = 10_000_000

_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"GIF8", "image/gif", ".gif"),
    (b"RIFF", "image/webp", ".webp"),
)


class BadPicture(BotError):
    """The path does not lead to a picture that can be kept."""


class Pictures:
    """The pictures of one data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, path: Path) -> Attachment:
        """Copies a picture into the folder; the same picture is kept once.

        Raises:
            BadPicture: there is no such file, it is too large, or it is no PNG, JPEG, GIF or WebP picture.
        """
        try:
            size = path.stat().st_size
            if not path.is_file():
                raise BadPicture(f"{path} is not a file")
            if size > MAX_BYTES:
                raise BadPicture(f"{path} has {size:,} bytes; at most {MAX_BYTES:,} are kept")
            content = path.read_bytes()
        except OSError as error:
            raise BadPicture(f"{path} cannot be read: {error.strerror or error}") from None
        kind = next(((media, suffix) for magic, media, suffix in _KINDS if content.startswith(magic)), None)
        if kind is None:
            raise BadPicture(f"{path} is not a PNG, JPEG, GIF or WebP picture")
        media_type, suffix = kind
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = self._folder / f"{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
        if not kept.exists():
            partial = kept.with_suffix(".part")
            shutil.copyfile(path, partial)
            partial.replace(kept)
        return Attachment(path.name, media_type, size, f"{self._folder.name}/{kept.name}")
