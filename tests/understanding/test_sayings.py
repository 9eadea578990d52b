"""The texts that are made of wordings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.signature import Part, Wording
from bot.understanding.normal import sentences
from bot.understanding.sayings import sayings
from bot.understanding.wordings import WordingIndex

WORD = st.text(st.sampled_from("abcé"), min_size=3, max_size=6)
PARTS = st.lists(st.lists(WORD, min_size=1, max_size=9, unique=True).map(tuple).map(Part), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("parts", "texts"),
    [
        ((("jour",),), ["jour"]),
        ((("verrouill*",), ("hier", "ce soir")), ["verrouill hier", "verrouill ce soir"]),
        (("abcdefghi",), ["a", "c", "e", "g"]),
    ],
)
def test_sayings(parts: tuple[tuple[str, ...], ...], texts: list[str]) -> None:
    """Each has other alternatives, spread over all of them; few are made of one wording."""
    assert list(sayings(Wording("…", tuple(Part(tuple(each)) for each in parts)))) == texts


@given(PARTS)
def test_the_wording_fits_them(parts: list[Part]) -> None:
    """Whatever the wording."""
    said = Wording("…", tuple(parts))
    index = WordingIndex([(0, said)])
    assert all(index.find(sentences(text)) for text in sayings(said))
