"""Authors type on plain keyboards; readers get the signs their language is printed with."""

import re
from collections.abc import Sequence
from functools import lru_cache

_NARROW, _WIDE = "\u202f", "\u00a0"
_APOSTROPHE = (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"), "’")
_COMMON: Sequence[tuple[re.Pattern[str], str]] = (_APOSTROPHE, (re.compile(r"\.\.\."), "…"))
_FRENCH: Sequence[tuple[re.Pattern[str], str]] = (
    *_COMMON,
    (re.compile(r" ([?!;])"), rf"{_NARROW}\1"),
    (re.compile(r" :(?=\s|$)"), f"{_WIDE}:"),
    (re.compile(r"« "), f"«{_WIDE}"),
    (re.compile(r" »"), f"{_WIDE}»"),
)


@lru_cache(maxsize=4096)
def typeset(text: str, language: str) -> str:
    """The text with the apostrophes, ellipses and no-break spaces of its language. For our own words only."""
    for pattern, sign in _FRENCH if language == "fr" else _COMMON:
        text = pattern.sub(sign, text)
    return text
