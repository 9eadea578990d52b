"""What is done beside answering: asking how things stand, editing a message, coming back."""

import pytest

from bot.engine.step import begin, open_cause, step
from bot.model import effects as e
from bot.model import inputs as i
from bot.model.answer import ErrorMessage
from bot.model.offer import Resumption
from bot.model.session import Session
from tests.desk import MONDAY
from tests.sample import sample

ASKED = i.Answer(ErrorMessage("boum"), source="m1")


def after(*inputs: i.Input) -> tuple[Session, tuple[e.Effect, ...]]:
    """The session after these inputs, and the last effects."""
    session, effects = begin(sample(), "fr", MONDAY)
    for given in inputs:
        session, effects = step(sample(), session, given, MONDAY)
    return session, effects


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (i.Help(), (e.ShowHelp(),)),
        (i.Status(), (e.ShowStatus(),)),
        (i.LastTicket(), (e.ShowTicket(),)),
        (i.Send("voice"), (e.CannotRead("voice"),)),
        (i.Resume(), ()),
        (i.Resume(after_absence=True), (e.Excuse(),)),
    ],
)
def test_the_question_is_asked_again_after_an_aside(given: i.Input, shown: tuple[e.Effect, ...]) -> None:
    """Nothing changes."""
    session, _ = after(i.Choose("lost"))
    same, effects = step(sample(), session, given, MONDAY)
    assert same is session
    assert effects[:-1] == shown
    assert isinstance(effects[-1], e.Ask)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (i.Status(), (e.ShowStatus(), e.Over())),
        (i.LastTicket(), (e.ShowTicket(),)),
        (i.Send("voice"), (e.CannotRead("voice"), e.Over())),
        (i.Amend("m1", None), (e.Refuse("ended"),)),
    ],
)
def test_after_the_end(given: i.Input, shown: tuple[e.Effect, ...]) -> None:
    """A conversation that is over stays so."""
    session, _ = after(i.Choose("lost"), i.Cancel())
    same, effects = step(sample(), session, given, MONDAY)
    assert same is session
    assert effects == shown


def test_an_edited_message_changes_its_answer() -> None:
    """And the open question is asked again; what gave no answer cannot be followed."""
    session, effects = after(i.Choose("lost"), ASKED, i.Amend("m1", ErrorMessage("bang")))
    assert isinstance(effects[0], e.Amended)
    entry = session.place.answer("error")
    assert entry is not None
    assert entry.value == ErrorMessage("bang")
    assert after(i.Choose("lost"), ASKED, i.Amend("m2", ErrorMessage("bang")))[1][0] == e.Refuse("not_amendable")


def test_whoever_comes_back_is_asked_whether_to_go_on() -> None:
    """What they wrote meanwhile is held; going on asks the open question, starting over the first."""
    back = (i.Choose("lost"), ASKED, i.ComeBack((i.Held("8h"),)), i.ComeBack((i.Held("ou 9h"),)))
    session, effects = after(*back)
    assert session.place.away == (i.Held("8h"), i.Held("ou 9h"))
    assert effects == (e.Ask("questions.when", (Resumption("resume"), Resumption("start_over"))),)
    resumed, _ = after(*back, i.Choose("resume"))
    assert (resumed.place.node, resumed.place.away) == ("questions.when", None)
    anew, _ = after(*back, i.Choose("start_over"))
    assert (anew.place.node, anew.place.trail) == ("topic", ())


def test_a_cause_can_be_opened() -> None:
    """Where the open question has a choice for it."""
    session, _ = after()
    opened = open_cause(sample(), session, "broken", MONDAY)
    assert opened is not None
    assert opened[0].place.node == "again"
    assert open_cause(sample(), opened[0], "broken", MONDAY) is None
