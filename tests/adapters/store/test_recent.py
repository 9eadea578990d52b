"""Chats that are kept in memory: what is stored is what counts."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal, get_args
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy, integers, lists, sampled_from, tuples
from sqlalchemy import Connection, Engine, event

from bot.adapters.store.recent import Recent, RecentChats
from bot.adapters.store.sql import SqlStore
from bot.adapters.store.turn import ChatBusy
from bot.engine.step import begin
from bot.model.message import Message, Reply, Words
from bot.model.session import Session
from bot.service.ports import SetAside, WriteSet
from tests.desk import CIPHER, MONDAY, machine
from tests.postgres import Postgres

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
async def stores(postgres: Postgres) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    """Two processes on one database."""
    url = postgres.database()
    one, other = await SqlStore.open(url, CIPHER), await SqlStore.open(url, CIPHER)
    yield one, other
    await one.close()
    await other.close()


def recent(session: Session, name: str = "1", newest: int | None = 1) -> Recent:
    """How a chat may stand; its session is stored as what the name says."""
    return Recent(record(name), session, 1, 0, None, None, None, newest)


def record(name: str) -> str:
    """What a session may be stored as."""
    return name.rjust(100, "=")


def test_the_very_record_counts(session: Session) -> None:
    """Any other one has been written by somebody else."""
    chats = RecentChats()
    chats.keep("a", recent(session, "1"))
    assert chats.session("a", record("1")) is session
    assert chats.session("a", record("2")) is None
    assert chats.session("b", record("1")) is None
    chats.keep("a", recent(session, "2"))
    assert chats.session("a", record("1")) is None


@pytest.mark.parametrize(
    ("newest", "update", "known"),
    [(9, "10", True), (9, "9", False), (9, "8", False), (9, "job-10", False), (9, "", False), (None, "10", False)],
)
def test_only_what_is_newer_cannot_have_been_taken(
    session: Session, newest: int | None, update: str, *, known: bool
) -> None:
    """For any other update the database is asked."""
    chats = RecentChats()
    chats.keep("a", recent(session, newest=newest))
    assert (chats.before("a", update) is not None) == known
    assert chats.before("b", update) is None


def test_what_is_erased_is_let_go(session: Session) -> None:
    """At once; so may be what is not there."""
    chats = RecentChats()
    chats.keep("a", recent(session))
    chats.forget("a")
    chats.forget("a")
    chats.note_receipt("a", "receipt")
    assert chats.session("a", record("1")) is None


def test_whoever_was_quiet_is_let_go(session: Session) -> None:
    """Ten minutes later, when the bot notes that it is there; whoever talked meanwhile stays."""
    clock = Seconds()
    chats = RecentChats(clock)
    for chat in ("quiet", "busy"):
        chats.keep(chat, recent(session))
    clock.now = 500
    chats.keep("busy", recent(session, "2"))
    clock.now = 1_000
    chats.sweep()
    assert chats.session("quiet", record("1")) is None
    assert chats.session("busy", record("2")) is session
    clock.now = 2_000
    chats.sweep()
    chats.sweep()
    assert chats.session("busy", record("2")) is None


def test_no_more_than_so_many(session: Session) -> None:
    """However many come at once."""
    chats = RecentChats()
    for number in range(10_001):
        chats.keep(str(number), recent(session))
    assert [chats.session(str(number), record("1")) is None for number in (0, 1, 10_000)] == [True, False, False]


async def test_another_process_has_gone_on(stores: tuple[SqlStore, SqlStore], session: Session) -> None:
    """Its session is the one that counts, for whoever held an older one."""
    one, other = stores
    later = replace(session, language="en")
    for number, (store, stored) in enumerate(((one, session), (other, later), (one, session)), 1):
        async with store.turn("a", str(number)) as turn:
            assert turn.session == (None if number == 1 else later if number == 3 else session)
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


Stood = tuple[object, ...]


async def stands(store: SqlStore, update: str, chat: str = "a") -> Stood:
    """What a turn of a chat sees."""
    async with store.turn(chat, update) as turn:
        jobs = [number for number in range(60) if turn.claim_look_in(number)]
        return turn.session, turn.seen, turn.receipt, turn.repeated, jobs, list(await turn.waiting())


Step = tuple[
    Literal["commit", "leave", "sent meanwhile", "send", "erase", "later", "aside", "again", "old", "job"], int
]
_STEPS: SearchStrategy[list[Step]] = lists(
    tuples(sampled_from(get_args(get_args(Step)[0])), integers(0, 100)), min_size=1, max_size=25
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
async def test_what_is_in_memory_is_what_is_stored(tmp_path: Path, session: Session, steps: list[Step]) -> None:
    """Whatever is done to a chat: whoever has just come reads the very same from the file."""
    url = f"sqlite:///{tmp_path / uuid4().hex}.db"
    store, unsent = await SqlStore.open(url, CIPHER), []
    for number, (what, some) in enumerate(steps, 1):
        at = MONDAY + timedelta(seconds=some)
        write = WriteSet(at, replace(session, revision=number), REPLY, look_in=at + timedelta(minutes=some))
        match what:
            case "commit" | "job":
                async with store.turn("a", str(number) if what == "commit" else f"job-{number}") as turn:
                    unsent.append(await turn.commit(write))
            case "leave":
                async with store.turn("a", str(number)) as turn:
                    turn.claim_look_in(some)  # and nothing of it is committed
            case "sent meanwhile":
                async with store.turn("a", str(number)) as turn:
                    if unsent:
                        await store.mark_sent("a", unsent.pop().id, f"receipt {number}")
                    unsent.append(await turn.commit(write))
            case "send" if unsent:
                await store.mark_sent("a", unsent.pop(some % len(unsent)).id, f"receipt {number}" if some % 3 else None)
            case "erase":
                async with store.turn("a", str(number)) as turn:
                    unsent = [await turn.erase(at, REPLY)]
            case "later":
                async with store.turn("a", str(number)) as turn:
                    await turn.look_in_later(at if some % 2 else None)
            case "aside":
                pending = await store.set_aside(SetAside("a", str(number), "{}", "why", at), REPLY)
                unsent += [pending] if pending is not None else []
            case "again" | "old":
                update = str(number - 1 if what == "again" else 1 + some % number)
                async with store.turn("a", update) as turn:
                    if not turn.repeated:
                        unsent.append(await turn.commit(write))
        for update in (str(number), str(number + 1)):
            other = await SqlStore.open(url, CIPHER)
            seen, there = await stands(store, update), await stands(other, update)
            await other.close()
            assert seen == there
    await store.close()


async def test_who_is_talking_is_not_read_again(tmp_path: Path, session: Session) -> None:
    """Nobody else works on a database in a file: a chat stands as this process has left it."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    store, transactions = await SqlStore.open(url, CIPHER), 0

    def begun(_: Connection) -> None:
        nonlocal transactions
        transactions += 1

    async with store.turn("a", "1") as turn:
        await turn.commit(WriteSet(MONDAY, session, REPLY))
    event.listen(Engine, "begin", begun)
    try:
        async with store.turn("a", "2") as turn:
            assert (turn.session, turn.seen, turn.repeated, transactions) == (session, MONDAY, False, 0)
        async with store.turn("a", "1") as turn:
            assert (turn.session, turn.seen, turn.repeated, transactions) == (session, MONDAY, True, 1)
    finally:
        event.remove(Engine, "begin", begun)
        await store.close()


async def test_a_file_that_was_changed_all_the_same(tmp_path: Path, session: Session) -> None:
    """By whoever it was: nothing is overwritten, and the next try finds what is there."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    one, other = await SqlStore.open(url, CIPHER), await SqlStore.open(url, CIPHER)
    for store, update in ((one, "1"), (other, "2")):
        async with store.turn("a", update) as turn:
            await turn.commit(WriteSet(MONDAY, replace(session, revision=int(update)), REPLY))
    async with one.turn("a", "3") as turn:
        with pytest.raises(ChatBusy):
            await turn.commit(WriteSet(MONDAY, session, REPLY))
    async with one.turn("a", "3") as turn:
        assert (turn.session, turn.repeated) == (replace(session, revision=2), False)
    for store in (one, other):
        await store.close()
