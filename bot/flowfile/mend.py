"""From a file with mistakes in its shape to one without, so that the rest of it can be checked.

Where it is clear what was meant, that is put in place of the mistake. Otherwise the smallest part that can be missing
is left out; a node that cannot be read without it stays under its name, as an end that nobody looks into.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from bot.flowfile.gap import Gap, Loss
from bot.flowfile.shapes.nodes import NODE_KINDS
from bot.flowfile.slip import Slip
from bot.flowfile.tree import Mapping as MappingTree
from bot.flowfile.tree import Path, Scalar, Source, Tree, with_key, with_part
from bot.model.diagnostic import Span


@dataclass(frozen=True, slots=True)
class _Edit:
    """At a path: another key, or another part; neither leaves out what is there."""

    path: Path
    key: str | None = None
    part: Tree | None = None
    gap: Gap | None = None


_STAND_INS: Mapping[str, str] = {
    "format": "1",
    "title": "…",
    "label": "…",
    "text": "…",
    "about": "…",
    "at_most": "1",
}
"""Values that do as well as any, by their key."""

_NAMED = ("nodes", "subflows", "interrupts", "settings", "causes", "renamed", "examples_by_cause", "words")
"""The keys under which keys are names of the author's."""

_IDENTITIES = ("flow", "library", "examples_by_cause")
"""The keys that a file cannot be read without."""


def mend(source: Source, slips: Iterable[Slip]) -> tuple[Source, list[Gap]] | None:
    """The file without these mistakes, and what is therefore missing of it; None when nothing can be made of it."""
    edits: dict[Path, _Edit] = {}
    for slip in slips:
        edit = _edit(source, slip)
        if edit is None:
            return None
        edits.setdefault(edit.path, edit)
    apart = [edit for path, edit in edits.items() if not any(path[:end] in edits for end in range(len(path)))]
    root = source.root
    for edit in reversed(apart):
        root = _edited(root, edit)
    return replace(source, root=root), [edit.gap for edit in apart if edit.gap]


def _edit(source: Source, slip: Slip) -> _Edit | None:
    path = (*source.known(slip.path[:-1]), *slip.path[-1:]) if slip.missing else source.known(slip.path)
    parent = source.part(path[:-1])
    if slip.at_key:
        if slip.meant is not None and isinstance(parent, MappingTree) and parent.find(slip.meant) is None:
            return _Edit(path, key=slip.meant)
        loss: Loss = "nothing" if slip.means_nothing else "anything"
        return _Edit(path, gap=Gap(source.file, path, source.part(path), loss))
    if slip.meant is not None:
        return _Edit(path, part=Scalar(slip.meant, source.at(path)))
    stand_in = _stand_in(parent, path)
    if stand_in is not None:
        gap = Gap(source.file, path, None if slip.missing else source.part(path), "words")
        return _Edit(path, part=Scalar(stand_in, source.at(path)), gap=gap)
    return _left_out(source, path[:-1] if slip.missing else path)


def _stand_in(parent: Tree, path: Path) -> str | None:
    """A value that can stand at this path, where there is one; a start is the first of its nodes."""
    if not path or path[-2:-1] in [(name,) for name in _NAMED]:
        return None
    key = str(path[-1])
    nodes = parent.find("nodes") if key == "start" and isinstance(parent, MappingTree) else None
    if nodes is not None and isinstance(nodes[1], MappingTree) and nodes[1].pairs:
        return nodes[1].pairs[0][0].value
    return _STAND_INS.get(key)


def _left_out(source: Source, path: Path) -> _Edit | None:
    if not path or path[0] in _IDENTITIES:
        return None
    node = _node(path)
    if node is not None and (path == node or (path[:-1] == node and path[-1] in NODE_KINDS)):
        return _Edit(node, part=_unread(source.at(node)), gap=Gap(source.file, node, source.part(node)))
    return _Edit(path, gap=Gap(source.file, path, source.part(path)))


def _node(path: Path) -> Path | None:
    """The node that a path leads to or into."""
    match path:
        case ("nodes", _, *_):
            return path[:2]
        case ("subflows", _, "nodes", _, *_):
            return path[:4]
        case _:
            return None


def _unread(span: Span) -> Tree:
    """The end that stands for a node that cannot be read."""
    written = {"end": "abandoned", "text": "…"}
    return MappingTree(tuple((Scalar(key, span), Scalar(value, span)) for key, value in written.items()), span)


def _edited(root: MappingTree, edit: _Edit) -> MappingTree:
    if edit.key is None:
        return cast("MappingTree", with_part(root, edit.path, edit.part))
    parent = cast("MappingTree", Source("", root, ()).part(edit.path[:-1]))
    return cast("MappingTree", with_part(root, edit.path[:-1], with_key(parent, str(edit.path[-1]), edit.key)))
