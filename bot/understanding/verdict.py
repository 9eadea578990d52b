"""Whether a web address is one of the desk's own, and what speaks against it."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from bot.model.answer import WebAddress
from bot.model.inputs import Answer
from bot.model.verdict import REASONS, AddressVerdict, Reason, is_under
from bot.understanding.address import web_address
from bot.understanding.look_alike import resemblance

_SHORTENERS = (
    "bit.ly", "buff.ly", "cutt.ly", "goo.gl", "is.gd", "lnkd.in", "ow.ly", "rb.gy", "rebrand.ly", "s.id", "shorturl.at",
    "t.co", "t.ly", "tiny.cc", "tinyurl.com", "urlr.me", "urlz.fr", "v.gd",
)  # fmt: skip


def judge(text: str, domains: Sequence[str]) -> AddressVerdict:
    """The verdict on the address in a text. Without domains, none is the desk's own."""
    match web_address(text):
        case Answer(WebAddress() as address):
            return judged(address, domains)
        case _:
            return AddressVerdict(None, "unreadable", ("no_host",))


def judged(address: WebAddress, domains: Sequence[str]) -> AddressVerdict:
    """The verdict on an address that has been understood."""
    found = {*address.reasons, *_of_host(address, domains)}
    reasons = tuple(reason for reason in REASONS if reason in found)
    if not reasons:
        return AddressVerdict(address.host, "own", ())
    return AddressVerdict(address.host or None, "foreign" if reasons == ("not_ours",) else "suspicious", reasons)


def _of_host(address: WebAddress, domains: Sequence[str]) -> Iterator[Reason]:
    """What speaks against a host that is not one of the desk's own."""
    host = address.host
    if not host or is_under(host, domains):
        return
    yield "not_ours"
    if _is_number(host):
        yield "ip_address"
        return
    if any(label.startswith("xn--") for label in host.split(".")):
        yield "punycode"
    if is_under(host, _SHORTENERS):
        yield "shortener"
    alike = resemblance(host, address.path, domains)
    if alike:
        yield alike


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
