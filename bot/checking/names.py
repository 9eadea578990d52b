"""What conditions and ready-made answers name: answers, choices, settings, ticket fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from bot.checking.findings import Findings
from bot.flowfile.library import LoadedFlow, Origin
from bot.flowfile.read import did_you_mean
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
from bot.model.flow import Ago, Call, Decide, End, Flow, Menu, Node, Question, Summary, Text
from bot.model.ticket import TICKET_FIELDS


@dataclass(frozen=True, slots=True)
class Placed:
    """A condition and where it is written."""

    condition: Condition
    path: Path
    in_template: bool = False


def check_names(loaded: LoadedFlow, findings: Findings) -> None:
    """Conditions name what exists; answers keep their kind; ready-made answers fit their question."""
    flow = loaded.flow
    kinds = _kinds(loaded, findings)
    for id_, node in flow.nodes.items():
        origin = loaded.nodes[id_]
        for placed in _conditions(node):
            _check(flow, kinds, placed, placed.condition, origin, findings)
        if isinstance(node, Question):
            _check_given(node, origin, findings)
    for name, interrupt in flow.interrupts.items():
        for placed in _text_conditions(interrupt.text, "text"):
            _check(flow, kinds, placed, placed.condition, loaded.interrupts[name], findings)
    for timer_name, timer in (("reminder", flow.reminder), ("expiry", flow.expiry)):
        for placed in _text_conditions(timer.text if timer else (), "text"):
            _check(flow, kinds, placed, placed.condition, Origin(loaded.source, (timer_name,)), findings)


def _kinds(loaded: LoadedFlow, findings: Findings) -> Mapping[str, AnswerKind | None]:
    """The kind of answer kept under each name; None for a choice."""
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


def _check(
    flow: Flow,
    kinds: Mapping[str, AnswerKind | None],
    placed: Placed,
    condition: Condition,
    origin: Origin,
    findings: Findings,
) -> None:
    match condition:
        case ChoiceTaken(answer, choices):
            if _is_answer(kinds, answer, placed, origin, findings):
                known = [choice.id for node in _saving(flow, answer) for choice in node.choices]
                for taken in choices:
                    if taken not in known:
                        message = f'no choice of "{answer}" has the id "{taken}"; there are: {", ".join(known)}'
                        message += did_you_mean(taken, known)
                        findings.error(origin, placed.path, "unknown-choice", message, at_key=True)
        case Answered(answer):
            _is_answer(kinds, answer, placed, origin, findings)
        case HostOutside(answer, setting):
            if _is_answer(kinds, answer, placed, origin, findings) and kinds[answer] != "web_address":
                message = f'"outside" needs the answer to a question "ask: web_address"; "{answer}" is none'
                findings.error(origin, placed.path, "wrong-condition", message, at_key=True)
            if _is_setting(flow, setting, placed, origin, findings) and flow.settings[setting].type != "domains":
                message = f'"outside" needs a setting of type domains; "{setting}" is {flow.settings[setting].type}'
                findings.error(origin, placed.path, "wrong-condition", message, at_key=True)
        case SettingKnown(setting):
            _is_setting(flow, setting, placed, origin, findings)
        case FieldFilled(field):
            if not placed.in_template:
                message = '"field" is for ticket templates; elsewhere, use "answer"'
                findings.error(origin, placed.path, "wrong-condition", message, at_key=True)
            elif field not in TICKET_FIELDS:
                message = f'a ticket has no field "{field}"; it has: {", ".join(TICKET_FIELDS)}'
                message += did_you_mean(field, TICKET_FIELDS)
                findings.error(origin, placed.path, "unknown-field", message, at_key=True)
        case InMonths():
            pass
        case Not(inner):
            _check(flow, kinds, placed, inner, origin, findings)
        case AllOf(conditions) | AnyOf(conditions):
            for inner in conditions:
                _check(flow, kinds, placed, inner, origin, findings)
        case _:
            assert_never(condition)


def _is_answer(
    kinds: Mapping[str, AnswerKind | None], name: str, placed: Placed, origin: Origin, findings: Findings
) -> bool:
    if name in kinds:
        return True
    message = f'no question keeps an answer "{name}"; there are: {", ".join(sorted(kinds))}{did_you_mean(name, kinds)}'
    findings.error(origin, placed.path, "unknown-answer", message, at_key=True)
    return False


def _is_setting(flow: Flow, name: str, placed: Placed, origin: Origin, findings: Findings) -> bool:
    if name in flow.settings:
        return True
    known = ", ".join(sorted(flow.settings)) or "none"
    message = f'there is no setting "{name}"; there are: {known}{did_you_mean(name, flow.settings)}'
    findings.error(origin, placed.path, "unknown-setting", message, at_key=True)
    return False


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
