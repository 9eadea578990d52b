"""A ticket as files: `<reference>.txt` to be pasted whole, `<reference>.json` for machines."""

from dataclasses import dataclass

from bot.service.ports import WrittenTicket
from bot.service.ticket_json import ticket_json
from bot.service.visible import visible


@dataclass(frozen=True, slots=True)
class TicketFile:
    """One file of a ticket."""

    name: str
    content: bytes


def ticket_files(written: WrittenTicket) -> tuple[TicketFile, TicketFile]:
    """The two files. The text shows control characters as pictures; the JSON has them exactly."""
    reference = written.ticket.reference
    text, json = visible(written.text) + "\n", ticket_json(written.ticket, indent=2) + "\n"
    return (
        TicketFile(f"{reference}.txt", text.encode("utf-8", "backslashreplace")),
        TicketFile(f"{reference}.json", json.encode("utf-8", "backslashreplace")),
    )
