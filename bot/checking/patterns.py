"""Regular expressions of authors: whether they can be read, and whether any text could keep them busy."""

import re
from collections.abc import Iterator
from re import _parser  # type: ignore[attr-defined] # no other way to see a pattern taken apart
from typing import Any, cast

MOST_REPEATS = 1_000
"""The most ways that all repeats of a pattern may be combined: with more, a hostile text keeps it busy."""

_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_REFERENCES = ("GROUPREF", "GROUPREF_EXISTS")


def unreadable(pattern: str) -> str | None:
    """What is wrong with a pattern that is no regular expression."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"this is no regular expression: {error}"
    return None


def slow(pattern: str) -> str | None:
    """What may take a readable pattern too long. The rule is simple and refuses some that would do."""
    repeats = 1
    for name, least, most, inner in _steps(_parser.parse(pattern)):
        if name in _REFERENCES:
            return "a pattern must not refer back to what it has found"
        if name not in _REPEATS or most == 1:
            continue
        if most > MOST_REPEATS:
            return "a repeat needs a bound: write {0,40} instead of *, and {1,40} instead of +"
        if any(step[0] in _REPEATS and step[2] > 1 for step in _steps(inner)):
            return "a repeat within a repeat takes too long on some texts; write it without"
        repeats *= most - least + 1
    if repeats > MOST_REPEATS:
        return f"its repeats can be combined in {repeats:,} ways; at most {MOST_REPEATS:,} are allowed"
    return None


def _steps(parsed: Any) -> Iterator[tuple[str, int, int, Any]]:  # noqa: ANN401 - the parser's trees have no types
    """Every step of a parsed pattern and those within: its name and, of a repeat, its bounds and what is repeated."""
    for operation, argument in parsed:
        name = str(operation)
        repeated = name in _REPEATS
        yield (name, int(argument[0]), int(argument[1]), argument[2]) if repeated else (name, 0, 0, None)
        for inner in _within(argument):
            yield from _steps(inner)


def _within(argument: object) -> Iterator[Any]:
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for part in cast("tuple[object, ...]", argument):
            yield from _within(part)
