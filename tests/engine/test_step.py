"""Steps, one by one, on a flow that has everything."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.arrive import MAX_PAST, ask
from bot.engine.machine import Machine
from bot.engine.offers import MAX_CORRECTIONS
from bot.engine.step import MAX_ATTACHMENTS, MAX_HELD, MAX_PUT_ASIDE, begin, can_correct, open_cause, step
from bot.engine.walk import settle
from bot.model import effects as e
from bot.model import inputs as i
from bot.model.answer import (
    Attachment,
    AttemptTime,
    Environment,
    ErrorMessage,
    FreeText,
    Identifier,
    NothingGiven,
    Photo,
    Unclear,
    Value,
    WebAddress,
)
from bot.model.offer import Resumption
from bot.model.session import Place, Session
from tests.desk import MONDAY, machine_of
from tests.sample import sample, with_start

PICTURE = Attachment("capture.png", "image/png", 3, "attachments/1.png")
THEN = AttemptTime(MONDAY - timedelta(hours=2), "minute", "8h30")
THE_USUAL: tuple[i.Input, ...] = (
    i.Choose("lost"),
    i.Answer(ErrorMessage("boum")),
    i.Answer(THEN),
    i.Answer(WebAddress("https://example.org/", "example.org")),
    i.Choose("nothing"),
    i.Choose("mac"),
    i.Answer(Identifier("jdupont")),
)


def after(*inputs: i.Input, machine: Machine | None = None) -> tuple[Session, tuple[e.Effect, ...]]:
    """The session after these inputs, and the last effects."""
    used = machine or sample()
    session, effects = begin(used, "fr", MONDAY)
    for given in inputs:
        session, effects = step(used, session, given, MONDAY)
    return session, effects


def offers(effects: tuple[e.Effect, ...]) -> list[str]:
    """The ids on offer."""
    return [choice.id for effect in effects if isinstance(effect, e.Ask) for choice in effect.choices]


def value_of(session: Session, name: str) -> Value | None:
    """The value of an answer."""
    entry = session.place.answer(name)
    return entry.value if entry else None


def test_begins_with_the_first_question() -> None:
    """A single flow is entered at once; choices whose condition does not hold are not on offer."""
    session, effects = after()
    assert session.place.node == "topic"
    assert session.revision == 1
    assert offers(effects) == ["lost", "broken", "where", "june"]


def test_start_offers_the_flows() -> None:
    """With several flows, the start says its words and offers them; taking one enters it, back returns."""
    session, effects = after(machine=with_start())
    assert effects[0] == e.Say("start", "welcome")
    assert offers(effects) == ["sample", "other"]
    session, effects = after(i.Choose("sample"), machine=with_start())
    assert (session.place.flow, session.place.node) == ("sample", "topic")
    session, effects = after(i.Choose("sample"), i.Back(), machine=with_start())
    assert (session.place.flow, session.place.node) == ("start", "offer")
    assert session.digest == with_start().flows["start"].digest


def test_only_one_flow_can_be_asked_for() -> None:
    """Asked for by name, a flow is entered behind the greeting, on a restart too."""
    session, effects = begin(with_start(), "fr", MONDAY, only="sample")
    assert effects[0] == e.Say("start", "welcome")
    assert session.place.flow == "sample"
    session, _ = step(with_start(), session, i.Choose("lost"), MONDAY)
    session, _ = step(with_start(), session, i.Restart(), MONDAY)
    assert (session.place.flow, session.place.node) == ("sample", "topic")


def test_usual_path_ends_in_a_ticket() -> None:
    """Answers are kept under their names, sub-flows are entered and left, the end writes the ticket."""
    session, effects = after(*THE_USUAL)
    assert session.place.node == "summary"
    assert session.place.stack == ()
    assert value_of(session, "device") == Environment("", "computer", "macOS")
    assert [entry.cause for entry in session.place.trail] == ["lost", *[None] * 6]
    session, effects = after(*THE_USUAL, i.Choose("confirm"))
    assert session.ended == "ticket"
    assert effects == (e.Finish("ticket", "ticket"), e.WriteTicket("ticket"))


def test_messages_on_the_way_are_said() -> None:
    """A node that asks nothing is said, in order, before the next question."""
    _, effects = after(i.Choose("lost"))
    assert effects[0] == e.Say("sample", "told")
    assert isinstance(effects[1], e.Ask)


def test_branches() -> None:
    """The first branch whose condition holds is taken."""
    foreign = i.Answer(WebAddress("https://example.com/", "example.com"))
    assert after(*THE_USUAL[:3], foreign, *THE_USUAL[4:])[0].place.node == "note"
    assert after(i.Choose("broken"), i.Choose("enough"), *THE_USUAL[1:])[0].place.node == "note"
    session, _ = after(i.Choose("broken"), i.Choose("enough"), *THE_USUAL[1:], i.Choose("nothing"))
    assert session.place.node == "summary"
    assert value_of(session, "note") == NothingGiven()


def test_loop_is_bounded() -> None:
    """After as many rounds as the bound says, the path leads on."""
    again = i.Choose("again")
    assert after(i.Choose("broken"), again)[0].place.node == "again"
    assert after(i.Choose("broken"), again, again)[0].place.node == "questions.error"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("now", AttemptTime(MONDAY, "minute", "")),
        ("minutes", AttemptTime(MONDAY - timedelta(minutes=10), "minute", "")),
        ("hour", AttemptTime(MONDAY - timedelta(hours=1), "hour", "")),
        ("yesterday", AttemptTime(MONDAY.replace(day=21, hour=0, minute=0), "day", "")),
        ("unknown", AttemptTime(None, "unknown", "")),
    ],
)
def test_ready_made_times(choice: str, expected: AttemptTime) -> None:
    """A ready-made answer is resolved at the moment it is chosen, and echoed when it is a time."""
    session, effects = after(*THE_USUAL[:2], i.Choose(choice))
    assert value_of(session, "when") == expected
    assert (e.EchoTime(expected) in effects) == (expected.at is not None)


@pytest.mark.parametrize(
    ("value", "echo"),
    [
        (AttemptTime(MONDAY, "minute", "10h30"), e.EchoTime(AttemptTime(MONDAY, "minute", "10h30"))),
        (Identifier("jean dupont"), e.LookOver(Identifier("jean dupont"))),
    ],
)
def test_what_is_gone_over_again(value: Value, echo: e.Effect) -> None:
    """A time in full, an identifier for what is mistyped; first of all that is said, and once."""
    inputs = {"attempt_time": THE_USUAL[:2], "identifier": THE_USUAL[:-1]}[value.kind]
    session, effects = after(*inputs, i.Answer(value))
    assert effects[0] == echo
    again, _ = step(sample(), session, i.Resume(), MONDAY)
    assert again == session


def test_parts_of_today_that_are_still_to_come_are_not_on_offer() -> None:
    """At half past ten, neither noon nor the evening has begun."""
    _, effects = after(*THE_USUAL[:2])
    assert "noon" not in offers(effects)
    assert "evening" not in offers(effects)
    assert "yesterday" in offers(effects)


def test_interrupt_with_a_text_comes_back() -> None:
    """The text is shown, the question asked again; the choice that was read is no longer on offer."""
    session, effects = after(i.Choose("where"))
    assert effects[0] == e.Interject("where")
    assert "where" not in offers(effects)
    assert session.place.node == "topic"
    _, effects = step(sample(), session, i.Interrupted("where"), MONDAY)
    assert effects[0] == e.Interject("where")
    _, effects = step(sample(), session, i.Choose("lost"), MONDAY)
    assert "where" in offers(effects)


def test_interrupt_with_a_call_comes_back() -> None:
    """The sub-flow is gone through, and the very question asked again that was interrupted."""
    session, _ = after(*THE_USUAL[:2], i.Interrupted("human"))
    assert session.place.node == "human.offer"
    back, _ = step(sample(), session, i.Choose("back"), MONDAY)
    assert back.place.node == "questions.when"
    assert [frame.node for frame in back.place.stack] == ["ask"]
    session, _ = after(i.Interrupted("deep"), i.Choose("out"))
    assert session.place.node == "topic"
    assert session.place.stack == ()


def test_interrupt_inside_itself_is_refused() -> None:
    """Whoever is on the way to a person is told so."""
    session, effects = after(i.Interrupted("human"), i.Choose("yes"), i.Interrupted("human"))
    assert effects[0] == e.Refuse("already_there")
    assert session.place.node == "questions.error"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (i.Choose("nonsense"), "not_on_offer"),
        (i.Choose("never"), "not_on_offer"),
        (i.Answer(FreeText("x")), "not_asked"),
        (i.Propose((THEN,)), "not_asked"),
        (i.Interrupted("nonsense"), "no_such_interrupt"),
        (i.Back(), "nothing_to_undo"),
        (i.Correct(), "nothing_to_correct"),
    ],
)
def test_what_is_not_possible_is_refused(given: i.Input, reason: e.Reason) -> None:
    """A refusal tells the reason, asks again, and changes nothing."""
    session, _ = after()
    same, effects = step(sample(), session, given, MONDAY)
    assert same is session
    assert effects[0] == e.Refuse(reason)
    assert isinstance(effects[1], e.Ask)


@pytest.mark.parametrize(
    "value",
    [
        AttemptTime(MONDAY + timedelta(minutes=1), "minute", "demain"),
        AttemptTime(MONDAY.replace(year=1, month=1, day=1), "day", "1/1/0001"),
        AttemptTime(None, "unknown", "?"),
        FreeText("8h"),
    ],
)
def test_times_that_cannot_be_and_other_kinds_are_refused(value: Value) -> None:
    """The engine itself never keeps a time after now, nor one so old that it cannot be told."""
    session, _ = after(*THE_USUAL[:2])
    assert step(sample(), session, i.Answer(value), MONDAY)[0] is session


def test_misses_are_counted_and_their_words_kept() -> None:
    """After the retries, the question is left behind with the user's last words."""
    session, effects = after(*THE_USUAL[:2], i.Miss("à la récré", "no_time"))
    assert effects[0] == e.Explain("no_time", 1)
    assert session.place.misses == ("à la récré",)
    session, effects = after(*THE_USUAL[:2], i.Miss("à la récré", "no_time"), i.Miss("je crois", "no_time"))
    assert effects[0] == e.MoveOn()
    assert session.place.node == "questions.address"
    assert value_of(session, "when") == AttemptTime(None, "unknown", "je crois")
    assert session.place.misses == ()
    missed = (i.Miss("?", "not_an_address"), i.Miss("eh bien", "not_an_address"))
    session, _ = after(*THE_USUAL[:3], *missed)
    assert value_of(session, "address") == Unclear("eh bien")


def test_misses_without_a_bound_go_on() -> None:
    """Where no retries are declared, the question is asked until it is answered."""
    session, effects = after(i.Choose("lost"), *[i.Miss("", "empty")] * 5)
    assert effects[0] == e.Explain("empty", None)
    assert session.place.node == "questions.error"
    assert session.place.misses == ("",)


def test_misses_at_a_menu_change_nothing() -> None:
    """At a choice, something else is explained."""
    session, _ = after()
    same, effects = step(sample(), session, i.Miss("bonjour", "not_a_choice"), MONDAY)
    assert same is session
    assert effects[0] == e.Explain("not_a_choice", None)


def test_words_of_a_miss_survive_a_way_out() -> None:
    """Taking a choice that only leads on keeps what was said before."""
    session, _ = after(*THE_USUAL[:2], i.Miss("à la récré", "no_time"), i.Choose("other"))
    assert value_of(session, "when") == Unclear("à la récré")


def test_an_ambiguous_time_is_asked_back() -> None:
    """Proposals come first; taking one is the answer; they count as misses, so that this ends too."""
    late = AttemptTime(MONDAY - timedelta(hours=12), "hour", "22h")
    session, effects = after(*THE_USUAL[:2], i.Propose((late,)))
    assert effects[0] == e.Doubt((late,))
    assert offers(effects)[0] == "proposal-1"
    taken, effects = step(sample(), session, i.Choose("proposal-1"), MONDAY)
    assert value_of(taken, "when") == late
    assert effects[0] == e.EchoTime(late)
    session, effects = after(*THE_USUAL[:2], i.Propose((late,)), i.Propose((late,)))
    assert session.place.node == "questions.address"
    assert value_of(session, "when") == AttemptTime(None, "unknown", "22h")


def test_proposals_that_cannot_be_are_left_out() -> None:
    """Only instants that have passed, and not long ago, can be proposed."""
    session, _ = after(*THE_USUAL[:2])
    future = AttemptTime(MONDAY + timedelta(hours=1), "hour", "11h30")
    ancient = AttemptTime(MONDAY.replace(year=1900), "hour", "1900")
    assert step(sample(), session, i.Propose((future, ancient)), MONDAY)[1][0] == e.Refuse("not_asked")
    assert step(sample(), session, i.Propose((future, THEN, ancient)), MONDAY)[1][0] == e.Doubt((THEN,))


def test_a_proposal_that_has_become_too_old_is_refused() -> None:
    """Whoever comes back after more than a year is asked again."""
    session, _ = after(*THE_USUAL[:2], i.Propose((THEN,)))
    same, effects = step(sample(), session, i.Choose("proposal-1"), MONDAY.replace(year=2028))
    assert same is session
    assert effects[0] == e.Refuse("not_asked")


def test_the_echoed_time_can_be_corrected() -> None:
    """Right after it, and only then."""
    session, _ = after(*THE_USUAL[:3])
    assert can_correct(session)
    corrected, effects = step(sample(), session, i.Correct(), MONDAY)
    assert effects[0] == e.Undone()
    assert corrected.place.node == "questions.when"
    assert not can_correct(after(*THE_USUAL[:4])[0])
    assert not can_correct(after(*THE_USUAL[:2], i.Choose("unknown"))[0])


def test_any_answer_is_corrected_in_the_summary() -> None:
    """The answer is asked again, with what it was; everything after it is given again by itself."""
    session, effects = after(*THE_USUAL)
    names = ["topic", "error", "when", "address", "photo", "device", "who"]
    assert offers(effects) == ["confirm", "drop", *(f"correct-{name}" for name in names)]
    reopened, effects = step(sample(), session, i.Choose("correct-error"), MONDAY)
    assert reopened.place.node == "questions.error"
    assert effects[0] == e.Reopened(session.place.trail[1])
    corrected, _ = step(sample(), reopened, i.Answer(ErrorMessage("bang")), MONDAY)
    assert corrected.place.node == "summary"
    assert value_of(corrected, "error") == ErrorMessage("bang")
    assert [entry.name for entry in corrected.place.trail] == names
    assert corrected.place.replay == ()


def test_a_correction_onto_another_branch_asks_only_what_is_new() -> None:
    """Kept answers are given again where the new path asks for them; what it does not ask for is dropped."""
    session, _ = after(*THE_USUAL, i.Choose("correct-topic"), i.Choose("broken"))
    assert session.place.node == "again"
    session, _ = step(sample(), session, i.Choose("enough"), MONDAY)
    assert session.place.node == "note"
    assert value_of(session, "error") == ErrorMessage("boum")
    session, _ = step(sample(), session, i.Answer(FreeText("voilà")), MONDAY)
    assert session.place.node == "summary"
    back, _ = after(*THE_USUAL, i.Choose("correct-topic"), i.Back())
    assert back.place == after(*THE_USUAL)[0].place


def test_a_kept_answer_that_is_no_longer_on_offer_is_asked_again() -> None:
    """What could be said in June is not said by itself in September."""
    kept = Place("sample", "topic", replay=after(i.Choose("june"))[0].place.trail)
    assert settle(sample(), kept, MONDAY).place.node == "questions.error"
    assert settle(sample(), kept, MONDAY.replace(month=9)).place.node == "topic"


def test_a_choice_of_an_unchecked_flow_that_leads_nowhere_is_refused() -> None:
    """What the checker would have said does not raise."""
    yaml = "format: 1\nflow: bad\ntitle: Bad\nstart: a\nnodes: {a: {text: x, choices: [{id: no, label: Non}]}}\n"
    bad = machine_of(yaml)
    session, _ = begin(bad, "fr", MONDAY)
    assert step(bad, session, i.Choose("no"), MONDAY)[1][0] == e.Refuse("not_on_offer")


def test_interrupts_and_left_behind_questions_are_replayed() -> None:
    """What happened on the way is part of what is given again."""
    path = (i.Choose("lost"), i.Interrupted("human"), i.Choose("back"), i.Answer(ErrorMessage("boum")))
    misses = (i.Miss("a", "no_time"), i.Miss("b", "no_time"))
    session, _ = after(*path, *misses, *THE_USUAL[3:], i.Choose("correct-topic"), i.Choose("june"))
    assert session.place.node == "summary"
    assert value_of(session, "when") == AttemptTime(None, "unknown", "b")


def test_corrections_are_bounded() -> None:
    """After many corrections the summary only lets the user go on."""
    session, _ = after(*THE_USUAL)
    worn = replace(session, place=replace(session.place, corrections=MAX_CORRECTIONS))
    assert offers(step(sample(), worn, i.Resume(), MONDAY)[1]) == ["confirm", "drop"]


def test_pictures_are_kept() -> None:
    """At any question; where one is asked for, it is the answer; there is a limit."""
    session, effects = after(i.Attach(PICTURE))
    assert effects[0] == e.Attached(1)
    assert session.place.node == "topic"
    session, _ = after(*THE_USUAL[:4], i.Attach(PICTURE))
    assert value_of(session, "photo") == Photo(PICTURE)
    assert session.attachments == ()
    session, effects = after(*[i.Attach(PICTURE)] * (MAX_ATTACHMENTS + 1))
    assert effects[0] == e.Refuse("too_many_attachments")
    assert len(session.attachments) == MAX_ATTACHMENTS


def test_language_help_and_resume_keep_the_place() -> None:
    """None of them moves the conversation."""
    session, _ = after(i.Choose("lost"))
    english, effects = step(sample(), session, i.SwitchLanguage("en"), MONDAY)
    assert (english.language, english.place) == ("en", session.place)
    assert isinstance(effects[0], e.Ask)
    assert step(sample(), session, i.Help(), MONDAY)[1][0] == e.ShowHelp()
    assert step(sample(), session, i.Resume(), MONDAY)[0] is session


@pytest.mark.parametrize(
    ("given", "effect"),
    [
        (i.Status(), e.ShowStatus()),
        (i.LastTicket(), e.ShowTicket()),
        (i.Send("voice"), e.CannotRead("voice")),
        (i.Resume(after_absence=True), e.Excuse()),
    ],
)
def test_asides_change_nothing(given: i.Input, effect: e.Effect) -> None:
    """What was asked for is shown, then the question again."""
    session, _ = after(i.Choose("lost"))
    same, effects = step(sample(), session, given, MONDAY)
    assert same is session
    assert effects == (effect, ask(sample(), session.place, MONDAY))


def test_coming_back_after_a_pause() -> None:
    """One is asked whether to go on; what was written meanwhile is held, and the place is kept."""
    session, _ = after(*THE_USUAL[:2])
    away, effects = step(sample(), session, i.ComeBack((i.Held("8h30"),)), MONDAY)
    assert away == replace(session, place=replace(session.place, away=(i.Held("8h30"),)), revision=session.revision + 1)
    assert effects == (e.Ask("questions.when", (Resumption("resume"), Resumption("start_over"))),)
    more, _ = step(sample(), away, i.ComeBack((i.Held("ce matin"), i.Held("enfin je crois"))), MONDAY)
    assert more.place.away == (i.Held("8h30"), i.Held("ce matin"), i.Held("enfin je crois"))
    silent, effects = step(sample(), session, i.ComeBack(), MONDAY)
    assert silent.place.away == ()
    assert offers(effects) == ["resume", "start_over"]


def test_nothing_else_is_on_offer_while_one_is_asked_whether_to_go_on() -> None:
    """The choices of the question wait for the answer."""
    away, _ = after(i.ComeBack())
    same, effects = step(sample(), away, i.Choose("lost"), MONDAY)
    assert same is away
    assert effects == (e.Refuse("not_on_offer"), ask(sample(), away.place, MONDAY))


def test_going_on_after_a_pause() -> None:
    """The question that was open is asked again, as it was left."""
    session, _ = after(*THE_USUAL[:2], i.Miss("à la récré", "no_time"))
    away, _ = step(sample(), session, i.ComeBack((i.Held("8h30"),)), MONDAY)
    resumed, effects = step(sample(), away, i.Choose("resume"), MONDAY)
    assert resumed == replace(session, revision=session.revision + 2)
    assert effects == (ask(sample(), session.place, MONDAY),)


def test_beginning_again_after_a_pause_can_be_undone() -> None:
    """It is a restart: back leads to the question whether to go on, pictures and words included."""
    away, _ = after(*THE_USUAL[:2], i.Attach(PICTURE), i.ComeBack((i.Held("8h30"),)))
    afresh, _ = step(sample(), away, i.Choose("start_over"), MONDAY)
    assert (afresh.place, afresh.attachments) == (Place("sample", "topic"), ())
    undone, effects = step(sample(), afresh, i.Back(), MONDAY)
    assert undone == replace(away, revision=away.revision + 2)
    assert effects == (e.Undone(), ask(sample(), away.place, MONDAY))


def test_a_picture_is_no_answer_while_one_is_asked_whether_to_go_on() -> None:
    """It is kept, and so are the words that are held."""
    away, _ = after(*THE_USUAL[:4], i.ComeBack((i.Held("voilà"),)))
    kept, effects = step(sample(), away, i.Attach(PICTURE), MONDAY)
    assert kept == replace(away, attachments=(PICTURE,), revision=away.revision + 1)
    assert effects == (e.Attached(1), ask(sample(), away.place, MONDAY))


def test_a_cause_can_be_asked_for() -> None:
    """The choice that names it is taken where one is on offer, and back leads before it; elsewhere there is none."""
    session, _ = after()
    opened = open_cause(sample(), session, "lost", MONDAY)
    assert opened == step(sample(), session, i.Choose("lost"), MONDAY)
    assert opened is not None
    assert step(sample(), opened[0], i.Back(), MONDAY)[0].place == session.place
    assert open_cause(sample(), session, "stolen", MONDAY) is None
    assert open_cause(sample(), opened[0], "lost", MONDAY) is None
    assert open_cause(with_start(), after(machine=with_start())[0], "lost", MONDAY) is None


def test_revisions_go_on_in_the_next_conversation() -> None:
    """A choice of the conversation before is never taken for one of today's."""
    ended, _ = after(*THE_USUAL, i.Choose("confirm"))
    fresh, effects = begin(sample(), "en", MONDAY, before=ended)
    assert fresh == replace(begin(sample(), "en", MONDAY)[0], revision=ended.revision + 2)
    assert effects == begin(sample(), "en", MONDAY)[1]
    restarted, _ = step(sample(), ended, i.Restart(), MONDAY)
    assert restarted == replace(fresh, language="fr")


@pytest.mark.parametrize("only", ["gone", "start"])
def test_a_flow_that_is_not_on_offer_is_not_asked_for(only: str) -> None:
    """A link to a flow that has gone leads to the start, and so does one to the start itself."""
    session, effects = begin(with_start(), "fr", MONDAY, only=only)
    assert (session.place.flow, session.place.node) == ("start", "offer")
    assert offers(effects) == ["sample", "other"]


def test_whoever_takes_another_flow_no_longer_asks_for_the_one_of_the_link() -> None:
    """Beginning again offers all flows then."""
    session, _ = begin(with_start(), "fr", MONDAY)
    linked = replace(begin(with_start(), "fr", MONDAY, only="sample")[0], past=(session.place,))
    back, _ = step(with_start(), linked, i.Back(), MONDAY)
    taken, _ = step(with_start(), back, i.Choose("sample"), MONDAY)
    again, _ = step(with_start(), taken, i.Restart(), MONDAY)
    assert (again.place.flow, again.place.node) == ("start", "offer")


def test_restart_can_be_undone() -> None:
    """A slip of the finger loses nothing."""
    session, _ = after(*THE_USUAL[:3], i.Restart())
    assert session.place.node == "topic"
    assert session.place.trail == ()
    undone, _ = step(sample(), session, i.Back(), MONDAY)
    assert undone.place == after(*THE_USUAL[:3])[0].place


def test_restart_puts_the_pictures_aside() -> None:
    """They belong to the conversation before; back brings them back, those sent since stay."""
    other = replace(PICTURE, name="autre.png")
    session, _ = after(i.Choose("lost"), i.Attach(PICTURE), i.Attach(PICTURE))
    afresh, _ = step(sample(), session, i.Restart(), MONDAY)
    assert (afresh.place, afresh.attachments) == (Place("sample", "topic"), ())
    assert afresh.past == (*session.past, replace(session.place, pictures=(PICTURE, PICTURE)))
    undone, _ = step(sample(), afresh, i.Back(), MONDAY)
    assert undone == replace(session, revision=session.revision + 2)
    more, _ = step(sample(), afresh, i.Attach(other), MONDAY)
    undone, _ = step(sample(), more, i.Back(), MONDAY)
    assert undone.attachments == (PICTURE, PICTURE, other)
    assert undone.place == session.place


def test_pictures_of_two_restarts_come_back_one_after_the_other() -> None:
    """Each with the place they were sent at."""
    other = replace(PICTURE, name="autre.png")
    twice = (i.Attach(PICTURE), i.Restart(), i.Attach(other), i.Restart())
    assert [after(*twice, *[i.Back()] * times)[0].attachments for times in range(3)] == [
        (),
        (other,),
        (PICTURE, other),
    ]


def test_the_past_is_bounded() -> None:
    """The oldest places are forgotten."""
    session, _ = after(*[i.Restart()] * (MAX_PAST + 5))
    assert len(session.past) == MAX_PAST


def test_cancelling_can_be_undone() -> None:
    """And what was said before is still there."""
    session, effects = after(i.Choose("lost"), i.Cancel())
    assert session.ended == "abandoned"
    assert effects == (e.Finish("abandoned", None),)
    undone, effects = step(sample(), session, i.Back(), MONDAY)
    assert undone == replace(session, ended=None, revision=session.revision + 1)
    assert effects == (e.Reopen(), ask(sample(), session.place, MONDAY))


def test_what_was_cancelled_at_once_can_be_reopened() -> None:
    """Even where there is nothing to undo."""
    session, effects = after(i.Cancel(), i.Back())
    assert effects[0] == e.Reopen()
    assert session.place == after()[0].place


def test_after_the_end() -> None:
    """A written ticket stays; everything else can be begun again."""
    ended, _ = after(*THE_USUAL, i.Choose("confirm"))
    for given in (i.Back(), i.Cancel(), i.Choose("confirm"), i.Attach(PICTURE)):
        assert step(sample(), ended, given, MONDAY) == (ended, (e.Refuse("ended"),))
    assert step(sample(), ended, i.Help(), MONDAY) == (ended, (e.Over(),))
    assert step(sample(), ended, i.Resume(), MONDAY) == (ended, (e.Over(),))
    assert step(sample(), ended, i.ComeBack((i.Held("encore"),)), MONDAY) == (ended, (e.Over(),))
    assert step(sample(), ended, i.Send("sticker"), MONDAY) == (ended, (e.CannotRead("sticker"), e.Over()))
    assert step(sample(), ended, i.Status(), MONDAY) == (ended, (e.ShowStatus(), e.Over()))
    assert step(sample(), ended, i.LastTicket(), MONDAY) == (ended, (e.ShowTicket(),))
    assert step(sample(), ended, i.Greet("thanks"), MONDAY) == (ended, (e.Greeted("thanks"), e.Over()))
    english, effects = step(sample(), ended, i.SwitchLanguage("en"), MONDAY)
    assert english == replace(ended, language="en", revision=ended.revision + 1)
    assert effects == (e.Over(),)
    fresh, _ = step(sample(), ended, i.Restart(), MONDAY)
    assert (fresh.place.node, fresh.past, fresh.ended) == ("topic", (), None)


def test_back_from_a_solved_end() -> None:
    """Some say too soon that it works."""
    session, _ = after(i.Choose("other"), machine=with_start())
    assert session.ended == "solved"
    undone, effects = step(with_start(), session, i.Back(), MONDAY)
    assert undone.ended is None
    assert effects[0] == e.Undone()
    assert undone.place.flow == "start"


def test_an_end_of_the_flow_is_an_end() -> None:
    """The author may end a conversation without a ticket."""
    session, effects = after(*THE_USUAL, i.Choose("drop"))
    assert session.ended == "abandoned"
    assert effects == (e.Finish("abandoned", "dropped"),)
    undone, _ = step(sample(), session, i.Back(), MONDAY)
    assert undone.place.node == "summary"
    assert undone.ended is None


def test_what_is_written_after_a_pause_is_bounded() -> None:
    """Beyond, it is refused, and the question whether to go on is asked again."""
    held = tuple(i.Held(str(number)) for number in range(MAX_HELD))
    full, _ = after(i.ComeBack(held))
    assert full.place.away == held
    same, effects = step(sample(), full, i.ComeBack((i.Held("9h"),)), MONDAY)
    assert same is full
    assert effects == (e.Refuse("too_much_held"), ask(sample(), full.place, MONDAY))


def test_pictures_put_aside_are_bounded() -> None:
    """Those of the oldest restarts are forgotten; what comes back beyond ten is refused."""
    rounds: list[i.Input] = [*[i.Attach(PICTURE)] * MAX_ATTACHMENTS, i.Restart()]
    session, _ = after(*rounds * 5)
    assert sum(len(place.pictures) for place in session.past) == MAX_PUT_ASIDE
    back, effects = after(*rounds, i.Attach(PICTURE), i.Back())
    assert effects[:2] == (e.Undone(), e.Refuse("too_many_attachments"))
    assert len(back.attachments) == MAX_ATTACHMENTS


@pytest.mark.parametrize("given", [i.Remind(), i.Expire()])
def test_silence_after_the_end_changes_nothing(given: i.Remind | i.Expire) -> None:
    """Whoever is done is neither reminded nor let go once more."""
    machine = sample()
    session, _ = begin(machine, "fr", MONDAY)
    ended, _ = step(machine, session, i.Cancel(), MONDAY)
    assert step(machine, ended, given, MONDAY) == (ended, ())
