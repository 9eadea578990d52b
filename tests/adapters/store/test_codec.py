"""Sessions as they are stored."""

from dataclasses import fields

from hypothesis import given

from bot.adapters.store.codec import PlaceRecord, SessionRecord, dump_session, load_session
from bot.engine.step import begin, step
from bot.model.answer import ErrorMessage
from bot.model.effects import Effect
from bot.model.inputs import Answer, Back, Choose, Input
from bot.model.session import Place, Session
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
