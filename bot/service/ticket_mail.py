"""A ticket as a mail: a draft that a person sends, or the mail that goes to the desk by itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import SMTP

from bot.model.flow import Urgency
from bot.model.picture import SUFFIXES
from bot.model.placeholder import isolated
from bot.service.delivery import Parcel
from bot.service.surrogates import well_formed
from bot.service.ticket_files import TicketFile, exactly
from bot.service.ticket_json import ticket_json
from bot.service.visible import level, visible
from bot.service.voice import Voice, message

EXACT_NAME = "message-exact.txt"
"""The attachment that holds the person's own words byte for byte."""

_BYTES = "application/octet-stream"
_NOT_ATTACHED = message("Not attached: {names}")
_PRIORITIES: Mapping[Urgency, tuple[str, str]] = {"high": ("2 (High)", "high"), "urgent": ("1 (Highest)", "high")}
_LONGEST_BOUNDARY = 70


def _headers() -> HeaderRegistry:
    """Headers that name another mail by its id are kept whole, as the id itself is: else long ones become words."""
    registry = HeaderRegistry()
    for name in ("in-reply-to", "references"):
        registry.map_to_type(name, MessageIDHeader)  # type: ignore[arg-type] # stubs want the base that it adds
    return registry


_SEVEN_BIT = SMTP.clone(cte_type="7bit", header_factory=_headers())


@dataclass(frozen=True, slots=True)
class Correspondents:
    """Between whom mails go; answers go to `reply_to` where there is one."""

    sender: Address
    recipients: tuple[Address, ...]
    reply_to: Address | None = None


def draft_file(parcel: Parcel, to: Sequence[Address] = ()) -> TicketFile:
    """The file that a mail program opens as a new mail."""
    return TicketFile(f"{file_name(parcel.id)}.eml", draft(parcel, to).as_bytes())


def draft(parcel: Parcel, to: Sequence[Address] = ()) -> EmailMessage:
    """A mail without a sender, a date or a name of its own: the mail program gives it these."""
    mail = EmailMessage(_SEVEN_BIT)
    mail["X-Unsent"] = "1"
    if to:
        mail["To"] = to
    mail["Subject"] = one_line(parcel.subject)
    _fill(mail, parcel, parcel.text)
    return mail


def desk_mail(parcel: Parcel, between: Correspondents, voice: Voice) -> EmailMessage:
    """The mail that the desk gets: the same to the last byte, however often it is made.

    An addition answers the mail of its ticket.
    """
    mail, domain = EmailMessage(_SEVEN_BIT), between.sender.domain
    mail["From"], mail["To"] = between.sender, between.recipients
    if between.reply_to is not None:
        mail["Reply-To"] = between.reply_to
    mail["Subject"] = one_line(parcel.subject)
    mail["Date"] = parcel.addition.created_at if parcel.addition else parcel.ticket.created_at
    mail["Message-ID"] = _message_id(parcel.id, domain)
    if parcel.addition is not None:
        mail["In-Reply-To"] = mail["References"] = _message_id(parcel.ticket.reference, domain)
    if parcel.ticket.urgency in _PRIORITIES:
        mail["X-Priority"], mail["Importance"] = _PRIORITIES[parcel.ticket.urgency]
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    _fill(mail, parcel, "\n\n".join((parcel.text, *_gaps(parcel, voice))))
    return mail


def file_name(name: str) -> str:
    """The name as one that every system takes for a file: letters and digits of ASCII, dots, dashes and underscores."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)


def one_line(text: str) -> str:
    """The text as a header can hold it: on one line, and nothing in it is taken for an encoded word."""
    return " ".join(visible(well_formed(text)).split()).replace("=?", "= ?")


def _gaps(parcel: Parcel, voice: Voice) -> tuple[str, ...]:
    names = ", ".join(isolated(level(one_line(name))) for name in parcel.missing)
    return (voice.say(_NOT_ATTACHED, names=names),) if names else ()


def _message_id(parcel: str, domain: str) -> str:
    return f"<guichet-{file_name(parcel)}@{domain}>"


def _fill(mail: EmailMessage, parcel: Parcel, text: str) -> None:
    """Puts in the text and what goes with it.

    All of it is encoded so that the boundary, which has "=_" in it, stands nowhere else.
    """
    name = file_name(parcel.id)
    mail.set_content(exactly(visible(text)).decode(), charset="utf-8", cte="quoted-printable")
    mail.make_mixed(f"=_guichet-{name}"[:_LONGEST_BOUNDARY])
    mail["Content-Language"] = file_name(parcel.ticket.language)
    if parcel.addition is None:
        _attach(mail, f"{name}.json", "application/json", exactly(ticket_json(parcel.ticket, indent=2) + "\n"))
    said = parcel.addition.text if parcel.addition else parcel.ticket.error_message.text
    if said:
        _attach(mail, EXACT_NAME, _BYTES, exactly(said))
    for enclosure in parcel.enclosures:
        media_type = enclosure.media_type if enclosure.media_type in SUFFIXES else _BYTES
        _attach(mail, file_name(enclosure.name), media_type, enclosure.content)


def _attach(mail: EmailMessage, name: str, media_type: str, content: bytes) -> None:
    main, _, sub = media_type.partition("/")
    mail.add_attachment(content, maintype=main, subtype=sub, cte="base64", filename=name)
