"""Ticket references."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.references import RandomReferences
from bot.model.reference import ALPHABET, LENGTH, check_character, reference, reference_in

CHARACTERS = st.text(alphabet=ALPHABET, min_size=LENGTH, max_size=LENGTH)


def is_right(dictated: str) -> bool:
    """Whether the check character fits what stands before it."""
    return check_character(dictated[:LENGTH]) == dictated[LENGTH]


def test_shape() -> None:
    """Four characters, a hyphen, four characters."""
    assert reference("2222222") == "2222-2222"
    assert reference("K7RM2XQ") == "K7RM-2XQ5"


def test_alphabet_can_be_dictated() -> None:
    """No vowels, so no words; nothing that looks like something else."""
    assert len(ALPHABET) == 23
    assert not set(ALPHABET) & set("AEIOUY01BDGNS")


@given(CHARACTERS, st.integers(0, LENGTH), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_caught(characters: str, place: int, wrong: str) -> None:
    """Any one character, the check character included."""
    right = reference(characters).replace("-", "")
    heard = right[:place] + wrong + right[place + 1 :]
    assert is_right(heard) == (heard == right)


@given(CHARACTERS, st.integers(0, LENGTH), st.integers(0, LENGTH))
def test_two_swapped_characters_are_caught(characters: str, one: int, other: int) -> None:
    """Wherever they stand."""
    right = reference(characters).replace("-", "")
    heard = list(right)
    heard[one], heard[other] = heard[other], heard[one]
    assert is_right("".join(heard)) == ("".join(heard) == right)


def test_random_references_are_right_and_different() -> None:
    """They are not counted, and their check character fits."""
    made = {RandomReferences().new() for _ in range(200)}
    assert len(made) == 200
    assert all(is_right(each.replace("-", "")) for each in made)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Support (K7RM-2XQ5) :", "K7RM-2XQ5"),
        ("K7RM-2XQ5-1 est bien arrivé.", "K7RM-2XQ5"),
        ("K7RM-2XQ5 et 2222-2222", "K7RM-2XQ5"),
        ("K7RM-2XQ55", None),
        ("XK7RM-2XQ5", None),
        ("1-K7RM-2XQ5", None),
        ("k7rm-2xq5, AAAA-AAAA", None),
        ("", None),
    ],
)
def test_a_reference_in_a_text(text: str, found: str | None) -> None:
    """The first, as the bot writes it."""
    assert reference_in(text) == found
