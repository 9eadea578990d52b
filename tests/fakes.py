"""Stand-ins for the outside: they keep to the ports, and the store passes the same contract tests as the real one."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from bot.adapters.clock import FixedClock
from bot.model.message import Reply
from bot.model.reference import reference
from bot.model.session import Session
from bot.service.conversation import Conversation
from bot.service.incoming import Commanded, Content, Incoming, Opened, Pressed, Said
from bot.service.plain import plain
from bot.service.ports import Pending, ReferenceTaken, Sink, Store, WriteSet, WrittenTicket
from tests.desk import MONDAY, PARIS, catalog, machine


@dataclass
class MemoryTurn:
    """One chat of a `MemoryStore`, held for one update."""

    store: "MemoryStore"
    chat: str
    update: str

    @property
    def session(self) -> Session | None:
        """The chat's session."""
        return self.store.sessions.get(self.chat)

    @property
    def pending(self) -> Sequence[Pending]:
        """Replies that were not sent."""
        return [pending for chat, pending in self.store.replies.values() if chat == self.chat]

    @property
    def repeated(self) -> bool:
        """Whether this update was committed before."""
        return (self.chat, self.update) in self.store.updates

    async def commit(self, write: WriteSet) -> Pending:
        """Keeps everything, or nothing."""
        if write.ticket is not None:
            if write.ticket.ticket.reference in self.store.tickets:
                raise ReferenceTaken(write.ticket.ticket.reference)
            self.store.tickets[write.ticket.ticket.reference] = (write.ticket, False)
        self.store.sessions[self.chat] = write.session
        self.store.updates.add((self.chat, self.update))
        pending = Pending(next(self.store.numbers), write.reply)
        self.store.replies[pending.id] = (self.chat, pending)
        return pending


@dataclass
class MemoryStore:
    """Conversations in memory."""

    sessions: dict[str, Session] = field(default_factory=dict)
    updates: set[tuple[str, str]] = field(default_factory=set)
    replies: dict[int, tuple[str, Pending]] = field(default_factory=dict)
    tickets: dict[str, tuple[WrittenTicket, bool]] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    @asynccontextmanager
    async def turn(self, chat: str, update: str) -> AsyncIterator[MemoryTurn]:
        """Holds the chat."""
        yield MemoryTurn(self, chat, update)

    async def mark_sent(self, reply: int) -> None:
        """Forgets a reply that was sent."""
        del self.replies[reply]

    async def undelivered(self) -> Sequence[WrittenTicket]:
        """The tickets that no sink has taken."""
        return [written for written, delivered in self.tickets.values() if not delivered]

    async def mark_delivered(self, reference: str) -> None:
        """Notes that a sink took the ticket."""
        self.tickets[reference] = (self.tickets[reference][0], True)


@dataclass
class MemorySink:
    """Keeps the tickets it is given."""

    taken: list[WrittenTicket] = field(default_factory=list)

    async def deliver(self, ticket: WrittenTicket) -> None:
        """Takes a ticket."""
        self.taken.append(ticket)


@dataclass
class CountedReferences:
    """References in a row, so that tickets can be compared."""

    given: "count[int]" = field(default_factory=lambda: count(0))

    def new(self) -> str:
        """The next reference."""
        return reference("22222" + "23456789"[next(self.given) % 8] + "2")


@dataclass
class Person:
    """Somebody who talks with the bot, and remembers what it said."""

    conversation: Conversation
    chat: str = "somebody"
    heard: list[Reply] = field(default_factory=list)
    updates: "count[int]" = field(default_factory=lambda: count(1))

    async def send(self, reply: Reply) -> None:
        """Hears a reply."""
        self.heard.append(reply)

    async def does(self, content: Content) -> Reply:
        """Does something, and gets the last reply to it."""
        await self.conversation.handle(Incoming(self.chat, str(next(self.updates)), content), self)
        return self.heard[-1]

    async def opens(self, language: str | None = None, flow: str | None = None) -> Reply:
        """Comes to the bot."""
        return await self.does(Opened(language, flow))

    async def says(self, text: str) -> Reply:
        """Writes a text."""
        return await self.does(Said(text))

    async def presses(self, choice: str) -> Reply:
        """Takes a choice."""
        return await self.does(Pressed(choice))

    async def commands(self, name: str, value: str | None = None) -> Reply:
        """Gives a command."""
        return await self.does(Commanded(name, value))


def conversation(store: Store | None = None, sink: Sink | None = None) -> Conversation:
    """The shipped bot on a Monday morning, in memory unless told otherwise."""
    return Conversation(
        machine(),
        catalog(),
        store or MemoryStore(),
        sink or MemorySink(),
        FixedClock(MONDAY),
        CountedReferences(),
        PARIS,
    )


def said(reply: Reply) -> str:
    """All that a reply says, as plain text."""
    return "\n\n".join(plain(message) for message in reply.messages)
