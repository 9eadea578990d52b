"""A text as tokens: what the rules take, and the words between."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.understanding.normal import fold
from bot.understanding.times.clocks import CLOCKS, NUMBERS_ALONE
from bot.understanding.times.days import DATES, PARTS_OF_DAYS
from bot.understanding.times.durations import DURATIONS, VAGUE
from bot.understanding.times.pieces import Piece, Role, Word
from bot.understanding.times.rule import Rule, first_fitting
from bot.understanding.times.words import ROLES, is_near_a_day

RULES: Sequence[Rule] = (*VAGUE, *DURATIONS, *DATES, *CLOCKS, *PARTS_OF_DAYS, *NUMBERS_ALONE)
"""All of them: the first that fits is taken."""

_WORDS: Mapping[str, Word] = {word: Word(role) for word, role in ROLES.items()}
_WORD = re.compile(r"\w+(?:'\w*)?|\+/?-|->|\S")


@dataclass(frozen=True, slots=True)
class Token:
    """What one place of a text says; `start` and `end` are in the text as it was typed."""

    piece: Piece
    rule: str
    weak: bool
    start: int
    end: int


def may_say_a_time(text: str) -> bool:
    """Whether a rule fits anywhere; most texts have nothing of a time, and are known by that at once."""
    return _fitting().search(fold(text)) is not None


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text, in its order.

    Raises `NoSuchTime` for a clock time of a kind that does not exist.
    """
    folded, places = _folded(text)
    found: list[Token] = []
    position = 0
    while position < len(folded):
        if folded[position] == " ":
            position += 1
            continue
        piece, rule, weak, end = _next(folded, position)
        found.append(Token(piece, rule, weak, places[position], places[end - 1] + 1))
        position = end
    return tuple(found)


def _next(folded: str, position: int) -> tuple[Piece, str, bool, int]:
    fitting = _fitting().match(folded, position)
    rule = RULES[(fitting.lastindex or 0) - 1] if fitting is not None else None
    if rule is not None and (match := rule.pattern.match(folded, position)):
        return rule.read(match), rule.name, rule.weak, match.end()
    match = _WORD.match(folded, position)
    word = match[0] if match else folded[position]
    if word not in ROLES and "'" in word:
        word = word[: word.index("'") + 1]
    return _WORDS.get(word) or Word(_role_of_unknown(word)), "", False, position + len(word)


@cache
def _fitting() -> re.Pattern[str]:
    """All rules as one pattern, so that a word that begins no time is held against them once."""
    return first_fitting(RULES)


def _role_of_unknown(word: str) -> Role:
    if word[0].isdigit():
        return "figures"
    return "hedge" if is_near_a_day(word) else "unknown"


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as `fold` folds it, and for each of its characters where it stands in the text."""
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for plain in _plain(char):
            if plain != " " or folded[-1:] not in ([], [" "]):
                folded.append(plain)
                places.append(place)
    return "".join(folded), places


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """What `fold` makes of one character."""
    parts = unicodedata.normalize("NFKD", char.casefold().replace("’", "'"))
    return "".join(" " if part.isspace() else part for part in parts if not unicodedata.combining(part))
