"""YAML text to tree, by PyYAML's events: strict about what is allowed, exact about where it stands."""

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

import yaml

from bot.flowfile.tree import Mapping, Scalar, Sequence, Source, Tree
from bot.model.diagnostic import Diagnostic, Slug, Span

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 30

Kind: TypeAlias = Literal["flow", "settings"]
"""What a file is meant to be: one of the flow folder, or the desk's settings."""

_LIKE: MappingOf[Kind, str] = {
    "flow": 'a flow file is a mapping of keys such as "format: 1" and "flow: name"',
    "settings": 'a settings file is a mapping of the keys "format: 1" and "settings:"',
}

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""libyaml's parser reads ten times faster; the pure Python one serves where it is missing."""


def compose(file: str, text: str, kind: Kind = "flow") -> tuple[Source | None, list[Diagnostic]]:
    """Composes one YAML document. With any problem there may still be a source, for further checks."""
    if len(text) > MAX_CHARACTERS:
        message = f"the file has {len(text):,} characters; at most {MAX_CHARACTERS:,} are allowed"
        return None, [Diagnostic(file, Span(1, 1), "file-too-large", message)]
    composer = _Composer(file, text.splitlines())
    try:
        composer.read(text)
    except yaml.YAMLError as error:
        composer.diagnostics.append(_syntax(file, error, text))
        return None, composer.diagnostics
    except _TooDeep as error:
        composer.report(error.event, "too-deep", f"nested deeper than {MAX_DEPTH} levels; flow files need about 8")
        return None, composer.diagnostics
    root = composer.documents[0] if composer.documents else None
    if not isinstance(root, Mapping):
        if not composer.diagnostics:
            message = f"{_LIKE[kind]}; this one is not"
            composer.diagnostics.append(Diagnostic(file, Span(1, 1), "not-a-mapping", message))
        return None, composer.diagnostics
    return Source(file, root, tuple(composer.lines)), composer.diagnostics


class _TooDeep(Exception):
    """Nesting beyond the limit."""

    def __init__(self, event: yaml.Event) -> None:
        self.event = event


@dataclass
class _Open:
    """A list or mapping whose end has not been read yet."""

    event: yaml.Event
    items: list[Tree] = field(default_factory=list)


@dataclass
class _Composer:
    file: str
    lines: list[str]
    documents: list[Tree] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def read(self, text: str) -> None:
        stack: list[_Open] = []
        for event in yaml.parse(text, Loader=_Loader):
            match event:
                case yaml.ScalarEvent():
                    self._refuse_decorations(event)
                    self._add(stack, Scalar(event.value, self.span(event)), event)
                case yaml.AliasEvent():
                    self.report(event, "alias", f"aliases such as *{event.anchor} are not allowed; write the value out")
                    self._add(stack, Scalar(f"*{event.anchor}", self.span(event)), event)
                case yaml.CollectionStartEvent():
                    self._refuse_decorations(event)
                    stack.append(_Open(event))
                    if len(stack) > MAX_DEPTH:
                        raise _TooDeep(event)
                case yaml.CollectionEndEvent():
                    done = stack.pop()
                    self._add(stack, self._close(done), done.event)
                case _:
                    pass

    def _close(self, done: _Open) -> Tree:
        if isinstance(done.event, yaml.SequenceStartEvent):
            return Sequence(tuple(done.items), self.span(done.event))
        pairs: dict[str, tuple[Scalar, Tree]] = {}
        for key, value in zip(done.items[::2], done.items[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.diagnostics.append(
                    Diagnostic(self.file, key.span, "key-not-text", "a key must be a plain word, not a list or mapping")
                )
            elif key.value in pairs:
                first = pairs[key.value][0].span.line
                message = f'key "{key.value}" comes twice here, first on line {first}; keep one of them'
                self.diagnostics.append(Diagnostic(self.file, key.span, "duplicate-key", message))
            else:
                pairs[key.value] = (key, value)
        return Mapping(tuple(pairs.values()), self.span(done.event))

    def _add(self, stack: list[_Open], tree: Tree, event: yaml.Event) -> None:
        if stack:
            stack[-1].items.append(tree)
            return
        self.documents.append(tree)
        if len(self.documents) > 1:
            self.report(event, "second-document", 'one file holds one document; take out the "---" and what follows')

    def _refuse_decorations(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor:
            self.report(event, "anchor", f"anchors such as &{event.anchor} are not allowed; write the value out")
        if event.tag and event.tag != "!":
            self.report(event, "tag", f'tags such as "{event.tag}" are not allowed; every value is a plain text')

    def report(self, event: yaml.Event, slug: Slug, message: str) -> None:
        self.diagnostics.append(Diagnostic(self.file, self.span(event), slug, message))

    def span(self, event: yaml.Event) -> Span:
        start, end = cast("yaml.Mark", event.start_mark), cast("yaml.Mark", event.end_mark)
        length = end.column - start.column if end.line == start.line else self._rest(start.line, start.column)
        return Span(start.line + 1, start.column + 1, max(1, length))

    def _rest(self, line: int, column: int) -> int:
        return len(self.lines[line].rstrip()) - column if line < len(self.lines) else 1


def _syntax(file: str, error: yaml.YAMLError, text: str) -> Diagnostic:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        mark = error.problem_mark
        if "".join(text.splitlines()[mark.line : mark.line + 1])[mark.column :].startswith("\t"):
            message = "not valid YAML: a tab stands here; indent with spaces, not tabs"
            return Diagnostic(file, Span(mark.line + 1, mark.column + 1), "yaml-syntax", message)
        what = f"{error.context}: {error.problem}" if error.context else f"{error.problem}"
        hint = '; a text with ": " or that begins with a sign such as "*" or "@" needs quotes around it'
        return Diagnostic(file, Span(mark.line + 1, mark.column + 1), "yaml-syntax", f"not valid YAML: {what}{hint}")
    position = getattr(error, "position", 0)
    before = text.encode()[:position].decode(errors="ignore")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    message = "not valid YAML: a control character; take it out"
    return Diagnostic(file, Span(line, column), "yaml-syntax", message)
