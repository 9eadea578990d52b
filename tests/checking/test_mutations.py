"""Every mistake of these kinds, made at every place of the shipped flows where it can be made, is refused there.

A mutant is one of the desk's files with one mistake in it. Each must lead to an error on the line of the mistake, or,
where the mistake only shows elsewhere (a node that was removed), on the lines where it shows.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from bot.adapters.catalog.gettext import PoFile, translations
from bot.adapters.limits import CHANNEL_LIMITS
from bot.checking.check import check
from bot.checking.translations import Translations
from bot.flowfile.compose import compose
from bot.flowfile.library import Loaded, load, put_together
from bot.flowfile.read import FileRead, read_file
from bot.flowfile.tree import Mapping, Scalar, Tree
from bot.flowfile.tree import Sequence as TreeSequence
from bot.model.diagnostic import Diagnostic
from tests.desk import ROOT

SHIPPED = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "flows").glob("*.yaml"))}


def _shortened(text: str) -> str:
    """A file of examples with the first three of each list."""
    kept, run = [], 0
    for line in text.splitlines(keepends=True):
        run = run + 1 if line.startswith("      - ") else 0
        kept += [line] if run <= 3 else []
    return "".join(kept)


FLOWS = {
    **SHIPPED,
    "signatures.yaml": SHIPPED["signatures.yaml"].partition("  - id: otp_not_sent\n")[0],
    "examples.yaml": _shortened(SHIPPED["examples.yaml"]),
}
"""The desk's files, with the first few signatures and examples: a mistake shows among few as among all."""
WALKED = {name: text for name, text in FLOWS.items() if name not in ("examples.yaml", "signatures.yaml")}
"""The flows alone: nothing in them refers to what people or programs say."""
PO = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "locales" / "en" / "LC_MESSAGES").glob("*.po")}


pytestmark = pytest.mark.usefixtures("unmeasured")


@dataclass(frozen=True)
class Mutant:
    """One file with one mistake; an error is due on one of `lines`, and when `slug` is given, of that kind."""

    file: str
    text: str
    lines: tuple[int, ...]
    slug: str | None = None


@dataclass(frozen=True)
class Place:
    """A value of a file, the key it stands under, and the mapping they are in."""

    file: str
    path: tuple[str | int, ...]
    key: Scalar | None
    value: Tree

    @property
    def line(self) -> int:
        """The line the value begins on."""
        return self.value.span.line

    @property
    def text(self) -> str:
        """The value, where it is a text."""
        return self.value.value if isinstance(self.value, Scalar) else ""


@cache
def places(file: str) -> Sequence[Place]:
    source, problems = compose(file, FLOWS[file])
    assert source is not None
    assert problems == []
    found: list[Place] = [Place(file, (), None, source.root)]
    for place in found:  # which grows meanwhile
        match place.value:
            case Mapping(pairs):
                found += [Place(file, (*place.path, key.value), key, value) for key, value in pairs]
            case TreeSequence(items):
                found += [Place(file, (*place.path, index), None, item) for index, item in enumerate(items)]
            case Scalar():
                pass
    return found


def everywhere() -> Iterator[Place]:
    for file in FLOWS:
        yield from places(file)


def edited(place: Place, new: str, *, old: str | None = None) -> str:
    """The file with the value's text replaced; it must be written on one line."""
    lines = FLOWS[place.file].splitlines(keepends=True)
    span = place.value.span
    line = lines[span.line - 1]
    start = span.column - 1
    written = line[start : start + span.length]
    lines[span.line - 1] = (
        line[:start] + (new if old is None else written.replace(old, new)) + line[start + span.length :]
    )
    return "".join(lines)


def scalars(*keys: str) -> Iterator[Place]:
    return (
        place for place in everywhere() if isinstance(place.value, Scalar) and place.path and place.path[-1] in keys
    )


def is_node(place: Place) -> bool:
    return len(place.path) >= 2 and place.path[-2] == "nodes" and isinstance(place.value, Mapping)


def block(place: Place) -> range:
    """The lines of a mapping's value in block style, its key included."""
    assert place.key is not None
    lines = FLOWS[place.file].splitlines()
    first = place.key.span.line
    last = first
    for number in range(first + 1, len(lines) + 1):
        line = lines[number - 1]
        if line.strip() and len(line) - len(line.lstrip()) <= place.key.span.column - 1:
            break
        if line.strip():
            last = number
    return range(first, last + 1)


def without(place: Place, gone: range) -> str:
    """The file without these lines; blank comments keep the other lines where they are."""
    lines = FLOWS[place.file].splitlines()
    return "\n".join("" if number in gone else line for number, line in enumerate(lines, 1)) + "\n"


def a_target_renamed() -> Iterator[Mutant]:
    for place in scalars("goto", "then", "call", "start"):
        if place.text != "return":
            yield Mutant(place.file, edited(place, f"{place.text}_x"), (place.line,))


def a_node_removed() -> Iterator[Mutant]:
    for place in everywhere():
        if not is_node(place):
            continue
        name, area = place.path[-1], place.path[:-1]
        siblings = [other for other in scalars("goto", "then", "start") if other.file == place.file]
        referring = [
            other.line
            for other in siblings
            if other.text == name and (other.path[: len(area)] == area or other.path[:-1] == area[:-1])
        ]
        gone = block(place)
        yield Mutant(
            place.file, without(place, gone), tuple(line for line in referring if line not in gone), "unknown-target"
        )


def a_key_duplicated() -> Iterator[Mutant]:
    for place in everywhere():
        if place.key is not None and isinstance(place.value, Scalar) and place.key.span.line == place.line:
            lines = FLOWS[place.file].splitlines()
            line = lines[place.line - 1]
            if "{" in line[: place.key.span.column]:
                twice = f"{line[: place.key.span.column - 1]}{place.key.value}: x, {line[place.key.span.column - 1 :]}"
                lines[place.line - 1] = twice
                yield Mutant(place.file, "\n".join(lines), (place.line,), "duplicate-key")
            else:
                lines.insert(place.line - 1, f"{' ' * (place.key.span.column - 1)}{place.key.value}: x")
                if line.lstrip().startswith("- "):
                    lines[place.line - 1 : place.line + 1] = [line, lines[place.line - 1]]
                yield Mutant(place.file, "\n".join(lines), (place.line + 1,), "duplicate-key")


def a_key_misspelt() -> Iterator[Mutant]:
    names = {
        "nodes",
        "settings",
        "interrupts",
        "subflows",
        "causes",
        "renamed",
        "examples_by_cause",
        "words",
        "answers",
    }
    for place in everywhere():
        if place.key is None or (len(place.path) >= 2 and place.path[-2] in names):
            continue
        yield Mutant(
            place.file, edited(Place(place.file, (), None, place.key), f"{place.key.value}x"), (place.key.span.line,)
        )


def a_required_key_removed() -> Iterator[Mutant]:
    for place in scalars("label", "title", "id", "save"):
        if place.key is None or place.path[-1] == "save":
            continue
        lines = FLOWS[place.file].splitlines()
        line = lines[place.line - 1]
        parent = place.path[:-1]
        if len(parent) >= 2 and parent[-2] == "nodes" and place.path[-1] == "title" and not _is_question(place):
            continue
        if "{" in line[: place.key.span.column]:
            end = place.value.span.column - 1 + place.value.span.length
            rest = line[end:].removeprefix(", ")
            lines[place.line - 1] = line[: place.key.span.column - 1] + rest
            due: tuple[int, ...] = (place.line,)
        elif line.lstrip().startswith("- "):
            lines[place.line - 1] = line[: place.key.span.column - 1] + lines.pop(place.line).lstrip()
            due = (place.line,)
        else:
            lines[place.line - 1] = ""
            due = tuple(range(1, place.line + 1)) if len(place.path) == 1 else (_key_line(place.file, parent),)
        yield Mutant(place.file, "\n".join(lines), due)


def _is_question(place: Place) -> bool:
    return any(other.path == (*place.path[:-1], "ask") for other in places(place.file)) or any(
        other.path == (*place.path[:-1], "advice") for other in places(place.file)
    )


def _key_line(file: str, path: tuple[str | int, ...]) -> int:
    found = next(place for place in places(file) if place.path == path)
    return found.key.span.line if found.key else found.value.span.line


def a_choice_id_repeated() -> Iterator[Mutant]:
    for place in scalars("id"):
        index = place.path[-2]
        if isinstance(index, int) and index > 0:
            first = next(p for p in places(place.file) if p.path == (*place.path[:-2], 0, "id")).value
            assert isinstance(first, Scalar)
            yield Mutant(place.file, edited(place, first.value), (place.line,), "duplicate-id")


def a_label_too_long() -> Iterator[Mutant]:
    for place in scalars("label"):
        yield Mutant(place.file, edited(place, '"' + "long " * 10 + '"'), (place.line,), "label-too-long")


def a_label_emptied() -> Iterator[Mutant]:
    for place in scalars("label"):
        yield Mutant(place.file, edited(place, '""'), (place.line,), "empty")


def a_placeholder_misspelt() -> Iterator[Mutant]:
    for file, text in FLOWS.items():
        for number, line in enumerate(text.splitlines(), 1):
            for found in re.finditer(r"\{([a-z_]+)\}", line):
                if not line.lstrip().startswith("#"):
                    wrong = f"{line[: found.start()]}{{{found[1]}x}}{line[found.end() :]}"
                    lines = text.splitlines()
                    lines[number - 1] = wrong
                    yield Mutant(file, "\n".join(lines), (number,), "unknown-placeholder")


def a_guard_removed() -> Iterator[Mutant]:
    """The condition that keeps an unknown setting out of a text."""
    for place in everywhere():
        if place.path[-2:-1] == ("when",) and place.path[-1] == "setting" and isinstance(place.value, Scalar):
            text = next((p for p in places(place.file) if p.path == (*place.path[:-2], "text")), None)
            if text is None or f"{{{place.text}}}" not in text.text:
                continue
            if place.text == "organisation" or "not" in place.path:
                continue
            yield Mutant(place.file, edited(place, "official", old=place.text), (text.line,), "setting-may-be-empty")


def an_answer_no_longer_asked_for() -> Iterator[Mutant]:
    """The path rule: the error message and the time are asked for on every path to a ticket."""
    for place in scalars("ask"):
        kind = place.text
        tickets = {p.line for p in places(place.file) if p.path[-1:] == ("end",) and p.text == "ticket"}
        if kind == "error_message":
            yield Mutant(place.file, edited(place, "text"), tuple(tickets), "ticket-without-error-message")
    for file, text in FLOWS.items():
        tickets = {p.line for p in places(file) if p.path[-1:] == ("end",) and p.text == "ticket"}
        if "ask: attempt_time" in text:
            yield Mutant(
                file, text.replace("ask: attempt_time", "ask: text"), tuple(tickets), "ticket-without-attempt-time"
            )
        for place in places(file):
            if place.path[-1:] == ("goto",) and place.text == "when":
                short = edited(place, "summary")
                yield Mutant(file, short, tuple(tickets), "ticket-without-attempt-time")


def a_saved_answer_renamed() -> Iterator[Mutant]:
    """What a condition or a text relies on is kept under another name."""
    for file, name in dict.fromkeys((place.file, place.text) for place in scalars("save")):
        uses = [
            other.line
            for other in places(file)
            if other.path[-1:] == ("answer",) and other.text == name and "when" in other.path
        ]
        if uses:
            renamed = re.sub(rf"\bsave: {name}\b", f"save: {name}_x", FLOWS[file])
            yield Mutant(file, renamed, tuple(uses), "unknown-answer")


def a_cause_renamed() -> Iterator[Mutant]:
    for place in scalars("cause"):
        if place.text != "other":
            yield Mutant(place.file, edited(place, "nocause"), (place.line,), "unknown-cause")


def an_interrupt_renamed() -> Iterator[Mutant]:
    for place in scalars("interrupt"):
        yield Mutant(place.file, edited(place, "nowhere"), (place.line,), "unknown-interrupt")


def a_condition_misspelt() -> Iterator[Mutant]:
    for place in everywhere():
        if place.path[-1:] in {("setting",), ("outside",), ("field",)} and isinstance(place.value, Scalar):
            yield Mutant(place.file, edited(place, f"{place.text}x"), (place.line,))
        if place.path[-1:] == ("is",) and isinstance(place.value, Scalar):
            yield Mutant(place.file, edited(place, f"{place.text}x"), (place.line,), "unknown-choice")


def a_kind_misspelt() -> Iterator[Mutant]:
    for place in scalars("ask", "end", "summary", "offer", "type", "urgency", "part"):
        yield Mutant(place.file, edited(place, f"{place.text}x"), (place.line,), "unknown-value")


def a_bound_removed() -> Iterator[Mutant]:
    for place in everywhere():
        if place.path[-1:] == ("loop",) and place.key is not None:
            gone = range(place.key.span.line, place.key.span.line + 1)
            node = _key_line(place.file, place.path[:-1])
            yield Mutant(place.file, without(place, gone), (node,), "unbounded-loop")


def a_library_not_used() -> Iterator[Mutant]:
    for place in everywhere():
        if place.path[:1] == ("use",) and isinstance(place.value, Scalar):
            yield Mutant(place.file, edited(place, "comon"), (place.line,), "unknown-library")


def an_alias_or_tag_inserted() -> Iterator[Mutant]:
    for place in everywhere():
        if isinstance(place.value, Scalar) and place.key is not None:
            slug = "alias" if place.line % 2 else "tag"
            written = "*other" if slug == "alias" else "!!python/name:os.system x"
            if "|" not in FLOWS[place.file].splitlines()[place.line - 1] and _on_one_line(place):
                yield Mutant(place.file, edited(place, written), (place.line,), slug)


def _on_one_line(place: Place) -> bool:
    """Whether a scalar ends on the line it begins on."""
    lines = FLOWS[place.file].splitlines()
    span = place.value.span
    written = lines[span.line - 1][span.column - 1 : span.column - 1 + span.length]
    return written.strip("\"'").replace("''", "'") == place.text


def a_quote_left_open() -> Iterator[Mutant]:
    for place in scalars("title", "label"):
        mutant = edited(place, f'"{place.text}')
        yield Mutant(place.file, mutant, tuple(range(place.line, len(FLOWS[place.file].splitlines()) + 2)))


def a_ticket_without_its_facts() -> Iterator[Mutant]:
    for place in everywhere():
        if place.path[-1:] == ("template",) and place.key is not None:
            for name in ("error_message", "attempt", "reference"):
                lines = FLOWS[place.file].splitlines()
                first = next(n for n, line in enumerate(lines) if f"{{{name}}}" in line and n >= place.line - 1)
                lines[first] = lines[first].replace(f"{{{name}}}", "rien")
                yield Mutant(place.file, "\n".join(lines), (place.key.span.line,), "template-incomplete")


def a_placeholder_changed_in_a_translation() -> Iterator[Mutant]:
    lines = PO["flows"].splitlines()
    for entry in translations(_po(PO["flows"])).entries:
        for found in re.finditer(r"\{([a-z_]+)\}", entry.words[0]):
            for number in range(entry.words_line, len(lines) + 1):
                if f"{{{found[1]}}}" in lines[number - 1]:
                    mutant = [*lines]
                    mutant[number - 1] = lines[number - 1].replace(f"{{{found[1]}}}", f"{{{found[1]}x}}")
                    yield Mutant("flows.po", "\n".join(mutant), (entry.words_line,), "placeholders-differ")
                    break


def a_translated_label_too_long() -> Iterator[Mutant]:
    lines = PO["flows"].splitlines()
    for entry in translations(_po(PO["flows"])).entries:
        if ".label" in (entry.context or ""):
            mutant = [*lines]
            mutant[entry.words_line - 1] = f'msgstr "{"long " * 10}"'
            yield Mutant("flows.po", "\n".join(mutant), (entry.words_line,), "label-too-long")


KINDS: Sequence[Callable[[], Iterator[Mutant]]] = (
    a_target_renamed,
    a_node_removed,
    a_key_duplicated,
    a_key_misspelt,
    a_required_key_removed,
    a_choice_id_repeated,
    a_label_too_long,
    a_label_emptied,
    a_placeholder_misspelt,
    a_guard_removed,
    an_answer_no_longer_asked_for,
    a_saved_answer_renamed,
    a_cause_renamed,
    an_interrupt_renamed,
    a_condition_misspelt,
    a_kind_misspelt,
    a_bound_removed,
    a_library_not_used,
    an_alias_or_tag_inserted,
    a_quote_left_open,
    a_ticket_without_its_facts,
    a_placeholder_changed_in_a_translation,
    a_translated_label_too_long,
)


def _po(text: str) -> PoFile:
    messages = read_po(BytesIO(text.encode()), locale="en", domain="flows")
    return PoFile("flows.po", "en", "flows", messages, text)


@cache
def _catalogue() -> Translations:
    return translations(_po(PO["flows"]))


@cache
def _unchanged(file: str) -> FileRead:
    return read_file(file, FLOWS[file])


@cache
def _walked() -> Loaded:
    return load(WALKED)


def problems(mutant: Mutant) -> list[Diagnostic]:
    """What is found in the mutant and the libraries it needs; a file without a mistake is read once for all mutants."""
    if mutant.file == "flows.po":
        return check(_walked(), [translations(_po(mutant.text))], CHANNEL_LIMITS, whole=True)
    needed = {"signatures.yaml": ("common.yaml", "webmail.yaml")}.get(mutant.file, ("common.yaml",))
    files = {name: _unchanged(name) for name in (WALKED if mutant.file == "common.yaml" else needed)}
    files[mutant.file] = read_file(mutant.file, mutant.text)
    return check(put_together(files), [_catalogue()], CHANNEL_LIMITS, whole=False)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_mistake_is_refused_on_its_line(kind: Callable[[], Iterator[Mutant]]) -> None:
    """An error on the right line, every time."""
    mutants = list(kind())
    assert mutants
    for mutant in mutants:
        errors = [found for found in problems(mutant) if found.severity == "error" and found.file == mutant.file]
        due = [found for found in errors if found.span.line in mutant.lines and mutant.slug in (None, found.slug)]
        assert due, (mutant.lines, mutant.slug, errors[:4])


def test_nothing_is_wrong_without_a_mistake() -> None:
    """The shipped flows themselves have no problem: what the mutants get is for their mistakes."""
    assert check(load(SHIPPED), [_catalogue()], CHANNEL_LIMITS) == []
