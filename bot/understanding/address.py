"""The web address a user sees, cut down to what may be kept."""

import re
from urllib.parse import urlsplit

from bot.model.answer import WebAddress
from bot.model.inputs import Answer, Miss

_LIKELY = re.compile(r"(?i)\bhttps?://[^\s<>\"«»]+|\b[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/[^\s<>\"«»]*)?")
_HOST = re.compile(r"(?i)[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")


def web_address(text: str) -> Answer | Miss:
    """The first web address in the text, without user-info, query string, fragment or session parameters."""
    found = _LIKELY.search(text)
    if found is None:
        return Miss(text, "not_an_address")
    written = found[0].rstrip(".,;:!?)»")
    try:
        parts = urlsplit(written if "://" in written else f"https://{written}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Miss(text, "not_an_address")
    if not _HOST.fullmatch(host):
        return Miss(text, "not_an_address")
    path = parts.path.split(";")[0]
    return Answer(WebAddress(f"{parts.scheme}://{host}{f':{port}' if port else ''}{path}", host))
