"""Addresses, identifiers, equipment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.answer import Environment, Identifier, WebAddress
from bot.model.inputs import Answer, Miss, Problem
from bot.understanding.address import web_address
from bot.understanding.environment import environment
from bot.understanding.identifier import identifier
from bot.understanding.normal import fold, normal


@pytest.mark.parametrize(
    ("text", "kept", "host"),
    [
        ("https://messagerie.ac-aix-marseille.fr/login", "https://messagerie.ac-aix-marseille.fr/login", None),
        ("https://A.Example.ORG/?ticket=ST-1#x", "https://a.example.org/", "a.example.org"),
        ("http://jean:secret@a.example.org:8443/x;jsessionid=1", "http://a.example.org:8443/x", "a.example.org"),
        ("l'adresse est www.example.org/page.", "https://www.example.org/page", "www.example.org"),
        ("messagerie.ac-aix-marseille.fr", "https://messagerie.ac-aix-marseille.fr", None),
        ("https://ac-aix-marseille.fr.evil.example/", "https://ac-aix-marseille.fr.evil.example/", None),
        ("«https://example.org/é»", "https://example.org/é", "example.org"),
    ],
)
def test_web_address(text: str, kept: str, host: str | None) -> None:
    """The address is kept without what may hold secrets."""
    meant = web_address(text)
    assert isinstance(meant, Answer)
    assert isinstance(meant.value, WebAddress)
    assert meant.value.text == kept
    assert host is None or meant.value.host == host


@pytest.mark.parametrize(
    "text", ["je ne sais pas", "https://", "http://localhost/x", "https://[::1/", "https://a..b/", "x"]
)
def test_no_web_address(text: str) -> None:
    """What is no address is asked again."""
    assert web_address(text) == Miss(text, "not_an_address")


@given(st.text())
def test_no_address_raises(text: str) -> None:
    """No text breaks the parser, and nothing after the path is kept."""
    meant = web_address(f"https://example.org/{text}")
    assert isinstance(meant, Answer)
    assert isinstance(meant.value, WebAddress)
    assert not set("?#;") & set(meant.value.text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("jean\ndupont", "not_one_line"), ("x" * 300, "too_long"), ("\n", "not_one_line")],
)
def test_no_identifier(text: str, problem: Problem) -> None:
    """An identifier is one short line."""
    assert identifier(text) == Miss(text, problem)


def test_identifier() -> None:
    """Spaces around it do not count."""
    assert identifier("  jean.dupont \n") == Answer(Identifier("jean.dupont"))


@pytest.mark.parametrize(
    ("text", "device", "system", "browser"),
    [
        ("Ordinateur Windows 11, Firefox 140", "computer", "Windows 11", "Firefox 140"),
        ("mon iPhone avec Safari", "phone", "iOS", "Safari"),
        ("iPad", "tablet", "iPadOS", None),
        ("téléphone android 14, chrome version 126", "phone", "Android 14", "Chrome 126"),
        ("Thunderbird sur Ubuntu", "computer", "Linux", "Thunderbird"),
        ("macOS 15", None, "macOS 15", None),
        ("aucune idée", None, None, None),
    ],
)
def test_environment(text: str, device: str | None, system: str | None, browser: str | None) -> None:
    """What is recognised, beside the words themselves."""
    assert environment(text) == Environment(text, device, system, browser)


@given(st.text())
def test_normal_is_stable(text: str) -> None:
    """Normal text is normal already."""
    assert normal(normal(text)) == normal(text)
    assert fold(fold(text)) == fold(text)


def test_normal() -> None:
    """Case, accents, quotes, punctuation and spaces do not matter."""
    assert normal("  « L’ÉTÉ », c'est où ? ") == "l ete c est ou"
    assert normal("?") == "?"
