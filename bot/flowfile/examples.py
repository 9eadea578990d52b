"""From files of examples to what people say of each cause."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.flowfile.shapes.examples import ExamplesShape
from bot.flowfile.tree import Path, Source
from bot.model.flow import Flow, Menu, Phrase


@dataclass(frozen=True, slots=True)
class Example:
    """How somebody says that a cause is the trouble, and where in its file that is written."""

    cause: str
    text: str
    path: Path


@dataclass(frozen=True, slots=True)
class LoadedExamples:
    """The examples of a flow's causes, in the order of the file."""

    flow: str
    examples: tuple[Example, ...]
    source: Source


def examples(source: Source, shape: ExamplesShape) -> LoadedExamples:
    """The examples of a file."""
    return LoadedExamples(shape.flow, tuple(_examples(shape)), source)


def said_of_causes(flow: Flow, files: Iterable[LoadedExamples]) -> tuple[tuple[str, str], ...]:
    """All that is known to be said of a flow's causes, each a cause and a text: by its first choices, and by files."""
    of_choices = ((cause, phrase.source) for cause, phrase, _ in first_choices(flow))
    of_files = ((each.cause, each.text) for file in files if file.flow == flow.name for each in file.examples)
    return tuple(dict.fromkeys((*of_choices, *of_files)))


def first_choices(flow: Flow) -> Iterator[tuple[str, Phrase, str]]:
    """The choices that begin a flow: each cause with every phrase that stands for it, and the choice's id."""
    start = flow.nodes.get(flow.start)
    for choice in start.choices if isinstance(start, Menu) else ():
        if choice.cause is not None:
            for phrase in (choice.label, *choice.examples):
                yield choice.cause, phrase, choice.id


def _examples(shape: ExamplesShape) -> Iterator[Example]:
    for cause, languages in shape.examples_by_cause.items():
        for language, sayings in languages.items():
            for index, text in enumerate(sayings):
                yield Example(cause, text, ("examples_by_cause", cause, language, index))
