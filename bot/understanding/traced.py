"""Text made comparable that knows where each of its characters came from."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.model.redaction import SecretKind

GONE = "\0"
"""Stands for one secret that is cut out already. No pattern takes it for a part of a secret."""

_DIGIT = re.compile(r"\d")
_SIGN = "✂"
_MARK = re.compile(rf"\[{_SIGN} [^\[\]\n{_SIGN}]{{1,60}}\]")


@dataclass(frozen=True, slots=True)
class Cut:
    """A secret's place in a text: from `start` until before `end`."""

    kind: SecretKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Traced:
    """A text twice, character for character: `folded` (lower case, no accents) and `shown` (as it was written).

    `places` says where each character stands in the original, with the original's length at the end. Invisible
    characters are left out; a mark counts as one character, so that long and short marks make no difference.
    """

    folded: str
    shown: str
    places: tuple[int, ...]

    @property
    def has_digit(self) -> bool:
        """Whether there is a digit in it: many a secret has one."""
        return _DIGIT.search(self.folded) is not None

    def without(self, cuts: Iterable[Cut]) -> "Traced":
        """The same, with one `GONE` in the place of each cut; cuts are in order and do not overlap."""
        folded: list[str] = []
        shown: list[str] = []
        places: list[int] = []
        position = 0
        for cut in cuts:
            folded += [self.folded[position : cut.start], GONE]
            shown += [self.shown[position : cut.start], GONE]
            places += self.places[position : cut.start + 1]
            position = cut.end
        return Traced(
            "".join((*folded, self.folded[position:])),
            "".join((*shown, self.shown[position:])),
            (*places, *self.places[position:]),
        )


def is_marked(text: str) -> bool:
    """Whether a text may have marks: each begins with the same sign."""
    return _SIGN in text


def unmarked(text: str) -> str:
    """The text without the marks in it: what is left of somebody's words."""
    return _MARK.sub(" ", text) if is_marked(text) else text


def mark(name: str) -> str:
    """What stands in the place of a secret of this name; the name is short and has no brackets."""
    return f"[{_SIGN} {name}]"


def trace(text: str) -> Traced:
    """The text made comparable; marks that it has already are `GONE`."""
    folded: list[str] = []
    shown: list[str] = []
    places: list[int] = []
    position = 0
    marks = [found.span() for found in _MARK.finditer(text)] if is_marked(text) else []
    for start, end in (*marks, (len(text), len(text))):
        piece = text[position:start]
        visible = list(map(_fold, piece))
        folded += visible
        if all(visible):
            shown.append(piece)
            places += range(position, start)
        else:
            seen = [place for place, character in enumerate(visible, position) if character]
            shown += [text[place] for place in seen]
            places += seen
        places.append(start)
        if start < end:
            folded.append(GONE)
            shown.append(GONE)
        position = end
    return Traced("".join(folded), "".join(shown), tuple(places))


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    """One comparable character, or none for what cannot be seen."""
    if character == GONE:
        return "�"
    if character in "’‘ʼ":
        return "'"
    if unicodedata.category(character) == "Cf":
        return ""
    plain = "".join(each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each))
    lower = plain.lower()
    return lower if len(lower) < len("ab") else character
