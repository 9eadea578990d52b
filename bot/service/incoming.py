"""What a channel delivers."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.model.answer import Attachment


@dataclass(frozen=True, slots=True)
class Opened:
    """The user came: begin a conversation, or go on with the one under way."""

    language: str | None = None
    flow: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A text, verbatim."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A choice, by its id."""

    choice: str


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command by its stable name, or an interrupt by its id; `value` is the language for "language"."""

    name: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture."""

    attachment: Attachment


Content: TypeAlias = Opened | Said | Pressed | Commanded | Pictured


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of one chat. `update` is unique within the chat: the same id is the same update again."""

    chat: str
    update: str
    content: Content
