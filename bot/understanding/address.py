"""The web address a user sees, found in a text and cut down to what may be kept. How it reads is in `url`."""

import re

from bot.model.answer import WebAddress
from bot.model.inputs import Answer, Miss
from bot.model.verdict import Reason
from bot.understanding.url import AUTHORITY_END, CONTROLS, DROPPED, read_url

_QUOTES = '<>"«»“”„'
_SPACES = r"\t\r\n\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CLOSING = "()[]{}.,;:!?'’`*…"
_PIECE = re.compile(rf"[^{_SPACES}{_QUOTES}]+")
_AROUND = _CLOSING + CONTROLS
_WITH_SCHEME = re.compile(
    r"(?is)(?:(?!(?:https?|ftp|wss?):)[^./\\@?#%]*[^\w./\\@?#%])?"
    r"(?P<url>(?:https?|ftp|wss?):(?:[/\\]|(?=[^/\\]{0,253}[.%])).+)"
)
_BEGUN = re.compile(r"(?i)(?:[^./\\@?#%]*[^\w./\\@?#%])?(?:https?|ftp|wss?):")
_CODE = re.compile(
    r"(?i)(?P<scheme>javascript|vbscript|data|file|blob|filesystem|intent|view-source):(?=[^\s/\\(%;=,`\[]*[/\\(%;=,`\[])"
)
_CODE_REASONS: dict[str, Reason] = {"javascript": "script_url", "vbscript": "script_url", "data": "data_url"}
_BROKEN = re.compile(rf"(?:[\t\r\n]+(?!(?:https?|ftp):)[^{_SPACES}{_QUOTES}]+)+", re.IGNORECASE)
_GOES_ON = frozenset("./\\@:%。．｡／＠：")
_RUNS_ON = re.compile(
    rf"[{_QUOTES}][{_QUOTES}{re.escape(_CLOSING)}]*[^{_SPACES}{_QUOTES}{re.escape(_CLOSING)}]|[^\S\t\r\n]+[.@\\]\w"
)
_BARE = re.compile(
    r"(?is)(?:(?!(?:https?|ftp|wss?|javascript|vbscript|data):)[^./\\@?#%]*[:='’(\[{,;])?"
    r"(?P<host>[^\W_][\w-]*(?:\.[^\W_][\w-]*)+)(?P<port>:\d+)?"
)
_FOUR_NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")

_FILE_ENDINGS = frozenset((
    "bmp", "csv", "doc", "docx", "eml", "exe", "gif", "htm", "html", "ics", "jpeg", "jpg", "js", "log", "mov",
    "mp3", "mp4", "msg", "odp", "ods", "odt", "pdf", "php", "png", "pps", "ppt", "pptx", "rar", "rtf", "svg",
    "txt", "wav", "webp", "xls", "xlsx", "xml", "yaml", "zip",
))  # fmt: skip
_COMMON_DOMAINS = frozenset(("com", "eu", "fr", "info", "net", "org"))
"""In a sentence, two words that lack the space after a full stop look like a host; under these, one is likelier."""


def web_address(text: str) -> Answer | Miss:
    """The first web address in the text, without user-info, query string, fragment or session parameters.

    When that one cannot be read with certainty, none is understood. Of one that is itself a page or a program, only
    the scheme is kept.
    """
    address = _first(text)
    return Answer(address) if address else Miss(text, "not_an_address")


def _first(text: str) -> WebAddress | None:
    if program := _program(text.strip(CONTROLS).translate(DROPPED)):
        return program
    pieces = [piece for piece in _PIECE.finditer(text) if piece[0].strip(_AROUND)]
    for piece in pieces:
        token = piece[0].strip(_AROUND)
        if program := _program(token):
            return program
        if found := _WITH_SCHEME.fullmatch(token):
            return _read(_whole(found["url"], text, piece.end()))
        if _BEGUN.match(piece[0]):
            return None
        if url := _without_scheme(token, alone=len(pieces) == 1):
            return _read(url)
    return None


def _program(token: str) -> WebAddress | None:
    """An address that holds a page or a program, or names a file or another address, instead of a site."""
    found = _CODE.match(token)
    if found is None:
        return None
    scheme = found["scheme"].lower()
    return WebAddress(f"{scheme}:", "", (_CODE_REASONS.get(scheme, "other_scheme"),))


def _whole(url: str, text: str, end: int) -> str:
    """The address with what browsers still take for its host after it; empty where that cannot be told."""
    if AUTHORITY_END.search(url.partition(":")[2].lstrip("/\\")):
        return url
    broken = _BROKEN.match(text, end)
    if broken and _GOES_ON & set(broken[0].rstrip(_AROUND)):
        if not any(_GOES_ON & set(line.rstrip(_AROUND)) for line in broken[0].split()):
            return ""
        url, end = url + broken[0].rstrip(_AROUND), broken.end()
    return "" if _RUNS_ON.match(text, end) else url


def _without_scheme(token: str, *, alone: bool) -> str | None:
    """The address as if https stood before it, which browsers hide. An e-mail address is none."""
    authority = AUTHORITY_END.split(token, maxsplit=1)[0]
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
    read = read_url(url)
    return WebAddress(read.text, read.host, read.marks) if read else None
