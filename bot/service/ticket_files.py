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
    json = exactly(ticket_json(written.ticket, indent=2) + "\n")
    return text_file(reference, written.text), TicketFile(f"{reference}.json", json)


def text_file(name: str, text: str) -> TicketFile:
    """A text for people, with the suffix that it needs."""
    return TicketFile(f"{name}.txt", exactly(visible(text) + "\n"))


def exactly(text: str) -> bytes:
    """The text to the last character; half a character, which no encoding has, as its number."""
    return text.encode("utf-8", "backslashreplace")
