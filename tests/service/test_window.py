"""What the window on understanding shows."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service.voice import Voices
from bot.service.window import KINDS, Kind, Window, as_line
from tests.desk import MONDAY, PARIS, catalog, lexicons, machine

VOICES = Voices(catalog(), PARIS)
WINDOW = Window(lexicons()["webmail"], machine().flows["webmail"].domains)


def look(kind: Kind, text: str, language: str = "fr") -> Mapping[str, object]:
    """What is seen on a Monday morning."""
    return WINDOW.look(kind, text, VOICES.of(language), MONDAY)


def line(kind: Kind, text: str, language: str = "fr") -> str:
    """The same, for people."""
    return as_line(kind, look(kind, text, language)).replace("\u00a0", " ").replace("’", "'")


def test_an_error() -> None:
    """The cause, how sure, what decided."""
    seen = look("error", "HTTP 503")
    assert list(seen) == ["cause", "confidence", "suggestions", "signature", "because"]
    assert (seen["cause"], seen["signature"]) == ("portal_saturated", "server_down")
    assert seen["because"] == 'the code "HTTP 503" of server_down'
    assert line("error", "HTTP 503") == (
        'portal_saturated  100%  the code "HTTP 503" of server_down, signature server_down; else other, phishing_or_url'
    )
    assert line("error", "xyzzy") == "(not sure)  0%  nothing in it is known"


def test_a_text() -> None:
    """The likeliest causes come after what is sure, or instead of it."""
    assert line("text", "ça tourne dans le vide") == (
        'portal_saturated  100%  the example "ça tourne dans le vide"; else silent_redirect, browser_issue'
    )
    unsure = look("text", "mot de passe")
    assert unsure["cause"] is None
    assert line("text", "mot de passe").startswith("(not sure)  ")
    assert line("text", "mot de passe").endswith("; else expired_password, wrong_credentials, mail_client")
    assert line("text", "bonjour") == "other  100%  greeting"


@pytest.mark.parametrize(
    ("text", "language", "at", "precision", "ask"),
    [
        ("hier vers 22h", "fr", "2026-06-21T22:00:00+02:00", "hour", None),
        ("hier soir", "en", "2026-06-21T20:00:00+02:00", "part_of_day", None),
        ("22h", "en", None, None, "Do you mean Sunday, 21 June 2026 at about 22:00, Paris time?"),
        ("22h", "fr", None, None, "Voulez-vous dire dimanche 21 juin 2026 vers 22:00, heure de Paris ?"),
        ("demain", "en", None, None, "That moment is still to come. When did you last try?"),
    ],
)
def test_a_time(text: str, language: str, at: str | None, precision: str | None, ask: str | None) -> None:
    """What is noted, or what is asked back in the person's language."""
    seen = look("time", text, language)
    assert (seen["at"], seen["precision"]) == (at, precision)
    asked = seen["ask"]
    assert (asked.replace("\u00a0", " ").replace("\u202f", " ") if isinstance(asked, str) else None) == ask


def test_a_time_for_people() -> None:
    """On one line, with the rules that took its words."""
    assert line("time", "hier vers 22h") == (
        "2026-06-21T22:00:00+02:00 (hour)  hier: a day; 22h: a clock time; = 2026-06-21 22:00 +0200 (hour)"
    )
    assert line("time", "xyzzy", "en") == (
        "asks: I did not recognise a time. Write for example “8:15”, “yesterday 10pm” or “10 min ago”.  ! no_time"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://messagerie.ac-aix-marseille.fr/x?y", "own  messagerie.ac-aix-marseille.fr"),
        ("https://ac-aix-marseille.example.org", "suspicious  ac-aix-marseille.example.org  look_alike, not_ours"),
        ("https://example.org", "foreign  example.org  not_ours"),
        ("rien", "unreadable  (no host)  no_host"),
    ],
)
def test_an_address(text: str, shown: str) -> None:
    """Whose it is, and what speaks against it, by the desk's own domains."""
    assert line("address", text) == shown


def test_a_secret() -> None:
    """What is left, and what was cut."""
    assert look("secret", "mdp : Mirabelle42!", "en") == {"text": "mdp : [✂ password]", "found": ["password"]}
    assert line("secret", "mdp : Mirabelle42!") == "mdp : [✂ mot de passe]  password"
    assert line("secret", "rien") == "rien  (nothing cut)"


@given(
    kind=st.sampled_from(KINDS), text=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)
)
def test_every_text_gives_one_line(kind: Kind, text: str) -> None:
    """Whatever it is."""
    shown = line(kind, text)
    assert shown
    assert len(shown.splitlines()) == 1
