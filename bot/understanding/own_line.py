"""Passwords on a line of their own, below the words that announce them."""

import re

from bot.understanding.announced import Announced
from bot.understanding.candidate import Candidate
from bot.understanding.password_talk import is_talk
from bot.understanding.strength import is_very_strong
from bot.understanding.traced import Traced

_BELOW = re.compile(r"[\"'”»)`.,;]{0,2}[ \t]*\r?\n(?:[ \t]*\r?\n)?[ \t]*")
_LINE_END = re.compile(r"[.,;:)\]}>\"'»”`…]{0,3}[ \t]*(?:$|\r?\n|[ \t](?:merci|svp|s'il|thanks|thank|please)(?!\w))")
_GIVEN = re.compile(
    r"(?<!\w)(?:voici|voila|avec|c[' ]?est|essaye|tape|saisi|mis|mets|rentre|utilise|here|with|tried|typed|used|using"
    r"|entered)(?!\w)"
)
_CODE_LIKE = re.compile(r"[A-Z\d]+(?:[-_.:/][A-Z\d]+)*|\w+[=:].+")
"""Codes of errors, stamps of time and names with their values, which stand on lines of their own too."""

_SIGN = re.compile(r"[!@#$%^&*?§£€µ]")


def below(text: str, position: int) -> int:
    """Where the next line begins when this one ends here, one empty line apart at most; else the same place."""
    found = _BELOW.match(text, position)
    return found.end() if found else position


def value_at(text: str, said: Announced) -> int:
    """Where an announced value begins: on the next line when this one ends before it."""
    return below(text, said.start) if said.lead == "none" and said.far else said.start


def gives(before: str) -> bool:
    """Whether a line that ends with these words gives a password, rather than telling of one."""
    return _GIVEN.search(before.rpartition("\n")[2]) is not None


def is_set_off(traced: Traced, word: Candidate, *, given: bool) -> bool:
    """Whether a word that begins a line is a password alone on it; `given` when the lines above give one."""
    return is_telling(word, given=given) and _LINE_END.match(traced.folded, word.end) is not None


def is_telling(word: Candidate, *, given: bool) -> bool:
    """Whether a word looks like a password and like nothing else.

    Identifiers have capitals and digits too, so that it takes a sign besides where no password is given.
    """
    if not is_very_strong(word) or _CODE_LIKE.fullmatch(word.shown):
        return False
    return _SIGN.search(word.shown) is not None or (given and not is_talk(word.folded))
