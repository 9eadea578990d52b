"""What is missing of a file that has mistakes in its shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from bot.flowfile.tree import Mapping, Path, Scalar, Sequence, Tree

Loss: TypeAlias = Literal["nothing", "words", "anything"]
"""What may be lost: nothing under a key that means nothing, only words, or more than that, such as a way on."""

_NAMES = ("id", "save")
"""The keys whose values are names that something else may refer to."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a file that could not be read: it was left out, or something else stands in for it.

    `part` is None for a part that was missing.
    """

    file: str
    path: Path
    part: Tree | None
    loss: Loss = "anything"

    def lies_in(self, file: str, path: Path) -> bool:
        """Whether something is missing of what stands at this path of a file."""
        return self.loss != "nothing" and self.file == file and self.path[: len(path)] == path

    @property
    def is_start(self) -> bool:
        """Whether it hides where a flow or a sub-flow begins."""
        match self.path:
            case ("start",) | ("subflows", _, "start"):
                return True
            case _:
                return False

    @property
    def defined(self) -> frozenset[str]:
        """The names that it may have given to something."""
        entries = tuple(_entries(self.part, *map(str, self.path[-1:])))
        keys, names = (key for key, _ in entries), (word for key, word in entries if key in _NAMES)
        return frozenset((*map(str, self.path[-1:]), *keys, *names))

    @property
    def mentioned(self) -> frozenset[str]:
        """The words in it: texts, and names of what it may have led to."""
        return frozenset(word for _, word in _entries(self.part))


def _entries(tree: Tree | None, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the key it stands under, and every key."""
    match tree:
        case Scalar(value):
            yield key, value.strip("\n")
        case Sequence(items):
            for item in items:
                yield from _entries(item, key)
        case Mapping(pairs):
            for name, inner in pairs:
                yield name.value, ""
                yield from _entries(inner, name.value)
        case None:
            return
        case _:
            assert_never(tree)
