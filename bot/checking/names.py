"""What conditions and ready-made answers name: answers, choices, settings, ticket fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from bot.checking.findings import Findings
from bot.flowfile.library import LoadedFlow, Origin
from bot.flowfile.near import did_you_mean
from bot.flowfile.tree import Path
from bot.model.answer import AnswerKind, AttemptTime, Environment, ErrorMessage, NothingGiven, Value
from bot.model.condition import (
    AllOf,
    Answered,
    AnyOf,
    ChoiceTaken,
    Condition,
    FieldFilled,
    HostOutside,
    InMonths,
    Not,
    SettingKnown,
)
from bot.model.diagnostic import Slug
from bot.model.flow import Ago, Call, Decide, End, Flow, Menu, Node, Question, Summary, Text
from bot.model.ticket import TICKET_FIELDS

Kinds: TypeAlias = Mapping[str, AnswerKind | None]
"""The kind of answer kept under each name; None for a choice."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A condition and where it is written."""

    condition: Condition
    path: Path
    in_template: bool = False

    def inner(self, condition: Condition, *steps: str | int) -> "Placed":
        """A condition within this one."""
        return Placed(condition, (*self.path, *steps), self.in_template)


def check_names(loaded: LoadedFlow, findings: Findings) -> None:
    """Conditions name what exists; answers keep their kind; ready-made answers fit their question."""
    flow = loaded.flow
    kinds = _kinds(loaded, findings)
    for id_, node in flow.nodes.items():
        origin = loaded.nodes[id_]
        check = _Conditions(loaded, kinds, origin, findings)
        for placed in _conditions(node):
            check(placed)
        if isinstance(node, Question):
            _check_given(node, origin, findings)
    for name, interrupt in flow.interrupts.items():
        check = _Conditions(loaded, kinds, loaded.interrupts[name], findings)
        for placed in _text_conditions(interrupt.text, "text"):
            check(placed)
    for timer_name, timer in (("reminder", flow.reminder), ("expiry", flow.expiry)):
        check = _Conditions(loaded, kinds, Origin(loaded.source, (timer_name,)), findings)
        for placed in _text_conditions(timer.text if timer else (), "text"):
            check(placed)


def _kinds(loaded: LoadedFlow, findings: Findings) -> Kinds:
    kinds: dict[str, AnswerKind | None] = {}
    for id_, node in loaded.flow.nodes.items():
        if not isinstance(node, Menu | Question):
            continue
        kind = node.kind if isinstance(node, Question) else None
        origin = loaded.nodes[id_]
        if node.save in loaded.flow.settings:
            message = f'"{node.save}" is already the name of a setting; add "save:" with another name'
            findings.error(origin, ("save",), "name-taken", message)
        if kinds.setdefault(node.save, kind) != kind:
            before = kinds[node.save] or "a choice"
            message = f'the answer "{node.save}" is {before} elsewhere and {kind or "a choice"} here; use two names'
            findings.error(origin, ("save",), "two-kinds", message)
    return kinds


def _conditions(node: Node) -> Iterator[Placed]:
    match node:
        case Menu() | Question() | Summary():
            yield from _text_conditions(node.text, "text")
            for index, choice in enumerate(node.choices):
                if choice.when is not None:
                    yield Placed(choice.when, ("choices", index, "when"))
        case Decide(branches=branches):
            for index, branch in enumerate(branches):
                if branch.when is not None:
                    yield Placed(branch.when, ("decide", index, "when"))
        case End():
            yield from _text_conditions(node.text, "text")
            yield from _text_conditions(node.template, "template", in_template=True)
        case Call():
            pass
        case _:
            yield from _text_conditions(node.text, "text")


def _text_conditions(text: Text, slot: str, *, in_template: bool = False) -> Iterator[Placed]:
    for index, paragraph in enumerate(text):
        if paragraph.when is not None:
            yield Placed(paragraph.when, (slot, index, "when"), in_template)


@dataclass(frozen=True, slots=True)
class _Conditions:
    """Checks the conditions written at one origin."""

    loaded: LoadedFlow
    kinds: Kinds
    origin: Origin
    findings: Findings

    @property
    def flow(self) -> Flow:
        """The flow they belong to."""
        return self.loaded.flow

    def __call__(self, placed: Placed) -> None:
        match placed.condition:
            case ChoiceTaken(answer, choices):
                if self._is_answer(placed, answer):
                    self._check_choices(placed, answer, choices)
            case Answered(answer):
                self._is_answer(placed, answer)
            case HostOutside(answer, setting):
                self._check_host(placed, answer, setting)
            case SettingKnown(setting):
                self._is_setting(placed, setting, "setting")
            case FieldFilled(field):
                self._check_field(placed, field)
            case InMonths():
                pass
            case Not(condition):
                self(placed.inner(condition, "not"))
            case AllOf(conditions):
                for index, condition in enumerate(conditions):
                    self(placed.inner(condition, "all", index))
            case AnyOf(conditions):
                for index, condition in enumerate(conditions):
                    self(placed.inner(condition, "any", index))
            case _:
                assert_never(placed.condition)

    def _check_choices(self, placed: Placed, answer: str, choices: tuple[str, ...]) -> None:
        saving = tuple(_saving(self.flow, answer))
        if any(node.id in self.loaded.patchy for node in saving):
            return  # the choice may be one that could not be read
        known = [choice.id for node in saving for choice in node.choices]
        for index, taken in enumerate(choices):
            if taken not in known:
                message = f'no choice of "{answer}" has the id "{taken}"; there are: {", ".join(known)}'
                message += did_you_mean(taken, known)
                self._error(placed, ("is", index), "unknown-choice", message)

    def _check_host(self, placed: Placed, answer: str, setting: str) -> None:
        if self._is_answer(placed, answer) and self.kinds[answer] != "web_address":
            message = f'"outside" needs the answer to a question "ask: web_address"; "{answer}" is none'
            self._error(placed, ("answer",), "wrong-condition", message)
        if self._is_setting(placed, setting, "outside") and self.flow.settings[setting].type != "domains":
            message = f'"outside" needs a setting of type domains; "{setting}" is {self.flow.settings[setting].type}'
            self._error(placed, ("outside",), "wrong-condition", message)

    def _check_field(self, placed: Placed, field: str) -> None:
        if not placed.in_template:
            message = '"field" is for ticket templates; elsewhere, use "answer"'
            self._error(placed, ("field",), "wrong-condition", message)
        elif field not in TICKET_FIELDS:
            message = f'a ticket has no field "{field}"; it has: {", ".join(TICKET_FIELDS)}'
            self._error(placed, ("field",), "unknown-field", message + did_you_mean(field, TICKET_FIELDS))

    def _is_answer(self, placed: Placed, name: str) -> bool:
        if name in self.kinds:
            return True
        known = ", ".join(sorted(self.kinds)) or "none"
        message = f'no question keeps an answer "{name}"; there are: {known}{did_you_mean(name, self.kinds)}'
        self._error(placed, ("answer",), "unknown-answer", message)
        return False

    def _is_setting(self, placed: Placed, name: str, key: str) -> bool:
        if name in self.flow.settings:
            return True
        known = ", ".join(sorted(self.flow.settings)) or "none"
        message = f'there is no setting "{name}"; there are: {known}{did_you_mean(name, self.flow.settings)}'
        self._error(placed, (key,), "unknown-setting", message)
        return False

    def _error(self, placed: Placed, path: Path, slug: Slug, message: str) -> None:
        self.findings.error(self.origin, (*placed.path, *path), slug, message)


def _saving(flow: Flow, answer: str) -> Iterator[Menu | Question]:
    return (node for node in flow.nodes.values() if isinstance(node, Menu | Question) and node.save == answer)


def _check_given(node: Question, origin: Origin, findings: Findings) -> None:
    for index, choice in enumerate(node.choices):
        if choice.given is not None and node.kind not in _fitting(choice.given):
            message = f"this answer does not fit a question that asks for {node.kind}; allowed: {_ALLOWED[node.kind]}"
            findings.error(origin, ("choices", index, "answer"), "wrong-answer", message)


def _fitting(given: Value | Ago) -> tuple[AnswerKind, ...]:
    match given:
        case ErrorMessage():
            return ("error_message",)
        case NothingGiven():
            return ("web_address", "identifier", "environment", "text", "photo")
        case Environment():
            return ("environment",)
        case AttemptTime():
            return ("attempt_time",)
        case _:
            return ("attempt_time",)


_ALLOWED: Mapping[AnswerKind, str] = {
    "error_message": "none_shown",
    "attempt_time": "now, unknown, {minutes_ago: …}, {hours_ago: …}, {days_ago: …, part: …}",
    "web_address": "nothing",
    "identifier": "nothing",
    "environment": "nothing, {device: …, system: …, browser: …}",
    "text": "nothing",
    "photo": "nothing",
}
