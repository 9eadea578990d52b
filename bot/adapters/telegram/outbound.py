"""From one reply to the messages Telegram shows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.adapters.telegram.buttons import Keyboard, keyboard, offer_buttons, ticket_buttons
from bot.adapters.telegram.inbound import picture_source
from bot.adapters.telegram.text import Marked, marked, split
from bot.model.message import Message, Reply
from bot.service.ports import WrittenTicket
from bot.service.ticket_files import TicketFile, ticket_files


@dataclass(frozen=True, slots=True)
class Text:
    """A text message; `asks` when its buttons are those of the question that is open."""

    content: Marked
    buttons: Keyboard | None = None
    asks: bool = False

    @property
    def shown(self) -> str:
        """All that people see of it, to be compared with what they saw before."""
        return f"{self.content.text}\0{json.dumps(self.buttons) if self.buttons else ''}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that somebody sent before: a "photo" or a "document", by its file id."""

    kind: str
    file_id: str


Outgoing: TypeAlias = Text | TicketFile | Picture


def outgoing(reply: Reply, own: Sequence[str] = (), forward: str | None = None) -> tuple[Outgoing, ...]:
    """The messages of a reply in the order they are sent; only addresses under the desk's `own` domains are links.

    `forward` is the label of the button that lets people choose where a ticket goes, where the bot has inline mode.

    A ticket is a message of its own, to be forwarded, followed by its files and pictures. A question that is still
    open comes last, where people look; and what can be done with a ticket comes after it.
    """
    messages = reply.messages[:-1] if reply.ticket else reply.messages
    question = [text for message in messages for text in _texts(message, own, keyboard(reply), asks=True)]
    closing = _texts(reply.closing, own, offer_buttons(reply)) if reply.closing else []
    if reply.file is not None:
        return (*question, TicketFile(reply.file.name, reply.file.text.encode("utf-8", "backslashreplace")))
    if reply.ticket is None:
        return (*question, *closing)
    last = reply.messages[-1]
    pictures = [picture_source(attachment) for attachment in reply.ticket.attachments]
    ticket: list[Outgoing] = [
        *_texts(last, own, ticket_buttons(reply.ticket.reference, last.copies, forward)),
        *ticket_files(WrittenTicket(reply.ticket, last)),
        *(Picture(*picture) for picture in pictures if picture),
    ]
    return (*ticket, *closing, *question) if reply.ended is None else (*question, *ticket, *closing)


def _texts(message: Message, own: Sequence[str], buttons: Keyboard | None, *, asks: bool = False) -> list[Text]:
    """The pieces of a message; buttons stand under the last."""
    *pieces, end = split(marked(message, own))
    return [*(Text(piece) for piece in pieces), Text(end, buttons, asks and buttons is not None)]
