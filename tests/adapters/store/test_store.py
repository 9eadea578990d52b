"""The contract of the store, kept by the real one and by the stand-in of the tests."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.adapters.store.sql import ChatBusy, SqlStore
from bot.model.message import Message, Reply, Words
from bot.model.session import Session
from bot.service.ports import ReferenceTaken, Store, WriteSet, WrittenTicket
from tests.desk import MONDAY
from tests.fakes import MemorySink, MemoryStore, Person, conversation


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Each store there is."""
    if request.param == "memory":
        yield MemoryStore()
        return
    opened = await SqlStore.open(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    yield opened
    await opened.close()


@pytest.fixture
async def written() -> WrittenTicket:
    """A ticket, and its text."""
    sink = MemorySink()
    person = Person(conversation(sink=sink))
    await person.opens("fr")
    for choice in ("webmail", "portal_saturated", "hours", "unreadable", "no_message", "just_now", "confirm"):
        await person.presses(choice)
    return sink.taken[0]


@pytest.fixture
async def session() -> Session:
    """A session in the middle of a conversation."""
    memory = MemoryStore()
    person = Person(conversation(memory))
    await person.opens("fr")
    await person.presses("webmail")
    await person.presses("wrong_credentials")
    return memory.sessions["somebody"]


def reply(words: str) -> Reply:
    """A reply."""
    return Reply((Message((Words(words),)),), (), "choice", "flow.node", "fr", 1)


async def test_a_new_chat_has_nothing(store: Store) -> None:
    """No session, nothing to send, nothing seen."""
    async with store.turn("a", "1") as turn:
        assert (turn.session, list(turn.pending), turn.repeated) == (None, [], False)


async def test_a_turn_that_is_not_committed_leaves_nothing(store: Store) -> None:
    """An error on the way changes nothing."""
    with pytest.raises(ValueError, match="bug"):
        async with store.turn("a", "1"):
            raise ValueError("bug")
    await test_a_new_chat_has_nothing(store)


async def test_a_turn_is_committed_whole(store: Store, session: Session, written: WrittenTicket) -> None:
    """Session, update, reply and ticket are there together."""
    async with store.turn("a", "1") as turn:
        pending = await turn.commit(WriteSet(MONDAY, session, reply("bonjour"), written))
    async with store.turn("a", "1") as turn:
        assert turn.session == session
        assert turn.repeated
        assert list(turn.pending) == [pending]
        assert pending.reply == reply("bonjour")
    assert list(await store.undelivered()) == [written]
    async with store.turn("b", "1") as turn:
        assert (turn.session, turn.repeated, list(turn.pending)) == (None, False, [])


async def test_replies_wait_until_they_are_sent(store: Store, session: Session) -> None:
    """Oldest first; a sent one is forgotten."""
    for number in range(3):
        async with store.turn("a", str(number)) as turn:
            await turn.commit(WriteSet(MONDAY, session, reply(str(number))))
    async with store.turn("a", "4") as turn:
        waiting = list(turn.pending)
    assert [pending.reply for pending in waiting] == [reply("0"), reply("1"), reply("2")]
    await store.mark_sent("a", waiting[1].id)
    async with store.turn("a", "5") as turn:
        assert [pending.reply for pending in turn.pending] == [reply("0"), reply("2")]


async def test_a_reference_belongs_to_one_ticket(store: Store, session: Session, written: WrittenTicket) -> None:
    """The second turn is refused and leaves nothing; with another reference it can be committed."""
    async with store.turn("a", "1") as turn:
        await turn.commit(WriteSet(MONDAY, session, reply("1"), written))
    async with store.turn("b", "1") as turn:
        with pytest.raises(ReferenceTaken):
            await turn.commit(WriteSet(MONDAY, session, reply("2"), written))
        assert turn.session is None
        other = replace(written, ticket=replace(written.ticket, reference="2222-2233"))
        await turn.commit(WriteSet(MONDAY, session, reply("2"), other))
    assert {each.ticket.reference for each in await store.undelivered()} == {"2222-2233", written.ticket.reference}


async def test_a_delivered_ticket_is_delivered(store: Store, session: Session, written: WrittenTicket) -> None:
    """It is not handed on again."""
    async with store.turn("a", "1") as turn:
        await turn.commit(WriteSet(MONDAY, session, reply("1"), written))
    await store.mark_delivered(written.ticket.reference)
    assert list(await store.undelivered()) == []


async def test_whole_conversations(store: Store) -> None:
    """The bot talks on this store."""
    sink = MemorySink()
    person = Person(conversation(store, sink))
    await person.opens("fr")
    for choice in ("webmail", "account_locked", "no", "few", "skip", "no_message", "just_now", "correct-locked_tries"):
        await person.presses(choice)
    await person.presses("many")
    last = await person.presses("confirm")
    assert last.ended == "ticket"
    assert len(sink.taken) == 1
    assert list(await store.undelivered()) == []


async def test_turns_of_one_chat_wait_for_each_other(tmp_path: Path, session: Session) -> None:
    """Two updates of one chat at once are taken one after the other."""
    store = await SqlStore.open(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    order: list[str] = []

    async def take(update: str) -> None:
        async with store.turn("a", update) as turn:
            order.append(f"{update} begins")
            await asyncio.sleep(0)
            await turn.commit(WriteSet(MONDAY, session, reply(update)))
            order.append(f"{update} ends")

    await asyncio.gather(*(take(str(number)) for number in range(5)))
    assert order == [f"{number} {what}" for number in range(5) for what in ("begins", "ends")]
    await store.close()


async def test_another_process_is_noticed(tmp_path: Path, session: Session) -> None:
    """Of two that hold the same chat, the first to commit wins; the other is told, and has written nothing."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    one, other = await SqlStore.open(url), await SqlStore.open(url)
    for update in ("1", "2"):
        async with one.turn("a", update) as first, other.turn("a", f"{update}x") as second:
            await first.commit(WriteSet(MONDAY, session, reply("first")))
            with pytest.raises(ChatBusy, match="chat a was written to by another process"):
                await second.commit(WriteSet(MONDAY, session, reply("second")))
    async with one.turn("a", "3") as turn:
        assert [pending.reply for pending in turn.pending] == [reply("first"), reply("first")]
    await one.close()
    await other.close()


async def test_sqlite_is_durable(tmp_path: Path) -> None:
    """Write-ahead log, and every commit on the disk when it returns."""
    store = await SqlStore.open(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    async with store._engine.connect() as connection:  # noqa: SLF001 - what the connections are set to
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar_one() == 2
    await store.close()


async def test_no_words_are_left_once_sent(tmp_path: Path, session: Session) -> None:
    """A reply that was sent is no longer in the database."""
    store = await SqlStore.open(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    async with store.turn("a", "1") as turn:
        pending = await turn.commit(WriteSet(MONDAY, session, reply("canary")))
    await store.mark_sent("a", pending.id)
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM replies"))).scalar_one() == 0
    await engine.dispose()
    await store.close()
