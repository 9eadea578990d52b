"""Whether a text is told rather than pasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.own_words import in_own_words


@pytest.mark.parametrize(
    "text",
    [
        "je n'arrive plus à entrer",
        "J’ai une page blanche",
        "BONJOUR\nla page est blanche\nmerci",
        "ça tourne",
        "ca tourne",
        "I cannot sign in",
        "hello, the page is blank",
        "\n\nmy mail is gone\n\n\n",
    ],
)
def test_what_people_say(text: str) -> None:
    """It has a word that programs do not use of themselves."""
    assert in_own_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "Mot de passe incorrect.",
        "Invalid username or password.",
        "HTTP 503",
        "Jeton expiré",
        "Mon compte\nSe connecter\nAide\nbonjour",
        "Hello\n\nSign in\n\nHelp\n\nMy account",
    ],
)
def test_what_programs_show(text: str) -> None:
    """It has none of them, or is as long as a page."""
    assert not in_own_words(text)


@given(st.text(max_size=200))
def test_a_page_is_never_told(text: str) -> None:
    """Whatever stands on it."""
    assert not in_own_words(f"je\nje\nje\nje\n{text}")
