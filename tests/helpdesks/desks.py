"""Each of the desk's systems, with the sink for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from bot.adapters.sinks.glpi import GlpiSink, GlpiTickets
from bot.adapters.sinks.glpi_session import GlpiAccess
from bot.adapters.sinks.webhook import WebhookSink
from bot.adapters.sinks.zammad import ZammadAccess, ZammadSink
from bot.bootstrap.http_sinks import webhook_sink
from bot.service.delivery import Accepted, Parcel, Sink, Undelivered
from bot.settings import Settings
from tests.helpdesks.glpi import APP_TOKEN, USER_TOKEN
from tests.helpdesks.parcels import PARCEL
from tests.helpdesks.receiver import SECRET
from tests.helpdesks.server import Server
from tests.helpdesks.zammad import GROUP, TOKEN


@dataclass(frozen=True, slots=True)
class Desk:
    """A system, its sink, and what both have in common: the call that makes a ticket, and how many there are."""

    server: Any
    sink: Sink
    makes: str
    address: str
    count: Callable[[], int]
    number: str

    async def takes(self, parcel: Parcel = PARCEL, *, again: bool = False) -> Accepted:
        """Hands a parcel over."""
        return await self.sink.deliver(parcel, again=again)

    async def refuses(self, parcel: Parcel = PARCEL, *, again: bool = False) -> Undelivered:
        """How handing it over fails."""
        with pytest.raises(Undelivered) as caught:
            await self.sink.deliver(parcel, again=again)
        return caught.value


def glpi_sink(server: Server, *, patience: float = 60.0, user_token: str = USER_TOKEN, **tickets: Any) -> GlpiSink:
    """A sink for this GLPI."""
    access = GlpiAccess(f"{server.url}/apirest.php", SecretStr(user_token), SecretStr(APP_TOKEN))
    return GlpiSink(access, GlpiTickets(**tickets), patience=patience)


def zammad_sink(server: Server, *, patience: float = 60.0, token: str = TOKEN, group: str = GROUP) -> ZammadSink:
    """A sink for this Zammad."""
    return ZammadSink(ZammadAccess(server.url, SecretStr(token), group, "guichet@example.org"), patience=patience)


def receiver_sink(server: Server, allow: str = "127.0.0.1", secret: str = SECRET) -> WebhookSink:
    """A sink for this receiver, as settings make it."""
    sink = webhook_sink(Settings(hook_url=f"{server.url}/guichet", hook_secret=SecretStr(secret), inside_hosts=allow))
    assert sink is not None
    return sink
