"""Handing tickets to the desk: what a sink takes, what it answers, and how that can fail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from bot.model.answer import Attachment
from bot.model.message import Message
from bot.model.ticket import Ticket
from bot.service.jobs import JobFailed
from bot.service.plain import plain

SinkName: TypeAlias = Literal["group", "email", "glpi", "zammad", "webhook", "folder"]
SINK_NAMES: Sequence[SinkName] = ("group", "email", "glpi", "zammad", "webhook", "folder")


def sink_name(stored: str | None) -> SinkName:
    """The sink of this name; the folder, which was the only one once, where none is named or known."""
    return next((name for name in SINK_NAMES if name == stored), "folder")


@dataclass(frozen=True, slots=True)
class Addition:
    """What somebody added to a ticket after it was made; the first has the `number` 1.

    `source` is the channel's name of the message it came in, `edits` how often that one was edited since. `handed_on`
    is the text that goes to sinks, where it was asked to go there before it was edited: a mail stays the very same.
    """

    number: int
    text: str
    attachments: tuple[Attachment, ...]
    created_at: datetime
    source: str | None = None
    edits: int = 0
    handed_on: str | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A picture that goes with a parcel, as it was sent.

    `name` is a plain file name in ASCII that begins with the parcel's id, so that no other picture has it.
    """

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A ticket on its way to a sink; or, with an `addition`, what was added to one.

    `id` is the same on every try and in every sink: the reference, with `-1`, `-2` after it for additions. `subject` is
    one line, `message` the whole for people, both in the user's language. `missing` are the names of pictures that
    could not be had any more, or are too much with the others. `number` is what the sink calls the ticket of an
    addition, where it told.
    """

    id: str
    ticket: Ticket
    subject: str
    message: Message
    addition: Addition | None = None
    enclosures: tuple[Enclosure, ...] = ()
    missing: tuple[str, ...] = ()
    number: str | None = None

    @property
    def text(self) -> str:
        """The message as plain text."""
        return plain(self.message)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The sink has the parcel; `number` is what it calls the ticket, for people, where it tells."""

    number: str | None = None


class Undelivered(JobFailed):
    """A sink did not take a parcel, or it is not known whether it did.

    The message is for the operator: what happened, where, and what can be done about it. It repeats neither secrets nor
    what people said.
    """

    def __init__(self, message: str, *, after: timedelta | None = None, hopeless: bool = False) -> None:
        super().__init__(message, after=after, hopeless=hopeless)


State: TypeAlias = Literal["waiting", "begun", "taken", "failed", "renewed"]
"""Not tried yet; tried, with no outcome that is known; taken; given up; asked for again after that."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a parcel goes, how far it got, and the number it was given there."""

    parcel: str
    sink: SinkName
    state: State = "waiting"
    number: str | None = None

    @property
    def asked(self) -> bool:
        """Whether it has just been asked for, so that there is to be a job for it."""
        return self.state in ("waiting", "renewed")


def parcel_id(reference: str, addition: int = 0) -> str:
    """The name of a ticket's parcel, or of one of its additions."""
    return f"{reference}-{addition}" if addition else reference


class Sink(Protocol):
    """Where tickets go."""

    @property
    def name(self) -> SinkName:
        """What settings, logs and jobs call it."""

    @property
    def destination(self) -> str:
        """Where it leads: an address, the name of a host or of a group, which people read; or the path of a folder."""

    @property
    def encloses(self) -> bool:
        """Whether it takes pictures as enclosures; else none are fetched for it."""

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Takes a parcel. One that it has already is not taken twice where the sink can be asked.

        `again` says that this was tried before, with an outcome that may be unknown: a crash in between, an answer that
        never came.

        Raises:
            Undelivered: it was not taken, or nobody knows.
        """

    async def close(self) -> None:
        """Lets go of what it holds."""
