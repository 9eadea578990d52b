"""An answer that is changed by editing the message it was given in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.amend import said_in
from bot.engine.arrive import ask
from bot.engine.step import step
from bot.model import effects as e
from bot.model import inputs as i
from bot.model.answer import (
    AttemptTime,
    Environment,
    ErrorMessage,
    FreeText,
    Identifier,
    NothingGiven,
    Unclear,
    Value,
    WebAddress,
)
from bot.model.session import Entry, Place, Session
from tests.desk import MONDAY
from tests.engine.test_step import THEN, after
from tests.sample import sample

LATER = AttemptTime(MONDAY - timedelta(hours=1), "minute", "9h30")
OUTSIDE = WebAddress("https://example.com/", "example.com")
TYPED: tuple[i.Input, ...] = (
    i.Choose("lost"),
    i.Answer(ErrorMessage("boum"), "m1"),
    i.Answer(THEN, "m2"),
    i.Answer(OUTSIDE, "m3"),
    i.Choose("nothing"),
    i.Answer(Environment("un mac"), "m4"),
    i.Answer(Identifier("jdupont"), "m5"),
    i.Answer(FreeText("Au secours"), "m6"),
)
"""Everything typed, each in a message of its own; at the summary."""


def with_value(entries: tuple[Entry, ...], source: str, value: Value) -> tuple[Entry, ...]:
    """The entries, the one that was given in this message with another value."""
    return tuple(replace(entry, value=value) if entry.source == source else entry for entry in entries)


def everywhere(session: Session, source: str, value: Value) -> Session:
    """The session with this answer changed at every place, one revision on."""

    def changed(place: Place) -> Place:
        trail, replay = with_value(place.trail, source, value), with_value(place.replay, source, value)
        return replace(place, trail=trail, replay=replay)

    past = tuple(changed(place) for place in session.past)
    return replace(session, place=changed(session.place), past=past, revision=session.revision + 1)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("m1", ErrorMessage("bang")),
        ("m2", LATER),
        ("m4", Environment("un PC", "computer")),
        ("m5", Identifier("mdurand")),
        ("m6", FreeText("À l'aide")),
    ],
)
def test_an_edited_message_changes_its_answer(source: str, value: Value) -> None:
    """Here and at every place it was come through; the place stays, and the question is asked again."""
    session, _ = after(*TYPED)
    assert session.place.node == "summary"
    entry = said_in(session, source)
    assert entry is not None
    changed, effects = step(sample(), session, i.Amend(source, value), MONDAY)
    assert changed == everywhere(session, source, value) != session
    assert effects == (e.Amended(replace(entry, value=value)), ask(sample(), session.place, MONDAY))


def test_going_back_keeps_what_was_edited() -> None:
    """The places before know the new answer too; before it was given, there is none."""
    session, _ = after(*TYPED, i.Amend("m1", ErrorMessage("bang")), i.Back())
    assert session.place == after(*with_bang(), i.Back())[0].place
    session, _ = after(*TYPED, i.Amend("m1", ErrorMessage("bang")), *[i.Back()] * 7)
    assert session.place == after(*TYPED[:2], i.Back())[0].place


def with_bang() -> tuple[i.Input, ...]:
    """As if the edited message had been written so from the start."""
    return (TYPED[0], i.Answer(ErrorMessage("bang"), "m1"), *TYPED[2:])


def test_an_answer_that_waits_to_be_given_again_is_changed() -> None:
    """While an earlier one is corrected, the answers after it are set aside; an edit still finds them."""
    session, effects = after(*TYPED, i.Choose("correct-topic"), i.Amend("m1", ErrorMessage("bang")))
    assert (session.place.node, session.place.trail) == ("topic", ())
    assert effects == (
        e.Amended(
            Entry("questions.error", session.place.replay[0].stack, "error", None, ErrorMessage("bang"), source="m1")
        ),
        ask(sample(), session.place, MONDAY),
    )
    corrected, _ = step(sample(), session, i.Choose("lost"), MONDAY)
    expected, _ = after(*with_bang(), i.Choose("correct-topic"), i.Choose("lost"))
    assert corrected.place == expected.place


def test_an_answer_that_was_given_anew_is_not_changed_by_its_old_message() -> None:
    """Only the message that gave the answer that counts."""
    session, _ = after(*TYPED, i.Choose("correct-error"), i.Answer(ErrorMessage("bang"), "m7"))
    same, effects = step(sample(), session, i.Amend("m1", ErrorMessage("paf")), MONDAY)
    assert same is session
    assert effects == (e.Refuse("not_amendable"), ask(sample(), session.place, MONDAY))
    changed, _ = step(sample(), session, i.Amend("m7", ErrorMessage("paf")), MONDAY)
    assert changed == everywhere(session, "m7", ErrorMessage("paf"))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("m1", None),
        ("m1", FreeText("bang")),
        ("m1", Unclear("bang")),
        ("m2", AttemptTime(MONDAY + timedelta(minutes=1), "minute", "10h31")),
        ("m2", AttemptTime(MONDAY.replace(year=1, month=1, day=1), "day", "1/1/0001")),
        ("m2", AttemptTime(None, "unknown", "?")),
        ("m3", WebAddress("https://example.org/", "example.org")),
        ("m6", NothingGiven()),
        ("m9", ErrorMessage("bang")),
    ],
)
def test_what_cannot_be_changed_so(source: str, value: Value | None) -> None:
    """Another kind, a time that is to come or not known, an answer that the path depends on, an unknown message."""
    session, _ = after(*TYPED)
    same, effects = step(sample(), session, i.Amend(source, value), MONDAY)
    assert same is session
    assert effects == (e.Refuse("not_amendable"), ask(sample(), session.place, MONDAY))


def test_an_answer_left_behind_is_not_changed() -> None:
    """What was not understood has no message to follow."""
    session, _ = after(*TYPED[:2], *[i.Miss("à la récré", "no_time")] * 2)
    assert step(sample(), session, i.Amend("m2", THEN), MONDAY)[0] is session


def test_a_ticket_is_not_changed() -> None:
    """It is made; the edit is told to be too late. After another end there is nothing to change."""
    ticket, _ = after(*TYPED, i.Choose("confirm"))
    amended = i.Amend("m1", ErrorMessage("bang"))
    assert step(sample(), ticket, amended, MONDAY) == (ticket, (e.Refuse("amended_too_late"),))
    dropped, _ = after(*TYPED, i.Choose("drop"))
    assert step(sample(), dropped, amended, MONDAY) == (dropped, (e.Refuse("ended"),))
    cancelled, _ = after(*TYPED, i.Cancel())
    assert step(sample(), cancelled, amended, MONDAY) == (cancelled, (e.Refuse("ended"),))


def test_an_answer_is_changed_while_one_is_asked_whether_to_go_on() -> None:
    """The question whether to go on stays open, and so do the words that wait for it."""
    session, _ = after(*TYPED, i.ComeBack((i.Held("bonjour"),)))
    changed, effects = step(sample(), session, i.Amend("m1", ErrorMessage("bang")), MONDAY)
    assert changed == everywhere(session, "m1", ErrorMessage("bang"))
    assert changed.place.away == (i.Held("bonjour"),)
    assert effects[-1] == ask(sample(), session.place, MONDAY)
