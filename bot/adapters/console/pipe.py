"""Plain text on a pipe: questions out, one line per answer in."""

from typing import TextIO

from bot.adapters.console.commands import typed
from bot.adapters.console.pictures import BadPicture, KeptPictures
from bot.adapters.console.streams import next_line
from bot.model.message import Reply
from bot.service.incoming import Content
from bot.service.plain import plain
from bot.service.visible import visible


class Pipe:
    """Reads lines and writes plain text."""

    def __init__(self, source: TextIO, target: TextIO, pictures: KeptPictures) -> None:
        self._source, self._target, self._pictures = source, target, pictures

    async def read(self) -> Content | None:
        """The next line; None at the end."""
        while line := await next_line(self._source):
            try:
                return typed(line.removesuffix("\n"), self._pictures)
            except BadPicture as error:
                self._write(str(error))
        return None

    async def send(self, reply: Reply) -> None:
        """Writes the messages, the choices with their numbers, and what can be asked for besides."""
        for message in (*reply.messages, *([reply.closing] if reply.closing else [])):
            self._write(plain(message) + "\n")
        if reply.file is not None:
            self._write(reply.file.text.replace("\r\n", "\n") + "\n")
        for number, choice in enumerate(reply.choices, 1):
            self._write(f"  {number}. {choice.label}")
        if reply.choices:
            self._write("")
        if actions := (*reply.offers, *reply.actions):
            self._write(f"({' · '.join(action.label for action in actions)})\n")

    async def fail(self, problem: str) -> None:
        """Writes why the last line was not taken."""
        self._write(problem)

    def _write(self, text: str) -> None:
        self._target.write(visible(text) + "\n")
        self._target.flush()
