"""The web address a user sees, cut down to what may be kept.

A browser's reading counts, not what the eye makes of it: a backslash is a slash, what stands before an "@" is no host,
and a host in another script is the punycode that is asked for.
"""

import re
from urllib.parse import urlsplit

import idna

from bot.model.answer import WebAddress
from bot.model.inputs import Answer, Miss

_APART = re.compile(r"[\s<>\"«»“”„]+")
_AROUND = "()[]{}.,;:!?'’`*…"
_WITH_SCHEME = re.compile(r"(?is)(?:[^./\\@?#]*[^\w./\\@?#])?(?P<scheme>https?):[/\\]+(?P<rest>.+)")
_AUTHORITY_END = re.compile(r"[/\\?#]")
_BARE = re.compile(r"(?:.*[:='’(\[{,;])?(?P<host>[^\W_][\w-]*(?:\.[^\W_][\w-]*)+)(?P<port>:\d+)?")
_FOUR_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)+")
_MAX_HOST = 253

_FILE_ENDINGS = frozenset((
    "bmp", "csv", "doc", "docx", "eml", "exe", "gif", "htm", "html", "ics", "jpeg", "jpg", "js", "log", "mov",
    "mp3", "mp4", "msg", "odp", "ods", "odt", "pdf", "php", "png", "pps", "ppt", "pptx", "rar", "rtf", "svg",
    "txt", "wav", "webp", "xls", "xlsx", "xml", "yaml", "zip",
))  # fmt: skip
_COMMON_DOMAINS = frozenset(("com", "eu", "fr", "info", "net", "org"))
"""In a sentence, two words that lack the space after a full stop look like a host; under these, one is likelier."""


def web_address(text: str) -> Answer | Miss:
    """The first web address in the text, without user-info, query string, fragment or session parameters.

    When that one cannot be read with certainty, none is understood.
    """
    tokens = [token for token in (part.strip(_AROUND) for part in _APART.split(text)) if token]
    urls = (_with_scheme(token) or _without_scheme(token, alone=len(tokens) == 1) for token in tokens)
    url = next((url for url in urls if url is not None), None)
    address = _read(url) if url is not None else None
    return Answer(address) if address else Miss(text, "not_an_address")


def _with_scheme(token: str) -> str | None:
    found = _WITH_SCHEME.fullmatch(token)
    return f"{found['scheme']}://{found['rest']}" if found else None


def _without_scheme(token: str, *, alone: bool) -> str | None:
    """The address as if https stood before it, which browsers hide. An e-mail address is none."""
    authority = _AUTHORITY_END.split(token, maxsplit=1)[0]
    rest = token[len(authority) :]
    user, at, _ = authority.rpartition("@")
    found = _BARE.fullmatch(authority, len(user) + len(at))
    if found is None:
        return None
    leads_on = found["port"] is not None or rest.startswith("/")
    if at:
        return f"https://{authority}{rest}" if leads_on else None
    if not _is_plausible(found["host"].lower(), leads_on=leads_on, alone=alone):
        return None
    return f"https://{found['host']}{found['port'] or ''}{rest}"


def _is_plausible(host: str, *, leads_on: bool, alone: bool) -> bool:
    """Whether words with dots between them are a host, rather than a number, a file or a sentence's end."""
    first, *between, last = host.split(".")
    if _FOUR_NUMBERS.fullmatch(host):
        return True
    if not (last.isalpha() or last.startswith("xn--")) or len(last) == 1:
        return False
    if first == "www" or leads_on:
        return True
    return last not in _FILE_ENDINGS and (alone or bool(between) or last in _COMMON_DOMAINS)


def _read(url: str) -> WebAddress | None:
    try:
        parts = urlsplit(url.split("\\", maxsplit=1)[0])
        host, port = _asked_for(parts.hostname or ""), parts.port
    except ValueError:
        return None
    if not _HOST.fullmatch(host):
        return None
    path = parts.path.split(";")[0]
    kept = f"{parts.scheme}://{host}{f':{port}' if port else ''}{path}"
    return WebAddress(kept, host, insecure=parts.scheme == "http", user_info="@" in parts.netloc)


def _asked_for(host: str) -> str:
    """The host as it is looked up; raises a `ValueError` when it cannot be."""
    if host.isascii() or len(host) > _MAX_HOST:
        return host.removesuffix(".")
    return idna.encode(host, uts46=True).decode("ascii").removesuffix(".")
