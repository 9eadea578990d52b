"""A parcel's words as the desk's systems take them: a title, plain text, HTML."""

from html import escape
from typing import assert_never

from bot.model.message import Message, Part, Verbatim, Words
from bot.service.delivery import Parcel
from bot.service.plain import fence
from bot.service.visible import visible


def legible(text: str) -> str:
    """The text without what databases and JSON readers choke on: control characters and halves of characters."""
    return visible(text).encode("utf-8", "backslashreplace").decode()


def title(parcel: Parcel, longest: int) -> str:
    """One line that has the ticket's reference in it, by which it is found again; of so many characters at most."""
    subject = legible(" ".join(parcel.subject.split()))
    if parcel.ticket.reference in subject[:longest]:
        return subject[:longest]
    return f"[{parcel.ticket.reference}] {subject}"[:longest]


def mark(parcel: Parcel) -> str:
    """What stands in an addition, so that it is found again. The mark of one is never part of another's."""
    return f"[{parcel.id}]"


def html(message: Message) -> str:
    """The message as HTML. What people typed is text in it, never markup."""
    return "".join(_part(part) for part in message.parts)


def _part(part: Part) -> str:
    match part:
        case Words(text):
            return f"<p>{_escaped(text).replace(chr(10), '<br>')}</p>"
        case Verbatim(text=text):
            head, foot = (_escaped(line) for line in fence(part))
            return f"<p>{head}</p><pre>{_escaped(text)}</pre><p>{foot}</p>"
        case _:
            assert_never(part)


def _escaped(text: str) -> str:
    return escape(legible(text).replace("\r\n", "\n"))
