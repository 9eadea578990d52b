"""Several processes on one PostgreSQL server; here each is a store of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import cast

import pytest
from sqlalchemy import make_url
from structlog.testing import capture_logs

from bot.adapters.store.cipher import Cipher, WrongKey, new_key
from bot.adapters.store.connect import bring_up_to_date, connect
from bot.adapters.store.migrate import HEAD, UnusableDatabase
from bot.adapters.store.sql import SqlStore
from bot.engine.step import begin
from bot.model.message import Message, Reply, Words
from bot.model.session import Session
from bot.service.incoming import Content, Incoming, Opened, Pressed, Said
from bot.service.ports import Store, StoreOutdated, StoreUnavailable, WriteSet
from tests.desk import CIPHER, MONDAY, machine
from tests.fakes import MemoryStore, conversation
from tests.postgres import Postgres


@asynccontextmanager
async def processes(url: str, count: int = 2) -> AsyncIterator[list[SqlStore]]:
    """So many processes on one database, each known to be there."""
    async with AsyncExitStack() as stack:
        stores = [await SqlStore.open(url, CIPHER) for _ in range(count)]
        for store in stores:
            stack.push_async_callback(store.close)
            await store.take_over("telegram:")
        yield stores


def reply(words: str) -> Reply:
    """A reply."""
    return Reply((Message((Words(words),)),), (), "choice", "flow.node", "fr", 1)


def session() -> Session:
    """A conversation that begins."""
    return begin(machine(), "fr", MONDAY)[0]


async def say(store: SqlStore, update: str, chat: str = "telegram:1") -> int:
    """One turn; the number of its reply."""
    async with store.turn(chat, update) as turn:
        return (await turn.commit(WriteSet(MONDAY, session(), reply(update)))).id


async def test_an_update_that_two_processes_get_acts_once(postgres: Postgres) -> None:
    """Delivered to both at the same moment: one takes it, the other sees that it was taken, and sends nothing."""
    async with processes(postgres.database()) as stores:
        talks = [conversation(store) for store in stores]
        taken = await asyncio.gather(*(talk.take(Incoming("telegram:1", "1", Opened("fr"))) for talk in talks))
        replies = [each.reply for each in taken if each.reply is not None]
        assert (len(replies), [each.waiting for each in taken]) == (1, [(), ()])


async def test_a_text_and_a_press_at_once_act_in_some_order(postgres: Postgres) -> None:
    """Each is taken as if it had been alone: it ends as it would had one come well before the other."""

    def both(revision: int) -> list[Content]:
        return [Pressed("browser_issue", revision), Said("mot de passe expiré")]

    async def opened(store: Store) -> int:
        await conversation(store).take(Incoming("telegram:1", "1", Opened("fr", "webmail")))
        return (await session_of(store)).revision

    one_by_one = []
    for order in (1, -1):
        memory = MemoryStore()
        for number, what in enumerate(both(await opened(memory))[::order]):
            await conversation(memory).take(Incoming("telegram:1", f"2{number}", what))
        one_by_one.append(await session_of(memory))
    async with processes(postgres.database()) as stores:
        contents = both(await opened(stores[0]))
        await asyncio.gather(
            *(
                conversation(store).take(Incoming("telegram:1", f"2{number}", contents[number]))
                for number, store in enumerate(stores)
            )
        )
        assert await session_of(stores[0]) in one_by_one
    assert one_by_one[0] != one_by_one[1]


async def session_of(store: Store) -> Session:
    """Where the conversation stands."""
    async with store.turn("telegram:1", "") as turn:
        assert turn.session is not None
        return turn.session


@pytest.mark.parametrize("rounds", [20])
async def test_many_turns_of_one_chat_at_once(rounds: int, postgres: Postgres) -> None:
    """None overwrites another, none is refused, whichever process they come to."""
    async with processes(postgres.database(), 3) as stores:
        numbers = await asyncio.gather(*(say(stores[each % 3], str(each)) for each in range(rounds)))
        assert len(set(numbers)) == rounds
        async with stores[0].turn("telegram:1", "0") as turn:
            assert turn.repeated


async def test_what_another_process_sends_is_left_to_it(postgres: Postgres) -> None:
    """As long as it is there: its replies wait for nobody else, and later ones know that they come after them."""
    async with processes(postgres.database()) as (one, other):
        first = await say(one, "1")
        assert await other.take_over("telegram:") == {}
        async with other.turn("telegram:1", "2") as turn:
            assert await turn.waiting() == []
            second = await turn.commit(WriteSet(MONDAY, session(), reply("2")))
        assert second.behind
        assert await other.ahead("telegram:1", second.id) == (True, None)
        await one.mark_sent("telegram:1", first, "receipt")
        assert await other.ahead("telegram:1", second.id) == (False, "receipt")


async def test_what_a_process_that_is_gone_left_is_taken_over(postgres: Postgres) -> None:
    """Whether it said goodbye or not; only of the channel that is asked for, and by one process only."""
    url = postgres.database()
    async with processes(url, 3) as (gone, one, other):
        await say(gone, "1")
        await say(gone, "1", "elsewhere")
        assert await one.take_over("telegram:") == {}
        await postgres.beside("UPDATE processes SET at = at - 31", url)
        await one.take_over("nobody:")
        await other.take_over("nobody:")
        taken = await asyncio.gather(one.take_over("telegram:"), other.take_over("telegram:"))
        assert sorted(len(each) for each in taken) == [0, 1]
        await say(one, "2", "telegram:2")
    async with processes(url, 1) as (next_one,), next_one.turn("telegram:2", "3") as turn:
        assert [each.reply for each in await turn.waiting()] == [reply("2")]


async def test_a_reply_that_cannot_be_read(postgres: Postgres) -> None:
    """It is in nobody's way: neither of the other replies, nor of what comes next."""
    url = postgres.database()
    async with processes(url) as (gone, one):
        bad = await say(gone, "1")
        good = await say(gone, "2")
        await postgres.beside(f"UPDATE replies SET content = 'damaged' WHERE id = {bad}", url)  # noqa: S608
        with capture_logs() as logged:
            taken = await one.take_over("telegram:", alone=True)
        assert [each.id for each in taken["telegram:1"]] == [good]
        assert [(each["event"], each["reply"]) for each in logged] == [("reply.unreadable", bad)]
        async with one.turn("telegram:1", "3") as turn:
            assert [each.id for each in await turn.waiting()] == [good]


async def test_who_is_alone_takes_over_at_once(postgres: Postgres) -> None:
    """Where only one can receive, whoever was there before is gone."""
    async with processes(postgres.database()) as (gone, alone):
        await say(gone, "1")
        assert list(await alone.take_over("telegram:", alone=True)) == ["telegram:1"]


async def test_a_chat_that_is_held_for_long(postgres: Postgres) -> None:
    """Whoever waits for it is told in the end that it cannot be had, and others are not kept waiting."""
    url = postgres.database()
    async with processes(url) as (one, other):
        async with one.turn("telegram:1", "1"):
            await say(other, "1", "telegram:2")
            began = asyncio.get_running_loop().time()
            with pytest.raises(StoreUnavailable, match="lock timeout"):
                await say(other, "2")
            assert asyncio.get_running_loop().time() - began < 20
        await say(other, "2")


async def test_a_turn_that_fails_lets_the_chat_go(postgres: Postgres) -> None:
    """And leaves nothing."""
    async with processes(postgres.database()) as (one, other):
        with pytest.raises(ValueError, match="bug"):
            async with one.turn("telegram:1", "1"):
                raise ValueError("bug")
        async with other.turn("telegram:1", "1") as turn:
            assert (turn.session, turn.repeated) == (None, False)


async def test_a_database_of_another_version(postgres: Postgres) -> None:
    """Without tables, older or newer, it is refused with what to do; one that changes meanwhile is noticed."""
    empty = postgres.empty()
    with pytest.raises(UnusableDatabase, match="no tables yet; make them with: python -m bot migrate"):
        await SqlStore.open(empty, CIPHER)
    assert await asyncio.gather(*(bring_up_to_date(empty, CIPHER) for _ in range(2))) in ([None, None], [None, HEAD])
    assert await bring_up_to_date(empty, CIPHER) == HEAD
    async with processes(empty, 1) as (store,):
        await say(store, "1")
        postgres.execute("UPDATE alembic_version SET version_num = '9999'", empty)
        with pytest.raises(StoreOutdated, match=f"brought to version 9999; this program works with {HEAD}"):
            await say(store, "2")
        with pytest.raises(StoreOutdated):
            await store.note_alive(MONDAY)
    with pytest.raises(UnusableDatabase, match=r"of version 9999, this program works with .*; use a newer program"):
        await SqlStore.open(empty, CIPHER)
    postgres.execute("UPDATE alembic_version SET version_num = '0001'", empty)
    with pytest.raises(UnusableDatabase, match=r"of version 0001, .*bring it up to date with: python -m bot migrate"):
        await SqlStore.open(empty, CIPHER)


async def test_a_server_that_goes_away(postgres: Postgres) -> None:
    """It is said, nothing is half done, and as soon as it is back all goes on."""
    url = postgres.database()
    name = cast("str", make_url(url).database)
    async with processes(url, 1) as (store,):
        await say(store, "1")
        end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
        async with store.turn("telegram:1", "2") as turn:
            postgres.execute(end)
            with pytest.raises(StoreUnavailable, match="does not answer as it should"):
                await turn.commit(WriteSet(MONDAY, session(), reply("2")))
        await say(store, "2")
        async with store.turn("telegram:1", "2") as turn:
            assert (turn.repeated, len(await turn.waiting())) == (True, 2)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "cannot be used: .*refused"),
        ("postgresql+asyncpg://localhost/guichet", "write a URL such as|is not supported; write sqlite"),
        ("mysql://localhost/guichet", "write a URL such as"),
    ],
)
async def test_a_url_that_leads_nowhere(url: str, says: str) -> None:
    """It is said what can be written."""
    with pytest.raises(UnusableDatabase, match=says):
        await connect(url, CIPHER)


async def test_another_key_is_noticed(postgres: Postgres) -> None:
    """As it is on SQLite."""
    url = postgres.database()
    async with processes(url, 1):
        with pytest.raises(WrongKey):
            await SqlStore.open(url, Cipher.of([new_key()]))
