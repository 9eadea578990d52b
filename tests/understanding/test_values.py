"""Identifiers, equipment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.answer import Environment, Identifier
from bot.model.inputs import Answer, Miss, Problem
from bot.understanding.environment import environment
from bot.understanding.identifier import identifier
from bot.understanding.normal import fold, normal


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
