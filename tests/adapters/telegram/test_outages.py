"""An hour without Telegram, an hour without the bot; clocks simulated."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.adapters.telegram.channel import TokenRefused
from bot.service.ports import Pending, StoreUnavailable, WriteSet
from tests.botapi import Person
from tests.desk import MONDAY
from tests.fakes import MemoryStore, MemoryTurn
from tests.telegram_bot import MODES, Mode, Stage, Time, channel, hook_of, offers, presses, tickets

HOUR = timedelta(hours=1)
TO_THE_ERROR = ("webmail", "browser_issue", "no", "windows_firefox", "no")
EXCUSE = "Excusez-moi, j’ai été indisponible un moment."


async def at_the_error(api: Stage) -> Person:
    """Somebody who is asked for the message."""
    person = api.person()
    person.start()
    await api.rest(person)
    for choice in TO_THE_ERROR:
        presses(person, choice)
        await api.rest(person)
    return person


async def to_the_ticket(api: Stage, person: Person) -> None:
    """Goes on to the ticket."""
    for choice in ("no_message", "just_now", "confirm"):
        if offers(person, choice):
            presses(person, choice)
            await api.rest(person)
    assert len(tickets(person)) == 1


@pytest.mark.parametrize("mode", MODES)
async def test_an_hour_without_telegram(mode: Mode) -> None:
    """What was to be said is said, what was written is taken, what was pressed in vain is asked again."""
    clock = Time(MONDAY, stands=True)
    async with Stage(clock.seconds) as api:
        async with channel(api, api.store, clock, sleep=clock.sleep, monotonic=clock.seconds, hook=hook_of(mode)):
            waiting, writing, pressing = [await at_the_error(api) for _ in range(3)]
            api.faults.server_error("sendMessage", times=1)
            waiting.says("Erreur 500")
            await api.happened(lambda: any(call.status == 500 for call in api.calls))
            api.faults.outage_begins()
            clock.stands = False
            began = clock.now()
            writing.says("Erreur 501")
            presses(pressing, "no_message")
            async with asyncio.timeout(60):
                while clock.now() - began < HOUR:  # noqa: ASYNC110 - time goes by because the bot waits
                    await asyncio.sleep(0.001)
            clock.stands = True
            api.faults.outage_ends()
            await api.happened(lambda: all(offers(person, "just_now") for person in (waiting, writing)))
            await api.happened(lambda: any(EXCUSE in message.text for message in pressing.screen))
            assert offers(pressing, "no_message")
            for person in (waiting, writing, pressing):
                await api.rest(person)
                await to_the_ticket(api, person)
        texts = [tickets(person)[0]["error_message"]["text"] for person in (waiting, writing, pressing)]
        assert texts == ["Erreur 500", "Erreur 501", None]
        assert api.refused == []


@pytest.mark.parametrize("mode", MODES)
async def test_an_hour_without_the_bot(mode: Mode) -> None:
    """Started again, it goes on with everybody where they stood; nobody who was not in the middle is disturbed."""
    clock = Time(MONDAY)
    async with Stage(clock.seconds) as api:
        async with channel(api, api.store, clock, hook=hook_of(mode)):
            long_ago = await at_the_error(api)
            for _ in range(40):
                clock.passes(100)
                api.person().start()
                await api.happened(lambda: not api.pending)
            writing, pressing, gone = [await at_the_error(api) for _ in range(3)]
            gone.says("/cancel")
            await api.rest(gone)
        clock.passes(HOUR.total_seconds())
        writing.says("Erreur 501")
        presses(pressing, "no_message")
        clock.passes(HOUR.total_seconds())
        quiet = len(long_ago.screen), len(gone.screen)
        async with channel(api, api.store, clock, hook=hook_of(mode)):
            await api.happened(lambda: any(EXCUSE in message.text for message in pressing.screen))
            await api.happened(lambda: offers(writing, "just_now"))
            for person in (writing, pressing):
                await api.rest(person)
                await to_the_ticket(api, person)
        assert (len(long_ago.screen), len(gone.screen)) == quiet
        ticket = tickets(writing)[0]
        assert ticket["error_message"]["text"] == "Erreur 501"
        assert api.refused == []


async def test_a_time_is_counted_from_when_it_was_written() -> None:
    """Somebody wrote "ten minutes ago" while the bot was away for an hour."""
    clock = Time(MONDAY)
    async with Stage(clock.seconds) as api:
        async with channel(api, api.store, clock):
            person = await at_the_error(api)
            presses(person, "no_message")
            await api.rest(person)
        person.says("il y a 10 min")
        clock.passes(HOUR.total_seconds())
        async with channel(api, api.store, clock):
            await api.happened(lambda: offers(person, "confirm"))
            await api.rest(person)
            presses(person, "confirm")
            await api.happened(lambda: bool(tickets(person)))
        assert tickets(person)[0]["attempt"]["at"] == "2026-06-22T10:20:00+02:00"


async def test_a_chats_messages_keep_their_order_when_the_database_hiccups() -> None:
    """The first of two could not be committed: the second does not take its place."""

    class Hiccup(MemoryStore):
        failed = False

        @asynccontextmanager
        async def turn(self, chat: str, update: str) -> AsyncIterator[MemoryTurn]:
            if self.ready and not self.failed:
                self.failed = True
                raise StoreUnavailable("a hiccup")
            async with super().turn(chat, update) as turn:
                yield turn

        ready = False

    store = Hiccup()
    async with Stage() as api:
        api.store = store
        async with channel(api, store):
            person = await at_the_error(api)
            api.faults.outage_begins()
            person.says("Erreur 500 du serveur")
            person.says("il y a 10 min")
            store.ready = True
            api.faults.outage_ends()
            await api.happened(lambda: offers(person, "confirm"))
            await api.rest(person)
            presses(person, "confirm")
            await api.happened(lambda: bool(tickets(person)))
    assert store.failed
    assert tickets(person)[0]["error_message"]["text"] == "Erreur 500 du serveur"


async def test_a_commit_of_unknown_outcome() -> None:
    """It took effect, but nobody was told: the update comes again, and its reply is sent."""

    class Vague(MemoryTurn):
        async def commit(self, write: WriteSet) -> Pending:
            pending = await super().commit(write)
            if write.session is not None and write.session.place.node == "cause" and not store.failed:
                store.failed = True
                raise StoreUnavailable("the connection was lost at the commit")
            return pending

    class Unsure(MemoryStore):
        failed = False

        @asynccontextmanager
        async def turn(self, chat: str, update: str) -> AsyncIterator[MemoryTurn]:
            yield Vague(self, chat, update)

    store = Unsure()
    async with Stage() as api:
        api.store = store
        async with channel(api, store):
            person = api.person()
            person.start()
            await api.happened(lambda: offers(person, "webmail"))
            presses(person, "webmail")
            await api.happened(lambda: offers(person, "browser_issue"))
            await api.rest(person)
    assert store.failed
    assert len(person.screen) == 2


async def test_an_update_that_comes_again_while_its_reply_is_sent() -> None:
    """It was looked at before the reply was marked, and gone on with after that: the reply is not sent again."""

    class Slow(MemoryStore):
        @asynccontextmanager
        async def turn(self, chat: str, update: str) -> AsyncIterator[MemoryTurn]:
            async with super().turn(chat, update) as turn:
                yield Late(self, chat, update) if turn.repeated else turn

        async def mark_sent(self, chat: str, reply: int, receipt: str | None = None) -> None:
            await looked.wait()
            await super().mark_sent(chat, reply, receipt)
            marked.set()

    class Late(MemoryTurn):
        async def waiting(self) -> Sequence[Pending]:
            return seen

    seen: Sequence[Pending] = ()
    looked, marked = asyncio.Event(), asyncio.Event()
    async with Stage() as api:
        store = api.store = Slow()
        async with channel(api, store):
            person = api.person()
            person.start()
            await api.happened(lambda: offers(person, "webmail"))
            seen = [pending for _, pending in store.replies.values()]
            looked.set()
            await marked.wait()
            await api.rest(person)
            api.faults.duplicate(api.world.updates.next_id - 1)
            await api.rest(person)
    assert len(seen) == 1
    assert len(person.screen) == 1


async def test_a_chat_that_cannot_be_read_stops_nobody() -> None:
    """After an absence, the others are asked again, and the bot goes on."""
    clock = Time(MONDAY)

    class Damaged(MemoryStore):
        broken = ""

        @asynccontextmanager
        async def turn(self, chat: str, update: str) -> AsyncIterator[MemoryTurn]:
            if chat == self.broken and update.startswith("back-"):
                raise ValueError("a damaged record")
            async with super().turn(chat, update) as turn:
                yield turn

    store = Damaged()
    async with Stage(clock.seconds) as api:
        api.store = store
        async with channel(api, store, clock):
            one, other = await at_the_error(api), await at_the_error(api)
        clock.passes(HOUR.total_seconds())
        store.broken = f"telegram:{one.id}"
        async with channel(api, store, clock):
            await api.happened(lambda: any(EXCUSE in message.text for message in other.screen))
            await api.rest(one, other)
            presses(one, "no_message")
            await api.happened(lambda: offers(one, "just_now"))


async def test_somebody_silent_is_excused_to_once() -> None:
    """However often the bot goes away and comes back."""
    clock = Time(MONDAY)
    async with Stage(clock.seconds) as api:
        async with channel(api, api.store, clock):
            person = await at_the_error(api)
        for _ in range(6):
            clock.passes(1_500)
            async with channel(api, api.store, clock):
                await api.rest(person)
        assert sum(EXCUSE in message.text for message in person.screen) <= 3


@pytest.mark.parametrize("mode", MODES)
async def test_a_slow_database_is_bridged_by_typing(mode: Mode) -> None:
    """From when it takes longer than a moment, until the answer is there."""

    class Slow(MemoryStore):
        slow, ready = "", asyncio.Event()

        @asynccontextmanager
        async def turn(self, chat: str, update: str) -> AsyncIterator[MemoryTurn]:
            if chat == self.slow:
                await self.ready.wait()
            async with super().turn(chat, update) as turn:
                yield turn

    def typed(person: Person) -> int:
        return sum(
            call.method == "sendChatAction" and call.params["chat_id"] in (person.id, str(person.id))
            for call in api.calls
        )

    store = Slow()
    async with Stage() as api:
        api.store = store
        async with channel(api, store, hook=hook_of(mode)):
            person = api.person()
            store.slow = f"telegram:{person.id}"
            person.start()
            await api.happened(lambda: typed(person) >= 2)
            assert person.screen == []
            store.ready.set()
            await api.rest(person)
            assert offers(person, "webmail")
            shown = typed(person)
            await asyncio.sleep(0.05)
            assert typed(person) == shown
    assert api.refused == []


@pytest.mark.parametrize("mode", MODES)
async def test_a_token_that_is_revoked_while_it_runs(mode: Mode) -> None:
    """It ends and says so, rather than being silent for ever."""
    async with Stage() as api:
        with pytest.raises(TokenRefused, match="copy it again from @BotFather"):  # noqa: PT012 - the channel raises at its end
            async with channel(api, api.store, hook=hook_of(mode)) as running:
                api.token = "1234:REVOKED"
                api.faults.outage_begins()
                api.faults.outage_ends()
                await asyncio.wait({running}, timeout=20)
                assert running.done()


async def test_whoever_is_silent_for_long_is_forgotten() -> None:
    """All about them is erased by itself, while the bot runs; not before."""
    clock = Time(MONDAY)
    async with Stage(clock.seconds) as api:
        days = timedelta(days=30)
        async with channel(api, api.store, clock, sleep=clock.sleep, monotonic=clock.seconds, retention=days):
            person, other = await at_the_error(api), api.person()
            chat = f"telegram:{person.id}"
            clock.passes((days - 3 * HOUR).total_seconds())
            other.says("bonjour")
            await api.rest(other)
            assert chat in api.store.sessions
            clock.passes((6 * HOUR).total_seconds())
            other.says("bonjour")
            await api.happened(lambda: chat not in api.store.sessions)
            person.says("bonjour")
            await api.happened(lambda: offers(person, "webmail"))
