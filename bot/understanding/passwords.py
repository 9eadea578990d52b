"""Passwords in what people write, known by the words that announce them."""

import re
from collections.abc import Iterator

from bot.understanding.announced import Announced, announced
from bot.understanding.candidate import LOOK_BACK, Candidate, password, piece, word_at
from bot.understanding.own_line import below, gives, is_set_off, is_telling, value_at
from bot.understanding.password_talk import is_state, is_talk
from bot.understanding.strength import is_strong, is_very_strong, is_year_or_phone
from bot.understanding.traced import Cut, Traced
from bot.understanding.typed_passwords import before_name, typed

_NAMES = (
    r"(?:mo{1,2}t{1,2}s?[\s_.-]{0,3}(?:de?|d'|2)?[\s_.-]{0,3}(?:p[ao]?s{2,3}e?s?|pase|psse)|mode\spasse|mo\sde\spasse"
    r"|m\.?d\.?p\.?s?|mpd|mdpp|m2p|phrase\sde\spasse|pass\s?phrase|passw?(?:or|ro|r|o)?ds?|pas+\s?w?or[dt]s?|passwd"
    r"|pass\sword|pword"
    r"|pwds?|pswd|psw|pw"
    r"|code\s(?:d'?\s?acces|secret|confidentiel|personnel|perso|de\s(?:de|)verrouillage|wi-?fi)"
    r"|(?:access|unlock|secret)\scode|(?:cle|clef|code|key)\s(?:du\s|de\s|reseau\s)?(?:wi-?fi|wpa2?)|(?:wi-?fi"
    r"|wpa2?|network)\skey)"
)
NAME = re.compile(
    rf"(?<![a-z0-9])(?:(?:user|imap|smtp|mail|admin|old|new|current|confirm|j)[_-]?)?{_NAMES}(?![a-z0-9])"
)
_SHORT_NAME = re.compile(r"(?<![^\s,;/|(+&.\0])(?:passe?(?=\s{0,2}[:=])|pass(?=\s))")
_MY = re.compile(r"(?<!\w)(?:my|mon|le|the)\s$")
_NOT_SHORT = re.compile(r"(?<!\w)(?:ca|se|ne|y|il|elle|qui|tout|rien|on|je|me|le|pas|bien|bus|j')[ \t]$")

_QUOTED = re.compile(r"[(\s]{0,2}(?:[\"“”«„]\s?([^\"”»“«\n\0]{1,80}?)\s?[\"”»“]|'([^'\n\0]{1,80})'|`([^`\n\0]{1,80})`)")
_BRACKETS = tuple("([{\"'«“`")
_TO = " to "
_LABEL_LINE = re.compile(r"(?:^|[\n.;!?])[ \t]*(?:(?:mon|le|votre|my|the|your)[ \t])?$")
_WORD = re.compile(r"\S+")
_PLAIN = re.compile(r"[^\W\d_]+(?:['/_-][^\W\d_]+)*[!?*$]*")
_LETTER = re.compile(r"[^\W\d_]")
_NEXT = re.compile(r"[ \t]{1,3}(?=[^\s\0])")
_CLAUSE = re.compile(
    r"[ \t]*(?:$|[\n.,;:)!?»\"-])|\s(?:et|and|mais|but|puis|ou|or|merci|svp|thanks|please|je|j'|i|il|elle|it|que|qui"
    r"|ca|sa|c'"
    r"|depuis|since|avec|with|donc|so|car|because|alors|quand|when|ne|n')(?!\w)"
)
_TAIL = re.compile(rf"(?:[ \t][\d!@#$%*?+=_-]{{1,8}}){{1,4}}(?={_CLAUSE.pattern})")
_LINE_END = re.compile(r"[ \t]*(?:$|\n)")
_LEAST_CHARACTERS = 3

_PARTICLES = frozenset(("d", "de", "des", "du", "en", "la", "le", "les", "of", "the"))
"""Small words that belong to a password of several words when more of it follows."""

_EVENT = re.compile(
    r"(?:changements?|chgt|modification|renouvellement|reinitialisation|expiration|oubli|erreurs?|politique|longueur"
    r"|echec|change|changes|reset|expiry|errors?|policy|length|date|version)\s(?:(?:de|du|d|of|my|mon|the|le|un"
    r"|votre)[\s'])*$"
)
_IDENTIFIER = re.compile(
    r"(?:identifiants?|login|id|ident|identifier|user\s?name|user|utilisateur|compte|account|log|username)"
    r"[\s:=]{1,4}(?:(?:est|is|c'est)\s)?([^\s\0]{1,63}[^\s\0.])[\s,;/&+|-]{1,4}"
    r"(?:(?:et|and|avec|with|puis)\s(?:(?:mon|le|my|the)\s)?|(?:mon|my)\s)?$"
)
_BOTH = re.compile(
    r"(?:identifiants?|login|id|ident|user\s?name|user|utilisateur|compte|log|e-?mail|mail|adresse)"
    r"\s?(?:/|\+|&|,|-|\||et|and)\s?(?:(?:mon|le|my|the)\s)?$"
)
_CREDENTIALS = re.compile(r"(?<!\w)(?:identifiants|acces|codes\s(?:d'acces\s?)?|logins?|credentials)(?!\w)")
_MINE = re.compile(r"(?<!\w)(?:mes|mon|my|voici)\s$")
_PAIR = re.compile(r"[\"'«(\s]{0,2}([^\s/|;,\0]{2,64})(?:\s{0,2}[/|;,+]\s{0,2}|\s{1,2}(?:et|and|puis)?\s?)(?=[^\s\0])")

_ANY = re.compile(r"(?<!\w)(?:an?|une?|any|every|chaque|tout|aucun|no)[ \t](?:[^\W\d_]{1,15}[ \t])?$")
_IDENTIFIER_AFTER = re.compile(r"[\s,;/-]{1,3}(?:user\s?name|user|login|identifiant|id)[\s:=]")
_OTHER = (
    r"(?:(?:le|the|mon|my)[ \t]|l')?(?:nouveau|nouvelle|new|ancien|ancienne|old|actuel|current)(?:[ \t](?:est|is|was"
    r"|c'est))?[ \t]?[:=]?[ \t]?"
)
_CHAIN = re.compile(
    r"[ \t]?[\"'”»)`]{0,2}(?:(?:[ \t](?:puis|ou|or|then|et|and|to|a|en|pour|vers|->|→|/)[ \t](?:a[ \t]|to[ \t]"
    rf"|en[ \t])?|[,/][ \t]?)(?:{_OTHER})?|\s{{1,3}}\(?{_OTHER})(?:[\"'“«„`(][ \t]?)?"
)


def passwords(traced: Traced) -> Iterator[Cut]:
    """Every announced password."""
    text = traced.folded
    names = sorted([*NAME.finditer(text), *_short_names(text)], key=lambda name: name.start())
    reached = 0
    for name in names:
        if name.start() < reached:
            continue
        reached = name.end()
        for found in (*_after(traced, name), *before_name(traced, name.start())):
            cut = password(traced, found)
            reached = max(reached, cut.end)
            yield cut
    for found in (*_credentials(traced), *(typed(traced) if names else ())):
        yield password(traced, found)


def _short_names(text: str) -> Iterator[re.Match[str]]:
    """The names "pass" and "passe", which mean so many things that they must be a label."""
    for found in _SHORT_NAME.finditer(text):
        before = text[max(0, found.start() - LOOK_BACK) : found.start()]
        is_label = text[found.end() : found.end() + 2].strip(" ").startswith((":", "="))
        line = before.rpartition("\n")[2]
        if (is_label and not _NOT_SHORT.search(before)) or _MY.search(line) or _IDENTIFIER.search(line):
            yield found


def _credentials(traced: Traced) -> Iterator[Candidate]:
    """The second of two that are said to be the credentials."""
    for name in _CREDENTIALS.finditer(traced.folded):
        said = announced(traced.folded, name.end())
        start = value_at(traced.folded, said)
        pair = _PAIR.match(traced.folded, start)
        word = word_at(traced, pair.end()) if pair and not is_talk(pair[1]) else None
        if pair is None or word is None:
            continue
        is_sure = said.lead != "none" or _MINE.search(traced.folded[max(0, name.start() - LOOK_BACK) : name.start()])
        if "\n" in pair[0]:
            if is_set_off(traced, word, given=bool(is_sure)):
                yield word
        elif said.lead == "none":
            if is_sure and is_telling(word, given=True):
                yield word
        elif is_strong(word) or (_is_plain(word) and pair[0].rstrip().endswith("/")):
            yield word


def _after(traced: Traced, name: re.Match[str]) -> Iterator[Candidate]:
    """The password that a name leads to, and those that are said along with it."""
    said = announced(traced.folded, name.end())
    before = traced.folded[max(0, name.start() - LOOK_BACK) : name.start()]
    start = value_at(traced.folded, said)
    if _BOTH.search(before):
        pair = _PAIR.match(traced.folded, start)
        if pair and not is_talk(pair[1]):
            start = pair.end()
        elif said.lead == "none":
            return
    if start == name.end() and traced.folded[start : start + 1] not in _BRACKETS:
        return
    value = _value(traced, start, said, before)
    while value:
        yield value
        value = _following(traced, value)


def _following(traced: Traced, value: Candidate) -> Candidate | None:
    """The password that is said along with this one, or stands on the line below it."""
    link = _CHAIN.match(traced.folded, value.end)
    word = word_at(traced, link.end()) if link else None
    if word and is_very_strong(word):
        return word
    start = below(traced.folded, value.end)
    word = word_at(traced, start) if start > value.end else None
    return word if word and is_set_off(traced, word, given=True) else None


def _value(traced: Traced, start: int, said: Announced, before: str) -> Candidate | None:
    """The password that begins here, if one does."""
    is_event = _EVENT.search(before) is not None
    quoted = _QUOTED.match(traced.folded, start)
    if quoted and not is_event:
        span = quoted.span(quoted.lastindex or 0)
        return piece(traced, *span) if _is_quoted_password(traced, *span, is_sign=said.lead == "sign") else None
    word = word_at(traced, start)
    if word is None:
        return None
    is_next_line = said.lead == "none" and "\n" in traced.folded[max(0, start - 3) : start]
    if is_next_line and (said.far or not _LABEL_LINE.search(before)):
        is_given = gives(before) or any(pattern.search(before) for pattern in (_BOTH, _LABEL_LINE))
        return word if is_set_off(traced, word, given=is_given) else None
    is_far = said.lead == "none" and said.far
    if (is_event or is_far) and not traced.folded.endswith(_TO, 0, start):
        return word if is_very_strong(word) else None
    if is_strong(word) and not (said.lead == "none" and is_year_or_phone(word)):
        return word
    if _ANY.search(before) or (said.lead == "none" and not _is_beside_identifier(traced.folded, word, before)):
        return None
    return _words(traced, word, said)


def _is_beside_identifier(text: str, word: Candidate, before: str) -> bool:
    """Whether an identifier is said just before or after, so that a plain word may be the password."""
    identifier = _IDENTIFIER.search(before)
    return (identifier is not None and not is_talk(identifier[1])) or bool(_IDENTIFIER_AFTER.match(text, word.end))


def _words(traced: Traced, first: Candidate, said: Announced) -> Candidate | None:
    """A password of plain words: up to the first that is talk, or the line's end."""
    text = traced.folded
    is_sign = said.lead == "sign"
    if not is_sign and is_state(first):
        return None
    end = first.start
    word: Candidate | None = first
    while word and (_is_plain(word) or (end > first.start and word.folded in _PARTICLES)):
        end = word.end if _is_plain(word) else end
        following = _NEXT.match(text, word.end)
        word = word_at(traced, following.end()) if following else None
    is_next_line = "\n" in text[max(0, first.start - 3) : first.start]
    if end - first.start < _LEAST_CHARACTERS or (is_next_line and not _LINE_END.match(text, end)):
        return None
    if not is_sign and not _CLAUSE.match(text, end) and not _IDENTIFIER_AFTER.match(text, end):
        return None
    tail = _TAIL.match(text, end)
    return piece(traced, first.start, tail.end() if tail else end)


def _is_plain(word: Candidate) -> bool:
    return _PLAIN.fullmatch(word.folded) is not None and not is_talk(word.folded)


def _is_quoted_password(traced: Traced, start: int, end: int, *, is_sign: bool) -> bool:
    words = [piece(traced, *found.span()) for found in _WORD.finditer(traced.folded, start, end)]
    if any(is_strong(word) for word in words):
        return True
    if is_sign:
        words = [word for word in words if _LETTER.search(word.folded) and word.folded not in _PARTICLES]
    talk = sum(is_state(word) for word in words)
    return end - start >= _LEAST_CHARACTERS and (talk * 2 < len(words) if is_sign else talk == 0)
