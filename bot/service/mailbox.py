"""E-mail addresses that the operator or the desk writes down."""

import re
from collections.abc import Iterable
from email.headerregistry import Address

from bot.model.flow import Flow

_ATOM = r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]+"
_ADDRESS = rf"(?P<user>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)"
_BARE = re.compile(_ADDRESS)
_NAMED = re.compile(rf'"?(?P<name>[^"<>@,;=\x00-\x1f\x7f]*?)"?\s*<{_ADDRESS}>')


def mailboxes(text: str) -> tuple[Address, ...]:
    """The addresses of a text, with commas between them; each may have a name: `Support <support@example.org>`.

    Raises:
        ValueError: something between the commas is no address in ASCII.
    """
    return tuple(_mailbox(written.strip()) for written in text.split(","))


def support_address(flows: Iterable[Flow]) -> str:
    """The desk's address, as the flows know it; empty where they do not."""
    known = (flow.settings.get("support_email") for flow in flows)
    return next((str(setting.value) for setting in known if setting is not None and setting.value), "")


def _mailbox(written: str) -> Address:
    match = _BARE.fullmatch(written) or _NAMED.fullmatch(written)
    if match is None:
        raise ValueError(f'"{written}" is not an e-mail address; write one such as support@example.org')
    name = match.groupdict().get("name") or ""
    return Address(name.strip(), match["user"], match["domain"])
