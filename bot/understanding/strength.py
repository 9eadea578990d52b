"""Whether a token looks like a password, rather than like a word, a time, a version or an error's code."""

import re

from bot.model.reference import ALPHABET, LENGTH, reference
from bot.understanding.candidate import Candidate
from bot.understanding.password_talk import is_talk

_WEAK = re.compile(
    r"\d{1,2}\s?(?:h|:)\s?\d{0,2}(?:m|min|mn|s|:\d\d)?"  # times
    r"|\d{1,2}(?:am|pm)|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{4}-\d\d-\d\d"  # dates
    r"|\d+(?:er|ere|e|eme|nd|rd|th|st|de)|\d+(?:[.,]\d+)?(?:[kmg]?[ob]|ms|s|min|mn|h|j|jours?|days?|x|fois|°|%|€)s?"
    r"|x?\d{1,2}|v?\d+(?:\.\d+)+|\d+\s?[-/]\s?\d+|\+?\d{2}(?:[ .-]?\d{2}){4}|[24]fa|(?:ip)?v\d"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}|(?:https?|ftp|mailto):.*|www\..*|[\w-]+(?:\.[\w-]+)*\.(?:fr|org|com"
    r"|net|eu|example)(?:[/:].*)?"
    r"|(?:aadsts|kb|ora-|0x|err[-_]|sec_|ssl_|pr_|net::|http/?|s/?mime|sha-?|md|tls|ssl|imap|pop|smtp|utf-?|iso-?"
    r"|rfc)[\w.:-]*"
    r"|(?:windows|win|office|outlook|iphone|ipad|ios|android|macos|firefox|chrome|edge|safari|thunderbird|k-?9|galaxy"
    r"|debian|ubuntu|mail|i-?prof|ac|microsoft|m)-?\d+(?:\.\d+)*|st-[\w.-]+"
    r"|(?:firefox|thunderbird|windows|iphone|ipad|galaxy)-?[as]?\d+(?:\.\d+)*(?:-?(?:esr|pro|max|plus|mini|ultra))?"
    r"|(?:img|dsc|pxl|screenshot)[_-][\w.-]+|20\d{6}[_-]\d{4,6}"
    r"|[a-z]{2}\d{2}|[•*x●.·_#-]+"
)
_SYMBOL = re.compile(r"[!@#$%^&*+=~|\\?§£€µ<>{}].*\w", re.DOTALL)
_ERROR_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_LETTER = re.compile(r"[^\W\d_]")
_FIRST = re.compile(r"[^\W\d_]{3,}")
_DIGIT = re.compile(r"\d")
_YEAR_OR_PHONE = re.compile(r"(?:19|20)\d\d|0[1-9]\d{8}")
_LEAST = 5
_LEAST_DIGITS = 4
_SURE = 6


def is_strong(word: Candidate) -> bool:
    """Letters with digits, letters with symbols inside, or four digits and more."""
    if _WEAK.fullmatch(word.folded) or _ERROR_CONSTANT.fullmatch(word.shown) or _is_reference(word.shown.upper()):
        return False
    digits = sum(character.isdigit() for character in word.folded)
    if not _LETTER.search(word.folded):
        return digits >= _LEAST_DIGITS
    has_symbol = _SYMBOL.search(word.shown) is not None and not _begins_with_talk(word.folded)
    return len(word.shown) >= _LEAST and (digits > 0 or has_symbol)


def is_very_strong(word: Candidate) -> bool:
    """What hardly any name or identifier looks like: letters and digits, with a capital or a symbol."""
    if len(word.shown) < _SURE or not is_strong(word) or not _LETTER.search(word.folded):
        return False
    has_capital = any(character.isupper() for character in word.shown)
    return bool(_DIGIT.search(word.folded)) and (has_capital or _SYMBOL.search(word.shown) is not None)


def is_year_or_phone(word: Candidate) -> bool:
    """Whether it is digits only, but a year or a telephone number."""
    return _YEAR_OR_PHONE.fullmatch(word.folded) is not None


def _begins_with_talk(folded: str) -> bool:
    """Whether signs only stick to a word of a sentence, as in "expiré=>ko"."""
    first = _FIRST.match(folded)
    return first is not None and is_talk(first[0])


def _is_reference(token: str) -> bool:
    """Whether it is a ticket's reference of ours."""
    characters = token.replace("-", "")[:LENGTH]
    return len(characters) == LENGTH and set(characters) <= set(ALPHABET) and reference(characters) == token
