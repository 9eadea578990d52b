"""What a webhook tells: a parcel as JSON, and the schema it keeps to."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Literal, TypeAlias

from pydantic import TypeAdapter, WithJsonSchema

from bot.model.ticket import Ticket
from bot.service.delivery import Enclosure, Parcel
from bot.service.json_schema import json_schema
from bot.service.visible import visible

_ALL_CONTENT = 10 * 1024 * 1024
"""Bytes of all pictures of an event; those after it are named without their content."""

Base64: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "contentEncoding": "base64"})]


@dataclass(frozen=True, slots=True)
class WebhookAttachment:
    """A picture; `size` is in bytes. `content` is null when all of them together would be more than 10 MiB."""

    name: str
    media_type: str
    size: int
    content: Base64 | None


@dataclass(frozen=True, slots=True)
class WebhookAddition:
    """What was added to a ticket; the first has the number 1."""

    number: int
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookData:
    """What it is about.

    `id` is that of the event, the same on every try. `subject` is one line, `text` the whole for people. `number` is
    what the receiver called the ticket when it was created, where it told. `missing` are the names of pictures that
    could not be had any more.
    """

    id: str
    number: str | None
    subject: str
    text: str
    ticket: Ticket
    addition: WebhookAddition | None
    attachments: tuple[WebhookAttachment, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """The body of a request: what happened, and when (not: when it was sent)."""

    type: Literal["ticket.created", "ticket.added_to"]
    timestamp: datetime
    data: WebhookData


def webhook_json(parcel: Parcel) -> bytes:
    """The body of the request that tells of a parcel; the same bytes on every try."""
    added = parcel.addition
    event = WebhookEvent(
        "ticket.added_to" if added else "ticket.created",
        added.created_at if added else parcel.ticket.created_at,
        WebhookData(
            id=parcel.id,
            number=parcel.number,
            subject=parcel.subject,
            text=visible(parcel.text),
            ticket=parcel.ticket,
            addition=WebhookAddition(added.number, added.text, added.created_at) if added else None,
            attachments=tuple(_attachments(parcel.enclosures)),
            missing=parcel.missing,
        ),
    )
    return _adapter().dump_json(event)


def webhook_schema() -> dict[str, object]:
    """The JSON Schema of events."""
    return json_schema(_adapter(), "webhook.schema.json")


def _attachments(enclosures: tuple[Enclosure, ...]) -> Iterator[WebhookAttachment]:
    room = _ALL_CONTENT
    for each in enclosures:
        room -= len(each.content)
        content = b64encode(each.content).decode() if room >= 0 else None
        yield WebhookAttachment(each.name, each.media_type, len(each.content), content)


@cache
def _adapter() -> TypeAdapter[WebhookEvent]:
    return TypeAdapter(WebhookEvent)
