"""What can be said of a web address: whether it is one of the desk's own, and what speaks against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Reason: TypeAlias = Literal[
    "data_url", "script_url", "other_scheme", "user_info", "disguised", "look_alike", "other_tld", "ip_address",
    "punycode", "shortener", "odd_port", "not_https", "not_ours", "no_host",
]  # fmt: skip
REASONS: Sequence[Reason] = (
    "data_url", "script_url", "other_scheme", "user_info", "disguised", "look_alike", "other_tld", "ip_address",
    "punycode", "shortener", "odd_port", "not_https", "not_ours", "no_host",
)  # fmt: skip
"""What can speak against an address, in the order in which it is told."""

Verdict: TypeAlias = Literal["own", "foreign", "suspicious", "unreadable"]
"""There is no "safe": an address of the desk's own is no more than that."""


@dataclass(frozen=True, slots=True)
class AddressVerdict:
    """The verdict on an address.

    `host` is the one a browser asks for, None where there is none. `reasons` are empty exactly for "own"; "foreign"
    has no other than that the host is not one of the desk's own.
    """

    host: str | None
    verdict: Verdict
    reasons: tuple[Reason, ...]


def is_under(host: str, domains: Sequence[str]) -> bool:
    """Whether the host is one of the domains, or ends in a dot and one of them."""
    return any(host == domain or host.endswith("." + domain) for domain in domains)
