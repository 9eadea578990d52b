"""YAML text to tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flowfile.compose import compose
from bot.flowfile.tree import Scalar, plain
from bot.model.diagnostic import Span


def composed(text: str) -> object:
    """The plain content of a text that has no problem."""
    source, problems = compose("x.yaml", text)
    assert problems == []
    assert source is not None
    return plain(source.root)


def problems_of(text: str) -> list[tuple[str, int, int]]:
    """Kind, line and column of each problem."""
    return [(found.slug, found.span.line, found.span.column) for found in compose("x.yaml", text)[1]]


@pytest.mark.parametrize("word", ["no", "yes", "on", "12:30", "1e3", "0o17", "2026-06-22", "~", "null", "", "3", ".5"])
def test_values_are_what_the_author_typed(word: str) -> None:
    """YAML's ideas of numbers, dates and booleans do not apply."""
    assert composed(f"a: {word}\nb: [{word}]\n") == {"a": word, "b": [word] if word else []}


def test_texts_of_several_lines() -> None:
    """Folded and literal texts are read as YAML says."""
    assert composed("a: un\n  deux\nb: |\n  un\n   deux\nc: 'l''été'\n") == {
        "a": "un deux",
        "b": "un\n deux\n",
        "c": "l'été",
    }


def test_places_count_characters() -> None:
    """A column is a character, not a byte."""
    source, _ = compose("x.yaml", 'é: {ç: "à", b: x}\n')
    assert source is not None
    assert source.at(("é", "b")) == Span(1, 16, 1)
    assert source.at_key(("é", "b")) == Span(1, 13, 1)
    assert source.at_key(()) == Span(1, 1, 1)


def test_places_of_what_is_not_there() -> None:
    """The nearest place there is; steps the tree does not have are passed over."""
    source, _ = compose("x.yaml", "a:\n  - b: un {x}\n    c: {d: e}\n")
    assert source is not None
    assert source.at(("a", 7)) == source.at(("a",))
    assert source.at(("a", 0, "gone")) == source.at(("a", 0))
    assert source.at(("a", "~Variant", 0, "b")) == Span(2, 8, 6)
    assert source.at_key(("a", 0)) == Span(2, 5, 1)
    assert source.at_key(("a", 0, "b", "x")) == Span(2, 8, 6)
    assert source.at_words(("a", 0, "b"), "{x}") == Span(2, 11, 3)
    assert source.at_words(("a", 0, "b"), "{y}") == Span(2, 8, 6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1,\n", [("yaml-syntax", 2, 1)]),
        ("a: 1\n\x00b: 2\n", [("yaml-syntax", 2, 1)]),
        ("a: é\x07\n", [("yaml-syntax", 1, 5)]),
        ("- a\n", [("not-a-mapping", 1, 1)]),
        ("", [("not-a-mapping", 1, 1)]),
        ("a: &x 1\nb: *x\n", [("anchor", 1, 4), ("alias", 2, 4)]),
        ("*x\n", [("alias", 1, 1)]),
        ("a: !!str x\n", [("tag", 1, 4)]),
        ("a: ! x\n", []),
        ("a: !!map {b: c}\n", [("tag", 1, 4)]),
        ("? [a]\n: b\n", [("key-not-text", 1, 3)]),
        ("a: {b: 1, b: 2}\na: 3\n", [("duplicate-key", 1, 11), ("duplicate-key", 2, 1)]),
        ("a: 1\n---\nb: 1\n---\nc: 1\n", [("second-document", 3, 1), ("second-document", 5, 1)]),
        ("<<: {a: 1}\n", []),
    ],
)
def test_problems(text: str, expected: list[tuple[str, int, int]]) -> None:
    """All that is not allowed, where it stands."""
    assert problems_of(text) == expected


@pytest.mark.parametrize("text", ["a:\n  b: 1\n\tc: 2\n", "a:\n\tb: 1\n", "a: |\n\tb\n"])
def test_a_tab_as_indentation(text: str) -> None:
    """What to write instead is said, whatever YAML makes of it; nothing is said of quotes."""
    [problem] = compose("x.yaml", text)[1]
    assert problem.span.column == 1
    assert problem.message == "not valid YAML: a tab stands here; indent with spaces, not tabs"


def test_the_first_of_two_equal_keys_counts() -> None:
    """After the problem is told, the rest can still be checked."""
    source, problems = compose("x.yaml", "a: 1\na: 2\n")
    assert source is not None
    assert plain(source.root) == {"a": "1"}
    assert len(problems) == 1


def test_an_alias_bomb_is_only_text() -> None:
    """Aliases are never followed."""
    bomb = "a: &a [x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    source, problems = compose("x.yaml", bomb)
    assert source is not None
    assert len(problems) == 61
    assert source.root.find("c") is not None


def test_deep_nesting_stops() -> None:
    """Before anything recursive sees it."""
    assert problems_of("a: " + "[" * 100_000) == [("too-deep", 1, 33)]


@given(st.text())
def test_no_text_raises(text: str) -> None:
    """Whatever is in a file, there is a source or a problem."""
    source, problems = compose("x.yaml", text)
    assert source is not None or problems


def test_scalars_keep_their_spans() -> None:
    """The length of a span is that of the text as it is written."""
    source, _ = compose("x.yaml", "a: 'bc'\nd: >\n  ef\n")
    assert source is not None
    first, second = source.root.pairs
    assert first[1] == Scalar("bc", Span(1, 4, 4))
    assert second[1].span == Span(2, 4, 1)
