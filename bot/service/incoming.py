"""What a channel delivers."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot.model.answer import Attachment
from bot.model.inputs import Medium
from bot.model.session import Session
from bot.service.staff import Staffed
from bot.understanding.understand import MAX_CHARACTERS


@dataclass(frozen=True, slots=True)
class Opened:
    """The user came: begin a conversation, or go on with the one under way.

    A `language`, a `flow` or a `cause` is what they asked for by the way they came in, by a link for example.
    """

    language: str | None = None
    flow: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A text, verbatim; `message` is the channel's name of the message, where messages can be edited later.

    `to` is the name of the message that it replies to, `about` the ticket that the bot speaks of at its beginning.
    """

    text: str
    message: str | None = None
    to: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """A message that was said before, and what it says now."""

    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A choice, by its id; `revision` is that of the session the choice was offered in, where the channel keeps it."""

    choice: str
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command by its stable name, or an interrupt by its id; `value` is the language for "language"."""

    name: str
    value: str | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture; those with the same `album` were sent together. `message` is the channel's name of the message.

    `to` is the name of the message that it replies to, `about` the ticket that the bot speaks of at its beginning.
    """

    attachment: Attachment
    album: str | None = None
    message: str | None = None
    to: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that the bot cannot read."""

    medium: Medium


@dataclass(frozen=True, slots=True)
class Returned:
    """The bot was away, and what the user did meanwhile may be lost: ask again where the conversation stands."""


@dataclass(frozen=True, slots=True)
class Strayed:
    """The bot was spoken to where others listen; `link` leads to a private chat with it, None when they know it."""

    link: str | None


@dataclass(frozen=True, slots=True)
class Flooded:
    """Far more came than a person sends: it is not taken in, and they are told so."""


Content: TypeAlias = (
    Opened | Said | Edited | Pressed | Commanded | Pictured | Unreadable | Returned | Strayed | Flooded | Staffed
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of one chat.

    `update` is unique within the chat: the same id is the same update again. `at` is when the user did it, where the
    channel knows; `language` is the one their device speaks, for a conversation that begins.
    """

    chat: str
    update: str
    content: Content
    at: datetime | None = None
    language: str | None = None


def asks_nothing_new(content: Content, session: Session | None) -> bool:
    """Whether somebody came back to the conversation as it is."""
    match content:
        case Opened(language, flow, None) if session is not None:
            return language in (None, session.language) and flow in (None, session.place.flow)
        case _:
            return False


def bounded(content: Content) -> Content:
    """What came in, of a text no more than it takes to see that it is too long: that is said, and none of it taken."""
    match content:
        case Said(text) | Edited(text) if len(text) > MAX_CHARACTERS:
            return replace(content, text=text[: MAX_CHARACTERS + 1])
        case _:
            return content
