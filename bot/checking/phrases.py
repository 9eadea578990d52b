"""Every phrase of a flow, and where it is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.flowfile.answers import LoadedAnswers
from bot.flowfile.library import LoadedFlow, Origin
from bot.flowfile.signatures import LoadedSignatures
from bot.flowfile.tree import Path
from bot.model.condition import Condition
from bot.model.flow import Call, Choice, Decide, End, Menu, Phrase, Question, Summary, Text
from bot.model.placeholder import fill, placeholders

Use: TypeAlias = Literal["text", "label", "title", "examples", "words"]


@dataclass(frozen=True, slots=True)
class Written:
    """A phrase, what it is used for, and where it is written.

    `node` and `when` are those of a text. `own` tells that the desk has put it in its settings file: it need not be
    translated.
    """

    phrase: Phrase
    use: Use
    origin: Origin
    path: Path
    node: str | None = None
    when: Condition | None = None
    in_template: bool = False
    own: bool = False

    @property
    def typed(self) -> bool:
        """Whether people may type it for what it stands for."""
        return self.use in ("label", "examples")

    @property
    def needs_translation(self) -> bool:
        """Whether there is a word in it beside its placeholders, and one that all desks share."""
        words = fill(self.phrase.source, dict.fromkeys(placeholders(self.phrase.source), ""))
        return not self.own and any(char.isalpha() for char in words)


def phrases(loaded: LoadedFlow) -> Iterator[Written]:
    """The phrases of a flow and of what it takes from its libraries, in the order of the file."""
    flow = loaded.flow
    top = Origin(loaded.source, ())
    yield Written(flow.title, "label", top, ("title",))
    yield from _examples(flow.examples, top, ("examples",))
    for slug, title in flow.causes.items():
        yield Written(title, "words", top, ("causes", slug))
    for name, setting in loaded.declared.items():
        if setting.type == "text":
            yield Written(Phrase(setting.context, str(setting.value)), "words", loaded.settings[name], ("default",))
        if setting.unknown is not None:
            yield Written(setting.unknown, "words", loaded.settings[name], ("unknown",))
    for name, origin in loaded.filled.items():
        if flow.settings[name].type == "text":
            phrase = Phrase(flow.settings[name].context, str(flow.settings[name].value))
            yield Written(phrase, "words", origin, (), own=True)
    for name, timer in (("reminder", flow.reminder), ("expiry", flow.expiry)):
        yield from _text(timer.text if timer else (), top, (name, "text"))
    for name, interrupt in flow.interrupts.items():
        origin = loaded.interrupts[name]
        yield Written(interrupt.label, "label", origin, ("label",))
        yield from _examples(interrupt.words, origin, ("words",))
        yield from _text(interrupt.text, origin, ("text",))
    for id_, node in flow.nodes.items():
        origin = loaded.nodes[id_]
        if isinstance(node, Menu | Question) and node.title is not None:
            yield Written(node.title, "title", origin, ("title",))
        if not isinstance(node, Call | Decide):
            yield from _text(node.text, origin, ("text",), id_)
        if isinstance(node, Menu | Question | Summary):
            yield from _choices(node.choices, origin)
        if isinstance(node, End):
            yield from _text(node.template, origin, ("template",), id_, in_template=True)


def signature_phrases(loaded: LoadedSignatures) -> Iterator[Written]:
    """What signatures say to people, in the order of the file; what they look for is not translated."""
    for index, signature in enumerate(loaded.signatures):
        origin = Origin(loaded.source, ("signatures", index))
        yield Written(signature.means, "text", origin, ("means",))
        yield Written(signature.first, "text", origin, ("first",))


def answer_phrases(loaded: LoadedAnswers) -> Iterator[Written]:
    """The ready-made answers, in the order of the file."""
    for answer in loaded.answers:
        origin = Origin(loaded.source, ("answers", answer.id))
        yield Written(answer.label, "label", origin, ("label",))
        yield Written(answer.text, "text", origin, ("text",))


def _choices(choices: Iterable[Choice], origin: Origin) -> Iterator[Written]:
    for index, choice in enumerate(choices):
        yield Written(choice.label, "label", origin, ("choices", index, "label"))
        yield from _examples(choice.examples, origin, ("choices", index, "examples"))


def _examples(words: Iterable[Phrase], origin: Origin, path: Path) -> Iterator[Written]:
    for index, phrase in enumerate(words):
        yield Written(phrase, "examples", origin, (*path, index))


def _text(
    text: Text, origin: Origin, path: Path, node: str | None = None, *, in_template: bool = False
) -> Iterator[Written]:
    for index, paragraph in enumerate(text):
        place = (*path, index, "text") if paragraph.when is not None else (*path, index)
        yield Written(paragraph.phrase, "text", origin, place, node, paragraph.when, in_template)
