"""What people say in their own words, taken where it leads."""

from dataclasses import replace
from datetime import timedelta

from bot.engine.arrive import ask
from bot.engine.step import begin, step
from bot.model import effects as e
from bot.model import inputs as i
from bot.model.answer import AttemptTime, ErrorMessage, FreeText, Identifier
from bot.model.offer import Suggestion
from bot.model.session import Session
from bot.model.target import Target
from tests.desk import MONDAY, machine, machine_of
from tests.sample import SAMPLE, START, sample, with_start

BUSY = Target("webmail", "portal_saturated")
ERROR = ErrorMessage("503 Service Unavailable", signature="overload")
THEN = AttemptTime(MONDAY - timedelta(hours=2), "minute", "8h30")

TO_THE_ERROR = tuple(map(i.Choose, ("webmail", "portal_saturated", "hours", "unreadable")))


def walk(*inputs: i.Input) -> tuple[Session, tuple[e.Effect, ...]]:
    """The session after these inputs on the shipped flows, and the last effects."""
    session, effects = begin(machine(), "fr", MONDAY)
    for given in inputs:
        session, effects = step(machine(), session, given, MONDAY)
    return session, effects


def at(session: Session) -> str:
    """Where it stands."""
    return f"{session.place.flow}.{session.place.node}"


def cause_of(session: Session) -> str | None:
    """The cause it is about."""
    return next((entry.cause for entry in reversed(session.place.trail) if entry.cause), None)


def asked(effects: tuple[e.Effect, ...]) -> list[str]:
    """The ids on offer."""
    return [choice.id for effect in effects if isinstance(effect, e.Ask) for choice in effect.choices]


def test_the_first_words_lead_to_their_branch() -> None:
    """From the offer of flows through the choice of causes, in one step; one step back undoes it."""
    session, effects = walk(i.Recognise(BUSY, (i.Answer(THEN),)))
    assert at(session) == "webmail.busy_advice"
    assert session.place.recognised
    assert effects[:2] == (e.Understood(BUSY), e.EchoTime(THEN))
    assert cause_of(session) == "portal_saturated"
    back, _ = step(machine(), session, i.Back(), MONDAY)
    assert at(back) == "start.service"
    assert back.place.known == ()


def test_a_flow_alone_can_be_meant() -> None:
    """Its first question is asked."""
    session, effects = walk(i.Recognise(Target("webmail")))
    assert at(session) == "webmail.cause"
    assert effects[0] == e.Understood(Target("webmail"))


CAUSE_LATER = """
format: 1
flow: later
title: Plus tard
start: where
causes: {lost: Perdu, broken: Cassé}
nodes:
  where: {text: Où ?, choices: [{id: here, label: Ici, goto: cause}]}
  cause:
    text: Quoi ?
    choices: [{id: lost, label: Perdu, cause: lost, goto: end}, {id: broken, label: Cassé, cause: broken, goto: end}]
  end: {end: solved, text: Fin.}
"""


def test_a_cause_that_is_asked_for_later_is_not_said_to_be_understood() -> None:
    """Only the service is known so far: what is announced must not be asked again."""
    two = machine_of(START, SAMPLE, CAUSE_LATER)
    session, _ = begin(two, "fr", MONDAY)
    after, effects = step(two, session, i.Recognise(Target("later", "lost")), MONDAY)
    assert (after.place.node, effects[0]) == ("where", e.Understood(Target("later")))


def test_another_cause_that_is_gone_is_not_on_offer() -> None:
    """The flow was edited meanwhile."""
    session, _ = walk(i.Recognise(BUSY))
    gone = replace(session, place=replace(session.place, switch="of_yesterday"))
    assert "switch" not in asked((ask(machine(), gone.place, MONDAY),))


def test_what_was_said_early_is_not_asked_again() -> None:
    """The message and the time are taken where the path asks for them, and can be corrected in the summary."""
    known = (i.Answer(ERROR, "7"), i.Answer(THEN, "7"))
    session, effects = walk(
        i.Recognise(BUSY, known), i.Choose("hours"), i.Choose("unreadable"),
    )  # fmt: skip
    assert effects[0] != e.Kept()
    assert at(session) == "webmail.report.summary"
    answer = session.place.answer("error")
    assert answer is not None
    assert (answer.value, answer.source) == (ERROR, "7")
    assert session.place.known == ()
    assert {"correct-error", "correct-attempt"} <= set(asked(effects))
    session, _ = step(machine(), session, i.Choose("correct-attempt"), MONDAY)
    assert at(session) == "webmail.report.when"


def test_a_message_that_is_recognised_is_explained() -> None:
    """What it means is said where it is understood, and where it is asked for."""
    _, effects = walk(i.Recognise(BUSY, (i.Answer(ERROR),)))
    assert e.Meaning("overload", first=False) in effects
    session, effects = walk(
        i.Choose("webmail"), i.Choose("portal_saturated"), i.Choose("hours"), i.Choose("unreadable")
    )
    assert at(session) == "webmail.report.error"
    _, effects = step(machine(), session, i.Answer(ERROR, cause="portal_saturated"), MONDAY)
    assert effects[0] == e.Meaning("overload", first=True)
    assert isinstance(effects[-1], e.Ask)


def test_several_meanings_are_offered() -> None:
    """One of them leads on with what was said; none of them leads back to the question."""
    likely = (BUSY, Target("webmail", "browser_issue"), Target("wifi"))
    session, effects = walk(i.Suggest(likely, (i.Answer(THEN),)))
    assert asked(effects) == ["suggestion-1", "suggestion-2", "suggestion-3", "something_else"]
    chosen, effects = step(machine(), session, i.Choose("suggestion-2"), MONDAY)
    assert at(chosen) == "webmail.browser_advice"
    assert effects[1] == e.EchoTime(THEN)
    asked_again, effects = step(machine(), session, i.Choose("something_else"), MONDAY)
    assert asked(effects) == ["webmail", "wifi"]
    assert [answer.value for answer in asked_again.place.known] == [THEN]
    entered, _ = step(machine(), asked_again, i.Choose("webmail"), MONDAY)
    assert [answer.value for answer in entered.place.known] == [THEN]


def test_a_suggestion_that_the_flows_lost_is_not_offered() -> None:
    """After an edit of the flows, the question can still be reached."""
    opened, _ = begin(with_start(), "fr", MONDAY)
    session, _ = step(with_start(), opened, i.Suggest((Target("sample", "lost"),)), MONDAY)
    assert ask(with_start(), session.place, MONDAY).choices[0].id == "suggestion-1"
    assert [offer.id for offer in ask(machine(), session.place, MONDAY).choices] == ["something_else"]


def test_another_cause_is_on_offer() -> None:
    """In the middle of a branch, a message of another cause is kept; the user may follow it, or go on."""
    expired = i.Recognise(Target("webmail", "expired_password"), (i.Answer(ERROR),))
    session, effects = walk(i.Choose("webmail"), i.Choose("browser_issue"), expired)
    assert effects[:-1] == (e.Meaning("overload", first=False), e.Kept(), e.Contradicted("expired_password"))
    assert asked(effects) == ["yes", "no", "switch"]
    went_on, effects = step(machine(), session, i.Choose("no"), MONDAY)
    assert at(went_on) == "webmail.browser_environment"
    assert "switch" not in asked(effects)
    assert [answer.value for answer in went_on.place.known] == [ERROR]
    switched, effects = step(machine(), session, i.Choose("switch"), MONDAY)
    assert at(switched) == "webmail.expired_recovery"
    assert cause_of(switched) == "expired_password"
    assert len(switched.place.trail) == 1
    assert [answer.value for answer in switched.place.known] == [ERROR]


def test_an_answer_that_speaks_of_another_cause() -> None:
    """It costs no turn; whoever follows it takes along what was answered, and nothing of it is asked twice."""
    steps = (
        i.Choose("webmail"), i.Choose("wrong_credentials"), i.Choose("no"), i.Answer(Identifier("p.nom")),
        i.Answer(ERROR, cause="portal_saturated"),
    )  # fmt: skip
    session, effects = walk(*steps)
    assert at(session) == "webmail.report.when"
    assert e.Contradicted("portal_saturated") in effects
    assert asked(effects)[-1] == "switch"
    went_on, _ = step(machine(), session, i.Answer(THEN), MONDAY)
    assert at(went_on) == "webmail.report.summary"
    switched, _ = step(machine(), session, i.Choose("switch"), MONDAY)
    assert at(switched) == "webmail.busy_advice"
    assert {answer.value for answer in switched.place.known} == {ERROR, Identifier("p.nom")}
    back, _ = step(machine(), switched, i.Back(), MONDAY)
    assert back.place == session.place


def test_the_same_cause_is_not_offered() -> None:
    """Nor is one that means nothing to this desk, or one that nobody can choose."""
    for cause in ("portal_saturated", "other", None, "nothing"):
        session, _ = walk(*TO_THE_ERROR, i.Answer(ERROR, cause=cause))
        assert session.place.switch is None
        assert at(session) == "webmail.report.when"


def test_a_choice_of_this_question_is_taken() -> None:
    """An advice that offers the very cause is left by that choice."""
    session, _ = walk(
        i.Choose("webmail"), i.Choose("silent_redirect"), i.Recognise(Target("webmail", "expired_password"))
    )
    assert at(session) == "webmail.expired_recovery"
    assert [entry.choice for entry in session.place.trail] == ["silent_redirect", "expired"]


def test_what_leads_nowhere_changes_nothing() -> None:
    """Another flow in the middle of one, an unknown one, words without anything in them."""
    before, _ = walk(i.Choose("webmail"), i.Choose("browser_issue"))
    for given in (
        i.Recognise(Target("wifi", "slow_network")),
        i.Recognise(Target("nothing")),
        i.Recognise(Target("webmail", "browser_issue")),
        i.Recognise(Target("webmail", "browser_issue"), (i.Answer(FreeText("mots")),)),
        i.Recognise(Target("webmail", "browser_issue"), (i.Answer(AttemptTime(None, "unknown", "")),)),
        i.Suggest((Target("wifi"),)),
        i.Suggest(()),
    ):
        session, effects = step(machine(), before, given, MONDAY)
        assert session == before
        assert effects[0] == e.Refuse("not_asked")


def test_small_talk_is_returned() -> None:
    """And costs nothing."""
    before, _ = walk(i.Choose("webmail"))
    session, effects = step(machine(), before, i.Greet("thanks"), MONDAY)
    assert session == before
    assert effects[0] == e.Greeted("thanks")
    assert "portal_saturated" in asked(effects)


def test_only_what_fits_is_known_of_a_flow_alone() -> None:
    """A machine of one flow has no offer: its causes are recognised all the same."""
    session, _ = begin(sample(), "fr", MONDAY)
    session, _ = step(sample(), session, i.Recognise(Target("sample", "broken")), MONDAY)
    assert session.place.node == "again"
    session, effects = step(sample(), session, i.Suggest((Target("sample", "lost"),)), MONDAY)
    assert [offer for effect in effects if isinstance(effect, e.Ask) for offer in effect.choices] == [
        Suggestion("suggestion-1", Target("sample", "lost")), Suggestion("something_else", None),
    ]  # fmt: skip
    session, _ = step(sample(), session, i.Choose("suggestion-1"), MONDAY)
    assert cause_of(session) == "lost"


def test_another_message_where_one_was_given() -> None:
    """At the summary it changes nothing by itself; the lead of another cause can be followed with it."""
    summary: tuple[i.Input, ...] = (*TO_THE_ERROR, i.Choose("no_message"), i.Answer(THEN))
    before, _ = walk(*summary)
    assert at(before) == "webmail.report.summary"
    session, effects = step(machine(), before, i.Recognise(BUSY, (i.Answer(ERROR),)), MONDAY)
    assert session == before
    assert effects[0] == e.Refuse("not_asked")
    expired = ErrorMessage("Mot de passe expiré.", signature="password_expired")
    before, _ = walk(*TO_THE_ERROR, i.Answer(ERROR), i.Answer(THEN))
    other = i.Recognise(Target("webmail", "expired_password"), (i.Answer(expired),))
    session, effects = step(machine(), before, other, MONDAY)
    assert e.Kept() not in effects
    switched, _ = step(machine(), session, i.Choose("switch"), MONDAY)
    assert {answer.value for answer in switched.place.known} == {expired, THEN}
    stayed, _ = step(machine(), session, i.Choose("stay"), MONDAY)
    answer = stayed.place.answer("error")
    assert answer is not None
    assert answer.value == ERROR


def test_back_at_the_suggestions() -> None:
    """Leads to the question they were made at; nothing else is undone."""
    before, _ = walk(i.Choose("webmail"))
    session, _ = step(machine(), before, i.Suggest((BUSY,)), MONDAY)
    back, effects = step(machine(), session, i.Back(), MONDAY)
    assert back.place == before.place
    assert back.past == before.past
    assert "portal_saturated" in asked(effects)
