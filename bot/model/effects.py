"""What is to be done after a step: the effects the engine asks for, in order."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.model.answer import AttemptTime, Identifier
from bot.model.flow import Outcome
from bot.model.inputs import Medium, Problem, SmallTalk
from bot.model.offer import Offered
from bot.model.redaction import Redaction
from bot.model.session import Entry
from bot.model.target import Target


@dataclass(frozen=True, slots=True)
class Say:
    """Show the text of a message node; it may stand in the flow that was just left for another."""

    flow: str
    node: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Put the question of a node, with the choices on offer now."""

    node: str
    choices: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class Interject:
    """Show the text of an interrupt."""

    interrupt: str


@dataclass(frozen=True, slots=True)
class EchoTime:
    """Repeat in full the time that was understood."""

    attempt: AttemptTime


@dataclass(frozen=True, slots=True)
class HideSecret:
    """Say what was cut out of the message that came in, and why."""

    found: tuple[Redaction, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """Say what the user's words were understood as."""

    target: Target


@dataclass(frozen=True, slots=True)
class Meaning:
    """Say what an error message means, by its signature; and what to do `first` where that suits."""

    signature: str
    first: bool


@dataclass(frozen=True, slots=True)
class Contradicted:
    """Say that an error message speaks rather of another cause, which is now on offer too."""

    cause: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Say that an error message is kept before it was asked for."""


@dataclass(frozen=True, slots=True)
class Greeted:
    """Be kind in return."""

    talk: SmallTalk


@dataclass(frozen=True, slots=True)
class LookOver:
    """Say what may be mistyped in an identifier, if anything. It is kept as it is."""

    identifier: Identifier


@dataclass(frozen=True, slots=True)
class Doubt:
    """Ask which of the proposed times was meant."""

    candidates: tuple[AttemptTime, ...]


@dataclass(frozen=True, slots=True)
class Explain:
    """Say why an answer was not understood; after `left` more failures the question is left behind."""

    problem: Problem
    left: int | None


@dataclass(frozen=True, slots=True)
class MoveOn:
    """Say that the question is left behind, the user's words kept."""


Reason: TypeAlias = Literal[
    "not_on_offer", "nothing_to_undo", "nothing_to_correct", "no_such_interrupt", "already_there", "ended",
    "not_asked", "too_many_attachments", "stale", "not_amendable", "amended_too_late",
    "too_much_held",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refuse:
    """Say why an input is not possible here. The session is unchanged."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """Say what can be said at any moment."""


@dataclass(frozen=True, slots=True)
class Attached:
    """Say that a picture was kept; `count` are kept so far."""

    count: int


@dataclass(frozen=True, slots=True)
class ReadOut:
    """Show what was read in a picture."""

    text: str


@dataclass(frozen=True, slots=True)
class CopyByHand:
    """Ask for the message to be copied, as it was misread."""


@dataclass(frozen=True, slots=True)
class CannotRead:
    """Say that the bot cannot read what was sent, and what to do instead."""

    medium: Medium


@dataclass(frozen=True, slots=True)
class Excuse:
    """Say that the bot was away, and that what was done meanwhile may be lost."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """Say that the conversation is still open, in the flow's words."""


@dataclass(frozen=True, slots=True)
class Expired:
    """Say that the conversation is closed because nothing came for long, in the flow's words."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """Say what was answered before, at a question that is asked again to be corrected."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Amended:
    """Say that the edited answer was taken over."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Undone:
    """Say that the last answer was undone."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Say that the conversation that was cancelled goes on."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Say that the flow has changed meanwhile and where the conversation goes on, with the answers kept or not."""

    kept: bool = True


@dataclass(frozen=True, slots=True)
class WriteTicket:
    """Write the ticket of this session, by the template of the end node."""

    node: str


@dataclass(frozen=True, slots=True)
class Finish:
    """Say the last words of an end node; None: the user cancelled."""

    outcome: Outcome
    node: str | None


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """Say how things stand: the question that is open, and the last ticket."""


@dataclass(frozen=True, slots=True)
class ShowTicket:
    """Show the last ticket again."""


@dataclass(frozen=True, slots=True)
class Over:
    """Say that the conversation is over, and how to begin another."""


Effect: TypeAlias = (
    Say
    | Ask
    | Interject
    | EchoTime
    | HideSecret
    | Understood
    | Meaning
    | Contradicted
    | Kept
    | Greeted
    | LookOver
    | Doubt
    | Explain
    | MoveOn
    | Refuse
    | ShowHelp
    | Attached
    | ReadOut
    | CopyByHand
    | CannotRead
    | Excuse
    | Reminded
    | Expired
    | Reopened
    | Amended
    | Undone
    | Reopen
    | Moved
    | WriteTicket
    | Finish
    | ShowStatus
    | ShowTicket
    | Over
)
