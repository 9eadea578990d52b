"""A URL as a browser reads it, not as the eye does.

A backslash is a slash, tabs and line breaks are not there, what stands before the last "@" is no host, and a host is
the one that is asked for: decoded, in small letters, in punycode, an IPv4 address as four numbers.
"""

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import unquote

import idna

from bot.model.verdict import Reason

DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
"""The schemes that can be read, with their ports."""

AUTHORITY_END = re.compile(r"[/\\?#]")
CONTROLS = "".join(map(chr, range(0x21)))
"""What browsers take off both ends."""

DROPPED = str.maketrans("", "", "\t\r\n")
"""What browsers take out everywhere."""

_PATH_END = re.compile(r"[\\?#;]|%(?:3[bf]|23|5c)", re.IGNORECASE)
_PLACE = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(?::(?P<port>0*[0-9]{0,5}))?")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)+")
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]*|[0-9]+")
_MAX_HOST = 253
_MAX_PORT = 65_535
_BYTES, _BYTE = 4, 256
"""Of an IPv4 address: how many, and how many values each has."""


@dataclass(frozen=True, slots=True)
class Url:
    """A URL without user-info, query string, fragment and path parameters.

    `marks` is what speaks against it, whosever the host is.
    """

    scheme: str
    host: str
    port: int | None
    path: str
    marks: tuple[Reason, ...]

    @property
    def text(self) -> str:
        """What may be kept of it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port is not None else ""
        return f"{self.scheme}://{host}{port}{self.path}"


def read_url(url: str) -> Url | None:
    """The URL, None where it cannot be read with certainty."""
    bare = url.translate(DROPPED)
    scheme, _, after = bare.partition(":")
    scheme, rest = scheme.lower(), after.lstrip("/\\")
    authority = AUTHORITY_END.split(rest, maxsplit=1)[0]
    path = rest[len(authority) :]
    _, at, place = authority.rpartition("@")
    found = _PLACE.fullmatch(place)
    if scheme not in DEFAULT_PORTS or found is None:
        return None
    host, port = _asked_for(found["host"]), int(found["port"]) if found["port"] else None
    if host is None or (port is not None and port > _MAX_PORT):
        return None
    marks: dict[Reason, bool] = {
        "other_scheme": scheme not in ("http", "https"),
        "user_info": bool(at),
        "disguised": bare != url
        or after[: len(after) - len(rest)] != "//"
        or "\\" in re.split(r"[?#]", path, maxsplit=1)[0]
        or not _is_plain(found["host"], host),
        "odd_port": port is not None and port != DEFAULT_PORTS[scheme],
        "not_https": scheme == "http",
    }
    return Url(scheme, host, port, _PATH_END.split(path, maxsplit=1)[0], tuple(mark for mark in marks if marks[mark]))


def _asked_for(written: str) -> str | None:
    """The host that is looked up."""
    try:
        if written.startswith("["):
            return str(IPv6Address(written[1:-1]))
        name = unquote(written, errors="strict")
        if not name.isascii() and len(name) <= _MAX_HOST:
            name = idna.encode(name, uts46=True).decode("ascii")
    except (AddressValueError, UnicodeError):
        return None
    name = name.lower().removesuffix(".")
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        return _four_numbers(name)
    return name if _HOST.fullmatch(name) else None


def _four_numbers(name: str) -> str | None:
    """An IPv4 address of one to four numbers, each decimal, octal (0…) or hexadecimal (0x…)."""
    parts = name.split(".")
    if len(parts) > _BYTES or not all(_NUMBER.fullmatch(part) for part in parts) or len(name) > _MAX_HOST:
        return None
    try:
        *first, last = [_number(part) for part in parts]
    except ValueError:
        return None
    if any(number >= _BYTE for number in first) or last >= _BYTE ** (_BYTES - len(first)):
        return None
    return str(IPv4Address(sum(number * _BYTE ** (3 - place) for place, number in enumerate(first)) + last))


def _number(part: str) -> int:
    if part.lower().startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") else int(part)


def _is_plain(written: str, host: str) -> bool:
    """Whether the host is written as it is asked for, but for capitals and a last dot."""
    if written.startswith("["):
        return True
    if written.isascii():
        return written.lower().removesuffix(".") == host
    small = unicodedata.normalize("NFC", written.lower())
    return "%" not in small and idna.uts46_remap(small, std3_rules=False, transitional=False) == small
