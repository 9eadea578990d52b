"""What the service needs of the outside."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model.error import BotError
from bot.model.flow import Phrase
from bot.model.message import Message, Reply
from bot.model.session import Session
from bot.model.ticket import Ticket
from bot.service.cases import CaseReader, Cases, CaseWrite
from bot.service.delivery import Addition, Delivery, SinkName
from bot.service.jobs import Job, Jobs
from bot.service.plain import plain


@dataclass(frozen=True, slots=True)
class WrittenTicket:
    """A ticket, and the message that hands it on."""

    ticket: Ticket
    message: Message

    @property
    def text(self) -> str:
        """The message as plain text."""
        return plain(self.message)


@dataclass(frozen=True, slots=True)
class WrittenAddition:
    """What was added to a ticket, and the message that hands it on."""

    reference: str
    addition: Addition
    message: Message


@dataclass(frozen=True, slots=True)
class Shipment:
    """A delivery that is under way, with all that there is to be handed on.

    With an `addition`, `first` is how the ticket itself goes to the same sink.
    """

    chat: str
    delivery: Delivery
    written: WrittenTicket
    addition: WrittenAddition | None = None
    first: Delivery | None = None


@dataclass(frozen=True, slots=True)
class WriteSet:
    """Everything one turn changes. It is written as a whole or not at all.

    `at` is when the turn took place. Without a session (where others listen) the chat stays without one. `look_in` is
    when to look in on the chat if nothing comes. `deliveries` are new ones, which become jobs, or what became of those
    that there are. `addition` is a new one, or one that says something else now. `picture` names one that is to be
    read. `case` is what its person changes of one.
    """

    at: datetime
    session: Session | None
    reply: Reply
    ticket: WrittenTicket | None = None
    addition: WrittenAddition | None = None
    deliveries: Sequence[Delivery] = ()
    look_in: datetime | None = None
    case: CaseWrite | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """An update that cannot be taken: what came, as the channel delivered it, and why it was set aside."""

    chat: str
    update: str
    content: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """A reply that is committed and not yet known to be sent.

    `behind` says that earlier replies to this chat were in the hands of another process then.
    """

    id: int
    reply: Reply
    behind: bool = False


class Turn(Protocol):
    """One chat, held for one update."""

    @property
    def session(self) -> Session | None:
        """The chat's session, None for a new chat."""

    @property
    def repeated(self) -> bool:
        """Whether this very update was committed before."""

    @property
    def seen(self) -> datetime | None:
        """When the last turn of this chat took place."""

    @property
    def receipt(self) -> str | None:
        """What the channel noted about the last reply it sent to this chat."""

    async def waiting(self) -> Sequence[Pending]:
        """Replies of this chat that were not sent, oldest first; not those that another process is sending.

        The receipt is not older than they are from then on.
        """

    def claim_look_in(self, job: int) -> bool:
        """Whether this is the job that was to look in on the chat: another one may be by now. It is used up then."""

    async def look_in_later(self, due: datetime | None) -> None:
        """Has the chat looked in on at another time, or not any more. In place of a commit."""

    @property
    def cases(self) -> CaseReader:
        """The tickets that the support group has, of all people."""

    async def last_ticket(self) -> WrittenTicket | None:
        """The newest ticket of this chat."""

    async def ticket(self, reference: str) -> WrittenTicket | None:
        """A ticket of this chat; None where it is somebody else's, or gone."""

    async def deliveries(self, reference: str) -> Sequence[Delivery]:
        """Where a ticket of this chat and its additions go, in the order they were asked for."""

    async def additions(self, reference: str) -> int:
        """How often something was added to a ticket of this chat."""

    async def sent_since(self, instant: datetime, sinks: Collection[SinkName]) -> int:
        """How many tickets and additions of this chat were asked to go to any of these sinks since this instant."""

    async def everything(self) -> str:
        """All that is kept about this chat, as JSON."""

    async def erase(self, at: datetime, reply: Reply) -> Pending:
        """Erases all that is kept about this chat, but for this update and the reply to it. In place of a commit."""

    async def attend(self, at: datetime, write: CaseWrite) -> None:
        """Commits what one of the staff did in this chat, which is the group's. In place of a commit."""

    async def decline(self, at: datetime, job: Job) -> None:
        """Commits that what one of the staff did changes nothing; the job tells them so. In place of a commit."""

    async def commit(self, write: WriteSet) -> Pending:
        """Commits the turn. At most once per turn.

        Raises:
            ReferenceTaken: the ticket's reference belongs to another ticket; nothing was written.
        """


class Store(Protocol):
    """Where conversations are kept."""

    @property
    def jobs(self) -> Jobs:
        """What is to be done later, added by the turns that ask for it."""

    @property
    def cases(self) -> Cases:
        """The tickets that the support group has."""

    def turn(self, chat: str, update: str) -> AbstractAsyncContextManager[Turn]:
        """Holds the chat for one update: no other turn of it runs meanwhile."""

    async def mark_sent(self, chat: str, reply: int, receipt: str | None = None) -> None:
        """The reply reached the channel; with a receipt, that becomes the chat's, unless a later reply has left one."""

    async def take_over(self, channel: str, *, alone: bool = False) -> Mapping[str, Sequence[Pending]]:
        """The replies that nobody is sending, of every chat of a channel, oldest first: they are this process's now.

        `channel` is what the names of its chats begin with. Whoever calls this every ten seconds is known to be there;
        who is `alone` takes over from everybody else.
        """

    async def ahead(self, chat: str, reply: int) -> tuple[bool, str | None]:
        """Whether earlier replies to this chat still wait to be sent, by whomever; and the chat's receipt."""

    async def set_aside(self, letter: SetAside, reply: Reply | None, job: Job | None = None) -> Pending | None:
        """Keeps an update that cannot be taken, as seen, with what the person is told, or a job that tells staff.

        Once per update.
        """

    async def active_since(self, instant: datetime) -> Sequence[str]:
        """The chats that were heard of at this instant or later."""

    async def erase_before(self, instant: datetime) -> int:
        """Erases all about chats that were not heard of since this instant, and what else is older; how many chats."""

    async def forget_updates(self, before: datetime) -> None:
        """Forgets which updates were seen before this instant: nobody will repeat them."""

    async def alive(self) -> datetime | None:
        """When the bot last noted that it was running, and heard people."""

    async def note_alive(self, at: datetime) -> None:
        """Notes that the bot is running, and hears people.

        Raises:
            StoreOutdated: this program must not go on.
        """

    async def shipment(self, parcel: str, sink: SinkName) -> Shipment | None:
        """A delivery that is not taken yet; None where there is none, or none any more."""

    async def note_delivery(self, delivery: Delivery) -> None:
        """Notes how far a delivery has got, if it is still there."""

    async def tickets_of(self, chat: str, most: int | None, reference: str | None = None) -> Sequence[WrittenTicket]:
        """The tickets of a chat, the newest first, so many at most; with a reference that one, if it is theirs."""

    async def note_file(self, chat: str, name: str, file: str) -> None:
        """Notes where the channel keeps a file that it sent."""

    async def files(self, chat: str) -> Mapping[str, str]:
        """Where the channel keeps the files that it sent to a chat, by their names."""


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


class StoreUnavailable(BotError):
    """The database cannot be reached, or takes nothing at the moment. Trying again later may help."""


class StoreOutdated(StoreUnavailable):
    """The database was brought to a version that this program does not know. Only another program can help."""
