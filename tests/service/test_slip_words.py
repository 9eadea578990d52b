"""What is said of identifiers that look mistyped."""

from dataclasses import replace
from typing import get_args

import pytest

from bot.model.answer import Environment, Identifier, Slip
from bot.model.inputs import Answer, Choose, Input, Resume
from bot.model.session import Entry, Place
from bot.service.slip_words import slip_words
from bot.service.voice import Voice
from tests.desk import PARIS, catalog, machine
from tests.service.test_render import plainly, reply_after

TYPED = {
    "sentence": "je ne sais pas",
    "phone_number": "06 12 34 56 78",
    "personal_number": "12E3456789ABC",
    "doubled_at": "jean@@ac-aix-marseille.fr",
    "comma": "jean,dupont",
    "space": "jean dupont",
    "accent": "jérôme",
    "capitals": "JDUPONT",
    "no_domain": "jean@",
    "other_academy": "jean@ac-lyon.fr",
    "domain_misspelt": "jean@ac-aix-marseile.fr",
}
ENGLISH = Voice(catalog(), "en", PARIS)
WAY: tuple[Input, ...] = (Choose("webmail"), Choose("wrong_credentials"), Choose("no"))
PLACE = Place("webmail", "credentials_identifier", ())


@pytest.mark.parametrize("slip", get_args(Slip))
def test_every_slip_is_told(slip: Slip) -> None:
    """In both languages."""
    flow, typed = machine().flows["webmail"], Identifier(TYPED[slip])
    french = slip_words(typed, flow, PLACE, Voice(catalog(), "fr", PARIS))
    english = slip_words(typed, flow, PLACE, ENGLISH)
    assert english is not None
    assert french is not None
    assert english.startswith(f"I have noted “{typed.text}”. Please check it: ")
    assert french.startswith("J’ai noté l’identifiant «")
    assert french.split(":")[1] != english.split(":")[1]


def test_it_is_said_once() -> None:
    """At the head of the next message; the answer is kept as it was typed, and nobody insists."""
    typed = Answer(Identifier("jean dupont"))
    reply = plainly(reply_after(*WAY, typed, used=machine()))
    assert reply.startswith(
        "J'ai noté l'identifiant « jean dupont ». Vérifiez-le : il contient une espace. S'il est juste, passez à "
        "la suite ; sinon, écrivez « retour ».\n\n"
    )
    assert "Vérifiez" not in plainly(reply_after(*WAY, typed, Resume(), used=machine()))


def test_nothing_is_said_of_the_others() -> None:
    """What looks right is taken without a word."""
    assert "J'ai noté" not in plainly(reply_after(*WAY, Answer(Identifier("jdupont")), used=machine()))


@pytest.mark.parametrize(
    ("equipment", "told"),
    [
        (Environment("", browser="Thunderbird"), True),
        (Environment("Outlook 2021", browser="Outlook 2021"), True),
        (Environment("", browser="Firefox"), False),
        (Environment("je ne sais pas"), False),
    ],
)
def test_in_a_mail_client(equipment: Environment, told: bool) -> None:
    """Once it is known that there is one, the whole address is expected."""
    place = replace(PLACE, trail=(Entry("client_app", (), "environment", value=equipment),))
    words = slip_words(Identifier("jdupont"), machine().flows["webmail"], place, ENGLISH)
    assert (words is not None) is told
