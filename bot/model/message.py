"""What goes back to the user: one reply per turn, in no channel's markup."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.model.answer import AnswerKind
from bot.model.flow import Outcome
from bot.model.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Words:
    """Plain text. Never markup: a channel escapes it."""

    text: str


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Text to be shown exactly, set off from the rest: `title` is written above it, `end` below."""

    title: str
    text: str
    end: str


Part: TypeAlias = Words | Verbatim


@dataclass(frozen=True, slots=True)
class Copyable:
    """Something worth copying in one gesture: `label` says what, `text` is copied (256 characters at most)."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its parts, one below the other, and what channels that can offer to copy."""

    parts: tuple[Part, ...]
    copies: tuple[Copyable, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file to be kept, which is text; its line ends are those that it is to have."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """A choice on offer: `id` goes back to the bot, `label` is shown."""

    id: str
    label: str


Expects: TypeAlias = Literal["choice"] | AnswerKind


@dataclass(frozen=True, slots=True)
class Reply:
    """All that one turn says.

    `choices` are the answers on offer, `actions` what can be asked for besides (back, help, a human), by the names of
    the commands and interrupts. With a ticket, the last message is the ticket itself. Replies with the same `album`
    answer pictures that were sent together: a channel that can shows only the last of them. `remove` is the channel's
    name of the message that is answered, when it held a secret: a channel that can takes it away. `file` goes with it.
    `offers` are what can be done with a ticket; `closing` is said above them, after the ticket.
    """

    messages: tuple[Message, ...]
    choices: tuple[Button, ...]
    expects: Expects | None
    node: str
    language: str
    revision: int
    ended: Outcome | None = None
    ticket: Ticket | None = None
    actions: tuple[Button, ...] = ()
    album: str | None = None
    remove: str | None = None
    file: File | None = None
    closing: Message | None = None
    offers: tuple[Button, ...] = ()
