"""Sessions that are kept in memory: what is stored is what counts."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.store.recent import RecentSessions
from bot.adapters.store.sql import SqlStore
from bot.engine.step import begin
from bot.model.message import Message, Reply, Words
from bot.model.session import Session
from bot.service.ports import WriteSet
from tests.desk import CIPHER, MONDAY, machine

REPLY = Reply((Message((Words("hello"),)),), (), "choice", "flow.node", "fr", 1)


class Seconds:
    """A clock that moves when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        """The present moment."""
        return self.now


@pytest.fixture
def session() -> Session:
    """A session that has just begun."""
    return begin(machine(), "fr", MONDAY)[0]


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """Two processes on one database."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    one, other = await SqlStore.open(url, CIPHER), await SqlStore.open(url, CIPHER)
    yield one, other
    await one.close()
    await other.close()


def record(name: str) -> str:
    """What a session may be stored as."""
    return name.rjust(100, "=")


def test_the_very_record_counts(session: Session) -> None:
    """Any other one has been written by somebody else."""
    recent = RecentSessions()
    recent.keep("a", record("1"), session)
    assert recent.of("a", record("1")) is session
    assert recent.of("a", record("2")) is None
    assert recent.of("b", record("1")) is None
    recent.keep("a", record("2"), session)
    assert recent.of("a", record("1")) is None


def test_what_is_erased_is_let_go(session: Session) -> None:
    """At once; so may be what is not there."""
    recent = RecentSessions()
    recent.keep("a", record("1"), session)
    recent.forget("a")
    recent.forget("a")
    assert recent.of("a", record("1")) is None


def test_whoever_was_quiet_is_let_go(session: Session) -> None:
    """Ten minutes later, when the bot notes that it is there; whoever talked meanwhile stays."""
    clock = Seconds()
    recent = RecentSessions(clock)
    for chat in ("quiet", "busy"):
        recent.keep(chat, record("1"), session)
    clock.now = 500
    recent.keep("busy", record("2"), session)
    clock.now = 1_000
    recent.sweep()
    assert recent.of("quiet", record("1")) is None
    assert recent.of("busy", record("2")) is session
    clock.now = 2_000
    recent.sweep()
    recent.sweep()
    assert recent.of("busy", record("2")) is None


def test_no_more_than_so_many(session: Session) -> None:
    """However many come at once."""
    recent = RecentSessions()
    for number in range(10_001):
        recent.keep(str(number), record("1"), session)
    assert [recent.of(str(number), record("1")) is None for number in (0, 1, 10_000)] == [True, False, False]


async def test_another_process_has_gone_on(stores: tuple[SqlStore, SqlStore], session: Session) -> None:
    """Its session is the one that counts, for whoever held an older one."""
    one, other = stores
    later = replace(session, language="en")
    for number, (store, stored) in enumerate(((one, session), (other, later), (one, session))):
        async with store.turn("a", str(number)) as turn:
            assert turn.session == (None if number == 0 else later if number == 2 else session)
            await turn.commit(WriteSet(MONDAY, stored, REPLY))


async def test_another_process_has_erased(stores: tuple[SqlStore, SqlStore], session: Session) -> None:
    """Nothing comes back, not even when the chat begins again exactly as it had."""
    one, other = stores
    async with one.turn("a", "1") as turn:
        await turn.commit(WriteSet(MONDAY, replace(session, language="en"), REPLY))
    async with other.turn("a", "2") as turn:
        await turn.erase(MONDAY, REPLY)
    async with one.turn("a", "3") as turn:
        assert turn.session is None
    async with other.turn("a", "4") as turn:
        await turn.commit(WriteSet(MONDAY, session, REPLY))
    async with one.turn("a", "5") as turn:
        assert turn.session == session
