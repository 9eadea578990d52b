"""The stores that the contract tests run on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.adapters.store.sql import SqlStore
from bot.service.ports import Store, WrittenTicket
from tests.desk import CIPHER
from tests.fakes import MemorySink, MemoryStore, Person, conversation
from tests.postgres import Postgres


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Each store there is."""
    if request.param == "memory":
        yield MemoryStore()
        return
    async with _opened(request, tmp_path) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Each store that does several jobs at once."""
    async with _opened(request, tmp_path) as opened:
        yield opened


@asynccontextmanager
async def _opened(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Store]:
    server: Postgres | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    opened = await SqlStore.open(server.database() if server else f"sqlite:///{folder / 'bot.db'}", CIPHER)
    yield opened
    await opened.close()


@pytest.fixture
async def written() -> WrittenTicket:
    """A ticket, and the message that hands it on."""
    sink = MemorySink()
    person = Person(conversation(sink=sink))
    await person.opens("fr")
    for choice in ("webmail", "portal_saturated", "hours", "unreadable", "no_message", "just_now", "confirm"):
        await person.presses(choice)
    return WrittenTicket(sink.taken[0].ticket, sink.taken[0].message)
