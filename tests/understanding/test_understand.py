"""What texts mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import inputs as i
from bot.model.answer import Environment, ErrorMessage, FreeText, Identifier, WebAddress
from bot.model.expectation import Expectation, Sayable
from bot.model.message import Expects
from bot.understanding.commands import COMMANDS, LANGUAGE_NAMES, WORDS
from bot.understanding.understand import MAX_CHARACTERS, next_language, understand
from tests.desk import MONDAY

CHOICES = (
    Sayable("yes", ("Oui, c'est réglé", "Yes, it is solved")),
    Sayable("no", ("Non, toujours bloqué", "No, still blocked", "pas du tout marché")),
    Sayable("later", ("Plus tard ?",)),
)


def expecting(expects: Expects = "choice", choices: tuple[Sayable, ...] = CHOICES, language: str = "fr") -> Expectation:
    """What is expected in the middle of a conversation."""
    interrupts = (Sayable("human", ("Parler à quelqu'un", "humain", "Talk to a person")),)
    return Expectation(expects, choices, interrupts, language, ("fr", "en"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("retour", i.Back()),
        ("  RETOUR ! ", i.Back()),
        ("précedent", i.Back()),
        ("back", i.Back()),
        ("recommencer", i.Restart()),
        ("Start over", i.Restart()),
        ("annuler", i.Cancel()),
        ("stop", i.Cancel()),
        ("aide", i.Help()),
        ("?", i.Help()),
        ("Corriger", i.Correct()),
        ("langue", i.SwitchLanguage("en")),
        ("language", i.SwitchLanguage("en")),
        ("English", i.SwitchLanguage("en")),
        ("français", i.SwitchLanguage("fr")),
        ("humain", i.Interrupted("human")),
        ("parler a quelqu’un", i.Interrupted("human")),
        ("bonjour, je voudrais parler à quelqu'un svp", i.Interrupted("human")),
        ("mais enfin je peux pas plutôt parler à quelqu'un ?", i.Interrupted("human")),
        ("I want to talk to a person", i.Interrupted("human")),
        ("un humain me l'a dit", i.Miss("un humain me l'a dit", "not_a_choice")),
        ("retour svp", i.Back()),
        ("je veux annuler", i.Cancel()),
        ("bonjour svp", i.Miss("bonjour svp", "not_a_choice")),
        ("1", i.Choose("yes")),
        ("2.", i.Choose("no")),
        ("3)", i.Choose("later")),
        ("OUI C EST REGLE", i.Choose("yes")),
        ("yes, it is solved!", i.Choose("yes")),
        ("pas du tout marche", i.Choose("no")),
        ("oui", i.Choose("yes")),
        ("nope", i.Choose("no")),
        ("plus tard", i.Choose("later")),
        ("4", i.Miss("4", "not_a_choice")),
        ("0", i.Miss("0", "not_a_choice")),
        ("bof", i.Miss("bof", "not_a_choice")),
        (" \n", i.Miss(" \n", "empty")),
    ],
)
def test_at_a_choice(text: str, meant: i.Input) -> None:
    """Commands, interrupts, numbers, labels and examples, in both languages."""
    assert understand(text, expecting(), MONDAY) == meant


def test_words_of_the_commands_are_clear() -> None:
    """No word means two things, and every command can be said."""
    words = [word for known in (*WORDS.values(), *LANGUAGE_NAMES.values()) for word in known]
    assert len(words) == len(set(words))
    assert set(WORDS) == {*COMMANDS, "language"}


def test_language_changes_in_turn() -> None:
    """From each language to the next; from one that is no longer spoken to the first."""
    assert next_language(expecting(language="en")) == "fr"
    assert next_language(expecting(language="de")) == "fr"


@pytest.mark.parametrize(
    ("expects", "text", "meant"),
    [
        ("error_message", "  <b>Erreur</b>\n 42 ", i.Answer(ErrorMessage("  <b>Erreur</b>\n 42 "))),
        ("attempt_time", "demain 8h", i.Miss("demain 8h", "future_time")),
        ("web_address", "https://a.example/x?y", i.Answer(WebAddress("https://a.example/x", "a.example"))),
        ("identifier", " jdupont ", i.Answer(Identifier("jdupont"))),
        ("environment", "Mac", i.Answer(Environment("Mac", "computer", "macOS"))),
        ("text", "voilà", i.Answer(FreeText("voilà"))),
        ("photo", "voilà", i.Miss("voilà", "not_a_photo")),
    ],
)
def test_at_a_typed_question(expects: Expects, text: str, meant: i.Input) -> None:
    """A text that is nothing else is the answer."""
    assert understand(text, expecting(expects, ()), MONDAY) == meant


def test_a_proposal_is_taken_by_yes() -> None:
    """When there is one; of two, none is meant."""
    one = (Sayable("proposal-1", ()),)
    assert understand("oui", expecting("attempt_time", one), MONDAY) == i.Choose("proposal-1")
    two = (*one, Sayable("proposal-2", ()))
    assert understand("oui", expecting("attempt_time", two), MONDAY) == i.Miss("oui", "no_time")


def test_a_suggestion_is_taken_by_yes() -> None:
    """When there is one; of two, none is meant."""
    one, other = Sayable("suggestion-1", ("Compte bloqué",)), Sayable("something_else", ("Autre chose", "non"))
    assert understand("oui", expecting("choice", (one, other)), MONDAY) == i.Choose("suggestion-1")
    assert understand("non", expecting("choice", (one, other)), MONDAY) == i.Choose("something_else")
    two = (one, Sayable("suggestion-2", ()), other)
    assert understand("oui", expecting("choice", two), MONDAY) == i.Miss("oui", "not_a_choice")


def test_not_knowing_is_an_answer_where_it_is_on_offer() -> None:
    """Whatever words the desk gave it."""
    choices = (*CHOICES, Sayable("unknown", ("Impossible à dire",)))
    assert understand("chais pas", expecting("choice", choices), MONDAY) == i.Choose("unknown")
    assert understand("chais pas", expecting(), MONDAY) == i.Miss("chais pas", "not_a_choice")


def test_a_request_inside_an_answer_is_no_request() -> None:
    """Where words of their own are waited for, only the request alone is one."""
    pasted = "Error 42, please talk to a person"
    assert understand(pasted, expecting("error_message", ()), MONDAY) == i.Answer(ErrorMessage(pasted))
    asked = understand("I want to talk to a person", expecting("error_message", ()), MONDAY)
    assert asked == i.Interrupted("human")


def test_yes_confirms_a_summary() -> None:
    """The choice "confirm" is a yes."""
    assert understand("ok", expecting("choice", (Sayable("confirm", ("Créer",)),)), MONDAY) == i.Choose("confirm")


def test_too_long() -> None:
    """A whole log file is not an error message."""
    missed = understand("x" * (MAX_CHARACTERS + 1), expecting("text", ()), MONDAY)
    assert missed == i.Miss("x" * MAX_CHARACTERS, "too_long")
    assert isinstance(understand("x" * MAX_CHARACTERS, expecting("text", ()), MONDAY), i.Answer)


@given(st.text(min_size=1).filter(str.strip))
def test_error_messages_stay_verbatim(text: str) -> None:
    """Whatever is not a command is kept to the last character."""
    meant = understand(text, expecting("error_message", ()), MONDAY)
    assert not isinstance(meant, i.Answer) or meant.value == ErrorMessage(text)


@given(
    st.text(), st.sampled_from(["choice", "attempt_time", "web_address", "identifier", "environment", "text", "photo"])
)
def test_every_text_means_something(text: str, expects: Expects) -> None:
    """No text raises."""
    assert understand(text, expecting(expects), MONDAY) is not None
