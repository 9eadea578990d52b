"""Trees with one part changed."""

from bot.flowfile.compose import compose
from bot.flowfile.tree import Path, Scalar, Tree, plain, with_key, with_part
from bot.model.diagnostic import Span


def changed(path: Path, part: Tree | None) -> object:
    """A small file with another part at a path."""
    source, problems = compose("x.yaml", "a: [b, {c: d}]\ne: f\n")
    assert source is not None
    assert problems == []
    tree = with_part(source.root, path, part)
    return plain(tree) if tree is not None else None


def test_with_part() -> None:
    """It takes the place of what is there, is added, or leaves nothing there."""
    new = Scalar("new", Span(1, 1))
    assert changed(("a", 1, "c"), new) == {"a": ["b", {"c": "new"}], "e": "f"}
    assert changed(("a", 1, "x"), new) == {"a": ["b", {"c": "d", "x": "new"}], "e": "f"}
    assert changed(("a", 0), None) == {"a": [{"c": "d"}], "e": "f"}
    assert changed((), None) is None


def test_nothing_to_stand_in() -> None:
    """A part in what is not there changes nothing."""
    for path in (("e", "x"), ("a", 0, "x"), ("x", "y")):
        assert changed(path, Scalar("new", Span(1, 1))) == {"a": ["b", {"c": "d"}], "e": "f"}


def test_with_key() -> None:
    """The new key stands where the old one did."""
    source, _ = compose("x.yaml", "a: b\nc: d\n")
    assert source is not None
    renamed = with_key(source.root, "c", "e")
    assert plain(renamed) == {"a": "b", "e": "d"}
    assert renamed.pairs[1][0].span == Span(2, 1)
