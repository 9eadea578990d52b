"""Passwords that stand before their name, or that somebody says to have typed."""

import re
from collections.abc import Iterator

from bot.understanding.candidate import LOOK_BACK, Candidate, word_at, word_before
from bot.understanding.password_talk import is_state
from bot.understanding.strength import is_strong, is_very_strong, is_year_or_phone
from bot.understanding.traced import Traced

_AS = re.compile(
    r"(?:\s(?:doesn't|does\snot|isn't|ne|n'est|is|was|est)\s(?:pas\s|not\s)?"
    r"(?:work|marche|passe|accepted|rejected|refused?|accepte)(?:\s(?:pas|plus))?)?"
    r"\s(?:comme|as|for|pour|en|en guise de|en tant que)\s"
    r"(?:(?:mon|le|la|my|the|a|un|nouveau|new|ancien|old|first|premier)\s){0,3}$"
)
_IS_MINE = re.compile(
    r"(?:,[ \t]|[ \t,]{1,3}(?P<verb>c[' ]?est|cest|est|is|was|etait)\s(?:bien\s|donc\s)?)(?:mon|my|le|the|un|a)\s"
    r"(?:(?:nouveau|new|ancien|old|vrai|actuel|current|bon|good|valid)\s){0,2}$|[ \t]?[(=][ \t]?(?:(?:mon|le|my)\s)?$"
)
_IT_IS = re.compile(
    r"(?<!\w)(?:c[' ]?est|cest|c'?etait|it's|it\sis|it\swas)\s(?=[^\s\0]{3,64},?\s(?:mon|le|my|the)\s$)"
)
_TYPED = re.compile(
    r"(?<!\w)(?:tape|tapais|tapant|saisi|saisissant|mis|mettant|mets|entre|rentre|essaye|utilise|utilisant|teste"
    r"|choisi|ecrit|typed|typing|entered|entering|used|using|tried|trying|put|set|chose|wrote|pris|avec|with)"
    r"(?:\s(?:bien|aussi|donc|juste|simplement|toujours|still))?\s[\"'«“`(]{0,2}$"
)
_RIGHT = re.compile(
    r"\s(?:est|etait|is|was)\s(?:(?:bien|pourtant|toujours|still)\s)?(?:le\sbon|the\sright|correcte?|juste"
    r"|right)(?!\w)"
)
_NOTED = re.compile(r"(?<=[^\s/\0])\s?/\s?(?=[^\s/\0]{3,64}\s?\((?:login|identifiant|id|user)\s?/\s?$)")
_TYPED_THEN = re.compile(
    r"(?<!\w)(?:tape|tapais|saisi|mis|mets|rentre|entre|essaye|choisi|utilise|typed|entered|used|tried|put|set|chose"
    r"|c[' ]?est|cest|c'?etait|it's|it\sis|it\swas)"
    r"(?:\s(?:bien|toujours|still|aussi|donc|avec|juste|d'abord|puis|also|first)){0,2}[\s:]{1,3}"
)
_TYPED_REACH = 30
_PLAIN = re.compile(r"[^\W\d_]+(?:['_-][^\W\d_]+)*[!?*$]*")


def before_name(traced: Traced, name: int) -> Iterator[Candidate]:
    """A password that stands before its name, which begins here: "X comme mot de passe", "X is my password"."""
    begin = max(0, name - LOOK_BACK)
    before = traced.folded[begin:name]
    as_password, is_mine = _AS.search(before), _IS_MINE.search(before)
    noted = _NOTED.search(before) or _IT_IS.search(before)
    if as_password:
        word = word_before(traced, begin + as_password.start())
        if word and _is_used(traced, word, sure="pour" not in as_password[0]):
            yield word
    elif noted:
        word = word_at(traced, begin + noted.end())
        if word and is_strong(word) and not is_year_or_phone(word):
            yield word
    elif is_mine:
        word = word_before(traced, begin + is_mine.start())
        if word and (is_very_strong(word) or (is_mine["verb"] and is_strong(word) and not is_year_or_phone(word))):
            yield word


def typed(traced: Traced) -> Iterator[Candidate]:
    """What somebody says to have typed, or says is right, in a text that names a password somewhere."""
    for found in _TYPED_THEN.finditer(traced.folded):
        word = word_at(traced, found.end())
        if word and is_very_strong(word):
            yield word
    for found in _RIGHT.finditer(traced.folded):
        word = word_before(traced, found.start())
        if word and is_very_strong(word):
            yield word


def _is_used(traced: Traced, word: Candidate, *, sure: bool) -> bool:
    """Whether a word before "as my password" is one; `sure` when it cannot be the reason of something."""
    if _TYPED.search(traced.folded[max(0, word.start - _TYPED_REACH) : word.start]):
        return is_strong(word) or (_PLAIN.fullmatch(word.folded) is not None and not is_state(word))
    return sure and word.folded[0].isalpha() and is_strong(word)
