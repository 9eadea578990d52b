"""A YAML document as a tree that knows where each of its parts stands in the file."""

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

    def _walk(self, path: Path) -> list[Tree]:
        seen: list[Tree] = [self.root]
        for key in path:
            match seen[-1], key:
                case Mapping() as node, str() if pair := node.find(key):
                    seen.append(pair[1])
                case Sequence(items), int() if key < len(items):
                    seen.append(items[key])
                case _:
                    continue
        return seen
