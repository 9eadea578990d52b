"""A YAML document as a tree that knows where each of its parts stands in the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from bot.model.diagnostic import Span

Key: TypeAlias = str | int
Path: TypeAlias = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. YAML's own ideas of numbers, dates and yes/no do not apply: it is what the author typed."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Tree", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values, in the author's order; no key comes twice."""

    pairs: tuple[tuple[Scalar, "Tree"], ...]
    span: Span

    def find(self, key: str) -> tuple[Scalar, "Tree"] | None:
        """The pair with this key."""
        return next((pair for pair in self.pairs if pair[0].value == key), None)


Tree: TypeAlias = Scalar | Sequence | Mapping


def plain(tree: Tree) -> object:
    """The tree as dicts, lists and strings."""
    match tree:
        case Scalar(value):
            return value
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping(pairs):
            return {key.value: plain(value) for key, value in pairs}
        case _:
            assert_never(tree)


def with_part(tree: Tree, path: Path, part: Tree | None) -> Tree | None:
    """The tree with another part at a path, or without the one there; what lies elsewhere keeps its place in the file.

    The part may be new; what it is to stand in must be there.
    """
    if not path:
        return part
    first, rest = path[0], path[1:]
    match tree:
        case Mapping(pairs, span):
            known = [(key, with_part(value, rest, part) if key.value == first else value) for key, value in pairs]
            if not rest and tree.find(str(first)) is None:
                known.append((Scalar(str(first), span), part))
            return Mapping(tuple((key, value) for key, value in known if value is not None), span)
        case Sequence(items, span):
            parts = (with_part(item, rest, part) if index == first else item for index, item in enumerate(items))
            return Sequence(tuple(item for item in parts if item is not None), span)
        case Scalar():
            return tree
        case _:
            assert_never(tree)


def with_key(mapping: Mapping, old: str, new: str) -> Mapping:
    """The mapping with another key where this one is."""
    pairs = ((Scalar(new, key.span) if key.value == old else key, value) for key, value in mapping.pairs)
    return Mapping(tuple(pairs), mapping.span)


@dataclass(frozen=True, slots=True)
class Source:
    """One composed file: its name, its tree and its lines."""

    file: str
    root: Mapping
    lines: tuple[str, ...]

    def at(self, path: Path) -> Span:
        """Where the value at this path stands; where it is missing, its nearest parent.

        Steps that the tree does not have (the name of a variant, say) are passed over.
        """
        return self._walk(path)[-1].span

    def at_words(self, path: Path, words: str) -> Span:
        """Where these words stand in the value at this path; where they cannot be found, the value itself."""
        span = self.at(path)
        for number, line in enumerate(self.lines[span.line - 1 :], span.line):
            column = line.find(words, span.column - 1 if number == span.line else 0)
            if column >= 0:
                return Span(number, column + 1, len(words))
        return span

    def at_key(self, path: Path) -> Span:
        """Where the key at the end of this path stands; in a list, where the item does."""
        node = self._walk(path[:-1])[-1]
        last = path[-1] if path else None
        pair = node.find(last) if isinstance(node, Mapping) and isinstance(last, str) else None
        return pair[0].span if pair else self.at(path)

    def part(self, path: Path) -> Tree:
        """The part at this path; where it is missing, its nearest parent."""
        return self._walk(path)[-1]

    def known(self, path: Path) -> Path:
        """The steps of this path that the tree has."""
        return tuple(step for step, _ in self._steps(path))

    def _walk(self, path: Path) -> list[Tree]:
        return [self.root, *(part for _, part in self._steps(path))]

    def _steps(self, path: Path) -> Iterator[tuple[Key, Tree]]:
        seen: Tree = self.root
        for key in path:
            match seen, key:
                case Mapping() as node, str() if pair := node.find(key):
                    seen = pair[1]
                case Sequence(items), int() if key < len(items):
                    seen = items[key]
                case _:
                    continue
            yield key, seen
