"""From the files of a folder to the flows they make up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from typing import assert_never, cast

from bot.flowfile.answers import LoadedAnswers, answers
from bot.flowfile.compose import compose
from bot.flowfile.examples import LoadedExamples, examples
from bot.flowfile.gap import Gap
from bot.flowfile.near import did_you_mean, near
from bot.flowfile.nodes import Area, node, paragraphs, timer
from bot.flowfile.read import FileRead, read, read_file
from bot.flowfile.settings import declared, filled
from bot.flowfile.shapes import files as s
from bot.flowfile.shapes.answers import AnswersShape
from bot.flowfile.shapes.examples import ExamplesShape
from bot.flowfile.shapes.nodes import AnyNode
from bot.flowfile.shapes.signatures import SignaturesShape
from bot.flowfile.signatures import LoadedSignatures, signatures
from bot.flowfile.tree import Path, Source
from bot.model.canned import CannedAnswer
from bot.model.diagnostic import Diagnostic, Span
from bot.model.flow import Flow, Interrupt, Node, Phrase, Setting

MAX_FILES = 500
"""A desk has a few; more are a folder that was named by mistake."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something of a flow is written."""

    source: Source
    path: Path


@dataclass(frozen=True, slots=True)
class LoadedFlow:
    """A flow, and where each of its parts is written: nodes by their full names, the rest by the names they have.

    `declared` are the settings as the flow has them, `filled` where the desk's own file fills them. `gaps` are what
    mistakes leave out of the flow and its libraries.
    """

    flow: Flow
    nodes: Mapping[str, Origin]
    subflows: Mapping[str, Origin]
    interrupts: Mapping[str, Origin]
    renamed: Mapping[str, Origin]
    settings: Mapping[str, Origin]
    declared: Mapping[str, Setting]
    filled: Mapping[str, Origin]
    gaps: tuple[Gap, ...]
    source: Source

    @property
    def patchy(self) -> frozenset[str]:
        """The nodes of which more than words is missing."""
        gaps = [gap for gap in self.gaps if gap.loss == "anything"]
        places = ((id_, origin.source.file, origin.path) for id_, origin in self.nodes.items())
        return frozenset(id_ for id_, file, path in places if any(gap.lies_in(file, path) for gap in gaps))


@dataclass
class Loaded:
    """What a set of files makes up. With any error among the diagnostics, some flows may be missing.

    `filled` tells where the desk's own file fills settings, `strays` what to say of those it fills and no flow
    declares, which is no problem when these are only some of the desk's flows. `gaps` are what mistakes leave out of
    the files; they are `complete` when each could be read and every flow be put together.
    """

    flows: list[LoadedFlow] = field(default_factory=list)
    examples: list[LoadedExamples] = field(default_factory=list)
    signatures: list[LoadedSignatures] = field(default_factory=list)
    answer_files: list[LoadedAnswers] = field(default_factory=list)
    settings: dict[str, Setting] = field(default_factory=dict)
    filled: dict[str, Origin] = field(default_factory=dict)
    strays: Mapping[str, Diagnostic] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    complete: bool = True
    texts: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def answers(self) -> tuple[CannedAnswer, ...]:
        """The ready-made answers of all files."""
        return tuple(each for file in self.answer_files for each in file.answers)


@dataclass(frozen=True, slots=True)
class _File:
    source: Source
    shape: s.FlowShape | s.LibraryShape
    name: str
    settings: Mapping[str, Setting]
    gaps: tuple[Gap, ...]


def load(texts: Mapping[str, str], settings_file: tuple[str, str] | None = None) -> Loaded:
    """Loads the files of `texts` (name to YAML), filled by the desk's settings file (name, YAML)."""
    if len(texts) > MAX_FILES:
        first = next(iter(texts))
        message = f"there are {len(texts):,} files beside this one; at most {MAX_FILES} are read"
        problem = Diagnostic(first, Span(1, 1), "too-many-files", message)
        return Loaded(texts=dict(texts), diagnostics=[problem], complete=False)
    return put_together({name: read_file(name, text) for name, text in texts.items()}, settings_file)


def put_together(files: Mapping[str, FileRead], settings_file: tuple[str, str] | None = None) -> Loaded:
    """What these files (by name) make up, filled by the desk's settings file (name, YAML)."""
    loaded = Loaded(texts={name: file.text for name, file in files.items()})
    flows: dict[str, _File] = {}
    libraries: dict[str, _File] = {}
    for name, read_alone in files.items():
        file = _known(name, read_alone, loaded)
        if file is not None:
            known = flows if isinstance(file.shape, s.FlowShape) else libraries
            _add_file(known, file, loaded.diagnostics)
    _settings(chain(flows.values(), libraries.values()), settings_file, loaded)
    flows_made = [_flow(file, libraries, loaded) for file in flows.values()]
    loaded.flows += [flow for flow in flows_made if flow is not None]
    loaded.complete = loaded.complete and None not in flows_made
    return loaded


def _known(name: str, file: FileRead, loaded: Loaded) -> _File | None:
    """A flow or a library; what any other file holds is added to the others of its kind."""
    reading = file.reading
    loaded.diagnostics += file.problems
    if reading is None:
        loaded.complete = False
        return None
    source, shape = reading.source, reading.shape
    loaded.gaps += reading.gaps
    match shape:
        case s.FlowShape(flow=own) | s.LibraryShape(library=own):
            settings = declared(source, own, shape.settings, loaded.diagnostics)
            return _File(source, shape, own, settings, reading.gaps)
        case AnswersShape():
            _add_answers(answers(source, shape), loaded)
        case ExamplesShape():
            loaded.examples.append(examples(source, shape))
        case SignaturesShape():
            loaded.signatures.append(signatures(source, shape, loaded.diagnostics))
        case s.SettingsFileShape():
            message = "this is a settings file; it is given by BOT_SETTINGS and does not belong among the flows"
            loaded.diagnostics.append(Diagnostic(name, source.at_key(("settings",)), "settings-file", message))
        case None:
            loaded.complete = False
        case _:
            assert_never(shape)
    return None


def _add_answers(file: LoadedAnswers, loaded: Loaded) -> None:
    known = {each.id: other.source.file for other in loaded.answer_files for each in other.answers}
    for each in file.answers:
        if each.id in known:
            message = f'there is already an answer "{each.id}", in {known[each.id]}; give each its own id'
            span = file.source.at_key(("answers", each.id))
            loaded.diagnostics.append(Diagnostic(file.source.file, span, "duplicate-name", message))
    loaded.answer_files.append(file)


def _add_file(known: dict[str, _File], file: _File, diagnostics: list[Diagnostic]) -> None:
    if file.name not in known:
        known[file.name] = file
        return
    key = "flow" if isinstance(file.shape, s.FlowShape) else "library"
    first = known[file.name].source.file
    message = f'there is already a {key} "{file.name}", in {first}; give each its own name'
    diagnostics.append(Diagnostic(file.source.file, file.source.at((key,)), "duplicate-name", message))


def _settings(files: Iterable[_File], settings_file: tuple[str, str] | None, loaded: Loaded) -> None:
    owner: dict[str, str] = {}
    for file in files:
        for name, setting in file.settings.items():
            if name in owner:
                message = f'the setting "{name}" is already declared in {owner[name]}; declare it once, in a library'
                span = file.source.at_key(("settings", name))
                loaded.diagnostics.append(Diagnostic(file.source.file, span, "duplicate-name", message))
            else:
                owner[name], loaded.settings[name] = file.source.file, setting
    if settings_file is None:
        return
    name, text = settings_file
    loaded.texts[name] = text
    source, problems = compose(name, text, "settings")
    loaded.diagnostics += problems
    if source is None:
        return
    if near("settings", [key.value for key, _ in source.root.pairs]) is None:
        loaded.diagnostics.append(_no_settings_file(source))
        return
    reading = read(source)
    source, shape = reading.source, reading.shape
    loaded.diagnostics += reading.diagnostics
    if isinstance(shape, s.SettingsFileShape):
        own = filled(source, shape, loaded.settings, loaded.diagnostics)
        loaded.settings |= own.settings
        loaded.filled = {setting: Origin(source, ("settings", setting)) for setting in own.settings}
        loaded.strays = own.strays
    elif shape is not None:
        loaded.diagnostics.append(_no_settings_file(source))


def _no_settings_file(source: Source) -> Diagnostic:
    message = 'a settings file has "format: 1" and "settings:"; this one is something else'
    return Diagnostic(source.file, source.at(()), "settings-file", message)


def _flow(file: _File, libraries: Mapping[str, _File], loaded: Loaded) -> LoadedFlow | None:
    """The flow with what its libraries add; None when a library it uses is not known or cannot be read.

    One that looks like the library meant is taken for it.
    """
    shape = cast("s.FlowShape", file.shape)
    parts = [file]
    complete = not any(gap.lies_in(file.source.file, ("use",)) for gap in file.gaps)
    for index, name in enumerate(shape.use):
        meant = name if name in libraries else near(name, libraries)
        if meant != name and (meant or loaded.complete):
            message = f'there is no library "{name}"; there are: {", ".join(sorted(libraries)) or "none"}'
            message += did_you_mean(name, libraries)
            span = file.source.at(("use", index))
            loaded.diagnostics.append(Diagnostic(file.source.file, span, "unknown-library", message))
        if meant is None:
            complete = False
        elif libraries[meant] not in parts:
            parts.append(libraries[meant])
    return _Assembly(file, shape, loaded).assemble(parts) if complete else None


class _Assembly:
    """One flow being put together from its own file and its libraries."""

    def __init__(self, file: _File, shape: s.FlowShape, loaded: Loaded) -> None:
        self.file, self.shape, self.loaded = file, shape, loaded
        self.nodes: dict[str, Node] = {}
        self.starts: dict[str, str] = {}
        self.interrupts: dict[str, Interrupt] = {}
        self.settings: dict[str, Setting] = {}
        self.declared: dict[str, Setting] = {}
        self.node_origins: dict[str, Origin] = {}
        self.subflow_origins: dict[str, Origin] = {}
        self.interrupt_origins: dict[str, Origin] = {}
        self.renamed_origins: dict[str, Origin] = {}
        self.setting_origins: dict[str, Origin] = {}

    def assemble(self, parts: list[_File]) -> LoadedFlow:
        shape, name = self.shape, self.file.name
        gaps = tuple(gap for part in parts for gap in part.gaps)
        area = Area(name)
        for id_, node_shape in shape.nodes.items():
            self._node(self.file, area, id_, node_shape, ("nodes", id_))
        for part in parts:
            self._add_part(part)
        flow = Flow(
            name=name,
            title=Phrase(f"{name}.title", shape.title),
            start=shape.start,
            nodes=self.nodes,
            subflows=self.starts,
            interrupts=self.interrupts,
            causes={slug: Phrase(f"{name}.causes.{slug}", title) for slug, title in shape.causes.items()},
            settings=self.settings,
            renamed={old: new for part in parts for old, new in part.shape.renamed.items()},
            examples=tuple(Phrase(f"{name}.examples", words) for words in shape.examples),
            reminder=timer(area, "reminder", shape.reminder),
            expiry=timer(area, "expiry", shape.expiry),
            digest=_digest(self.loaded.texts[part.source.file] for part in parts),
        )
        return LoadedFlow(
            flow,
            self.node_origins,
            self.subflow_origins,
            self.interrupt_origins,
            self.renamed_origins,
            self.setting_origins,
            self.declared,
            {setting: origin for setting, origin in self.loaded.filled.items() if setting in self.settings},
            gaps,
            self.file.source,
        )

    def _add_part(self, part: _File) -> None:
        self.declared |= part.settings
        for setting in part.settings:
            self.settings[setting] = self.loaded.settings[setting]
            self.setting_origins[setting] = Origin(part.source, ("settings", setting))
        for name, subflow in part.shape.subflows.items():
            origin = Origin(part.source, ("subflows", name))
            if self._is_new("sub-flow", name, self.subflow_origins, origin):
                area = Area(part.name, name)
                self.starts[name] = area.id(subflow.start)
                for id_, node_shape in subflow.nodes.items():
                    self._node(part, area, id_, node_shape, ("subflows", name, "nodes", id_))
        for old in part.shape.renamed:
            self.renamed_origins[old] = Origin(part.source, ("renamed", old))
        for name, interrupt in part.shape.interrupts.items():
            origin = Origin(part.source, ("interrupts", name))
            if self._is_new("interrupt", name, self.interrupt_origins, origin):
                self.interrupts[name] = _interrupt(Area(part.name), name, interrupt)

    def _node(self, part: _File, area: Area, name: str, shape: AnyNode, path: Path) -> None:
        self.nodes[area.id(name)] = node(area, name, shape)
        self.node_origins[area.id(name)] = Origin(part.source, path)

    def _is_new(self, what: str, name: str, known: dict[str, Origin], origin: Origin) -> bool:
        if name not in known:
            known[name] = origin
            return True
        first = known[name].source.file
        message = f'the flow "{self.file.name}" already has a {what} "{name}", from {first}; give each its own name'
        span = origin.source.at_key(origin.path)
        self.loaded.diagnostics.append(Diagnostic(origin.source.file, span, "duplicate-name", message))
        return False


def _interrupt(area: Area, name: str, shape: s.InterruptShape) -> Interrupt:
    where = f"interrupts.{name}"
    return Interrupt(
        name,
        area.phrase(where, "label", shape.label),
        tuple(area.phrase(where, "words", words) for words in shape.words),
        paragraphs(area, where, "text", shape.text or ()),
        shape.call,
    )


def _digest(texts: Iterable[str]) -> str:
    digest = sha256()
    for text in texts:
        digest.update(len(text).to_bytes(8, "big") + text.encode())
    return digest.hexdigest()[:16]
