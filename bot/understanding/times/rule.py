"""A rule of the grammar."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from bot.understanding.times.pieces import Piece
from bot.understanding.times.words import COUNTS, NUMBERS, any_of

WORDS = any_of(NUMBERS)
"""A number in words."""

N = rf"(?:\d\d?|{WORDS})"
"""A number."""

_MINUTES = r" ?(?:minutes?|mins?|mn)\b"
_OF_ITS_OWN = rf"(?: ?\d\d?|[ ](?:{WORDS})){_MINUTES}(?: (?:ago|avant|before|earlier|de|plus tot|pour|to)\b| d')"
MINUTE = rf"(?P<minute>\d\d|\d(?={_MINUTES})|(?:{WORDS}))(?P<named>{_MINUTES})?"
"""The minute after an hour, perhaps called so; a single digit counts only then."""
NO_LENGTH = rf"(?!{_OF_ITS_OWN})"
"""Where no length of its own follows: "8h 5 minutes avant le cours"."""

_NAMED = re.compile(r"\(\?P<\w+>")


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of expression: its name, the words it takes, and what they say."""

    name: str
    source: str
    read: Callable[[re.Match[str]], Piece]
    weak: bool
    """It is a time only where no unknown word stands beside it: "à 8" is one, "à 8 personnes" is not."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """The words, compiled when a time is read for the first time: nobody waits for that before."""
        return _compiled(self.source)


def rule(name: str, pattern: str, read: Piece | Callable[[re.Match[str]], Piece], *, weak: bool = False) -> Rule:
    """A rule for whole words. Lines of a pattern are joined without the space around them."""
    joined = "".join(line.strip() for line in pattern.splitlines())
    return Rule(name, joined, read if callable(read) else lambda _: read, weak)


def first_fitting(rules: Iterable[Rule]) -> re.Pattern[str]:
    """All rules at once: the only group that is found has the number of the first rule that fits, from 1.

    The groups are empty and come last, so that most rules are ruled out by the first letter.
    """
    return re.compile(_whole("|".join(f"(?:{_NAMED.sub('(?:', rule.source)})()" for rule in rules)))


def _whole(words: str) -> str:
    return rf"(?<![^\W_])(?<!\d[.,:/])(?:{words})(?!\w)"


@cache
def _compiled(words: str) -> re.Pattern[str]:
    return re.compile(_whole(words))


def number(word: str) -> int:
    """The number that digits or words say."""
    return int(word) if word.isdecimal() else NUMBERS.get(word.replace(" ", "-")) or COUNTS[word]


def minutes(words: str) -> int:
    """The minutes after a full hour, or before it."""
    if words.startswith(("demi", "half")):
        return 30
    return 15 if words.startswith("quart") else number(words)
