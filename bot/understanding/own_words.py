"""Whether a text is somebody's own words, rather than a message that a program showed them."""

from bot.understanding.normal import normal

_MAX_LINES = 3
_TELLING = frozenset((
    "je", "j", "jai", "jarrive", "jarive", "jpeux", "chui", "mes", "mdp", "ca", "bonjour", "bonsoir", "salut", "svp",
    "stp", "i", "im", "ive", "cant", "my", "hello", "hi", "pls", "plz",
))  # fmt: skip
"""Words of people, which programs do not use of themselves."""


def in_own_words(text: str) -> bool:
    """Whether it is told rather than pasted: it has a word that only people say, and is not as long as a page."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) <= _MAX_LINES and not _TELLING.isdisjoint(normal(text).split())
