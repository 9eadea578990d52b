"""Tickets as files."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.adapters.sinks.folder import FolderSink, TicketNotWritten
from bot.model.message import Message, Words
from bot.model.ticket import TicketError
from bot.service.delivery import Parcel
from bot.service.ticket_json import ticket_schema
from tests.fakes import MemorySink, Person, conversation


@pytest.fixture
async def written() -> Parcel:
    """A ticket about something that tries to steer a terminal."""
    sink = MemorySink()
    person = Person(conversation(sink=sink))
    await person.opens("fr")
    for choice in ("webmail", "browser_issue", "no", "mac_safari", "no"):
        await person.presses(choice)
    await person.says("a\x1b[31m\r\nb\u2028c\n\n d ")
    await person.presses("just_now")
    await person.presses("confirm")
    return sink.taken[0]


async def test_files(written: Parcel, tmp_path: Path) -> None:
    """The text to be pasted, the JSON for machines; again is the same as once."""
    sink = FolderSink(tmp_path / "tickets")
    for _ in range(2):
        await sink.deliver(written, again=False)
    assert sorted(path.name for path in (tmp_path / "tickets").iterdir()) == ["2222-2222.json", "2222-2222.txt"]
    text = (tmp_path / "tickets" / "2222-2222.txt").read_bytes().decode()
    assert "\na␛[31m\r\nb\u2028c\n\n d \n-----" in text
    made = json.loads((tmp_path / "tickets" / "2222-2222.json").read_text(encoding="utf-8"))
    assert made["error_message"] == {"text": "a\x1b[31m\r\nb\u2028c\n\n d ", "shown": True, "redactions": []}
    assert made["environment"] == {"device": "computer", "system": "macOS", "browser": "Safari"}
    assert made["schema_version"] == 1
    Draft202012Validator(ticket_schema()).validate(made)


async def test_schema_refuses_what_is_no_ticket(written: Parcel, tmp_path: Path) -> None:
    """The schema says something."""
    await FolderSink(tmp_path).deliver(written, again=False)
    made = json.loads((tmp_path / "2222-2222.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(ticket_schema())
    for name in made:
        assert not validator.is_valid({key: value for key, value in made.items() if key != name})
    assert not validator.is_valid({**made, "urgency": "very"})
    assert not validator.is_valid({**made, "attempt": {**made["attempt"], "precision": "second"}})


async def test_lone_surrogates_do_not_break_the_file(written: Parcel, tmp_path: Path) -> None:
    """A channel that delivers one does not lose the ticket's text."""
    odd = replace(
        written,
        message=Message((Words("x \ud800 y"),)),
        ticket=replace(written.ticket, error_message=TicketError("x", shown=True)),
    )
    await FolderSink(tmp_path).deliver(odd, again=False)
    assert (tmp_path / "2222-2222.txt").read_text(encoding="utf-8") == "x \\ud800 y\n"


async def test_no_folder_for_tickets(written: Parcel, tmp_path: Path) -> None:
    """It is said which ticket, where and why; once there is a folder, the ticket can be delivered again."""
    folder = tmp_path / "tickets"
    folder.touch()
    with pytest.raises(TicketNotWritten) as caught:
        await FolderSink(folder).deliver(written, again=False)
    assert str(caught.value) == f"ticket 2222-2222 cannot be written to {folder}: File exists; it will be tried again"
    folder.unlink()
    await FolderSink(folder).deliver(written, again=False)
    assert len(list(folder.iterdir())) == 2
