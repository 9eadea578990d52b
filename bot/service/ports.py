"""What the service needs of the outside."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model.error import BotError
from bot.model.flow import Phrase
from bot.model.message import Reply
from bot.model.session import Session
from bot.model.ticket import Ticket


@dataclass(frozen=True, slots=True)
class WrittenTicket:
    """A ticket, and its text as it is handed on."""

    ticket: Ticket
    text: str


@dataclass(frozen=True, slots=True)
class WriteSet:
    """Everything one turn changes. It is written as a whole or not at all."""

    session: Session
    reply: Reply
    ticket: WrittenTicket | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A reply that is committed and not yet known to be sent."""

    id: int
    reply: Reply


class Turn(Protocol):
    """One chat, held for one update."""

    @property
    def session(self) -> Session | None:
        """The chat's session, None for a new chat."""

    @property
    def pending(self) -> Sequence[Pending]:
        """Replies of this chat that were not sent, oldest first."""

    @property
    def repeated(self) -> bool:
        """Whether this very update was committed before."""

    async def commit(self, write: WriteSet) -> Pending:
        """Commits the turn. At most once per turn.

        Raises:
            ReferenceTaken: the ticket's reference belongs to another ticket; nothing was written.
        """


class Store(Protocol):
    """Where conversations are kept."""

    def turn(self, chat: str, update: str) -> AbstractAsyncContextManager[Turn]:
        """Holds the chat for one update: no other turn of it runs meanwhile."""

    async def mark_sent(self, reply: int) -> None:
        """The reply reached the channel."""

    async def undelivered(self) -> Sequence[WrittenTicket]:
        """The tickets that no sink has taken yet, oldest first."""

    async def mark_delivered(self, reference: str) -> None:
        """The sink took the ticket."""


class Catalog(Protocol):
    """The words in the user's language; a missing translation gives the source."""

    @property
    def languages(self) -> Sequence[str]:
        """The codes of the languages spoken, the desk's own first."""

    def phrase(self, phrase: Phrase, language: str) -> str:
        """Words of a flow."""

    def bot(self, message: str, language: str) -> str:
        """The bot's own words, by their English source."""

    def plural(self, one: str, many: str, count: int, language: str) -> str:
        """The bot's own words for this many, by their English sources."""


class Channel(Protocol):
    """The way to one user."""

    async def send(self, reply: Reply) -> None:
        """Shows the reply. May be called again with the same reply after a crash."""


class Sink(Protocol):
    """Where tickets go."""

    async def deliver(self, ticket: WrittenTicket) -> None:
        """Takes the ticket. Taking the same ticket twice is the same as once."""


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The present instant, aware, in the desk's time zone."""


class References(Protocol):
    """Where tickets get their references from."""

    def new(self) -> str:
        """A reference that was very probably never given."""


class ReferenceTaken(BotError):
    """This reference already belongs to a ticket."""
