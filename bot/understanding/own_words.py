"""Whether a text is somebody's own words, rather than a message that a program showed them."""

import re

from bot.understanding.normal import normal

_MAX_LINES = 3
_FEW = 4
_WRITTEN = re.compile(r"[\d_\n]|[.!:]$")
_TELLING = frozenset((
    "je", "j", "jai", "jarrive", "jarive", "jpeux", "chui", "mes", "mdp", "ca", "bonjour", "bonsoir", "salut", "svp",
    "stp", "i", "im", "ive", "cant", "my", "hello", "hi", "pls", "plz",
))  # fmt: skip
"""Words of people, which programs do not use of themselves."""


def in_own_words(text: str) -> bool:
    """Whether it is told rather than pasted: it has a word that only people say, and is not as long as a page.

    A few words without a capital letter are told as well: programs write sentences.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    jotted = is_brief(text) and text == text.lower()
    return jotted or (len(lines) <= _MAX_LINES and not _TELLING.isdisjoint(normal(text).split()))


def is_brief(text: str) -> bool:
    """Whether it is only a few words, with no number in it and no full stop: what people write, and a title at most."""
    return 0 < len(text.split()) <= _FEW and not _WRITTEN.search(text.strip())
