"""Parcels as the service hands them to sinks."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.answer import Attachment
from bot.model.flow import Urgency
from bot.model.message import Message, Verbatim, Words
from bot.model.ticket import QuestionStep, Ticket, TicketAttempt, TicketEnvironment, TicketError, TicketFlow
from bot.service.delivery import Addition, Enclosure, Parcel
from tests.desk import MONDAY

REFERENCE = "K7RM-2XQ5"
EXACT = "Erreur 503 \r\nligne\rseule\t fin \n\n\x1b[31m\x00\x85 🙈 שגיאה\u202e\u2028 =?utf-8?q?x?= .\n.\nFrom ici  "
"""What mail, terminals and editors like to change."""
PNG = b"\x89PNG\r\n\x1a\n\x00\r\r\n.\r\n" + bytes(range(256)) * 3
PICTURE = Enclosure("K7RM-2XQ5-1.png", "image/png", PNG)


def parcel(
    exact: str | None = EXACT,
    *,
    subject: str = f"{REFERENCE} · Messagerie · Portail saturé",
    urgency: Urgency = "high",
    language: str = "fr",
    enclosures: tuple[Enclosure, ...] = (PICTURE,),
    missing: tuple[str, ...] = (),
    reference: str = REFERENCE,
) -> Parcel:
    """A ticket, with this error message and these pictures."""
    ticket = Ticket(
        reference=reference,
        cause="portal_saturated",
        urgency=urgency,
        language=language,
        error_message=TicketError(exact, shown=exact is not None),
        signature="http_503",
        attempt=TicketAttempt(MONDAY - timedelta(hours=1), "minute", "9h30"),
        created_at=MONDAY,
        identifier="pnom",
        environment=TicketEnvironment("computer", "macOS", "Safari"),
        steps=(QuestionStep("webmail.cause", "Que voyez-vous ?", "La page tourne"),),
        attachments=(Attachment("capture.png", "image/png", len(PNG), "telegram:photo:x"),),
        flow=TicketFlow("webmail", "0" * 16),
    )
    verbatim = (Verbatim("message exact", exact, "fin du message"),) if exact is not None else ()
    message = Message((Words(f"Ticket {reference} · Messagerie"), *verbatim, Words("Langue : français.")))
    return Parcel(id=reference, ticket=ticket, subject=subject, message=message, enclosures=enclosures, missing=missing)


def added(to: Parcel, text: str = "Toujours pareil.", number: int = 1, at: datetime | None = None) -> Parcel:
    """What somebody added to a ticket."""
    return replace(
        to,
        id=f"{to.ticket.reference}-{number}",
        message=Message((Words(f"Complément au ticket {to.ticket.reference}"), Verbatim("ajouté", text, "fin"))),
        addition=Addition(number, text, (), at or MONDAY + timedelta(hours=2)),
        enclosures=(),
    )
