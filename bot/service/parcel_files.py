"""Everything of a parcel as files, for a folder or whoever carries it on."""

from collections.abc import Iterator, Sequence
from email.headerregistry import Address

from bot.service.delivery import Parcel
from bot.service.ports import WrittenTicket
from bot.service.ticket_files import TicketFile, text_file, ticket_files
from bot.service.ticket_mail import draft_file, file_name


def parcel_files(parcel: Parcel, to: Sequence[Address] = ()) -> Iterator[TicketFile]:
    """Its pictures, a draft of a mail `to` somebody, the ticket as JSON and, last, the text; an addition has no JSON.

    All names begin with the parcel's.
    """
    for enclosure in parcel.enclosures:
        yield TicketFile(file_name(enclosure.name), enclosure.content)
    yield draft_file(parcel, to)
    if parcel.addition is not None:
        yield text_file(parcel.id, parcel.text)
    else:
        yield from reversed(ticket_files(WrittenTicket(parcel.ticket, parcel.message)))
