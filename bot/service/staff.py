"""What staff do in the support group, as a channel delivers it; and what is needed of the channel in return."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from bot.model.answer import Attachment
from bot.model.case import Case
from bot.model.message import Button, Message
from bot.model.ticket import Ticket
from bot.service.jobs import JobFailed


@dataclass(frozen=True, slots=True)
class Member:
    """Who did something. `number` is the channel's, None for one who writes in the name of the group itself.

    `name` is how the group knows them, `pseudonym` what the trail calls them.
    """

    number: int | None
    name: str
    pseudonym: str


@dataclass(frozen=True, slots=True)
class StaffPressed:
    """A button below the message of the group that has this number, in a topic."""

    who: Member
    message: int
    button: str
    topic: int | None = None


@dataclass(frozen=True, slots=True)
class StaffWrote:
    """A message in reply `to` one of the bot, in a topic; `about` is the ticket of which that one shows how it stands.

    Without text and attachment it is one that cannot be passed on.
    """

    who: Member
    message: int
    to: int
    text: str
    attachment: Attachment | None = None
    topic: int | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class StaffEdited:
    """What a message says now that was written before."""

    who: Member
    message: int
    text: str


@dataclass(frozen=True, slots=True)
class GroupMoved:
    """The group has another number now, as happens when topics are turned on."""

    to: int


Staffed: TypeAlias = StaffPressed | StaffWrote | StaffEdited | GroupMoved
STAFFED = (StaffPressed, StaffWrote, StaffEdited, GroupMoved)


class CannotTell(JobFailed):
    """Whether somebody is of the group cannot be found out now."""


class Unreached(JobFailed):
    """A person takes no messages: they have blocked the bot, or are gone."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hopeless=True)


class Declined(JobFailed):
    """The channel does not take a message, and never will."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hopeless=True)


@dataclass(frozen=True, slots=True)
class Telling:
    """What a person is told: `message` with rows of buttons below it, then the attachment."""

    message: Message
    rows: Sequence[Sequence[Button]] = ()
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What the bot says in the group about a case: `words`, then what somebody wrote, set off from it."""

    words: str
    quoted: str = ""


class Group(Protocol):
    """The support group. What a case has there is made again where it was deleted."""

    async def includes(self, who: Member) -> bool:
        """Whether somebody is of the group.

        Raises:
            CannotTell: this cannot be found out now.
        """

    async def follow(self, number: int) -> None:
        """The group has another number now."""

    async def show(self, case: Case, ticket: Ticket) -> None:
        """Brings the message up to date that shows how a case stands.

        Raises:
            JobFailed: it cannot be done now.
        """

    async def say(self, case: Case, note: Note, to: int | None = None) -> int:
        """Says something where the case is, in reply to a message; the number of the new one.

        Raises:
            JobFailed: it cannot be done now.
        """

    async def rewrite(self, case: Case) -> None:
        """Brings messages up to date that show additions which were edited since.

        Raises:
            JobFailed: it cannot be done now.
        """

    async def refuse(self, message: int, words: str) -> None:
        """Says in reply to a message of staff why it was not passed on.

        Raises:
            JobFailed: it cannot be done now.
        """

    async def part(self, reference: str, header: int) -> None:
        """Says in the place of how a case stands, and anew, that nothing of it is kept any more.

        Raises:
            JobFailed: it cannot be done now.
        """


class Line(Protocol):
    """The way to people."""

    def send(self, chat: str, telling: Telling, sent: int) -> AsyncIterator[int]:
        """Sends a telling, message by message, but for the first ones that were `sent` before; their numbers.

        Raises:
            Unreached: the person takes no messages.
            Declined: this one cannot be sent to anybody.
            JobFailed: it cannot be done now.
        """

    async def change(self, chat: str, targets: Sequence[int], telling: Telling) -> bool:
        """Has what was sent of a telling, or of its beginning, say something else; False where it cannot.

        Raises:
            Unreached: the person takes no messages.
            Declined: this one cannot be sent to anybody.
            JobFailed: it cannot be done now.
        """
