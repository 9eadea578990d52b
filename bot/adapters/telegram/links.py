"""Deep links: `https://t.me/<bot>?start=<cause>-<language>` opens the bot in the middle of things.

The parameter of a link is a flow's name, a cause's, or both, then a language's code; any part may be left out:
`otp_blocked-fr`, `wifi-en`, `webmail-other-fr`, `en`. Telegram allows letters, digits, `_` and `-`, 64 in all.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bot.model.flow import START_FLOW, Flow
from bot.service.incoming import Opened

MAX_PARAMETER = 64


@dataclass(frozen=True, slots=True)
class Link:
    """A way into a conversation."""

    flow: str
    cause: str | None
    language: str
    parameter: str

    def url(self, username: str) -> str:
        """The link for a bot of this name."""
        return f"https://t.me/{username}?start={self.parameter}"


def links(flows: Mapping[str, Flow], languages: Collection[str]) -> Iterator[Link]:
    """Every link there is: each flow and each of its causes, in each language."""
    owners: dict[str, str] = {}
    for name, flow in flows.items():
        for cause in flow.causes:
            owners.setdefault(cause, name)
    for name, flow in flows.items():
        if name == START_FLOW:
            continue
        for language in languages:
            yield Link(name, None, language, f"{name}-{language}")
            for cause in flow.causes:
                parameter = f"{cause}-{language}" if owners[cause] == name else f"{name}-{cause}-{language}"
                if len(parameter) <= MAX_PARAMETER:
                    yield Link(name, cause, language, parameter)


def opened(parameter: str, flows: Mapping[str, Flow], languages: Collection[str]) -> Opened:
    """What the parameter of a link asks for; parts that nobody knows are passed over."""
    flow = cause = language = None
    for part in parameter.split("-"):
        if part in languages:
            language = part
        elif part in flows and part != START_FLOW:
            flow = part
        elif any(part in each.causes for each in flows.values()):
            cause = part
    if flow is not None and cause is not None and cause not in flows[flow].causes:
        cause = None
    return Opened(language, flow, cause)
