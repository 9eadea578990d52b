"""Text made comparable: for matching only, never for what is kept."""

import re
import unicodedata
from functools import lru_cache

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_WORD = re.compile(r"[^\W_]+")
_CODE = re.compile(r"\w+")
_CODED = re.compile(r"[\d_]")
_ADDRESS = re.compile(r"[^\s@<>«»\"'(),;]{1,64}@[^\s@<>«»\"'(),;]{1,255}")
_HOST = re.compile(r"\bhttps?://[^\s<>«»\"']+|\b(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b(?![\w@])")
_MAIL_HOST = re.compile(r"(imap|smtp|pop3?)s?(?=[.-])")
_SENTENCE_END = re.compile(r"[.!?;]+(?=\s|$)|\n(?![^\S\n]*[a-zà-ÿ])|[•|]")

ADDRESS = "xaddress"
HOST = "xhost"
"""The words that stand for every e-mail address, and for every web address or host."""


def fold(text: str) -> str:
    """Lower case, without accents, with plain apostrophes and single spaces."""
    return " ".join(_unaccented(text).split())


def folded_words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return _WORD.findall(_unaccented(text))


def normal(text: str) -> str:
    """Folded, and without quotes and punctuation; a lone question mark stays."""
    return " ".join(folded_words(text)) or text.strip()


@lru_cache(1024)
def normal_phrases(phrases: tuple[str, ...]) -> frozenset[str]:
    """The normal forms of several such phrases."""
    return frozenset(map(normal_phrase, phrases))


@lru_cache(4096)
def normal_phrase(phrase: str) -> str:
    """The normal form of a phrase that the texts of all people are compared with; nothing that one of them wrote."""
    return normal(phrase)


def sentences(text: str) -> tuple[tuple[str, ...], ...]:
    """The folded words of each sentence or line; addresses and hosts are all alike."""
    named = _ADDRESS.sub(f" {ADDRESS} ", text) if "@" in text else text
    if "." in named or "://" in named:
        named = _HOST.sub(_host, named)
    found = (tuple(folded_words(sentence)) for sentence in _SENTENCE_END.split(named))
    return tuple(words for words in found if words)


def code_words(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of a text as codes are: small letters where there is a digit or `_` among them, else as written."""
    return (tuple([_as_code(word) for word in _CODE.findall(text)]),)


def _as_code(word: str) -> str:
    return word.lower() if not word.isalpha() and _CODED.search(word) else word


def _unaccented(text: str) -> str:
    """Lower case, without accents, with plain apostrophes."""
    lower = text.casefold().replace("’", "'")
    return lower if lower.isascii() else _BEYOND_ASCII.sub(_plain, lower)


def _plain(found: re.Match[str]) -> str:
    """Characters without their accents, as far as they can be written with others."""
    return "".join([char for char in unicodedata.normalize("NFKD", found[0]) if not unicodedata.combining(char)])


def _host(found: re.Match[str]) -> str:
    """A host's stand-in; one that names a mail protocol keeps it."""
    protocol = _MAIL_HOST.match(found[0])
    return f" {protocol[0] if protocol else ''} {HOST} "
