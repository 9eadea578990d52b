"""Two processes behind one webhook, here two channels in this loop, on one PostgreSQL server."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.adapters.clock import SystemClock
from bot.adapters.store.sql import SqlStore
from bot.adapters.telegram.channel import Hook
from bot.model.message import Message, Reply, Words
from bot.service.ports import Pending, WriteSet
from tests.botapi import Person
from tests.desk import CIPHER, PARIS
from tests.fakes import MemoryStore, MemoryTurn
from tests.postgres import Postgres
from tests.telegram_bot import Stage, channel, hook_of, offers, presses, tickets

CHOICES = ("webmail", "portal_saturated", "hours", "unreadable", "no_message", "just_now", "confirm")


@asynccontextmanager
async def two(api: Stage, postgres: Postgres) -> AsyncIterator[list[Hook]]:
    """Two channels; where each listens."""
    url = postgres.database()
    hooks = [hook for hook in (hook_of("webhook"), hook_of("webhook")) if hook]
    one, other = [await SqlStore.open(url, CIPHER) for _ in hooks]
    try:
        async with channel(api, one, hook=hooks[0], sleep=asyncio.sleep), channel(api, other, hook=hooks[1]):
            yield hooks
    finally:
        await one.close()
        await other.close()


async def goes_on(api: Stage, person: Person) -> None:
    """Waits until what somebody did is answered."""
    async with asyncio.timeout(20):
        await person.settled(0.2)
    assert api.refused == []


async def test_a_conversation_that_changes_between_them(postgres: Postgres) -> None:
    """Every update comes to the other one: answers, buttons and ticket are as from one."""
    async with Stage() as api, two(api, postgres) as hooks:
        person = api.person()
        person.start()
        for number, choice in enumerate(CHOICES):
            api.webhook.url = hooks[number % 2].url
            await api.happened(lambda wanted=choice: offers(person, wanted))  # type: ignore[misc]
            presses(person, choice)
        await api.happened(lambda: bool(tickets(person)))
        await goes_on(api, person)
        assert len(tickets(person)) == 1
        pressed = [(m, b.value) for m in person.screen for row in m.rows for b in row if b.action == "callback_data"]
        asking = {m.id for m, data in pressed if ":" in data}
        assert len(asking) <= 1


async def test_what_another_left_comes_first() -> None:
    """It was in the hands of a process that is gone: taken over, it goes before a later reply that waits for it."""

    class Left(MemoryStore):
        looks = 0

        async def ahead(self, chat: str, reply: int) -> tuple[bool, str | None]:
            return any(owner == chat and number < reply for number, (owner, _) in self.replies.items()), None

        async def take_over(self, channel: str, *, alone: bool = False) -> Mapping[str, Sequence[Pending]]:
            del channel, alone
            self.looks += 1
            return {chat: [waiting]} if self.looks == 5 else {}

        @asynccontextmanager
        async def turn(self, chat: str, update: str) -> AsyncIterator[MemoryTurn]:
            async with super().turn(chat, update) as turn:
                yield Behind(self, turn.chat, turn.update)

    class Behind(MemoryTurn):
        async def commit(self, write: WriteSet) -> Pending:
            return replace(await super().commit(write), behind=True)

    store = Left()
    async with Stage() as api:
        person, api.store = api.person(), store
        chat = f"telegram:{person.id}"
        left = Reply((Message((Words("Ce qui restait à dire"),)),), (), None, "flow.node", "fr", 1)
        waiting = store.add_reply(chat, left)
        async with channel(api, store, hook=hook_of("webhook")):
            person.start()
            await api.happened(lambda: offers(person, "webmail"))
            assert next(message.text for message in person.screen if message.by_bot) == "Ce qui restait à dire"
            presses(person, "webmail")
            await api.happened(lambda: offers(person, "browser_issue"))
    assert api.refused == []


async def test_what_people_read_stays_in_order(postgres: Postgres) -> None:
    """The first is still sending when the second has an answer to the same chat: that one waits."""
    async with Stage() as api, two(api, postgres) as hooks:
        person = api.person()
        api.webhook.url = hooks[0].url
        person.start()
        await api.happened(lambda: offers(person, "webmail"))
        api.faults.delay(1.5, "sendMessage")
        seen = len(api.calls)
        presses(person, "webmail")
        await api.happened(lambda: any(call.method == "sendMessage" for call in api.calls[seen:]))
        api.webhook.url = hooks[1].url
        person.says("aide")
        await api.happened(lambda: len([m for m in person.screen if m.by_bot]) >= 3)
        await goes_on(api, person)
        shown = [message.text for message in person.screen if message.by_bot]
        assert "Que se passe-t-il" in shown[1]
        assert not offers(person, "wifi")
        assert offers(person, "browser_issue")


@pytest.mark.parametrize("presses_made", [1, 3])
async def test_what_another_left_goes_first(postgres: Postgres, presses_made: int) -> None:
    """A process is gone before it sent its reply: what another has to say after it waits until that is taken over.

    Whoever presses again meanwhile, which only takes buttons away, changes nothing about that.
    """
    url = postgres.database()
    gone, other = [await SqlStore.open(url, CIPHER) for _ in range(2)]
    async with Stage() as api, channel(api, other, hook=hook_of("webhook")):
        person = api.person()
        person.start()
        await api.happened(lambda: offers(person, "webmail"))
        await goes_on(api, person)
        await gone.take_over("nobody:")
        async with gone.turn(f"telegram:{person.id}", "lost") as turn:
            assert turn.session is not None
            lost = Reply((Message((Words("the one before"),)),), (), "choice", "start.choose", "fr", 1)
            await turn.commit(WriteSet(SystemClock(PARIS).now(), turn.session, lost))
        for _ in range(presses_made):
            presses(person, "webmail")
        await api.happened(lambda: not api.pending)
        await postgres.beside("UPDATE processes SET at = at - 31", url)
        await api.happened(lambda: len([m for m in person.screen if m.by_bot]) >= 3)
        await goes_on(api, person)
        shown = [message.text for message in person.screen if message.by_bot]
        assert shown[1] == "the one before"
        assert "Que se passe-t-il" in shown[2]
        assert offers(person, "portal_saturated")
    await gone.close()
    await other.close()


@pytest.mark.parametrize("times", [20])
async def test_updates_that_come_again(times: int, postgres: Postgres) -> None:
    """Delivered again, to either of them, as soon as it was taken: it is answered once."""
    async with Stage() as api, two(api, postgres) as hooks:
        people = [api.person() for _ in range(times)]
        for number, person in enumerate(people):
            api.webhook.url = hooks[number % 2].url
            person.start()
        await api.happened(lambda: all(offers(person, "webmail") for person in people))
        for update in list(api.world.updates.given):
            api.webhook.url = hooks[update % 2].url
            api.faults.duplicate(update)
        await api.happened(lambda: not api.world.updates.waiting)
        for person in people:
            await goes_on(api, person)
        assert [len([message for message in person.screen if message.by_bot]) for person in people] == [1] * times
