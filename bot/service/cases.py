"""What is kept of the tickets that the support group has: read in turns, changed with them, and noted by jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from bot.model.case import Case, Relay
from bot.model.message import Message
from bot.model.ticket import Ticket
from bot.service.delivery import Addition

ActionName: TypeAlias = Literal["took", "wrote", "edited", "answered", "resolved", "reopened", "rated"]


@dataclass(frozen=True, slots=True)
class Action:
    """That somebody did something with a case. `who` is a pseudonym of one of the staff, or "person"."""

    at: datetime
    reference: str
    name: ActionName
    who: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A message in the group that shows a parcel: its `step`th one. `edits` is how often what it shows was edited."""

    parcel: str
    step: int
    message: int
    edits: int = 0


@dataclass(frozen=True, slots=True)
class CaseWrite:
    """What is changed of a case, in one commit with the turn that changes it; jobs then tell each side.

    `case` is as it stands now, of the version that was read. `relays` are new ones, `edited` is one with other words.
    """

    case: Case
    relays: Sequence[Relay] = ()
    edited: Relay | None = None
    action: Action | None = None


class CaseReader(Protocol):
    """The cases, as they are read."""

    async def of(self, reference: str) -> Case | None:
        """The case of a ticket, if the group has it."""

    async def at(self, message: int, topic: int | None = None) -> Case | None:
        """The case that a message of the bot in the group belongs to; else the one whose topic it stands in."""

    async def of_chat(self, chat: str) -> Sequence[Case]:
        """The cases of a person, the newest first."""

    async def ticket(self, reference: str) -> tuple[Ticket, Message] | None:
        """A ticket, and the message that hands it on; None where it is not there any more."""

    async def relays(self, reference: str) -> Sequence[Relay]:
        """What goes from the group to the person of a case, in order."""

    async def relay_of(self, source: int) -> Relay | None:
        """What a message in the group is sent on as; what was refused is not."""

    async def relay_to(self, chat: str, message: int) -> Relay | None:
        """What was sent to a person as this message."""

    async def additions(self, reference: str) -> Sequence[Addition]:
        """What was added to a ticket, in order."""

    async def addition_of(self, chat: str, source: str) -> tuple[str, Addition] | None:
        """What a person added with this message, and to which ticket."""

    async def posted(self, reference: str) -> Sequence[Posted]:
        """The messages in the group that show a ticket and what was added to it, in the order they were posted."""


class Cases(CaseReader, Protocol):
    """The cases, and what jobs note about them: each note is kept at once, if the case is still there."""

    async def begin(self, reference: str) -> Case | None:
        """The case of a ticket, made where there is none; None where there is no such ticket any more."""

    async def note_place(self, reference: str, topic: int | None, header: int | None) -> None:
        """Where the group has a case: its topic, and the message that shows how it stands."""

    async def note_shown(self, reference: str, shown: str) -> None:
        """What that message shows."""

    async def note_posted(self, reference: str, posted: Sequence[Posted]) -> None:
        """Messages that were posted, or posted anew with what was edited."""

    async def forget_posted(self, reference: str) -> None:
        """The messages are gone, and what they showed is to be posted again: its topic was deleted."""

    async def note_relay(self, relay: Relay) -> None:
        """How far a relay has got; its words are left as they are, for they may have been edited meanwhile."""

    async def moved(self, group: int) -> int:
        """The chat that the group with this number has become, as far as that was noted."""

    async def note_move(self, group: int, to: int) -> None:
        """The group with this number has become another chat."""

    async def have_shown(self, reference: str) -> None:
        """Has a job show the group what is new of a case."""

    async def settle(self, group: int) -> None:
        """The group is this chat; what was shown in another is forgotten, and shown here when it comes up again."""

    async def actions(self) -> Sequence[Action]:
        """What was done with all cases, oldest first."""
