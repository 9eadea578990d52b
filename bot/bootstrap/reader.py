"""Who reads screenshots, where the operator has installed somebody who can."""

import shutil
from typing import TYPE_CHECKING

from bot.service.reading import ScreenText

if TYPE_CHECKING:
    from bot.adapters.ocr.tesseract import Tesseract


class InstalledReader:
    """Tesseract, looked for and loaded when the first picture is to be read."""

    def __init__(self) -> None:
        self._found: Tesseract | None = None
        self._looked = False

    async def look(self) -> None:
        """Looks for it now, and says in the log what was found."""
        from bot.adapters.ocr.tesseract import Tesseract

        self._found, self._looked = await Tesseract.found(), True

    async def read(self, picture: bytes) -> ScreenText | None:
        """What stands in a picture; None when nothing is legible, or nobody can read."""
        if not self._looked:
            await self.look()
        return await self._found.read(picture) if self._found is not None else None


def installed_reader() -> InstalledReader | None:
    """The reader of this machine; None when there is no program for it."""
    return InstalledReader() if shutil.which("tesseract") else None
