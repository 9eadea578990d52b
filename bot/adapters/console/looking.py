"""The window on understanding, for a person or a script: each line of the input is looked at by itself."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, TextIO

from bot.model.answer import PRECISIONS
from bot.model.error import BotError
from bot.service.evaluate import Causes, Labelled, Times, evaluate
from bot.service.surrogates import well_formed
from bot.service.voice import Voices
from bot.service.window import Kind, Seen, Window, as_line

_LABELS: Mapping[Kind, tuple[str, ...]] = {
    "error": ("text", "cause"),
    "text": ("text", "cause"),
    "time": ("text", "now", "expected", "precision"),
}
"""What can be evaluated, and what a labelled line of it needs."""

_YEARS = range(1970, 2200)
"""Far enough from the ends of the calendar to count days from."""


class BadLine(BotError):
    """A line that cannot be looked at."""


@dataclass(frozen=True, slots=True)
class Looking:
    """How lines are looked at: `language` and `now` are for lines that say neither."""

    window: Window
    kind: Kind
    voices: Voices
    language: str
    now: datetime

    def lines(self, source: TextIO, target: TextIO, *, jsonl: bool) -> None:
        """Says of every line what is understood of it. A malformed line of JSON is answered with its problem."""
        for line in source:
            if not line.strip():
                continue
            if not jsonl:
                text = well_formed(line.rstrip("\n"))
                seen = self.window.look(self.kind, text, self.voices.of(self.language), self.now)
                target.write(f"{as_line(self.kind, seen)}\n")
            else:
                try:
                    given = _object(line)
                    said: Mapping[str, Any] = {**given, **self.look(given)}
                except BadLine as error:
                    said = {"error": str(error)}
                target.write(json.dumps(said, ensure_ascii=False) + "\n")
            target.flush()

    def look(self, given: Labelled) -> Seen:
        """What is understood of one object."""
        text, language, now = given.get("text"), given.get("lang", self.language), given.get("now")
        if not isinstance(text, str):
            raise BadLine('expected {"text": …}, its value a string')
        if language not in self.voices.catalog.languages:
            known = ", ".join(self.voices.catalog.languages)
            raise BadLine(f'"lang": there is no language "{language}"; there are: {known}')
        moment = self.now if now is None else _moment("now", now, self.now.tzinfo)
        return self.window.look(self.kind, well_formed(text), self.voices.of(str(language)), moment)

    def evaluate(self, file: Path) -> Iterable[str]:
        """The report on a file of labelled lines.

        Raises:
            BadLine: a line is not as it should be; says which.
        """
        if self.kind not in _LABELS:
            raise BadLine(f"only these can be measured: {', '.join(_LABELS)}")
        return evaluate(self._labelled(file), Times() if self.kind == "time" else Causes())

    def _labelled(self, file: Path) -> Iterator[tuple[Labelled, Seen]]:
        """Each line, and what is understood of it."""
        with file.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    given = self._complete(_object(line))
                    yield given, self.look(given)
                except BadLine as error:
                    raise BadLine(f"{file}:{number}: {error}") from None

    def _complete(self, given: Labelled) -> Labelled:
        """A labelled line that has all it needs."""
        needed = _LABELS[self.kind]
        missing = [name for name in needed if name not in given]
        if missing:
            raise BadLine(f"missing: {', '.join(missing)}; a line needs {', '.join(needed)}")
        if self.kind == "time":
            return _with_times(given, self.now.tzinfo)
        if not isinstance(given["cause"], str):
            raise BadLine('"cause": expected a string')
        return {**given, "alt": _list_of_texts("alt", given.get("alt", []))}


def _with_times(given: Labelled, zone: tzinfo | None) -> Labelled:
    """A labelled time whose instants are in this zone, where they say none."""
    expected = given["expected"]
    if expected is not None and given["precision"] not in PRECISIONS:
        raise BadLine(f'"precision": expected one of {", ".join(PRECISIONS)}')
    also = [_moment("also", each, zone) for each in _list_of_texts("also", given.get("also", []))]
    return {**given, "expected": None if expected is None else _moment("expected", expected, zone), "also": also}


def _list_of_texts(name: str, given: object) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise BadLine(f'"{name}": expected a list of strings')
    return given


def _object(line: str) -> Mapping[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not valid JSON: {error}") from None
    if not isinstance(given, dict):
        raise BadLine('expected {"text": …}')
    return given


def _moment(name: str, written: object, zone: tzinfo | None) -> datetime:
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        raise BadLine(f'"{name}": "{written}" is not an instant such as 2026-06-22T10:30:00+02:00') from None
    if moment.year not in _YEARS:
        raise BadLine(f'"{name}": "{written}" is not of our days')
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
