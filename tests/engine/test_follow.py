"""A flow that was edited while somebody is in the middle of it."""

from dataclasses import replace

from bot.engine.follow import follow
from bot.engine.machine import Machine
from bot.engine.offers import offered
from bot.engine.step import begin, step
from bot.model import inputs as i
from bot.model.answer import ErrorMessage
from bot.model.effects import Ask, Effect, Moved, Reason, Refuse, Say, Undone
from bot.model.offer import Correction
from bot.model.session import Frame, Session
from tests.desk import MONDAY, machine_of
from tests.engine.test_step import THE_USUAL, after
from tests.sample import SAMPLE, sample, with_start


def edited(*changes: tuple[str, str]) -> Machine:
    """The sample flow after these replacements."""
    yaml = SAMPLE
    for old, new in changes:
        assert old in yaml
        yaml = yaml.replace(old, new)
    return machine_of(yaml)


def at_when() -> Session:
    """Somebody who is asked for the time."""
    session, _ = after(*THE_USUAL[:2])
    assert session.place.node == "questions.when"
    return session


def test_nothing_changes_with_the_same_flow() -> None:
    """The same digest: the same session."""
    assert follow(sample(), at_when(), MONDAY) == (at_when(), ())


def test_an_edit_elsewhere_is_followed_silently() -> None:
    """A new text does not move anybody."""
    machine = edited(("C'est entendu.", "Très bien."))
    session, effects = follow(machine, at_when(), MONDAY)
    assert effects == ()
    assert session.place == at_when().place
    assert session.digest == machine.flows["sample"].digest


def test_a_renamed_node_is_followed() -> None:
    """The old names stand for the new ones in the place, its past, its answers and its stack."""
    old = at_when()
    entries = tuple(
        replace(entry, node=entry.node.replace("questions.error", "questions.old_error").replace("topic", "old_topic"))
        for entry in old.place.trail
    )
    place = replace(old.place, node="questions.old_error", trail=entries, replay=entries)
    session, effects = follow(sample(), replace(old, place=place, digest="old"), MONDAY)
    assert effects == ()
    assert session.place.node == "questions.error"
    assert session.place.trail == old.place.trail
    assert session.past == old.past


def test_a_node_that_is_gone_leads_to_the_last_one_that_is_there() -> None:
    """The question before is asked again, with a recap; the other answers are kept."""
    machine = edited(("      when:", "      moment:"), ("goto: when", "goto: moment"))
    session, effects = follow(machine, at_when(), MONDAY)
    assert effects[0] == Moved()
    assert isinstance(effects[-1], Ask)
    assert session.place.node == "questions.error"
    assert [entry.name for entry in session.place.trail] == ["topic"]
    session, _ = step(machine, session, i.Answer(ErrorMessage("boum")), MONDAY)
    assert session.place.node == "questions.moment"


def test_answers_of_questions_that_are_gone_are_kept() -> None:
    """Only the question that is asked again is answered anew."""
    machine = edited(
        ("      when:", "      moment:"),
        ("goto: when", "goto: moment"),
        ("      error:", "      fault:"),
        ("start: error", "start: fault"),
        ("questions.error}", "questions.fault}"),
    )
    session, _ = follow(machine, at_when(), MONDAY)
    assert session.place.node == "topic"
    assert [entry.name for entry in session.place.trail] == ["error"]


def test_a_sub_flow_that_is_called_from_elsewhere_is_gone_too() -> None:
    """The calls that led to a node are part of where one stands."""
    machine = edited(("  ask: {call: questions", "  demand: {call: questions"), ("goto: ask}", "goto: demand}"))
    session, effects = follow(machine, at_when(), MONDAY)
    assert effects[0] == Moved()
    assert session.place.node == "topic"
    strayed = replace(at_when(), digest="old", place=replace(at_when().place, stack=(Frame("topic", "gone"),)))
    assert follow(sample(), strayed, MONDAY)[0].place.node == "questions.error"
    stackless = replace(at_when(), digest="old", place=replace(at_when().place, stack=()))
    assert follow(sample(), stackless, MONDAY)[0].place.node == "questions.error"
    uncalled = replace(at_when(), digest="old", place=replace(at_when().place, stack=(Frame("topic"),)))
    assert follow(sample(), uncalled, MONDAY)[0].place.node == "questions.error"


def test_without_a_trail_the_flow_begins_again() -> None:
    """Somebody at a first question that is gone gets the new first question."""
    machine = edited(
        ("  topic:\n", "  subject:\n"),
        ("start: topic", "start: subject"),
        ("old_topic: topic, ", ""),
        ("{answer: topic", "{answer: subject"),
    )
    session, effects = follow(machine, after()[0], MONDAY)
    assert effects[0] == Moved()
    assert session.place.node == "subject"


def test_a_question_that_became_a_message_is_passed() -> None:
    """What asks nothing any more is said, and the conversation goes on behind it."""
    machine = edited(
        (
            "        title: Identifiant\n        text: Qui ?\n        goto: return",
            "        text: Presque fini.\n        goto: return",
        ),
        ("        ask: identifier\n", ""),
    )
    at_who, _ = after(*THE_USUAL[:6])
    session, effects = follow(machine, at_who, MONDAY)
    assert effects[:2] == (Moved(), Say("sample", "questions.who"))
    assert session.place.node == "summary"


def test_a_flow_that_is_gone_begins_anew() -> None:
    """There is nothing to go on with, and it says so; pictures are kept."""
    other = machine_of(SAMPLE.replace("flow: sample", "flow: other"))
    session, effects = follow(other, at_when(), MONDAY)
    assert effects[0] == Moved(kept=False)
    assert (session.place.flow, session.place.node) == ("other", "topic")
    assert session.revision > at_when().revision


def test_the_past_may_span_flows() -> None:
    """Whoever came through the start can still go back to it."""
    session, _ = step(with_start(), begin(with_start(), "fr", MONDAY)[0], i.Choose("sample"), MONDAY)
    followed, _ = follow(with_start(), replace(session, digest="old"), MONDAY)
    assert step(with_start(), followed, i.Back(), MONDAY)[0].place == session.past[-1]
    alone, _ = follow(sample(), replace(session, digest="old"), MONDAY)
    assert step(sample(), alone, i.Back(), MONDAY)[1][0] == Refuse("nothing_to_undo")


def test_another_flow_of_the_past_may_have_changed() -> None:
    """The flow one stands in is the same, the one that led there is not: going back leads only to what is there."""
    session, _ = step(with_start(), begin(with_start(), "fr", MONDAY)[0], i.Choose("sample"), MONDAY)
    gone = replace(session, past=tuple(replace(place, node="gone") for place in session.past))
    followed, effects = follow(with_start(), gone, MONDAY)
    assert (followed, effects) == (gone, ())
    assert step(with_start(), followed, i.Back(), MONDAY) == (followed, refused("nothing_to_undo", followed))


def refused(reason: Reason, session: Session) -> tuple[Effect, ...]:
    """A refusal, and the question again."""
    return (Refuse(reason), *step(with_start(), session, i.Resume(), MONDAY)[1])


def test_cancelled_where_nothing_is_left() -> None:
    """A conversation that was cancelled at a question that is gone cannot be reopened."""
    cancelled, _ = step(sample(), at_when(), i.Cancel(), MONDAY)
    gone = replace(cancelled, place=replace(cancelled.place, node="gone"), past=())
    assert step(sample(), gone, i.Back(), MONDAY) == (gone, (Refuse("ended"),))


def test_an_end_whose_past_is_gone_stays_an_end() -> None:
    """Nothing is reopened when there is nowhere to go back to."""
    solved, _ = step(with_start(), begin(with_start(), "fr", MONDAY)[0], i.Choose("other"), MONDAY)
    gone = replace(solved, past=tuple(replace(place, node="gone") for place in solved.past))
    assert step(with_start(), gone, i.Back(), MONDAY) == (gone, (Refuse("ended"),))


def test_a_conversation_that_was_cancelled_is_reopened_only_where_it_can_go_on() -> None:
    """Where its sub-flow is no longer called from there, back leads to the last question that still stands."""
    cancelled, _ = step(sample(), at_when(), i.Cancel(), MONDAY)
    strayed = replace(cancelled, place=replace(cancelled.place, stack=(Frame("gone"),)))
    undone, effects = step(sample(), strayed, i.Back(), MONDAY)
    assert effects[0] == Undone()
    assert undone.place == at_when().past[-1]


def test_back_passes_what_asks_nothing_any_more() -> None:
    """A question of the past that became a message cannot be answered again."""
    machine = edited(
        (
            "        title: Identifiant\n        text: Qui ?\n        goto: return",
            "        text: Presque fini.\n        goto: return",
        ),
        ("        ask: identifier\n", ""),
    )
    followed, effects = follow(machine, after(*THE_USUAL)[0], MONDAY)
    assert effects == ()
    undone, _ = step(machine, followed, i.Back(), MONDAY)
    assert undone.place.node == "questions.device"


def test_a_ticket_stays_whatever_becomes_of_its_end() -> None:
    """An end that an edit made a question is not asked."""
    ended, _ = after(*THE_USUAL, i.Choose("confirm"))
    odd = replace(ended, place=replace(ended.place, node="topic"))
    assert step(sample(), odd, i.Back(), MONDAY) == (odd, (Refuse("ended"),))


def test_answers_that_are_no_longer_asked_for_cannot_be_corrected() -> None:
    """A sub-flow that is still there, but no longer called from there, is not entered again."""
    session, _ = after(*THE_USUAL)
    trail = tuple(
        replace(entry, stack=(Frame("gone"),)) if entry.node.startswith("questions.") else entry
        for entry in session.place.trail
    )
    odd = replace(session, place=replace(session.place, trail=trail))
    offers = {offer.id for offer in offered(sample(), odd.place, MONDAY)}
    assert offers < {offer.id for offer in offered(sample(), session.place, MONDAY)}
    assert not any(
        trail[o.index].node.startswith("questions.")
        for o in offered(sample(), odd.place, MONDAY)
        if isinstance(o, Correction)
    )


def test_what_has_ended_has_ended() -> None:
    """An edit does not reopen a conversation."""
    ended, _ = after(*THE_USUAL, i.Choose("confirm"))
    machine = edited(("  ticket:", "  billet:"), ("goto: ticket", "goto: billet"))
    session, effects = follow(machine, ended, MONDAY)
    assert effects == ()
    assert session.ended == "ticket"


def test_places_of_the_past_that_are_gone_are_forgotten() -> None:
    """Going back leads only to what is there."""
    machine = edited(
        ("      error:", "      fault:"),
        ("start: error", "start: fault"),
        (", questions.old_error: questions.error", ""),
    )
    session, effects = follow(machine, at_when(), MONDAY)
    assert effects == ()
    assert step(machine, session, i.Back(), MONDAY)[0].place.node == "topic"
