"""A ticket as files."""

import json
from dataclasses import replace

from bot.model.message import Message, Verbatim, Words
from bot.model.ticket import TicketError
from bot.service.ports import WrittenTicket
from bot.service.ticket_files import TicketFile, ticket_files
from bot.service.ticket_json import ticket_json
from tests.service.test_ticket import written_ticket


async def test_a_ticket_is_two_files() -> None:
    """The text as it is handed on, and all its fields for machines; both named by the reference."""
    written = await written_ticket()
    text, data = ticket_files(written)
    assert text == TicketFile("2222-2222.txt", f"{written.text}\n".encode())
    assert data == TicketFile("2222-2222.json", f"{ticket_json(written.ticket, indent=2)}\n".encode())
    read = json.loads(data.content)
    assert (read["reference"], read["cause"], read["error_message"]) == (
        "2222-2222",
        "lost",
        {"text": "boum", "shown": True, "redactions": []},
    )


async def test_control_characters() -> None:
    """They are pictures in the text, which cannot steer a viewer, and exact in the JSON."""
    raw = "\x1b[31mrouge\r\n\x00\tfin"
    ticket = replace((await written_ticket()).ticket, error_message=TicketError(raw, shown=True))
    text, data = ticket_files(WrittenTicket(ticket, Message((Words("Ticket"), Verbatim("message", raw, "fin")))))
    assert text.content.decode() == "Ticket\n\n----- message -----\n␛[31mrouge\r\n␀\tfin\n----- fin -----\n"
    assert json.loads(data.content)["error_message"]["text"] == raw


async def test_half_a_character() -> None:
    """What no encoding has is written as its number rather than lost with the ticket."""
    ticket = replace((await written_ticket()).ticket, identifier=None)
    text, data = ticket_files(WrittenTicket(ticket, Message((Words("moitié \ud83d"),))))
    assert text.content == "moitié \\ud83d\n".encode()
    assert json.loads(data.content)["identifier"] is None
