"""Sessions as they are stored."""

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given

from bot.adapters.store.codec import PlaceRecord, SessionRecord, dump_session, load_session
from bot.engine.step import begin, step
from bot.model.answer import ErrorMessage, WebAddress
from bot.model.effects import Effect
from bot.model.inputs import Answer, Back, Choose, ComeBack, Held, Input
from bot.model.session import Added, Place, Session
from bot.model.verdict import Reason
from tests.desk import MONDAY, machine
from tests.engine.test_properties import walks
from tests.engine.test_step import THE_USUAL, after


@given(walks())
def test_a_session_comes_back_as_it_was(walk: tuple[Session, tuple[Effect, ...]]) -> None:
    """Whatever happened in it; and it goes on the same way."""
    session, _ = walk
    restored = load_session(dump_session(session))
    assert restored == session
    assert step(machine(), restored, Back(), MONDAY) == step(machine(), session, Back(), MONDAY)


@pytest.mark.parametrize(
    ("before", "reasons"),
    [
        ({}, ()),
        ({"insecure": False, "user_info": False}, ()),
        ({"insecure": True, "user_info": False}, ("not_https",)),
        ({"insecure": True, "user_info": True}, ("user_info", "not_https")),
    ],
)
def test_addresses_of_sessions_stored_before(before: dict[str, bool], reasons: tuple[Reason, ...]) -> None:
    """A flag for each of two reasons, or none at all; an address of the desk's own must not become one by an update."""
    address = WebAddress("https://example.org/", "example.org")
    session, _ = after(*THE_USUAL[:3], Answer(address))
    stored = json.loads(dump_session(session))
    [entry] = [entry for entry in stored["entries"] if (entry["value"] or {}).get("kind") == "web_address"]
    del entry["value"]["reasons"]
    entry["value"] |= before
    [value] = [entry.value for entry in load_session(json.dumps(stored)).place.trail if entry.name == "address"]
    assert value == replace(address, reasons=reasons)


def test_what_is_being_added() -> None:
    """It comes back, and was not known of sessions that were stored before."""
    session = replace(after()[0], adding="K7RM-2XQ5", added=Added("K7RM-2XQ4", MONDAY, "album"))
    stored = json.loads(dump_session(session))
    assert load_session(json.dumps(stored)) == session
    del stored["added"]
    assert load_session(json.dumps(stored)) == replace(session, added=None)


def test_words_held_before() -> None:
    """They were stored without the message they were written in."""
    held = (Held("8h30", "m1"), Held("enfin je crois"))
    session, _ = after(*THE_USUAL[:2], ComeBack(held))
    stored = json.loads(dump_session(session))
    assert load_session(json.dumps(stored)).place.away == held
    stored["places"][-1]["away"] = ["8h30", "enfin je crois"]
    assert load_session(json.dumps(stored)).place.away == (Held("8h30"), Held("enfin je crois"))


def test_nothing_is_forgotten() -> None:
    """A new field of a session or a place has its place in the record."""
    place = {field.name for field in fields(Place)}
    assert {field.name for field in fields(PlaceRecord)} == place
    session = {field.name for field in fields(Session)} - {"place", "past"}
    assert {field.name for field in fields(SessionRecord)} == session | {"entries", "places"}


def test_each_answer_is_stored_once() -> None:
    """The places of the past share it."""
    message = "un message assez long pour compter"
    session, _ = after(THE_USUAL[0], Answer(ErrorMessage(message)), *THE_USUAL[2:], Choose("correct-when"))
    assert len(session.past) > 5
    assert dump_session(session).count(message) == 1


def test_a_long_conversation_is_small() -> None:
    """A usual conversation, at its summary."""
    session, _ = begin(machine(), "fr", MONDAY)
    inputs: list[Input] = [Choose("webmail"), Choose("account_locked"), Choose("no"), Choose("few"), Choose("skip")]
    for given_input in [*inputs, Answer(ErrorMessage("Compte bloqué")), Choose("just_now")]:
        session, _ = step(machine(), session, given_input, MONDAY)
    assert session.place.node == "report.summary"
    assert len(dump_session(session)) < 6_000
