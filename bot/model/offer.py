"""What a user can choose from at a question."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.model.answer import AttemptTime
from bot.model.flow import Choice
from bot.model.target import Target


@dataclass(frozen=True, slots=True)
class FlowOnOffer:
    """A choice of the start: a flow, by its name."""

    id: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A choice of the summary: correct the answer at this index of the trail. `id` is the choice's id."""

    id: str
    index: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A choice after an ambiguous time: this one was meant. `id` is the choice's id."""

    id: str
    attempt: AttemptTime


@dataclass(frozen=True, slots=True)
class Resumption:
    """A choice after a long pause: go on, or begin again."""

    id: Literal["resume", "start_over"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A choice after words that may mean several things: this one was meant; None: none of them."""

    id: str
    target: Target | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A choice after a message was read in a picture: it is exact, or not."""

    id: Literal["read_right", "read_wrong"]


@dataclass(frozen=True, slots=True)
class Switch:
    """A choice beside the others after a message that speaks of another cause: follow that one."""

    cause: str
    id: Literal["switch"] = "switch"


Offered: TypeAlias = Choice | FlowOnOffer | Correction | Proposal | Resumption | Suggestion | Confirmation | Switch
"""Everything a user can choose from; each has an `id`."""
