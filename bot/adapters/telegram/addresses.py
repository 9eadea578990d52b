"""Web addresses in what the bot says: Telegram makes links of them, and one that is not the desk's own must be none."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.model.flow import Flow
from bot.model.inputs import Answer
from bot.model.verdict import is_under
from bot.understanding.address import web_address

_TOKEN = re.compile(r"[^\s«»“”\"<>()]+")
_AROUND = ".,;:!?’'…"


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


def _addresses(text: str) -> Iterator[tuple[int, int, str]]:
    for token in _TOKEN.finditer(text):
        word = token[0].strip(_AROUND)
        if "." not in word:
            continue
        start = token.start() + token[0].index(word)
        match web_address(word.rpartition("@")[2] if "@" in word and "/" not in word else word):
            case Answer(value) if value.kind == "web_address" and value.host:
                yield start, start + len(word), value.host
