"""The contract of the store, kept by the real one and by the stand-in of the tests."""

import asyncio
import json
import re
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from bot.adapters.store.connect import connect
from bot.adapters.store.sql import SqlStore
from bot.adapters.store.turn import ChatBusy
from bot.model.message import File, Message, Reply, Words
from bot.model.session import Session
from bot.service.delivery import Addition, Delivery
from bot.service.ports import (
    Pending,
    ReferenceTaken,
    SetAside,
    Shipment,
    Store,
    StoreUnavailable,
    WriteSet,
    WrittenAddition,
    WrittenTicket,
)
from tests.desk import CIPHER, MONDAY
from tests.fakes import MemorySink, MemoryStore, Person, conversation


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
        assert (turn.session, list(await turn.waiting()), turn.repeated) == (None, [], False)
        assert (turn.seen, turn.receipt, await turn.last_ticket()) == (None, None, None)
    assert dict(await store.take_over("")) == {}
    assert list(await store.active_since(MONDAY)) == []
    assert await store.alive() is None


async def test_a_turn_that_is_not_committed_leaves_nothing(store: Store) -> None:
    """An error on the way changes nothing."""
    with pytest.raises(ValueError, match="bug"):
        async with store.turn("a", "1"):
            raise ValueError("bug")
    await test_a_new_chat_has_nothing(store)


async def test_a_turn_is_committed_whole(store: Store, session: Session, written: WrittenTicket) -> None:
    """Session, update, reply and ticket are there together."""
    async with store.turn("a", "1") as turn:
        pending = await turn.commit(WriteSet(MONDAY, session, reply("bonjour"), written, deliveries=to_folder(written)))
    async with store.turn("a", "1") as turn:
        assert turn.session == session
        assert turn.repeated
        assert list(await turn.waiting()) == [pending]
        assert pending.reply == reply("bonjour")
    (delivery,) = to_folder(written)
    assert await store.shipment(delivery.parcel, "folder") == Shipment("a", delivery, written)
    assert [each.job.ticket for each in await store.jobs.queued()] == [written.ticket.reference]
    async with store.turn("b", "1") as turn:
        assert (turn.session, turn.repeated, list(await turn.waiting())) == (None, False, [])


async def test_replies_wait_until_they_are_sent(store: Store, session: Session) -> None:
    """Oldest first; a sent one is forgotten."""
    for number in range(3):
        async with store.turn("a", str(number)) as turn:
            await turn.commit(WriteSet(MONDAY, session, reply(str(number))))
    async with store.turn("a", "4") as turn:
        waiting = list(await turn.waiting())
    assert [pending.reply for pending in waiting] == [reply("0"), reply("1"), reply("2")]
    await store.mark_sent("a", waiting[1].id)
    async with store.turn("a", "5") as turn:
        assert [pending.reply for pending in await turn.waiting()] == [reply("0"), reply("2")]


async def test_the_numbers_of_replies_only_grow(store: Store, session: Session) -> None:
    """A number is never given again, not even when nothing waits: whoever sends may tell replies apart by it."""
    numbers = []
    for number in range(3):
        async with store.turn("a", str(number)) as turn:
            pending = await turn.commit(WriteSet(MONDAY, session, reply(str(number))))
        await store.mark_sent("a", pending.id)
        numbers.append(pending.id)
    assert numbers == sorted(set(numbers))


async def test_a_reference_belongs_to_one_ticket(store: Store, session: Session, written: WrittenTicket) -> None:
    """The second turn is refused and leaves nothing; with another reference it can be committed."""
    async with store.turn("a", "1") as turn:
        await turn.commit(WriteSet(MONDAY, session, reply("1"), written, deliveries=to_folder(written)))
    async with store.turn("b", "1") as turn:
        with pytest.raises(ReferenceTaken):
            await turn.commit(WriteSet(MONDAY, session, reply("2"), written, deliveries=to_folder(written)))
        assert turn.session is None
        other = replace(written, ticket=replace(written.ticket, reference="2222-2233"))
        await turn.commit(WriteSet(MONDAY, session, reply("2"), other, deliveries=to_folder(other)))
    assert {each.job.ticket for each in await store.jobs.queued()} == {"2222-2233", written.ticket.reference}


def to_folder(written: WrittenTicket) -> tuple[Delivery, ...]:
    """A ticket that is to go to the folder."""
    return (Delivery(written.ticket.reference, "folder"),)


async def test_how_far_a_delivery_has_got(store: Store, session: Session, written: WrittenTicket) -> None:
    """Waiting, begun, taken, by this sink and not by that; what is taken is not handed on again."""
    reference = written.ticket.reference
    asked = (Delivery(reference, "email"), Delivery(reference, "glpi"))
    await commit(store, "a", "1", WriteSet(MONDAY, session, reply("1"), written, deliveries=asked))
    await store.note_delivery(Delivery(reference, "email", "begun"))
    shipment = await store.shipment(reference, "email")
    assert shipment is not None
    assert shipment.delivery.state == "begun"
    taken = Delivery(reference, "email", "taken", "4711")
    await commit(store, "a", "2", WriteSet(MONDAY, session, reply("2"), deliveries=[taken]))
    assert await store.shipment(reference, "email") is None
    assert await store.shipment(reference, "zammad") is None
    async with store.turn("a", "3") as turn:
        assert list(await turn.deliveries(reference)) == [taken, asked[1]]
    async with store.turn("b", "1") as turn:
        assert list(await turn.deliveries(reference)) == []
    assert [each.job.sink for each in await store.jobs.queued()] == ["email", "glpi"]


async def test_how_much_was_sent_lately(store: Store, session: Session, written: WrittenTicket) -> None:
    """Each ticket and addition counts once, however many sinks it went to; not what others sent, nor what is older."""
    reference, later = written.ticket.reference, MONDAY + timedelta(hours=1)
    asked = [Delivery(reference, "email"), Delivery(reference, "glpi"), Delivery(reference, "folder")]
    await commit(store, "a", "1", WriteSet(MONDAY, session, reply("1"), written, deliveries=asked))
    added = [Delivery(f"{reference}-1", "email")]
    await commit(store, "a", "2", WriteSet(later, session, reply("2"), deliveries=added))
    async with store.turn("a", "3") as turn:
        assert await turn.sent_since(MONDAY, ["email", "glpi"]) == 2
        assert await turn.sent_since(later, ["email", "glpi"]) == 1
        assert await turn.sent_since(MONDAY, ["webhook"]) == 0
        assert await turn.sent_since(MONDAY, []) == 0
    async with store.turn("b", "3") as turn:
        assert await turn.sent_since(MONDAY, ["email", "glpi"]) == 0


async def test_a_delivery_that_is_asked_for_again(store: Store, session: Session, written: WrittenTicket) -> None:
    """One that was given up becomes a job anew, in place of the old one; there is but one delivery."""
    reference = written.ticket.reference
    asked = Delivery(reference, "email")
    await commit(store, "a", "1", WriteSet(MONDAY, session, reply("1"), written, deliveries=[asked]))
    await commit(store, "a", "2", WriteSet(MONDAY, session, reply("2"), deliveries=[replace(asked, state="failed")]))
    (given_up,) = await store.jobs.queued()
    renewed = replace(asked, state="renewed")
    await commit(store, "a", "3", WriteSet(MONDAY, session, reply("3"), deliveries=[renewed]))
    (anew,) = await store.jobs.queued()
    assert anew.id != given_up.id
    async with store.turn("a", "4") as turn:
        assert list(await turn.deliveries(reference)) == [renewed]


async def test_what_is_added_to_a_ticket(store: Store, session: Session, written: WrittenTicket) -> None:
    """It goes with the ticket it belongs to, and with how that one fares."""
    reference = written.ticket.reference
    taken, added = Delivery(reference, "glpi", "taken", "12"), Delivery(f"{reference}-1", "glpi")
    asked = Delivery(reference, "glpi")
    await commit(store, "a", "1", WriteSet(MONDAY, session, reply("1"), written, deliveries=[asked]))
    await store.note_delivery(taken)
    message = Message((Words("Ticket …: addition 1"),))
    addition = WrittenAddition(reference, Addition(1, "it was Chrome", (), MONDAY), message)
    await commit(store, "a", "2", WriteSet(MONDAY, session, reply("2"), addition=addition, deliveries=[added]))
    assert await store.shipment(added.parcel, "glpi") == Shipment("a", added, written, addition, taken)
    async with store.turn("a", "3") as turn:
        assert await turn.additions(reference) == 1
        assert list(await turn.deliveries(reference)) == [taken, added]
        assert await turn.ticket(reference) == written
        assert await turn.ticket("2222-2222-nobody") is None
    async with store.turn("b", "1") as turn:
        assert (await turn.additions(reference), await turn.ticket(reference)) == (0, None)


async def test_the_newest_tickets(store: Store, session: Session, written: WrittenTicket) -> None:
    """So many of them as are wanted."""
    for number in range(4):
        made = replace(written.ticket, reference=f"3333-333{number}", created_at=later(number))
        write = WriteSet(MONDAY, session, reply("1"), replace(written, ticket=made))
        await commit(store, "a", str(number), write)
    newest = [each.ticket.reference for each in await store.tickets_of("a", 3)]
    assert newest == ["3333-3333", "3333-3332", "3333-3331"]


async def test_files_that_the_channel_keeps(store: Store, session: Session, written: WrittenTicket) -> None:
    """By name, the newest counts; only of chats that are known, and erased with them."""
    await commit(store, "a", "1", WriteSet(MONDAY, session, reply("1"), written))
    for file in ("first", "second"):
        await store.note_file("a", "x.txt", file)
    await store.note_file("nobody", "x.txt", "third")
    assert (await store.files("a"), await store.files("nobody")) == ({"x.txt": "second"}, {})
    reference = written.ticket.reference
    assert list(await store.tickets_of("a", 10)) == list(await store.tickets_of("a", 10, reference)) == [written]
    assert list(await store.tickets_of("a", 10, "3333-3333")) == list(await store.tickets_of("b", 10, reference)) == []
    async with store.turn("a", "2") as turn:
        await turn.erase(MONDAY, reply("erased"))
    assert (await store.files("a"), list(await store.tickets_of("a", 10))) == ({}, [])


async def commit(store: Store, chat: str, update: str, write: WriteSet) -> int:
    """Commits a turn; the number of its reply."""
    async with store.turn(chat, update) as turn:
        return (await turn.commit(write)).id


async def pending_of(store: Store, chat: str) -> Sequence[Pending]:
    """The replies to a chat that wait."""
    async with store.turn(chat, "") as turn:
        return list(await turn.waiting())


async def is_repeated(store: Store, chat: str, update: str) -> bool:
    """Whether this update was taken before."""
    async with store.turn(chat, update) as turn:
        return turn.repeated


def later(seconds: float) -> datetime:
    """So many seconds after Monday morning, in another zone than the desk's."""
    return (MONDAY + timedelta(seconds=seconds)).astimezone(UTC)


async def test_when_a_chat_was_heard_of(store: Store, session: Session) -> None:
    """To the second; the last turn counts."""
    await commit(store, "a", "1", WriteSet(MONDAY, session, reply("1")))
    async with store.turn("a", "2") as turn:
        assert turn.seen == MONDAY
        await turn.commit(WriteSet(later(90.75), session, reply("2")))
    async with store.turn("a", "3") as turn:
        assert turn.seen == later(90)
    async with store.turn("b", "1") as turn:
        assert turn.seen is None


async def test_receipts(store: Store, session: Session) -> None:
    """The last one that the channel gave is the chat's; a reply that is marked without one leaves it."""
    numbers = [await commit(store, "a", str(update), WriteSet(MONDAY, session, reply("x"))) for update in range(3)]
    await commit(store, "b", "1", WriteSet(MONDAY, session, reply("x")))
    seen = []
    for number, receipt in zip(numbers, ("one", None, "two"), strict=True):
        await store.mark_sent("a", number, receipt)
        async with store.turn("a", "x") as turn:
            waiting = len(await turn.waiting())
            seen.append((turn.receipt, waiting))
    assert seen == [("one", 2), ("one", 1), ("two", 0)]
    await store.mark_sent("a", numbers[0])
    async with store.turn("b", "x") as turn:
        assert (turn.receipt, len(await turn.waiting())) == (None, 1)
    await commit(store, "a", "4", WriteSet(MONDAY, session, reply("x")))
    async with store.turn("a", "5") as turn:
        assert turn.receipt == "two"


async def test_a_later_receipt_stays(store: Store, session: Session) -> None:
    """One process marks the second reply before another has marked the first."""
    first, second = [await commit(store, "a", each, WriteSet(MONDAY, session, reply("x"))) for each in "12"]
    await store.mark_sent("a", second, "two")
    await store.mark_sent("a", first, "one")
    async with store.turn("a", "x") as turn:
        assert (turn.receipt, list(await turn.waiting())) == ("two", [])


async def test_the_last_ticket_of_a_chat(store: Store, session: Session, written: WrittenTicket) -> None:
    """The newest by when it was made, delivered or not, and nobody else's."""
    tickets = [
        replace(
            written, ticket=replace(written.ticket, reference=reference, created_at=MONDAY + timedelta(hours=hours))
        )
        for reference, hours in (("2222-2222", 1), ("2222-2233", 3), ("2222-2244", 2), ("2222-2255", 4))
    ]
    for number, (chat, ticket) in enumerate(zip("aaab", tickets, strict=True)):
        await commit(store, chat, str(number), WriteSet(MONDAY, session, reply("x"), ticket))
    for chat, newest in (("a", tickets[1]), ("b", tickets[3]), ("c", None)):
        async with store.turn(chat, "x") as turn:
            assert await turn.last_ticket() == newest


async def test_a_ticket_may_go_nowhere(store: Store, session: Session, written: WrittenTicket) -> None:
    """It waits for no sink, and can be shown again."""
    await commit(store, "a", "1", WriteSet(MONDAY, session, reply("1"), written))
    assert await store.shipment(written.ticket.reference, "folder") is None
    assert await store.jobs.queued() == []
    async with store.turn("a", "2") as turn:
        assert await turn.last_ticket() == written


async def test_unsent_replies_of_everybody(store: Store, session: Session) -> None:
    """By chat, oldest first; chats that wait for nothing are not there."""
    numbers = [
        await commit(store, chat, str(update), WriteSet(MONDAY, session, reply(f"{chat}{update}")))
        for update, chat in enumerate("abac")
    ]
    await store.mark_sent("c", numbers[3])
    unsent = {chat: [each.reply for each in await pending_of(store, chat)] for chat in "abc"}
    assert unsent == {"a": [reply("a0"), reply("a2")], "b": [reply("b1")], "c": []}


async def test_an_update_is_set_aside_once(store: Store, session: Session) -> None:
    """It counts as taken, the reply waits, and the conversation is as it was; another chat's is another."""
    await commit(store, "a", "1", WriteSet(MONDAY, session, reply("1")))
    letter = SetAside("a", "2", '{"update_id": 2}', "ValueError: bug", later(60))
    pending = await store.set_aside(letter, reply("sorry"))
    assert pending is not None
    assert pending.reply == reply("sorry")
    assert await store.set_aside(letter, reply("sorry")) is None
    assert await store.set_aside(replace(letter, update="1"), reply("sorry")) is None
    async with store.turn("a", "2") as turn:
        assert (turn.repeated, turn.session, turn.seen) == (True, session, MONDAY)
        assert [each.reply for each in await turn.waiting()] == [reply("1"), reply("sorry")]
    assert await store.set_aside(replace(letter, chat="b"), None) is None
    assert await is_repeated(store, "b", "2")
    assert await pending_of(store, "b") == []


async def test_chats_that_were_heard_of_lately(store: Store, session: Session) -> None:
    """From this instant on, the longest silent first."""
    for chat, seconds in (("late", 120), ("early", 0), ("middle", 60)):
        await commit(store, chat, "1", WriteSet(later(seconds), session, reply("x")))
    assert list(await store.active_since(later(0))) == ["early", "middle", "late"]
    assert list(await store.active_since(later(60))) == ["middle", "late"]
    assert list(await store.active_since(later(121))) == []
    await commit(store, "early", "2", WriteSet(later(180), session, reply("x")))
    assert list(await store.active_since(later(61))) == ["late", "early"]


async def test_old_updates_are_forgotten(store: Store, session: Session) -> None:
    """Those before the instant, set aside or not; the conversations stay, and so does what was noted for good."""
    for update, seconds in (("old", 0), ("new", 60)):
        await commit(store, "a", update, WriteSet(later(seconds), session, reply("x")))
    await store.set_aside(SetAside("a", "aside", "{}", "bug", later(30)), None)
    await commit(store, "group", "strayed", WriteSet(MONDAY, None, reply("x")))
    await store.forget_updates(later(60))
    seen = [await is_repeated(store, "a", update) for update in ("old", "aside", "new")]
    assert seen == [False, False, True]
    await store.forget_updates(later(1_000_000))
    assert not await is_repeated(store, "a", "new")
    assert await is_repeated(store, "group", "strayed")
    async with store.turn("a", "x") as turn:
        assert (turn.session, turn.seen) == (session, later(60))


async def test_a_turn_without_a_conversation(store: Store) -> None:
    """Where others listen: the reply waits and the update is known, but there is no chat to go on with."""
    number = await commit(store, "group", "strayed", WriteSet(MONDAY, None, reply("in private")))
    async with store.turn("group", "strayed") as turn:
        assert (turn.session, turn.repeated, turn.seen) == (None, True, None)
        assert [each.reply for each in await turn.waiting()] == [reply("in private")]
    assert list(await store.active_since(later(-60))) == []
    await store.mark_sent("group", number, "receipt")
    async with store.turn("group", "strayed") as turn:
        assert (list(await turn.waiting()), turn.receipt) == ([], None)


async def test_all_about_a_chat_can_be_had(store: Store, session: Session, written: WrittenTicket) -> None:
    """As JSON, decrypted; nothing of others is in it."""
    async with store.turn("a", "1") as turn:
        await turn.commit(WriteSet(MONDAY, session, reply("canary a"), written))
    async with store.turn("b", "1") as turn:
        await turn.commit(WriteSet(MONDAY, session, reply("canary b")))
    await store.set_aside(SetAside("a", "2", '{"text": "aside"}', "ValueError", MONDAY), None)
    async with store.turn("a", "3") as turn:
        found = json.loads(await turn.everything())
    assert found["tickets"][0]["content"]["reference"] == written.ticket.reference
    assert found["conversations"][0]["session"]["language"] == session.language
    assert {"canary a", "aside"} <= set(re.findall("canary a|canary b|aside", json.dumps(found)))
    assert "canary b" not in json.dumps(found)


async def test_a_file_that_waits_is_named_alone(store: Store, session: Session) -> None:
    """It may be what was asked for before: what is kept would hold itself."""
    async with store.turn("a", "1") as turn:
        file = replace(reply("hello"), file=File("guichet.json", "canary a"))
        await turn.commit(WriteSet(MONDAY, session, file))
    async with store.turn("a", "2") as turn:
        kept = await turn.everything()
    assert json.loads(kept)["replies"][0]["content"]["file"]["name"] == "guichet.json"
    assert "canary a" not in kept


async def test_a_chat_is_erased(store: Store, session: Session, written: WrittenTicket) -> None:
    """All of it, but for the update that asked for it and the reply to that; others stay."""
    for chat in ("a", "b"):
        async with store.turn(chat, "x") as turn:
            await turn.commit(WriteSet(MONDAY, session, reply("hello"), written if chat == "a" else None))
    await store.set_aside(SetAside("a", "2", "{}", "ValueError", MONDAY), None)
    async with store.turn("a", "3") as turn:
        await turn.erase(MONDAY, reply("erased"))
    async with store.turn("a", "3") as turn:
        assert (turn.session, turn.repeated, turn.seen) == (None, True, None)
        assert [pending.reply for pending in await turn.waiting()] == [reply("erased")]
        assert await turn.last_ticket() is None
    async with store.turn("a", "x") as turn:
        assert not turn.repeated
    assert await store.shipment(written.ticket.reference, "folder") is None
    assert await store.jobs.queued() == []
    async with store.turn("b", "2") as turn:
        assert turn.session == session


async def test_what_came_before_is_not_brought_back(store: Store, session: Session) -> None:
    """An update that comes again after its chat was erased is known to be older, by its number; others are taken."""
    async with store.turn("a", "98") as turn:
        await turn.commit(WriteSet(MONDAY, session, reply("hello")))
    async with store.turn("a", "100") as turn:
        await turn.erase(MONDAY, reply("erased"))
    numbers = ("98", "99", "100", "101", "1000", "job-5")
    assert [await is_repeated(store, "a", each) for each in numbers] == [True, True, True, False, False, False]
    assert not await is_repeated(store, "b", "98")
    await store.forget_updates(later(60))
    assert not await is_repeated(store, "a", "98")


async def test_what_is_old_is_erased(store: Store, session: Session, written: WrittenTicket) -> None:
    """Chats that were not heard of for so long, whole; and what is older elsewhere."""
    day = timedelta(days=1)
    old = replace(written, ticket=replace(written.ticket, created_at=MONDAY - 2 * day))
    async with store.turn("a", "1") as turn:
        await turn.commit(WriteSet(MONDAY - 2 * day, session, reply("old"), old))
    async with store.turn("b", "1") as turn:
        await turn.commit(WriteSet(MONDAY, session, reply("new")))
    await store.set_aside(SetAside("b", "2", "{}", "ValueError", MONDAY - 2 * day), None)
    assert await store.erase_before(MONDAY - day) == 1
    assert await store.erase_before(MONDAY - day) == 0
    assert await store.shipment(written.ticket.reference, "folder") is None
    assert (len(await pending_of(store, "a")), len(await pending_of(store, "b"))) == (0, 1)
    async with store.turn("b", "3") as turn:
        assert json.loads(await turn.everything())["set_aside"] == []


async def test_signs_of_life(store: Store) -> None:
    """The last one counts, to the second."""
    await store.note_alive(MONDAY)
    assert await store.alive() == MONDAY
    await store.note_alive(later(59.9))
    assert await store.alive() == later(59)


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
    assert await store.jobs.queued() == []


async def test_turns_of_one_chat_wait_for_each_other(tmp_path: Path, session: Session) -> None:
    """Two updates of one chat at once are taken one after the other."""
    store = await SqlStore.open(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
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
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    one, other = await SqlStore.open(url, CIPHER), await SqlStore.open(url, CIPHER)
    for update in ("1", "2"):
        async with one.turn("a", update) as first, other.turn("a", f"{update}x") as second:
            await first.commit(WriteSet(MONDAY, session, reply("first")))
            with pytest.raises(ChatBusy, match="this chat was written to by another process"):
                await second.commit(WriteSet(MONDAY, session, reply("second")))
    async with one.turn("a", "3") as turn:
        assert [pending.reply for pending in await turn.waiting()] == [reply("first"), reply("first")]
    await one.close()
    await other.close()


async def test_sqlite_is_durable(tmp_path: Path) -> None:
    """Write-ahead log, and every commit on the disk when it returns."""
    database = await connect(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    assert [tuple(row) for row in await database.rows(text("PRAGMA journal_mode"))] == [("wal",)]
    assert [tuple(row) for row in await database.rows(text("PRAGMA synchronous"))] == [(2,)]
    await database.close()


async def test_whoever_stops_waiting_breaks_nothing(tmp_path: Path) -> None:
    """What has begun in the database is finished, and it closes after that."""
    database = await connect(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    begun, cancelled = threading.Event(), threading.Event()

    def work(connection: Connection) -> None:
        connection.execute(text("INSERT INTO marks (name, at) VALUES ('a', 1)"))
        begun.set()
        assert cancelled.wait(10)
        connection.execute(text("INSERT INTO marks (name, at) VALUES ('b', 2)"))

    asking = asyncio.create_task(database.write(work))
    assert await asyncio.to_thread(begun.wait, 10)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    cancelled.set()
    await database.close()
    with closing(sqlite3.connect(tmp_path / "bot.db")) as file:
        assert file.execute("SELECT name, at FROM marks ORDER BY name").fetchall() == [("a", 1), ("b", 2)]


async def test_no_words_are_left_once_sent(tmp_path: Path, session: Session) -> None:
    """A reply that was sent is no longer in the database."""
    store = await SqlStore.open(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    async with store.turn("a", "1") as turn:
        pending = await turn.commit(WriteSet(MONDAY, session, reply("canary")))
    await store.mark_sent("a", pending.id)
    engine = create_engine(f"sqlite:///{tmp_path / 'bot.db'}")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM replies")).scalar_one() == 0
    engine.dispose()
    await store.close()


async def test_a_database_that_is_locked(tmp_path: Path, session: Session) -> None:
    """Nothing is written and it says so; what is asked later, or only read, goes well."""
    database = await connect(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    await database.rows(text("PRAGMA busy_timeout = 1"))
    store = SqlStore(database, CIPHER)
    letter = SetAside("a", "9", "{}", "bug", MONDAY)
    message = "the database does not answer as it should: database is locked"
    with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with store.turn("a", "1") as turn:
            with pytest.raises(StoreUnavailable, match=message):
                await turn.commit(WriteSet(MONDAY, session, reply("lost")))
        for write in (store.mark_sent("a", 1), store.note_alive(MONDAY), store.set_aside(letter, None)):
            with pytest.raises(StoreUnavailable, match=message):
                await write
        other.execute("ROLLBACK")
    async with store.turn("a", "1") as turn:
        assert (turn.session, turn.repeated, list(await turn.waiting())) == (None, False, [])
        await turn.commit(WriteSet(MONDAY, session, reply("kept")))
    assert [each.reply for each in await pending_of(store, "a")] == [reply("kept")]
    await store.close()


async def test_a_database_that_lost_its_tables(tmp_path: Path) -> None:
    """Reading fails as plainly as writing does."""
    store = await SqlStore.open(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    with closing(sqlite3.connect(tmp_path / "bot.db")) as other:
        for table in ("conversations", "replies", "marks", "deliveries"):
            other.execute(f"DROP TABLE {table}")
    with pytest.raises(StoreUnavailable, match="does not answer as it should: no such table: conversations"):
        async with store.turn("a", "1"):
            raise AssertionError("nothing was read")
    for read in (store.alive(), store.take_over(""), store.shipment("x", "folder"), store.active_since(MONDAY)):
        with pytest.raises(StoreUnavailable, match="no such table"):
            await read
    await store.close()


async def test_what_was_set_aside_can_be_looked_at(tmp_path: Path) -> None:
    """As the channel delivered it, with the reason, until it is forgotten."""
    store = await SqlStore.open(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    letters = [SetAside("a", str(number), f'{{"update_id": {number}}}', "ValueError: bug", MONDAY) for number in (2, 3)]
    for letter in letters:
        await store.set_aside(letter, None)
    assert await store.letters() == letters
    await store.forget_letters(letters[:1])
    assert await store.letters() == letters[1:]
    await store.close()


async def test_a_delivery_that_was_erased_does_not_come_back(
    store: Store, session: Session, written: WrittenTicket
) -> None:
    """What became of it is noted only where it is."""
    async with store.turn("a", "1") as turn:
        await turn.commit(WriteSet(MONDAY, session, reply("Bonjour"), written))
    async with store.turn("a", "2") as turn:
        taken = Delivery(written.ticket.reference, "email", "taken")
        await turn.commit(WriteSet(MONDAY, turn.session, reply("Arrivé"), deliveries=[taken]))
    async with store.turn("a", "3") as turn:
        assert await turn.deliveries(written.ticket.reference) == []
