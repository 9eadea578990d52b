"""What the choices on offer say, and what is understood by it."""

from datetime import datetime

import pytest

from bot.engine.machine import Machine
from bot.engine.step import begin, step
from bot.model import inputs as i
from bot.model.answer import AttemptTime, ErrorMessage
from bot.model.inputs import Choose
from bot.model.session import Session
from bot.model.target import Target
from bot.service.expect import expectation
from bot.service.voice import Voices
from bot.understanding.understand import understand
from tests.desk import MONDAY, PARIS, catalog, machine
from tests.engine.test_step import THE_USUAL
from tests.fakes import Person, conversation
from tests.sample import sample, with_start

AUTUMN = datetime(2026, 10, 25, 9, 0, tzinfo=PARIS)
TWICE = tuple(
    AttemptTime(datetime.fromisoformat(f"2026-10-25T02:30:00+0{offset}:00"), "minute", "2h30") for offset in (2, 1)
)


def after(used: Machine, *inputs: i.Input, now: datetime = MONDAY) -> Session:
    """The session after these inputs, in French."""
    session, _ = begin(used, "fr", now)
    for given in inputs:
        session, _ = step(used, session, given, now)
    return session


def meant(used: Machine, session: Session, text: str, now: datetime = MONDAY) -> i.Input:
    """What a text means there."""
    return understand(text, expectation(used, session, Voices(catalog(), PARIS), now), now)


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("Corriger : Message", "correct-error"),
        ("corriger message", "correct-error"),
        ("Correct: Message", "correct-error"),
        ("Corriger : Sujet", "correct-topic"),
        ("Créer", "confirm"),
        ("3", "correct-topic"),
    ],
)
def test_the_label_of_a_correction_can_be_typed(text: str, choice: str) -> None:
    """In any language, however it is punctuated."""
    assert meant(sample(), after(sample(), *THE_USUAL), text) == Choose(choice)


@pytest.mark.parametrize("text", ["Oui, dim. 21 juin 22:00", "oui dim 21 juin 22:00", "Yes, Sun 21 Jun 22:00", "oui"])
def test_the_label_of_a_proposal_can_be_typed(text: str) -> None:
    """In any language."""
    late = AttemptTime(MONDAY.replace(day=21, hour=22, minute=0), "hour", "22h")
    assert meant(sample(), after(sample(), *THE_USUAL[:2], i.Propose((late,))), text) == Choose("proposal-1")


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("Oui, dim. 25 oct. 02:30 (UTC+0200)", "proposal-1"),
        ("Oui, dim. 25 oct. 02:30 (UTC+0100)", "proposal-2"),
        ("2", "proposal-2"),
    ],
)
def test_the_labels_of_two_proposals_tell_them_apart(text: str, choice: str) -> None:
    """By the distance to UTC, typed as it is shown."""
    session = after(sample(), *THE_USUAL[:2], i.Propose(TWICE), now=AUTUMN)
    assert meant(sample(), session, text, AUTUMN) == Choose(choice)


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("Continuer", "resume"),
        ("go on", "resume"),
        ("oui", "resume"),
        ("Tout recommencer", "start_over"),
        ("2", "start_over"),
    ],
)
def test_the_labels_after_a_pause_can_be_typed(text: str, choice: str) -> None:
    """Whether to go on or to begin again."""
    assert meant(sample(), after(sample(), i.Choose("lost"), i.ComeBack()), text) == Choose(choice)


@pytest.mark.parametrize(
    ("text", "choice"), [("Wi-Fi de l'établissement", "wifi"), ("internet", "wifi"), ("Académie webmail", "webmail")]
)
def test_the_titles_of_the_flows_can_be_typed(text: str, choice: str) -> None:
    """And the examples that their authors gave."""
    assert meant(machine(), after(machine()), text) == Choose(choice)


def test_nothing_is_on_offer_after_an_end() -> None:
    """What was a choice before says nothing then."""
    ended = after(with_start(), i.Choose("sample"), i.Cancel())
    assert meant(with_start(), ended, "Perdu") == i.Miss("Perdu", "not_a_choice")


async def test_a_whole_conversation_by_labels() -> None:
    """Somebody who types what stands on the buttons gets as far as one who presses them."""
    person = Person(conversation(flows=with_start()))
    reply = await person.opens("fr")
    for said in ("Exemple", "Perdu", "Aucun", "12h30"):
        reply = await person.says(said)
    assert reply.choices[0].label == "Oui, dim. 21 juin 12:30"
    for said in (reply.choices[0].label, "Aucune", "Non", "Mac", "jdupont", "Corriger : Matériel"):
        reply = await person.says(said)
    assert reply.node == "sample.questions.device"


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("Mot de passe expiré", "suggestion-1"),
        ("password expired", "suggestion-1"),
        ("Wi-Fi de l'établissement", "suggestion-2"),
        ("2", "suggestion-2"),
        ("autre chose", "something_else"),
        ("something else", "something_else"),
    ],
)
def test_the_label_of_a_suggestion_can_be_typed(text: str, choice: str) -> None:
    """The cause's or the flow's, in any language."""
    targets = (Target("webmail", "expired_password"), Target("wifi"))
    assert meant(machine(), after(machine(), i.Suggest(targets)), text) == Choose(choice)


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("Suivre cette autre piste", "switch"),
        ("follow that other lead", "switch"),
        ("oui", "yes"),
        ("non", "no"),
        ("3", "switch"),
    ],
)
def test_whether_to_follow_another_lead_can_be_typed(text: str, choice: str) -> None:
    """By the label, or its number; a plain yes or no answers the question."""
    error = ErrorMessage("Mot de passe expiré.", signature="password_expired")
    other = i.Recognise(Target("webmail", "expired_password"), (i.Answer(error),))
    session = after(machine(), i.Choose("webmail"), i.Choose("browser_issue"), other)
    assert meant(machine(), session, text) == Choose(choice)
