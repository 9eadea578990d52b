"""What people say in their own words."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.reading import Reading
from bot.understanding.clauses import clauses
from bot.understanding.free_text import SURE, Listener
from bot.understanding.small_talk import small_talk
from bot.understanding.synonyms import Synonyms

EXAMPLES = [
    ("expired_password", "mon mot de passe a expiré"),
    ("expired_password", "my password has expired"),
    ("expired_password", "je dois renouveler mon mot de passe"),
    ("account_locked", "mon compte est bloqué"),
    ("account_locked", "compte verrouillé après trop d'essais"),
    ("account_locked", "my account is locked"),
    ("mail_client", "thunderbird ne se connecte pas"),
    ("mail_client", "no mail on my phone in outlook"),
    ("other", "où est ma fiche de paie"),
    ("other", "the printer is out of ink"),
]
LISTENER = Listener(EXAMPLES)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("bonjour, mon mdp est périmé svp", "expired_password"),
        ("pwd expired!!", "expired_password"),
        ("le compte est véroullié, trop d'essais", "account_locked"),
        ("hi, i am locked out of my acount", "account_locked"),
        ("outlook ne marche plus sur mon téléphone", "mail_client"),
        ("imprimante sans encre", "other"),
    ],
)
def test_cause(text: str, cause: str) -> None:
    """In one's own words, with mistakes, in either language."""
    reading = LISTENER.read(text)
    assert (reading.cause, reading.suggestions[0]) == (cause, cause)
    assert reading.confidence >= SURE
    assert len(reading.suggestions) == 3
    assert reading.signature is None


def test_because() -> None:
    """Whoever edits the examples sees which of them decided."""
    assert LISTENER.read("Mon compte est bloqué !").because == 'the example "mon compte est bloqué"'
    assert LISTENER.read("compte toujours bloqué").because == 'like "mon compte est bloqué"'


def test_example() -> None:
    """An example is its cause's for sure."""
    reading = LISTENER.read("Thunderbird ne se connecte pas.")
    assert (reading.cause, reading.confidence, reading.suggestions[0]) == ("mail_client", 1.0, "mail_client")


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("Bonjour", "greeting"),
        ("Merci beaucoup !", "thanks"),
        ("xyzzy", "nothing that an example knows"),
        ("?", "nothing that an example knows"),
        ("", "nothing that an example knows"),
        ("mon mot de passe n'est pas expiré", "nothing that an example knows"),
    ],
)
def test_nothing_to_go_by(text: str, because: str) -> None:
    """None of the causes: surely where it only greets, else for want of anything known."""
    reading = LISTENER.read(text)
    cause, confidence = ("other", 1.0) if because in ("greeting", "thanks") else (None, 0.0)
    assert reading == Reading(cause, confidence, ("other",), because)


def test_no_examples() -> None:
    """Nothing is known then."""
    assert Listener([]).read("mon mot de passe a expiré").because == "nothing that an example knows"


def test_vague() -> None:
    """What is true of every trouble is not sure, however few causes speak of it."""
    listener = Listener([("down", "ça ne marche pas"), ("printing", "l'imprimante n'a plus de papier")])
    reading = listener.read("non ça ne marche pas ici")
    assert reading.cause is None
    assert reading.confidence >= SURE
    assert reading.suggestions == ("down", "printing")


def test_several() -> None:
    """Two troubles are both suggested, and neither is taken for granted."""
    reading = LISTENER.read("thunderbird ne se connecte pas et mon compte est verrouillé")
    assert reading.cause is None
    assert reading.suggestions[:2] == ("mail_client", "account_locked")
    assert reading.because == "several causes: mail_client, account_locked"


def test_denial_and_cause() -> None:
    """What is not so is left out of what is."""
    reading = LISTENER.read("mon compte n'est pas bloqué, c'est le mot de passe qui a expiré")
    assert reading.cause == "expired_password"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bloqué ! Et lent, mais ouvert.", ["bloque", "lent", "ouvert"]),
        ("ce n'est pas le wifi, ça tourne", ["ca tourne"]),
        ("it's not the phone", []),
        ("ce n'est pas la bonne page", ["ce n est pas la bonne page"]),
        ("my account isn't locked yet it loads", ["yet it loads"]),
        ("je n'ai pas du tout oublié mon code", ["mon code"]),
        ("il n'est pas accepté", ["il n est pas accepte"]),
        ("it is not", []),
        ("rien ou pas", ["rien ou pas"]),
        ("pas un mon le la les bloqué", ["pas un mon le la les bloque"]),
    ],
)
def test_clauses(text: str, said: list[str]) -> None:
    """One after the other, without what is denied; what is missing stays, for that is the trouble."""
    assert list(map(" ".join, clauses(text, Synonyms()))) == said


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Bonjour à tous", "greeting"),
        ("hello there!", "greeting"),
        ("Bonjour, merci d'avance", "greeting"),
        ("ok merci bonne journée", "thanks"),
        ("thanks a lot", "thanks"),
        ("bonjour mon compte est bloqué", None),
        ("ok", None),
        ("", None),
    ],
)
def test_small_talk(text: str, kind: Literal["greeting", "thanks"] | None) -> None:
    """Only what says nothing else; what comes first counts."""
    assert small_talk(text) == kind


@given(st.text() | st.sampled_from(["pas " * 5_000, "a" * 10_000, "é’" * 5_000, ",;" * 5_000, "it s not " * 2_000]))
def test_any_text(text: str) -> None:
    """Whatever is typed, a sure cause is also the first suggestion, and suggestions are causes."""
    reading = LISTENER.read(text)
    assert 0 <= reading.confidence <= 1
    assert set(reading.suggestions) <= {cause for cause, _ in EXAMPLES}
    assert len(set(reading.suggestions)) == len(reading.suggestions) <= 3
    assert reading.cause is None or reading.cause == reading.suggestions[0]
