"""What Telegram makes links of: web addresses and names. Those that do not lead to the desk's own must be none."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.model.flow import Flow
from bot.model.inputs import Answer
from bot.model.verdict import is_under
from bot.understanding.address import web_address

_TOKEN = re.compile(r"[^\s«»“”\"<>()]+")
_AROUND = ".,;:!?’'…"
_INNER_DOT = re.compile(rf"(?<![{_AROUND}])(?:(?!\.)[{_AROUND}])*+\.[{_AROUND}]*+[^\s«»“”\"<>(){_AROUND}]")
"""What any address has in it; most texts have dots at the ends of words only."""
_WORD = re.compile(r"\S+")
_LIVE = re.compile(r"\.[^\W\d_]|(?:\d{1,3}\.){3}\d|://|@|(?<![\w<])[/#$]\w")
"""What any link has in it that Telegram finds by itself: an address, a mention, a command, a hashtag."""
_ONE_ADDRESS = re.compile(r"(?ai)(?:https?://)?(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:/[\w./~%?=&+-]*)?")
"""A page and nothing else: no user, no port, nothing that may end one address and begin another."""
_BRACKETS = '()[]{}<>«»“”"*'


def own_domains(flows: Iterable[Flow]) -> tuple[str, ...]:
    """The domains that the desk's settings name: as such, in addresses of pages, and in e-mail addresses."""
    found: list[str] = []
    for flow in flows:
        found += flow.domains
        for setting in flow.settings.values():
            if setting.type in ("url", "email") and isinstance(setting.value, str):
                found += [host for _, _, host in _addresses(setting.value)]
    return tuple(dict.fromkeys(found))


def foreign(text: str, own: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where addresses begin and end in a text that lead elsewhere than to one of these domains."""
    return ((start, end) for start, end, host in _addresses(text) if not is_under(host, own))


def live(text: str, own: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where words begin and end in which Telegram may find anything but an address under one of these domains.

    For what people wrote: it marks too much rather than too little, for nobody knows all that Telegram finds.
    """
    for word in _WORD.finditer(text):
        address = _ONE_ADDRESS.fullmatch(word[0].strip(_AROUND + _BRACKETS))
        if _LIVE.search(word[0]) and not (address is not None and is_under(address["host"].lower(), own)):
            yield word.span()


def _addresses(text: str) -> Iterator[tuple[int, int, str]]:
    if not _INNER_DOT.search(text):
        return
    for token in _TOKEN.finditer(text):
        word = token[0].strip(_AROUND)
        if "." not in word:
            continue
        start = token.start() + token[0].index(word)
        match web_address(word.rpartition("@")[2] if "@" in word and "/" not in word else word):
            case Answer(value) if value.kind == "web_address" and value.host:
                yield start, start + len(word), value.host
