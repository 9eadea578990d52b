"""Words of a text that may be a password: what people set off, without quotes and the sentence's punctuation."""

import re
from dataclasses import dataclass

from bot.understanding.traced import Cut, Traced

LOOK_BACK = 120
"""How many characters before a word still belong to it."""

_RUN = re.compile(r"[^\s\0]{1,80}")
_RUN_END = re.compile(r"[\s\0]")
_LONG = 60
"""A longer word may go on after what is looked at."""

_OPENING = "([{<\"'«“`"
_CLOSING = ".,;:)]}>\"'»”`…"
_AROUND = " \t,)\"'»”`"
_LABEL = re.compile(r"[,;|/&](?=[a-z_]{2,20}\s?[:=])")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A piece of a text, as it was written and folded."""

    start: int
    end: int
    shown: str
    folded: str


def password(traced: Traced, found: Candidate) -> Cut:
    """The candidate as a password, with the rest of a very long word."""
    end = found.end
    if end - found.start > _LONG:
        rest = _RUN_END.search(traced.folded, end)
        end = rest.start() if rest else len(traced.folded)
    return Cut("password", found.start, end)


def piece(traced: Traced, start: int, end: int) -> Candidate:
    """What stands from `start` until before `end`."""
    return Candidate(start, end, traced.shown[start:end], traced.folded[start:end])


def word_at(traced: Traced, start: int) -> Candidate | None:
    """The word that begins here; of a very long one, enough to judge it by."""
    found = _RUN.match(traced.folded, start)
    if found is None:
        return None
    label = _LABEL.search(found[0])
    run = found[0][: label.start()] if label else found[0]
    core = run.lstrip(_OPENING)
    first = start + len(run) - len(core)
    core = core.rstrip(_CLOSING)
    if not core:
        return None
    end = first + len(core)
    return piece(traced, first, end)


def word_before(traced: Traced, end: int) -> Candidate | None:
    """The last word before this place, on the same line."""
    begin = max(0, end - LOOK_BACK)
    said = traced.folded[begin:end].rstrip(_AROUND)
    words = said.split()
    return word_at(traced, begin + len(said) - len(words[-1])) if words and said.endswith(words[-1]) else None
