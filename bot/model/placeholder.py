"""Placeholders: `{name}` in our own words is replaced by a value. A value is data: nothing in it is replaced again.

`{name.part}` shows a part of what was answered.
"""

import re
from collections.abc import Mapping, Sequence

ADDRESS_PARTS: Sequence[str] = ("host", "reasons")
"""What can be shown of a web address: where it leads, and what speaks against it."""

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z]+)?)\}")
_RIGHT_TO_LEFT_OR_CONTROL = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff]"
)


def fill(words: str, values: Mapping[str, str]) -> str:
    """The words with every placeholder that has a value replaced by it."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), words)


def placeholders(words: str) -> list[str]:
    """The names of the placeholders, in their order."""
    return _PLACEHOLDER.findall(words)


def isolated(value: str) -> str:
    """The value, fenced off when it could turn the direction of the words around it."""
    return f"\u2068{value}\u2069" if _RIGHT_TO_LEFT_OR_CONTROL.search(value) else value
