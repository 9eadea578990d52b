"""What may be mistyped in an identifier. It is kept as it is, right or wrong: only the user can tell."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from bot.model.answer import Slip
from bot.model.verdict import is_under
from bot.understanding.look_alike import resemblance

_SENTENCE = 3
"""Words."""

_PHONE = re.compile(r"\+?[0-9][0-9 ./()-]+")
_PHONE_DIGITS = range(9, 16)
_PERSONAL_NUMBER = re.compile(r"[0-9]{2}[a-z][0-9]{7}[a-z]{3}", re.IGNORECASE)
_ACADEMY = re.compile(r"(?:.+\.)?ac-[a-z-]+\.fr")
_SHORTEST_CAPITALS = 4
"""Letters; fewer are initials."""


def slips(text: str, domains: Sequence[str], *, mail_client: bool) -> tuple[Slip, ...]:
    """What looks mistyped; `domains` are the desk's own.

    A mail client needs the whole address, so that one without its domain is incomplete there.
    """
    if kind := _something_else(text):
        return (kind,)
    domain = _of_domain(text, domains, mail_client=mail_client)
    return (*_of_letters(text), *((domain,) if domain else ()))


def _something_else(text: str) -> Slip | None:
    """What it looks like, when that is no identifier at all."""
    if _PHONE.fullmatch(text) and sum(map(str.isdecimal, text)) in _PHONE_DIGITS:
        return "phone_number"
    if _PERSONAL_NUMBER.fullmatch("".join(text.split())):
        return "personal_number"
    return "sentence" if len(text.split()) >= _SENTENCE else None


def _of_letters(text: str) -> Iterator[Slip]:
    if text.count("@") > 1:
        yield "doubled_at"
    if "," in text:
        yield "comma"
    if len(text.split()) > 1:
        yield "space"
    if any(map(unicodedata.combining, unicodedata.normalize("NFKD", text))):
        yield "accent"
    letters = [char for char in text if char.isalpha()]
    if len(letters) >= _SHORTEST_CAPITALS and all(map(str.isupper, letters)):
        yield "capitals"


def _of_domain(text: str, domains: Sequence[str], *, mail_client: bool) -> Slip | None:
    _, at, domain = "".join(text.lower().split()).rpartition("@")
    if not at or not domain:
        return "no_domain" if at or mail_client else None
    if not domains or is_under(domain, domains):
        return None
    if resemblance(domain, "", domains):
        return "domain_misspelt"
    return "other_academy" if _ACADEMY.fullmatch(domain) else None
