"""Tickets as files."""

import json
from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.adapters.sinks.folder import FolderSink
from bot.model.message import Message, Words
from bot.service.delivery import Accepted, Sink, Undelivered
from bot.service.mailbox import mailboxes
from bot.service.ticket_json import ticket_schema
from bot.service.ticket_mail import EXACT_NAME
from tests.parcels import PICTURE, PNG, added, parcel

RAW = "a\x1b[31m\r\nb\u2028c\n\n d "
NAMES = ["K7RM-2XQ5-1.png", "K7RM-2XQ5.eml", "K7RM-2XQ5.json", "K7RM-2XQ5.txt"]


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


async def test_files(tmp_path: Path) -> None:
    """The text to be pasted, the JSON for machines, a mail to be sent, the picture; again is the same as once."""
    sink: Sink = FolderSink(tmp_path / "tickets", mailboxes("support@example.org"))
    assert sink.name == "folder"
    assert await sink.deliver(parcel(RAW), again=False) == Accepted()
    written = contents(tmp_path / "tickets")
    assert list(written) == NAMES
    assert await sink.deliver(parcel(RAW), again=True) == Accepted()
    assert contents(tmp_path / "tickets") == written
    await sink.close()
    assert "\na␛[31m\r\nb\u2028c\n\n d \n-----" in written["K7RM-2XQ5.txt"].decode()
    made = json.loads(written["K7RM-2XQ5.json"])
    assert made["error_message"] == {"text": RAW, "shown": True, "redactions": []}
    assert made["environment"] == {"device": "computer", "system": "macOS", "browser": "Safari"}
    assert made["schema_version"] == 1
    Draft202012Validator(ticket_schema()).validate(made)
    assert written["K7RM-2XQ5-1.png"] == PNG
    mail = message_from_bytes(written["K7RM-2XQ5.eml"], policy=SMTP)
    assert (mail["X-Unsent"], mail["To"]) == ("1", "support@example.org")
    attached = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
    assert attached == {
        "K7RM-2XQ5.json": written["K7RM-2XQ5.json"],
        EXACT_NAME: RAW.encode(),
        "K7RM-2XQ5-1.png": PNG,
    }


async def test_additions(tmp_path: Path) -> None:
    """What was added stands beside the ticket, under names of its own."""
    sink = FolderSink(tmp_path)
    await sink.deliver(parcel(RAW), again=False)
    before = contents(tmp_path)
    more = replace(added(parcel(RAW), "encore"), enclosures=(replace(PICTURE, name="K7RM-2XQ5-1-1.png"),))
    await sink.deliver(more, again=False)
    await sink.deliver(added(parcel(RAW), "et encore", number=2), again=False)
    after = contents(tmp_path)
    new = [name for name in after if name not in before]
    assert new == ["K7RM-2XQ5-1-1.png", "K7RM-2XQ5-1.eml", "K7RM-2XQ5-1.txt", "K7RM-2XQ5-2.eml",
                   "K7RM-2XQ5-2.txt"]  # fmt: skip
    assert {name: after[name] for name in before} == before
    assert b"\nencore\n" in after["K7RM-2XQ5-1.txt"]


async def test_schema_refuses_what_is_no_ticket(tmp_path: Path) -> None:
    """The schema says something."""
    await FolderSink(tmp_path).deliver(parcel(), again=False)
    made = json.loads((tmp_path / "K7RM-2XQ5.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(ticket_schema())
    for name in made:
        assert not validator.is_valid({key: value for key, value in made.items() if key != name})
    assert not validator.is_valid({**made, "urgency": "very"})
    assert not validator.is_valid({**made, "attempt": {**made["attempt"], "precision": "second"}})


async def test_lone_surrogates_do_not_break_the_file(tmp_path: Path) -> None:
    """A channel that delivers one does not lose the ticket's text."""
    await FolderSink(tmp_path).deliver(replace(parcel(), message=Message((Words("x \ud800 y"),))), again=False)
    assert (tmp_path / "K7RM-2XQ5.txt").read_text(encoding="utf-8") == "x \\ud800 y\n"


async def test_no_folder_for_tickets(tmp_path: Path) -> None:
    """It is said which ticket, where and why; once there is a folder, the ticket can be delivered again."""
    folder = tmp_path / "tickets"
    folder.touch()
    with pytest.raises(Undelivered) as caught:
        await FolderSink(folder).deliver(parcel(), again=False)
    assert str(caught.value) == f"ticket K7RM-2XQ5 cannot be written to {folder}: File exists; it will be tried again"
    assert not caught.value.hopeless
    folder.unlink()
    await FolderSink(folder).deliver(parcel(), again=True)
    assert list(contents(folder)) == NAMES


async def test_no_half_files(tmp_path: Path) -> None:
    """What cannot be put in place is not there under its name, nor is the text that says that all is."""
    (tmp_path / "K7RM-2XQ5.json").mkdir()
    with pytest.raises(Undelivered, match="ticket K7RM-2XQ5 cannot be written to"):
        await FolderSink(tmp_path).deliver(parcel(), again=False)
    assert not (tmp_path / "K7RM-2XQ5.txt").exists()
    (tmp_path / "K7RM-2XQ5.json").rmdir()
    await FolderSink(tmp_path).deliver(parcel(), again=True)
    assert list(contents(tmp_path)) == NAMES


async def test_who_may_read_them(tmp_path: Path) -> None:
    """Nobody but the bot's own user; and the group, where the operator shares the folder with it."""
    own, shared = tmp_path / "own", tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    for folder, mode in ((own, 0o600), (shared, 0o640)):
        await FolderSink(folder).deliver(parcel(), again=False)
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {mode}
    assert own.stat().st_mode & 0o777 == 0o700


async def test_no_link_is_followed(tmp_path: Path) -> None:
    """What somebody put in the way keeps what it has."""
    other = tmp_path / "other"
    other.write_text("mine")
    folder = tmp_path / "tickets"
    folder.mkdir()
    (folder / ".K7RM-2XQ5.txt.part").symlink_to(other)
    with pytest.raises(Undelivered, match="cannot be written"):
        await FolderSink(folder).deliver(parcel(), again=False)
    assert other.read_text() == "mine"
