"""JSON Lines: one object per turn in, one per turn out. A stable interface for scripts, described in docs/jsonl.md."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, TextIO

from bot.adapters.console.pictures import BadPicture, KeptPictures
from bot.adapters.console.streams import next_line
from bot.model.error import BotError
from bot.model.message import Reply
from bot.service.handing import is_action
from bot.service.incoming import Commanded, Content, Pictured, Pressed, Said
from bot.service.plain import plain
from bot.service.surrogates import well_formed
from bot.service.ticket_json import ticket_json

_LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
"""What JSON allows in a text and some readers take for the end of a line."""

KEYS = ("text", "choose", "photo", "command")


class BadLine(BotError):
    """A line that is not one of the objects of this interface."""


class JsonLines:
    """Reads objects from one stream and writes objects to another."""

    def __init__(
        self,
        source: TextIO,
        target: TextIO,
        pictures: KeptPictures,
        commands: Collection[str],
        languages: Collection[str],
    ) -> None:
        self._source, self._target = source, target
        self._pictures, self._commands, self._languages = pictures, commands, languages

    async def read(self) -> Content | None:
        """The next turn. A malformed line is answered with an error and passed over."""
        while line := await next_line(self._source):
            if line.strip():
                try:
                    return self._content(line)
                except (BadLine, BadPicture) as error:
                    self._write({"error": str(error)})
        return None

    async def send(self, reply: Reply) -> None:
        """Writes a reply as one object."""
        self._write(
            {
                "messages": [{"text": plain(message)} for message in reply.messages],
                "choices": [{"id": choice.id, "label": choice.label} for choice in reply.choices],
                "expects": reply.expects,
                "node": reply.node,
                "ended": reply.ended,
                "ticket": json.loads(ticket_json(reply.ticket)) if reply.ticket else None,
                "closing": plain(reply.closing) if reply.closing else None,
                "offers": [{"id": offer.id, "label": offer.label} for offer in reply.offers],
                "file": {"name": reply.file.name, "text": reply.file.text} if reply.file else None,
            }
        )

    async def fail(self, problem: str) -> None:
        """Writes why the last turn was not taken."""
        self._write({"error": problem})

    def _content(self, line: str) -> Content:
        try:
            given: Any = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadLine(f"not valid JSON: {error}") from None
        allowed = 'one of {"text": …}, {"choose": ID}, {"photo": PATH}, {"command": NAME}'
        if not isinstance(given, dict):
            raise BadLine(f"expected {allowed}")
        match given:
            case {"text": str(text), **rest} if not rest:
                return Said(well_formed(text))
            case {"choose": str(choice), **rest} if not rest:
                return Pressed(choice)
            case {"photo": str(path), **rest} if not rest:
                return Pictured(self._pictures.keep(Path(path)))
            case {"command": "language", "language": str(language), **rest} if not rest:
                if language not in self._languages:
                    raise BadLine(f'unknown language "{language}"; there are: {", ".join(self._languages)}')
                return Commanded("language", language)
            case {"command": str(name), **rest} if not rest:
                if name not in self._commands and not is_action(name):
                    raise BadLine(f'unknown command "{name}"; there are: {", ".join(sorted(self._commands))}')
                return Commanded(name)
        raise BadLine(f"expected {allowed}, its value a string; found the keys: {', '.join(map(str, given)) or 'none'}")

    def _write(self, line: dict[str, object]) -> None:
        self._target.write(json.dumps(line, ensure_ascii=False).translate(_LINE_ENDS) + "\n")
        self._target.flush()
