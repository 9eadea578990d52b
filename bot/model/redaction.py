"""Secrets that are cut out of what people write, and what is left."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

SecretKind: TypeAlias = Literal[
    "password",
    "otp",
    "pin",
    "numen",
    "birth_date",
    "iban",
    "social_security",
    "cas_ticket",
    "token",
    "cookie",
    "jwt",
    "url_secret",
    "private_key",
]


@dataclass(frozen=True, slots=True)
class Redaction:
    """One secret that was cut out: `mark` stands in its place."""

    kind: SecretKind
    mark: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its secrets, and what was cut, in the order of the text."""

    text: str
    found: tuple[Redaction, ...] = ()
