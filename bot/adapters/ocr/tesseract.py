"""Screenshots read by tesseract, where the operator has installed it."""

import asyncio
import os
import shutil
from collections.abc import Mapping

import structlog
from PIL import Image

from bot.adapters.ocr.prepare import UnreadablePicture, prepare
from bot.adapters.ocr.process import ProgramFailed, output_of
from bot.adapters.ocr.tsv import Word, confidence_of, lines_of, words_of
from bot.adapters.ocr.underscores import joined
from bot.service.reading import ScreenText

log = structlog.get_logger()

_LANGUAGES = ("fra", "eng")
"""Those that are read, the one that weighs more first."""
_SECONDS = 20.0
"""From when a picture has its turn until the answer is no longer waited for."""
_MOST = 2_000_000
"""Bytes of words: a page that is full of them has less."""
_LEGIBLE = 0.6
"""Below this confidence, what was read is mostly not what stands there."""
_LAYOUTS = ("6", "11")
"""How words may lie: one block of lines; else, when that gives nothing, scattered."""
_LIMITS = ("--as=1500000000", "--cpu=20", "--core=0", "--fsize=0")
"""Bytes of memory, seconds of CPU, and no file of any kind."""


class Tesseract:
    """Reads one picture at a time, in a process of its own."""

    def __init__(self, program: str, languages: tuple[str, ...], *, seconds: float = _SECONDS) -> None:
        self._command = (*_restrained(), program)
        self._languages = "+".join(languages)
        self._seconds = seconds
        self._turn = asyncio.Semaphore(1)

    @classmethod
    async def found(cls, *, seconds: float = _SECONDS) -> "Tesseract | None":
        """The one of this machine; None, with a word in the log, when there is none that reads French or English."""
        program = shutil.which("tesseract")
        if program is None:
            log.info("reading.off", problem="tesseract is not installed; screenshots are kept, but not read")
            return None
        try:
            async with asyncio.timeout(seconds):
                listed = await output_of((program, "--list-langs"), b"", environment=_environment(), most=_MOST)
        except (ProgramFailed, TimeoutError) as error:
            log.warning("reading.off", problem=str(error) or f"{program} does not answer")
            return None
        known = listed.decode(errors="replace").split()
        languages = tuple(language for language in _LANGUAGES if language in known)
        if not languages:
            log.warning("reading.off", problem="tesseract has neither fra nor eng; install tesseract-ocr-fra")
            return None
        log.info("reading.on", program=program, languages=languages)
        return cls(program, languages, seconds=seconds)

    async def read(self, picture: bytes) -> ScreenText | None:
        """What stands in a picture, line by line; None when nothing is legible, not in time, or it is no picture."""
        try:
            async with self._turn, asyncio.timeout(self._seconds):
                return await self._read(picture)
        except TimeoutError:
            log.warning("reading.too_slow", seconds=self._seconds)
        except UnreadablePicture as error:
            log.info("reading.no_picture", problem=str(error))
        except ProgramFailed as error:
            log.warning("reading.failed", problem=str(error))
        return None

    async def _read(self, picture: bytes) -> ScreenText | None:
        prepared = await asyncio.to_thread(prepare, picture)
        for layout in _LAYOUTS:
            words = await self._words(prepared.png, layout)
            confidence = confidence_of(words)
            if confidence >= _LEGIBLE:
                return ScreenText(await asyncio.to_thread(_text, words, prepared.picture), confidence)
        return None

    async def _words(self, png: bytes, layout: str) -> tuple[Word, ...]:
        options = ("stdin", "stdout", "-l", self._languages, "--oem", "1", "--psm", layout, "tsv")
        written = await output_of((*self._command, *options), png, environment=_environment(), most=_MOST)
        return words_of(written)


def _text(words: tuple[Word, ...], picture: Image.Image) -> str:
    return "\n".join(joined(line, picture) for line in lines_of(words))


def _restrained() -> tuple[str, ...]:
    """What a program is started by, so that it takes neither too much nor from others; as far as it is there."""
    prlimit, nice = shutil.which("prlimit"), shutil.which("nice")
    return (*((prlimit, *_LIMITS) if prlimit else ()), *((nice, "-n", "10") if nice else ()))


def _environment() -> Mapping[str, str]:
    """One thread, UTF-8, and nothing of ours but where the operator has the languages."""
    languages = os.environ.get("TESSDATA_PREFIX")
    given = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
    return {**given, "TESSDATA_PREFIX": languages} if languages else given
