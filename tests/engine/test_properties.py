"""What holds for every sequence of inputs, on the shipped flows."""

from datetime import timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.step import begin, step
from bot.model import answer as a
from bot.model import inputs as i
from bot.model.effects import Ask, Effect, Refuse, Undone
from bot.model.flow import Question
from bot.model.session import Session
from bot.model.target import Target
from tests.desk import MONDAY, machine

WORDS = st.text(max_size=20)
INSTANTS = st.integers(-3_000, 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
ATTEMPTS = st.builds(a.AttemptTime, st.none() | INSTANTS, st.sampled_from(a.PRECISIONS), WORDS)
ATTACHMENTS = st.builds(a.Attachment, WORDS, st.just("image/png"), st.just(1), WORDS)
VALUES_BY_KIND: dict[str, st.SearchStrategy[a.Value]] = {
    "error_message": st.builds(a.ErrorMessage, st.none() | WORDS),
    "attempt_time": st.builds(a.AttemptTime, INSTANTS.map(lambda at: min(at, MONDAY)), st.just("minute"), WORDS),
    "web_address": st.builds(a.WebAddress, WORDS, st.sampled_from(["ac-aix-marseille.fr", "evil.example"])),
    "identifier": st.builds(a.Identifier, WORDS),
    "environment": st.builds(a.Environment, WORDS),
    "text": st.builds(a.FreeText, WORDS),
    "photo": st.builds(a.Photo, ATTACHMENTS),
}
VALUES = st.one_of(*VALUES_BY_KIND.values(), ATTEMPTS, st.builds(a.NothingGiven), st.builds(a.Unclear, WORDS))
NAMES = st.sampled_from(["help", "privacy", "where", "human", "nothing"])
SOURCES = st.integers(0, 13).map(str)
CHOICES = [
    "yes",
    "no",
    "webmail",
    "unknown",
    "confirm",
    "correct-cause",
    "proposal-1",
    "suggestion-1",
    "something_else",
    "switch",
    "stay",
    "resume",
    "start_over",
    "read_right",
    "read_wrong",
]
CAUSES = st.none() | st.sampled_from([*machine().flows["webmail"].causes, "nothing"])
TARGETS = st.builds(Target, st.sampled_from(["webmail", "wifi", "start", "nothing"]), CAUSES)
KNOWN = st.lists(st.builds(i.Answer, VALUES, st.none() | SOURCES), max_size=2).map(tuple)
ANY_INPUT: st.SearchStrategy[i.Input] = st.one_of(
    st.builds(i.Choose, st.sampled_from(CHOICES)),
    st.builds(i.Answer, VALUES, st.none() | SOURCES, CAUSES),
    st.builds(i.Recognise, TARGETS, KNOWN),
    st.builds(i.Suggest, st.lists(TARGETS, max_size=3, unique=True).map(tuple), KNOWN),
    st.builds(i.Legible, st.builds(i.Answer, VALUES, cause=CAUSES)),
    st.builds(i.Greet, st.sampled_from(get_args(i.SmallTalk))),
    st.builds(i.Amend, SOURCES, st.none() | VALUES),
    st.builds(i.Propose, st.lists(ATTEMPTS, max_size=2).map(tuple)),
    st.builds(i.Miss, WORDS, st.sampled_from(["not_a_choice", "no_time", "empty"])),
    st.builds(i.Interrupted, NAMES),
    st.builds(i.Attach, ATTACHMENTS),
    st.builds(i.SwitchLanguage, st.sampled_from(["fr", "en"])),
    st.builds(i.Send, st.sampled_from(get_args(i.Medium))),
    st.builds(i.Resume, st.booleans()),
    st.builds(i.ComeBack, st.lists(st.builds(i.Held, WORDS, st.none() | SOURCES), max_size=2).map(tuple)),
    st.sampled_from([i.Back(), i.Restart(), i.Cancel(), i.Help(), i.Correct(), i.Status(), i.LastTicket()]),
)


def fitting(session: Session, effects: tuple[Effect, ...], source: str | None = None) -> st.SearchStrategy[i.Input]:
    """The inputs that lead on from a question: its choices, and typed answers of its kind, said in this message."""
    asked = [effect for effect in effects if isinstance(effect, Ask)]
    if not asked:
        return st.just(i.Restart())
    choices = [i.Choose(choice.id) for choice in asked[0].choices]
    node = machine().flows[session.place.flow].nodes[session.place.node]
    answers = (
        st.builds(i.Answer, VALUES_BY_KIND[node.kind], st.just(source)) if isinstance(node, Question) else st.nothing()
    )
    return st.sampled_from(choices) | answers if choices else answers


@st.composite
def walks(draw: st.DrawFn) -> tuple[Session, tuple[Effect, ...]]:
    """A session after some inputs, most of which lead on; perhaps after a long pause, or some other last thing."""
    session, effects = begin(machine(), "fr", MONDAY)
    for number in range(draw(st.integers(0, 14))):
        session, effects = step(machine(), session, draw(fitting(session, effects, str(number))), MONDAY)
    for last in draw(st.lists(ANY_INPUT, max_size=1)):
        session, effects = step(machine(), session, last, MONDAY)
    return session, effects


@given(st.lists(ANY_INPUT, max_size=30))
def test_no_sequence_of_inputs_raises(inputs: list[i.Input]) -> None:
    """Whatever comes in whatever order, there is a session, and something to say."""
    session, _ = begin(machine(), "fr", MONDAY)
    for given_input in inputs:
        session, effects = step(machine(), session, given_input, MONDAY)
        assert effects or isinstance(given_input, i.Legible)
        assert session.place.node in machine().flows[session.place.flow].nodes


@given(walks(), ANY_INPUT)
@settings(max_examples=200)
def test_any_input_is_taken_anywhere(walk: tuple[Session, tuple[Effect, ...]], given_input: i.Input) -> None:
    """No input raises, however far the conversation is; a refused one changes nothing."""
    session, _ = walk
    after, effects = step(machine(), session, given_input, MONDAY)
    assert effects or isinstance(given_input, i.Legible)
    if any(isinstance(effect, Refuse) for effect in effects):
        assert after is session
    elif after != session:
        assert after.revision > session.revision


@given(walks(), st.data())
@settings(max_examples=200)
def test_back_undoes_exactly_one_answer(walk: tuple[Session, tuple[Effect, ...]], data: st.DataObject) -> None:
    """After an answer, "back" gives the very place before it, and the pictures that were kept there."""
    session, effects = walk
    if session.ended is not None:
        return
    answered, _ = step(machine(), session, data.draw(fitting(session, effects)), MONDAY)
    if len(answered.past) <= len(session.past) or answered.ended == "ticket":
        return
    undone, said = step(machine(), answered, i.Back(), MONDAY)
    assert isinstance(said[0], Undone)
    assert undone.place == session.place
    assert undone.past == session.past
    assert undone.attachments == session.attachments


@given(walks(), st.data())
def test_every_path_ends(walk: tuple[Session, tuple[Effect, ...]], data: st.DataObject) -> None:
    """Answering whatever is asked comes to an end, without ever going back."""
    session, effects = walk
    for _ in range(200):
        if session.ended is not None:
            return
        session, effects = step(machine(), session, data.draw(fitting(session, effects)), MONDAY)
    raise AssertionError(f"still at {session.place.node} after 200 answers")
