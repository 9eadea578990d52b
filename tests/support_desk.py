"""A support group for tests: the bot that serves it, people who send tickets there, and staff who answer them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.adapters.clock import SystemClock
from bot.adapters.references import RandomReferences
from bot.adapters.telegram.addresses import own_domains
from bot.adapters.telegram.bot import Address, Bot
from bot.adapters.telegram.channel import Support, TelegramChannel
from bot.adapters.telegram.group_chat import GroupChat
from bot.adapters.telegram.limiter import FairRateLimiter, Sleep
from bot.adapters.telegram.person_line import PersonLine
from bot.adapters.telegram.posting import Poster
from bot.adapters.telegram.pseudonym import Pseudonyms
from bot.adapters.telegram.request import PooledRequest
from bot.adapters.telegram.support_group import SupportGroup
from bot.service.conversation import Conversation
from bot.service.desk import Desk
from bot.service.ports import Clock, Store
from bot.service.relays import Relays
from bot.service.voice import Voices
from tests.botapi import BotApiServer, Group, Message, Person, Query
from tests.botapi.topic import Topic
from tests.desk import PARIS, catalog, machine, shipped
from tests.telegram_bot import briefly, hastily, offers, presses

CHOICES = ("webmail", "portal_saturated", "hours", "unreadable", "no_message", "just_now", "confirm")
"""What somebody answers, from the first question to the ticket."""


@asynccontextmanager
async def serving(
    api: BotApiServer,
    store: Store,
    group: int,
    clock: Clock | None = None,
    sleep: Sleep = briefly,
    monotonic: Callable[[], float] = hastily,
) -> AsyncIterator[None]:
    """The channel in this loop, with a support group."""
    flows, answers, clock = machine().flows, shipped().answers, clock or SystemClock(PARIS)
    address, request = Address(api.url, api.token), PooledRequest()
    bot = Bot(address, request, FairRateLimiter(monotonic, sleep))
    await request.initialize()
    voices, own = Voices(catalog(), PARIS), own_domains(flows.values())
    chat = GroupChat(bot, group, store.cases, monotonic)
    names = Pseudonyms(api.token.encode())
    sink = SupportGroup(chat, names, store.cases, clock, voices, flows, own, answers, await chat.title() or "Telegram")
    relays = Relays(store, sink, PersonLine(Poster(bot), own), voices)
    desk = Desk(store, sink, voices, clock, answers)
    talk = Conversation(machine(), catalog(), store, [sink], clock, RandomReferences(), PARIS, desk=desk)
    channel = TelegramChannel(
        address, None, talk, store, catalog(), clock, flows, sleep, monotonic, support=Support(chat, relays)
    )
    stopping = asyncio.Event()
    running = asyncio.create_task(channel.run(stopping))
    seen = len(api.calls)
    begun = asyncio.create_task(api.happened(lambda: any(c.method == "getUpdates" for c in api.calls[seen:])))
    await asyncio.wait({begun, running}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if running.done():
            await running
        await begun
        yield
    finally:
        begun.cancel()
        stopping.set()
        await running
        await request.shutdown()


def support_group(api: BotApiServer, *staff: Person, forum: bool = True) -> Group:
    """A group with these staff, where the bot runs things."""
    group = api.group("Assistance", forum=forum, supergroup=True, members=staff)
    group.adds_bot(staff[0])
    group.promotes_bot(staff[0])
    return group


@dataclass
class Agent:
    """Somebody with a broken mail."""

    api: BotApiServer
    person: Person

    async def reads(self, words: str, patience: float = 30) -> Message:
        """Waits until there is a message that says so; the last one."""
        await self.api.happened(lambda: bool(self._with(words)), patience)
        return self._with(words)[-1]

    def _with(self, words: str) -> list[Message]:
        return [message for message in self.person.screen if words in plainly(message.text)]

    async def sends_ticket(self, patience: float = 30) -> str:
        """Answers all questions and has the ticket sent to the group; its reference."""
        reference = await self.answers_everything(patience)
        self.press("send-group")
        return reference

    async def answers_everything(self, patience: float = 30) -> str:
        """Answers all questions; the reference of the ticket, which can be sent then."""
        self.person.start()
        for choice in CHOICES:
            await self.presses(choice, patience)
        await self.api.happened(lambda: self._offered("send-group"), patience)
        return next(name.removesuffix(".json") for name in self.person.documents if name.endswith(".json"))

    async def is_going_to_add(self) -> None:
        """Says that there is something to add, and is asked what."""
        before = len(self._with("Que voulez-vous ajouter"))
        self.person.says("Ajouter quelque chose")
        await self.api.happened(lambda: len(self._with("Que voulez-vous ajouter")) > before)

    async def presses(self, action: str, patience: float = 30) -> None:
        """Presses a button by the beginning of its name, when there is one."""
        await self.api.happened(lambda: self._offered(action), patience)
        self.press(action)

    def count(self, words: str) -> int:
        """How many messages say so."""
        return len(self._with(words))

    def _offered(self, action: str) -> bool:
        return offers(self.person, action) or self._button(action) is not None

    def _button(self, action: str) -> str | None:
        values = [b.value for m in reversed(self.person.screen) for row in m.rows for b in row]
        return next((value for value in values if f"!{action}" in value), None)

    def press(self, action: str) -> None:
        """Presses a button that is there."""
        if offers(self.person, action):
            presses(self.person, action)
        else:
            wanted = self._button(action)
            assert wanted is not None
            self.person.presses(wanted)


@dataclass
class Room:
    """A ticket's place in the group, as staff see it."""

    api: BotApiServer
    group: Group
    reference: str

    @property
    def topic(self) -> Topic | None:
        """Its topic, the latest one."""
        found = [topic for topic in self.group.topics if topic.name.startswith(self.reference)]
        return found[-1] if found else None

    @property
    def screen(self) -> list[Message]:
        """The bot's messages in it."""
        topic = self.topic
        return self.group.screen_of(topic) if topic is not None else []

    @property
    def header(self) -> Message:
        """The message that shows how it stands."""
        return next(message for message in reversed(self.screen) if message.text.startswith(self.reference))

    async def shows(self, words: str, patience: float = 30) -> Message:
        """Waits until a message says so."""
        await self.api.happened(lambda: any(words in plainly(each.text) for each in self.screen), patience)
        return next(each for each in reversed(self.screen) if words in plainly(each.text))

    async def stands(self, words: str, patience: float = 30) -> None:
        """Waits until the header says so."""
        await self.api.happened(lambda: bool(self.screen) and words in plainly(self.header.text), patience)

    async def has(self, file: str, patience: float = 30) -> None:
        """Waits until this file is there."""

        def there() -> bool:
            return any(each.document is not None and each.document.name == file for each in self.screen)

        await self.api.happened(there, patience)

    def presses(self, who: Person, label: str) -> None:
        """Somebody presses a button of the header."""
        self.presses_of(who, label)

    def presses_of(self, who: Person, label: str) -> Query:
        """The same; the press, with what was said to it."""
        return who.presses_on(self.header, label)

    async def offers(self, label: str, patience: float = 30) -> None:
        """Waits until the header has this button."""

        def there() -> bool:
            return bool(self.screen) and any(label == each.text for row in self.header.rows for each in row)

        await self.api.happened(there, patience)


def plainly(text: str) -> str:
    """A text with ordinary spaces and apostrophes."""
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")
