"""Parcels that sinks are given."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.model.answer import Attachment
from bot.model.message import Message, Verbatim, Words
from bot.model.ticket import Ticket, TicketAttempt, TicketEnvironment, TicketError, TicketFlow
from bot.service.delivery import Addition, Enclosure, Parcel

REFERENCE = "K7RM-2XQ5"
SAID = "<script>alert(1)</script> & <b>é</b>\x00\n  deux   espaces"
"""What somebody pasted: it would be markup, and no database keeps all of it."""
MADE_AT = datetime(2026, 6, 22, 8, 30, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))

TICKET = Ticket(
    reference=REFERENCE,
    cause="browser_issue",
    urgency="high",
    language="fr",
    error_message=TicketError(SAID, shown=True),
    signature=None,
    attempt=TicketAttempt(MADE_AT, "minute", "à l'instant"),
    created_at=MADE_AT,
    identifier=None,
    environment=TicketEnvironment(),
    steps=(),
    attachments=(Attachment("capture.png", "image/png", len(PNG), "telegram:photo:1"),),
    flow=TicketFlow("webmail", "0"),
)
PARCEL = Parcel(
    id=REFERENCE,
    ticket=TICKET,
    subject=f"Ticket {REFERENCE} · Webmail",
    message=Message((Words("Priorité : haute\nLangue : français"), Verbatim("message exact", SAID, "fin du message"))),
    enclosures=(Enclosure(f"{REFERENCE}-1.png", "image/png", PNG),),
)
ADDITION = Addition(1, "Toujours pareil <b>ce matin</b>.", (), MADE_AT + timedelta(hours=1))
ADDED = replace(
    PARCEL,
    id=f"{REFERENCE}-1",
    subject=f"Complément au ticket {REFERENCE}",
    message=Message((Words(ADDITION.text),)),
    addition=ADDITION,
    enclosures=(Enclosure(f"{REFERENCE}-1-1.png", "image/png", PNG[::-1]),),
)
