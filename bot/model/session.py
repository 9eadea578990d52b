"""Where one conversation stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.model.answer import Attachment, AttemptTime, Value
from bot.model.flow import Outcome, Urgency
from bot.model.inputs import Answer, Held
from bot.model.target import Target


@dataclass(frozen=True, slots=True)
class Frame:
    """One level of the sub-flow stack: the call or the interrupted question to come back to."""

    node: str
    interrupt: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the user answered or asked for, and where.

    `choice` is the id of the choice taken, `value` the typed answer; either may be missing, both only for an
    interrupt. `stack` is the sub-flow stack at that moment, `source` the channel's name of the message that gave it.
    """

    node: str
    stack: tuple[Frame, ...]
    name: str
    choice: str | None = None
    value: Value | None = None
    cause: str | None = None
    urgency: Urgency | None = None
    interrupt: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """All that "back" brings back.

    `trail` are the answers so far, oldest first. `replay` are the answers that stood after one that is being
    corrected: they are given again by themselves where the path still asks for them. `misses` are texts that were
    not understood at this node, `proposals` the times the user is asked to choose from, `heard` the interrupts
    already read here. `away` is set while the user, back after a long pause, is asked whether to go on; it holds what
    they wrote meanwhile, to be understood when they do. `pictures` were put aside with this place when the user
    began again. `known` are answers given before they were asked for: they are taken where the path asks for them.
    `suggestions` are what the user's words may mean: they are asked which. `switch` is another cause that an error
    message speaks of: it is on offer beside the others. `recognised` says that the user's own words led here. `legible`
    is the message that was read in a picture: the user is asked whether it is exact.
    """

    flow: str
    node: str
    stack: tuple[Frame, ...] = ()
    trail: tuple[Entry, ...] = ()
    replay: tuple[Entry, ...] = ()
    misses: tuple[str, ...] = ()
    proposals: tuple[AttemptTime, ...] = ()
    heard: tuple[str, ...] = ()
    corrections: int = 0
    away: tuple[Held, ...] | None = None
    pictures: tuple[Attachment, ...] = ()
    known: tuple[Answer, ...] = ()
    suggestions: tuple[Target, ...] = ()
    switch: str | None = None
    recognised: bool = False
    legible: Answer | None = None

    def answer(self, name: str) -> Entry | None:
        """The last entry saved under this name."""
        return next((entry for entry in reversed(self.trail) if entry.name == name), None)

    def latest(self) -> Iterator[tuple[int, Entry]]:
        """The last answer under each name, with its index in the trail, in the order of the trail."""
        last = {entry.name: index for index, entry in enumerate(self.trail) if entry.interrupt is None}
        return ((index, self.trail[index]) for index in sorted(last.values()))


@dataclass(frozen=True, slots=True)
class Added:
    """What was added to a ticket last: to which, with which album, and when."""

    reference: str
    at: datetime
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation: the place it stands at, and the places it came through, oldest first.

    `digest` is that of the flow it was last walked with, `revision` grows by one at every change, `only` is the flow
    that was asked for at the start instead of the offer. `reminded` is the revision the user was last reminded at.
    `adding` is the reference of the ticket that what comes next is added to, `added` what was added last.
    """

    place: Place
    language: str
    digest: str
    past: tuple[Place, ...] = ()
    revision: int = 0
    ended: Outcome | None = None
    attachments: tuple[Attachment, ...] = ()
    only: str | None = None
    reminded: int | None = None
    adding: str | None = None
    added: Added | None = None
