"""The ticket as JSON."""

import json

from jsonschema import Draft202012Validator

from bot.model.answer import Attachment
from bot.service.ticket_json import ticket_json, ticket_schema
from tests.service.test_ticket import TYPED, written_ticket


async def test_a_ticket_keeps_to_its_schema() -> None:
    """Every field is there, and no other; on one line unless it is to be read."""
    ticket = (await written_ticket(pictures=(Attachment("capture.png", "image/png", 3, "x"),))).ticket
    schema = ticket_schema()
    validator = Draft202012Validator(schema)
    written = json.loads(ticket_json(ticket))
    assert list(validator.iter_errors(written)) == []
    assert sorted(written) == sorted(schema["properties"])  # type: ignore[call-overload]
    assert "\n" not in ticket_json(ticket)
    assert json.loads(ticket_json(ticket, indent=2)) == written
    del written["attempt"]
    assert [error.message for error in validator.iter_errors(written)] == ["'attempt' is a required property"]


async def test_what_is_not_known_is_null() -> None:
    """A ticket without a message or a time keeps to the schema too."""
    ticket = (await written_ticket((*TYPED[:2], "Aucun", "Aucune idée", *TYPED[4:]))).ticket
    written = json.loads(ticket_json(ticket))
    assert list(Draft202012Validator(ticket_schema()).iter_errors(written)) == []
    assert written["error_message"] == {"text": None, "shown": False, "redactions": []}
    assert written["attempt"] == {"at": None, "precision": "unknown", "words": "Aucune idée"}
