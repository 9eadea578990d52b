"""What was perhaps meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def near(word: str, known: Iterable[str]) -> str | None:
    """What is known and looks like the word."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` when something known looks like the word, else nothing."""
    close = near(word, known)
    return f'; did you mean "{close}"?' if close else ""
