"""How verdicts on web addresses read."""

import pytest

from bot.model.answer import WebAddress
from bot.model.inputs import Answer, Choose
from bot.model.verdict import REASONS
from bot.service.render import SHOWN_IN_SUMMARY
from bot.service.verdict_words import address_part
from bot.service.voice import Voice
from bot.understanding.address import web_address
from tests.desk import PARIS, catalog, machine
from tests.service.test_render import plainly, reply_after

USER_INFO = "what stands before its “@” often hides the real site"
PORT = "the number after the site’s name (its port) is unusual"
NUMBER = "it gives a number instead of the site’s name"
USER_INFO_FR = "ce qui précède son « @ » cache souvent le vrai site"
DOMAINS = ("ac-aix-marseille.fr",)
FRENCH, ENGLISH = Voice(catalog(), "fr", PARIS), Voice(catalog(), "en", PARIS)


@pytest.mark.parametrize(
    ("text", "host", "reasons"),
    [
        (
            "http://messagerie.ac-aix-marseille.fr:8080/",
            "messagerie.ac-aix-marseille.fr",
            f"{PORT}, the connection is not protected (http instead of https)",
        ),
        ("https://exemple.com/", "exemple.com", "this site does not belong to ac-aix-marseille.fr"),
        ("javascript:alert(1)", "javascript:", "it is a program and not a page"),
        (
            "https://a@[2001:db8::1]/",
            "2001:db8::1",
            f"{USER_INFO}, {NUMBER}, this site does not belong to ac-aix-marseille.fr",
        ),
    ],
)
def test_parts_of_an_address(text: str, host: str, reasons: str) -> None:
    """Where it leads, as a browser reads it, and the gravest reasons; of what leads nowhere, the scheme."""
    given = web_address(text)
    assert isinstance(given, Answer)
    assert isinstance(given.value, WebAddress)
    assert address_part(given.value, "host", DOMAINS, ENGLISH) == host
    assert address_part(given.value, "reasons", DOMAINS, ENGLISH) == reasons


@pytest.mark.parametrize("voice", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_every_reason_is_told_whole(voice: Voice) -> None:
    """In both languages, and three of the longest are not cut short."""
    words = [
        address_part(WebAddress("https://x", "ac-aix-marseille.fr", (reason,)), "reasons", DOMAINS, voice)
        for reason in REASONS
    ]
    assert len(set(words)) == len(REASONS)
    assert all(words)
    assert len(", ".join(sorted(words, key=len)[-3:])) <= SHOWN_IN_SUMMARY


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "https://ac-aix-marseille.fr@exemple.com/x",
            f"Elle mène à « exemple.com » : {USER_INFO_FR}, ce site n'appartient pas à ac-aix-marseille.fr.",
        ),
        ("javascript:void(0)", "Elle mène à « javascript: » : c'est un programme et non une page."),
        (
            "http://ac-aix-marseille.fr/",
            "Elle mène à « ac-aix-marseille.fr » : la connexion n'est pas protégée (http au lieu de https).",
        ),
    ],
)
@pytest.mark.parametrize(
    "way",
    [("portal_saturated", "hours"), ("phishing_or_url", "yes", "done")],
    ids=["shown", "suspicious"],
)
def test_the_warning_names_the_real_host(text: str, told: str, way: tuple[str, ...]) -> None:
    """And says why, at either of the two questions for an address."""
    given = web_address(text)
    assert isinstance(given, Answer)
    reply = plainly(reply_after(Choose("webmail"), *map(Choose, way), given, used=machine()))
    assert reply.startswith(
        "Attention, cette adresse n'est pas l'une de celles que je connais pour l'académie.\n\n"
        f"{told}\n\nSi la page est encore ouverte, fermez-la. N'y tapez plus rien.\n\n"
    )
