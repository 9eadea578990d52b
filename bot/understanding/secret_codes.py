"""Codes, dates of birth and numbers that are secrets because of the words that announce them."""

import re
from collections.abc import Iterator

from bot.model.redaction import SecretKind
from bot.understanding.announced import announced
from bot.understanding.one_time_codes import is_phone, one_time_codes
from bot.understanding.traced import Cut, Traced

_MONTH = (
    r"(?:janv(?:ier)?|jan(?:uary)?|fevr?(?:ier)?|feb(?:ruary)?|mars|mar(?:ch)?|avr(?:il)?|apr(?:il)?|mai|may|juin"
    r"|june?"
    r"|juil(?:let)?|july?|aout|aug(?:ust)?|sept?(?:embre|ember)?|oct(?:obre|ober)?|nov(?:embre|ember)?"
    r"|dec(?:embre|ember)?)\.?"
)
_DATE = (
    rf"(?:\d{{1,2}}\s?[/.\s-]\s?\d{{1,2}}\s?[/.\s-]\s?(?:19|20)?\d\d|\d{{4}}[/.-]\d{{1,2}}[/.-]\d{{1,2}}"
    rf"|\d{{1,2}}\s?(?:er|st|nd|rd|th)?\s(?:of\s)?{_MONTH},?\s?(?:19|20)?\d\d"
    rf"|{_MONTH}\s?\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d|\d{{8}}|\d{{6}})(?![\w/])"
)
_BIRTH = re.compile(
    r"(?<!\w)(?:ne(?:\(e\)|e|\.e)?\s(?:a\s[\w' -]{1,40}\s)?le[\s:]{1,3}"
    r"|born\s(?:in\s[\w' -]{1,40}\s)?(?:on\s)?(?:the\s)?"
    r"|(?:dates?\s(?:de\s)?nais(?:s?ance|s)?|ddn|dob|d\.o\.b\.?|date\sof\sbirth|birth\s?da(?:te|y)|anniversaire"
    r"|nai?ssance)"
    r"[\s\"')]{0,3}(?:(?:est|c[' ]?est|is|was|le|the|on|qui|a savoir|[:=(\"'«,-])[\s\"'«(]{0,3}){0,4})"
    rf"({_DATE})"
)
_RECENT = re.compile(r"(?<!\d)20[2-9]\d(?!\d)")
"""A year in which nobody was born who works already: something else began."""

_PIN = re.compile(
    r"(?<!\w)(?:(?:code\s)?pin(?:\s?code)?|code\s(?:pin|de\s(?:la\s|ma\s)?(?:cle|carte|puce)|cps)|(?:mon|my"
    r"|ton)\s(code))(?!\w)"
)
_PIN_VALUE = re.compile(r"(?:le\s)?[\"'«(\s]{0,2}(\d(?:[ ]?\d){3,11})(?![\w/:]|[.,]\d)")
_PIN_BEFORE = re.compile(
    r"(?<![\w/:.,-])(\d{4,12})[\"'»)]?[ \t](?:c'est|est|is|was|comme|as|for|en)[ \t]"
    r"(?:(?:bien|mon|le|my|the)[ \t]){0,2}(?:code\s)?pin(?!\w)"
)
_SHORT_CODE = 5
_NUMEN = re.compile(r"(?<!\w)numen(?!\w)")
_NUMEN_VALUE = re.compile(r"[\"'«(\s]{0,2}((?=[a-z ]{0,3}(?:\d ?){2})[a-z0-9](?:[ ]?[a-z0-9]){9,15})(?!\w)")
_NUMEN_DIGITS = 6
_SOCIAL = re.compile(
    r"(?<!\w)(?:secu(?:rite\ssociale)?|nir|nss|insee|social\ssecurity(?:\snumber)?)\b[^\d\n\0]{0,25}?"
    r"([1-478](?: ?\d){4} ?(?:\d\d|2[ab])(?: ?\d){6}(?: ?\d\d)?)(?!\w)"
)


_RESERVE = re.compile(
    r"(?<!\w)(?:codes?\sde\s(?:secours|recuperation|sauvegarde)|(?:recovery|backup|rescue)\scodes?)(?!\w)"
)
_RESERVE_VALUE = re.compile(r"[\"'«(\s]{0,2}((?=[a-z-]{0,20}\d)[a-z0-9]{3,12}(?:[ -][a-z0-9]{3,12}){0,7})(?!\w)")

_KEY = re.compile(
    r"(?<!\w)(?:(?:cle|clef)s?\s(?:d'\s?)?(?:api|acces|secrete)|api[ _-]?(?:key|token)s?|access[ _-]?key"
    r"|secret[ _-]?key|x-api-key|(?:api\s|access\s|auth\s|authentication\s)?tokens?(?:\s(?:d'acces|api))?"
    r"|jetons?(?:\s(?:d'acces|api))?"
    r"|client\ssecret)(?!\w)"
)
_KEY_VALUE = re.compile(r"[\"'«(`\s]{0,2}((?=[\w.~+/-]{0,60}\d)(?=[\w.~+/-]{0,60}[a-z])[\w.~+/=-]{12,})")


def codes(traced: Traced, *, about_otp: bool) -> Iterator[Cut]:
    """Announced numbers and codes; each has a digit."""
    if not traced.has_digit:
        return
    text = traced.folded
    for found in _BIRTH.finditer(text):
        if not _RECENT.search(found[1]):
            yield Cut("birth_date", *found.span(1))
    for found in _SOCIAL.finditer(text):
        yield Cut("social_security", *found.span(1))
    yield from _numens(text)
    yield from _pins(text)
    yield from _keys(text)
    yield from one_time_codes(text, about_otp=about_otp)


def _numens(text: str) -> Iterator[Cut]:
    for name in _NUMEN.finditer(text):
        value = _NUMEN_VALUE.match(text, announced(text, name.end()).start)
        if value and sum(character.isdigit() for character in value[1]) >= _NUMEN_DIGITS:
            yield Cut("numen", *value.span(1))


def _pins(text: str) -> Iterator[Cut]:
    for name in _PIN.finditer(text):
        said = announced(text, name.end())
        value = _PIN_VALUE.match(text, said.start)
        if value is None or is_phone(value[1]):
            continue
        is_near = said.lead != "none" or not said.far
        if name[1] is None or (is_near and len(value[1]) <= _SHORT_CODE):
            yield Cut("pin", *value.span(1))
    for found in _PIN_BEFORE.finditer(text):
        yield Cut("pin", *found.span(1))


def _keys(text: str) -> Iterator[Cut]:
    kinds: tuple[tuple[SecretKind, re.Pattern[str], re.Pattern[str]], ...] = (
        ("token", _KEY, _KEY_VALUE),
        ("otp", _RESERVE, _RESERVE_VALUE),
    )
    for kind, names, values in kinds:
        for name in names.finditer(text):
            value = values.match(text, announced(text, name.end()).start)
            if value:
                yield Cut(kind, *value.span(1))
