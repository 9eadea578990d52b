"""What a text says, clause after clause, without what it says is not so."""

import re
from collections.abc import Sequence

from bot.understanding.features import words
from bot.understanding.normal import fold
from bot.understanding.synonyms import Synonyms

MAX_CHARACTERS = 1_000
"""Of one text; a longer one is a pasted page, and no sentence of somebody's."""

_BREAK = re.compile(r"[,;:.!?()\n]+|\b(?:mais|but|et|and|car|because|aussi|also)\b")

_NOT = frozenset(("pas", "not", "t", "never", "jamais"))
_BETWEEN = re.compile("a|all|an|at|been|du|encore|ete|la|les?|l|mon|my|really|the|tout|une?|vraiment|yet")
"""A word that may stand between "not" and what is denied."""

_DENIABLE = frozenset(("expired", "locked", "disabled", "forgot", "hacked", "suspect"))
"""What is no trouble when it is denied. Of other things, as "accepted", their absence is the trouble."""

_POINTING = re.compile(r"(?:ce n est pas|c est pas|it s not|it is not|it isn t|this is not|that s not)\b")
"""How a clause begins that says what the trouble is not."""

_COMPLAINING = re.compile(
    r"\b(?:bon(?:ne)?s?|right|correct|vraie?|real|same|meme|habituel(?:le)?|usual|offici(?:el|elle|al)|normal|possible"
    r"|working)\b"
)
"""Words that make it a complaint after all: "this is not the right page"."""


def clauses(text: str, synonyms: Synonyms) -> list[list[str]]:
    """The words of each clause of a text, folded, without what it denies."""
    parts = _BREAK.split(fold(text[:MAX_CHARACTERS]))
    said = (_without_denied(words(part), synonyms) for part in parts)
    return [kept for kept in said if kept]


def _without_denied(said: list[str], synonyms: Synonyms) -> list[str]:
    """What is left of a clause behind the last thing it denies."""
    clause = " ".join(said)
    if _POINTING.match(clause):
        return said if _COMPLAINING.search(clause) else []
    denied = [_denied_at(said, index + 1, synonyms) for index, word in enumerate(said) if word in _NOT]
    return said[max(denied, default=-1) + 1 :]


def _denied_at(said: Sequence[str], start: int, synonyms: Synonyms) -> int:
    """Where the deniable word stands that comes next; -1 when none does."""
    for index in range(start, min(start + 4, len(said))):
        if not _BETWEEN.fullmatch(said[index]):
            return index if _DENIABLE.intersection(synonyms.meanings([said[index]])) else -1
    return -1
