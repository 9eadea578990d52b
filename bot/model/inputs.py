"""What a user did: the inputs of the engine."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.model.answer import Attachment, AttemptTime, Value
from bot.model.target import Target


@dataclass(frozen=True, slots=True)
class Choose:
    """Took a choice on offer, by its id."""

    choice: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Answered a question with a typed value."""

    value: Value
    source: str | None = None
    """The channel's name of the message it was given in, so that an edit of that message can be followed."""
    cause: str | None = None
    """The cause it speaks of, when that is sure."""


@dataclass(frozen=True, slots=True)
class Amend:
    """Edited the message an answer was given in; `value` is what it says now, None when that is no such answer."""

    source: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Propose:
    """Said a time that could mean several, or only a surprising one: ask which."""

    candidates: tuple[AttemptTime, ...]


@dataclass(frozen=True, slots=True)
class Recognise:
    """Said what happens, and it is sure where that leads; `known` are answers that it holds already."""

    target: Target
    known: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggest:
    """Said what happens, and it may be one of these, the likeliest first."""

    targets: tuple[Target, ...]
    known: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Legible:
    """A picture that was sent shows this answer: ask whether it is exact."""

    answer: Answer


SmallTalk: TypeAlias = Literal["greeting", "thanks"]


@dataclass(frozen=True, slots=True)
class Greet:
    """Said something kind that answers nothing."""

    talk: SmallTalk


Problem: TypeAlias = Literal[
    "not_a_choice", "no_time", "future_time", "too_long_ago", "no_such_time", "not_an_address", "not_one_line",
    "too_long", "empty", "not_a_photo", "nothing_left",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Miss:
    """Said something that does not answer the question; `problem` tells why."""

    words: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Asked for something aside, by the interrupt's id."""

    interrupt: str


@dataclass(frozen=True, slots=True)
class Attach:
    """Sent a picture."""

    attachment: Attachment


@dataclass(frozen=True, slots=True)
class SwitchLanguage:
    """Wants to go on in another language."""

    language: str


@dataclass(frozen=True, slots=True)
class Back:
    """Wants to undo the last answer."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Wants to begin again."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Wants to stop."""


@dataclass(frozen=True, slots=True)
class Help:
    """Wants to know what can be said."""


@dataclass(frozen=True, slots=True)
class Correct:
    """Wants to correct the time that was just echoed."""


Medium: TypeAlias = Literal[
    "voice", "video", "sticker", "contact", "location", "poll", "file", "other_picture", "large_picture", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Send:
    """Sent something that the bot cannot read."""

    medium: Medium


@dataclass(frozen=True, slots=True)
class Resume:
    """Came back: wants to hear the question again. After an absence it was the bot that was away."""

    after_absence: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody wrote who was away, to be understood when they go on; `source` is the message it was written in."""

    words: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class ComeBack:
    """Came back after a long pause, perhaps with words already: ask whether to go on or to begin again."""

    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """Wants to know how things stand."""


@dataclass(frozen=True, slots=True)
class LastTicket:
    """Wants to see the last ticket again."""


@dataclass(frozen=True, slots=True)
class Remind:
    """Was silent for so long that the flow has something to say about it."""


@dataclass(frozen=True, slots=True)
class Expire:
    """Was silent for so long that the flow closes the conversation."""


Input: TypeAlias = (
    Choose
    | Answer
    | Amend
    | Propose
    | Recognise
    | Suggest
    | Legible
    | Greet
    | Miss
    | Interrupted
    | Attach
    | SwitchLanguage
    | Back
    | Restart
    | Cancel
    | Help
    | Correct
    | Send
    | Resume
    | ComeBack
    | Status
    | LastTicket
    | Remind
    | Expire
)
