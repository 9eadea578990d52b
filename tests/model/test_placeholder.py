"""Placeholders."""

from hypothesis import given
from hypothesis import strategies as st

from bot.model.placeholder import fill, isolated, placeholders


def test_fill() -> None:
    """Known names are replaced; anything else stays as it is."""
    assert fill("{name}, {other} {} {Name} {{name}}", {"name": "x"}) == "x, {other} {} {Name} {x}"
    assert fill("{name.host} {name.}", {"name": "x", "name.host": "y"}) == "y {name.}"


@given(st.text(), st.text())
def test_values_are_data(one: str, other: str) -> None:
    """What a value holds is never replaced again, nor anything else done to it."""
    assert fill("{a}|{b}", {"a": one, "b": other}) == f"{one}|{other}"
    assert fill("{a}", {"a": "{b}", "b": other}) == "{b}"


def test_placeholders() -> None:
    """The names, in their order."""
    assert placeholders("{b} and {a_1.host}, {b}; not {B}, {1} or {b.c.d}") == ["b", "a_1.host", "b"]


def test_isolated() -> None:
    """Only a value that could turn the direction of other words is fenced off."""
    assert isolated("jean.dupont <b>") == "jean.dupont <b>"
    assert isolated("שגיאה") == "\u2068שגיאה\u2069"
    assert isolated("a\u202eb") == "\u2068a\u202eb\u2069"


def test_isolated_values_that_isolate() -> None:
    """What a value begins is ended in it, and it ends nothing that it did not begin."""
    assert isolated("\u2067שגיאה") == "\u2068\u2067שגיאה\u2069\u2069"
    assert isolated("\u2069a\u2067b\u2069\u2069c") == "\u2068a\u2067b\u2069c\u2069"
