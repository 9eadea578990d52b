"""Each of the desk's systems, with the sink for it."""

from collections.abc import AsyncIterator

import pytest

from tests.helpdesks import Glpi, Receiver, Zammad
from tests.helpdesks.desks import Desk, glpi_sink, receiver_sink, zammad_sink


@pytest.fixture
async def glpi() -> AsyncIterator[Desk]:
    """GLPI."""
    async with Glpi() as server:
        sink = glpi_sink(server)
        yield Desk(server, sink, "POST Ticket", "BOT_GLPI_URL", lambda: len(server.tickets), "100")
        await sink.close()


@pytest.fixture
async def zammad() -> AsyncIterator[Desk]:
    """Zammad."""
    async with Zammad() as server:
        sink = zammad_sink(server)
        yield Desk(server, sink, "POST tickets", "BOT_ZAMMAD_URL", lambda: len(server.tickets), "62007")
        await sink.close()


@pytest.fixture
async def webhook() -> AsyncIterator[Desk]:
    """A receiver of webhooks."""
    async with Receiver() as server:
        sink = receiver_sink(server)
        yield Desk(server, sink, "POST guichet", "BOT_HOOK_URL", lambda: len(server.events), "HD-4711")
        await sink.close()


@pytest.fixture(params=["glpi", "zammad", "webhook"])
def desk(request: pytest.FixtureRequest) -> Desk:
    """Each of them."""
    made: Desk = request.getfixturevalue(request.param)
    return made
