"""Placeholders: `{name}` in our own words is replaced by a value. A value is data: nothing in it is replaced again.

`{name.part}` shows a part of what was answered.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

ADDRESS_PARTS: Sequence[str] = ("host", "reasons")
"""What can be shown of a web address: where it leads, and what speaks against it."""

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z]+)?)\}")
_RIGHT_TO_LEFT_OR_CONTROL = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff]"
)

_LINE_END = re.compile("\r\n|[\n\r\x1c-\x1e\x85\u2029]")
_BEGIN, _END = "\u2068", "\u2069"
_BEGINS = "\u2066\u2067\u2068"


def fill(words: str, values: Mapping[str, str]) -> str:
    """The words with every placeholder that has a value replaced by it."""
    if not values:
        return words
    filled, rest = _pieces(words)
    for name, after in rest:
        filled += values.get(name, f"{{{name}}}") + after
    return filled


def placeholders(words: str) -> list[str]:
    """The names of the placeholders, in their order."""
    return [name for name, _ in _pieces(words)[1]]


@lru_cache(4_096)
def _pieces(words: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What stands before the first placeholder; then each with what stands after it. The same words come up again."""
    first, *rest = _PLACEHOLDER.split(words)
    return first, tuple(zip(rest[::2], rest[1::2], strict=True))


def isolated(value: str) -> str:
    """The value, fenced off line by line when it could turn the direction of the words around it."""
    if not _RIGHT_TO_LEFT_OR_CONTROL.search(value):
        return value
    pieces = _LINE_END.split(value)
    ends = [*_LINE_END.findall(value), ""]
    fenced = (f"{_BEGIN}{_closed(piece)}{_END}" if piece else "" for piece in pieces)
    return "".join(piece + end for piece, end in zip(fenced, ends, strict=True))


def _closed(line: str) -> str:
    """The line with every isolation that it begins ended, and none ended that it did not begin."""
    begun, kept = 0, ""
    for char in line:
        if char in _BEGINS:
            begun += 1
        elif char == _END:
            if not begun:
                continue
            begun -= 1
        kept += char
    return kept + _END * begun
