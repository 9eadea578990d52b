"""Answers changed by editing the message that gave them."""

from datetime import timedelta

import pytest

from bot.engine.amend import amend
from bot.model.answer import AttemptTime, ErrorMessage, FreeText, Value
from bot.model.session import Entry, Place, Session
from tests.desk import MONDAY

THEN = AttemptTime(MONDAY - timedelta(hours=2), "minute", "8h30")
TRAIL = (
    Entry("error", (), "error", value=ErrorMessage("boum"), source="m1"),
    Entry("when", (), "when", value=THEN, source="m2"),
)
SESSION = Session(Place("sample", "who", trail=TRAIL, replay=TRAIL[:1]), "fr", "", past=(Place("sample", "when"),))


def test_an_answer_is_changed_wherever_it_stands() -> None:
    """In the trail, among the answers to be given again, and in the places before."""
    changed = amend(SESSION, "m1", ErrorMessage("bang"), MONDAY)
    assert changed is not None
    session, entry = changed
    assert entry == Entry("error", (), "error", value=ErrorMessage("bang"), source="m1")
    assert session.place == Place("sample", "who", trail=(entry, TRAIL[1]), replay=(entry,))
    assert session.past == SESSION.past
    assert session.revision == SESSION.revision + 1


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("m3", ErrorMessage("bang")),
        ("m1", None),
        ("m1", FreeText("bang")),
        ("m2", AttemptTime(MONDAY + timedelta(minutes=1), "minute", "demain")),
        ("m2", AttemptTime(MONDAY.replace(year=1, month=1, day=1), "day", "1/1/0001")),
        ("m2", AttemptTime(None, "unknown", "?")),
    ],
)
def test_what_cannot_be_changed_so(source: str, value: Value | None) -> None:
    """A message that gave no answer, another kind of answer, a time that cannot be."""
    assert amend(SESSION, source, value, MONDAY) is None


def test_a_time_is_changed() -> None:
    """To another that can be."""
    earlier = AttemptTime(MONDAY - timedelta(hours=3), "minute", "7h30")
    changed = amend(SESSION, "m2", earlier, MONDAY)
    assert changed is not None
    assert changed[1].value == earlier
