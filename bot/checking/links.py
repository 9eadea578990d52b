"""The links an author writes between nodes, and whether each leads somewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from bot.checking.findings import Findings
from bot.flowfile.library import LoadedFlow, Origin
from bot.flowfile.near import did_you_mean
from bot.flowfile.tree import Path
from bot.model.condition import Condition
from bot.model.flow import (
    OTHER_CAUSE,
    RETURN,
    START_FLOW,
    Branch,
    Call,
    Choice,
    Decide,
    End,
    Flow,
    Menu,
    Message,
    Node,
    Offer,
    Question,
    Summary,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A target written at a path of a node.

    `answers` tells whether who goes there has answered the question, `when` on what condition a decision leads there,
    `once` that this way is closed when the question there has an answer.
    """

    target: str
    path: Path
    answers: bool = True
    when: Condition | None = None
    once: bool = False


def links(node: Node) -> Iterator[Link]:
    """Every way on from a node, in the order they are written; calls lead to where they go on afterwards."""
    match node:
        case Message(goto=goto):
            yield Link(goto, ("goto",))
        case Menu() | Question() | Summary():
            for index, choice in enumerate(node.choices):
                if choice.goto is not None:
                    answers = not leads_past(node, choice)
                    yield Link(choice.goto, ("choices", index, "goto"), answers=answers, once=choice.once)
            if isinstance(node, Question):
                yield Link(node.goto, ("goto",))
                if node.retries:
                    yield Link(node.retries.then, ("retries", "then"))
            if isinstance(node, Menu | Question) and node.loop:
                answers = not any(leads_past(node, choice) for choice in node.choices)
                yield Link(node.loop.then, ("loop", "then"), answers=answers)
        case Call(goto=goto):
            if goto is not None:
                yield Link(goto, ("goto",))
        case Decide(branches=branches):
            for index, branch in enumerate(branches):
                yield Link(branch.goto, ("decide", index, "goto"), when=branch.when)
        case Offer() | End():
            pass
        case _:
            assert_never(node)


def leads_past(node: Node, choice: Choice) -> bool:
    """Whether a choice leads on from a typed question without answering it."""
    return isinstance(node, Question) and choice.goto is not None and choice.given is None


def check_links(loaded: LoadedFlow, findings: Findings) -> None:
    """Targets, calls, interrupts and causes that do not exist."""
    flow = loaded.flow
    top = Origin(loaded.source, ())
    _check_target(flow, top, ("start",), flow.start, None, findings)
    for name, origin in loaded.subflows.items():
        _check_target(flow, origin, ("start",), flow.subflows[name], name, findings)
    for id_, node in flow.nodes.items():
        origin = loaded.nodes[id_]
        local = id_.rpartition(".")[2]
        if local == RETURN:
            message = f'"{RETURN}" is the word that leaves a sub-flow; give the node another name'
            findings.error(origin, (), "reserved-name", message, at_key=True)
        for link in links(node):
            _check_target(flow, origin, link.path, link.target, flow.subflow_of(id_), findings)
        _check_node(flow, node, origin, findings)
    for name, interrupt in flow.interrupts.items():
        if interrupt.call is not None and interrupt.call not in flow.subflows:
            _unknown_subflow(flow, interrupt.call, loaded.interrupts[name], findings)
    _check_renamed(loaded, findings)


def _check_target(flow: Flow, origin: Origin, path: Path, target: str, area: str | None, findings: Findings) -> None:
    if target == RETURN:
        if area is None:
            message = f'"{RETURN}" leaves a sub-flow, and this node is in none; name the node to go to'
            findings.error(origin, path, "return-outside", message)
        return
    if target not in flow.nodes:
        local = target.rpartition(".")[2]
        known = [id_.rpartition(".")[2] for id_ in flow.nodes if flow.subflow_of(id_) == area]
        where = f'the sub-flow "{area}"' if area else f'the flow "{flow.name}"'
        message = f'there is no node "{local}" in {where}{did_you_mean(local, known)}'
        findings.error(origin, path, "unknown-target", message)


def _check_node(flow: Flow, node: Node, origin: Origin, findings: Findings) -> None:
    match node:
        case Call(subflow=subflow) if subflow not in flow.subflows:
            _unknown_subflow(flow, subflow, origin, findings)
        case Menu() | Question() | Summary():
            _check_choices(flow, node, origin, findings)
        case Decide(branches=branches):
            _check_branches(branches, origin, findings)
        case Offer() if flow.name != START_FLOW:
            message = f'only the flow "{START_FLOW}" can offer the other flows'
            findings.error(origin, ("offer",), "offer-outside-start", message)
        case _:
            pass


def _unknown_subflow(flow: Flow, name: str, origin: Origin, findings: Findings) -> None:
    known = ", ".join(sorted(flow.subflows)) or "none"
    message = f'there is no sub-flow "{name}"; there are: {known}{did_you_mean(name, flow.subflows)}'
    findings.error(origin, ("call",), "unknown-subflow", message)


def _check_choices(flow: Flow, node: Menu | Question | Summary, origin: Origin, findings: Findings) -> None:
    first: dict[str, int] = {}
    for index, choice in enumerate(node.choices):
        path: Path = ("choices", index)
        if choice.id in first:
            message = f'the id "{choice.id}" is already that of choice {first[choice.id] + 1}; give each its own'
            findings.error(origin, (*path, "id"), "duplicate-id", message)
        first.setdefault(choice.id, index)
        _check_choice(flow, node, choice, origin, path, findings)
    if not isinstance(node, Question) and not any(
        choice.when is None and choice.interrupt is None and not choice.once for choice in node.choices
    ):
        message = "every choice depends on a condition; at least one must always be on offer and lead on"
        findings.error(origin, ("choices",), "nothing-on-offer", message, at_key=True)


def _check_choice(
    flow: Flow, node: Menu | Question | Summary, choice: Choice, origin: Origin, path: Path, findings: Findings
) -> None:
    if choice.given is not None and not isinstance(node, Question):
        message = '"answer" is for choices of a question with "ask"; here a choice needs "goto"'
        findings.error(origin, (*path, "answer"), "wrong-answer", message, at_key=True)
    if choice.interrupt is not None and (choice.goto is not None or choice.given is not None):
        message = 'a choice with "interrupt" comes back to the question; it has no "goto" and no "answer"'
        findings.error(origin, (*path, "interrupt"), "two-ways", message, at_key=True)
    elif choice.goto is None and choice.interrupt is None and choice.given is None:
        needed = '"goto", "answer" or "interrupt"' if isinstance(node, Question) else '"goto" or "interrupt"'
        findings.error(origin, path, "dead-end", f'the choice "{choice.id}" leads nowhere; it needs {needed}')
    if choice.once and not isinstance(flow.nodes.get(choice.goto or ""), Menu | Question):
        message = '"once" is for a choice that leads to a question: it is offered until that has an answer'
        findings.error(origin, (*path, "once"), "once-without-question", message, at_key=True)
    if choice.interrupt is not None and choice.interrupt not in flow.interrupts:
        known = ", ".join(sorted(flow.interrupts)) or "none"
        message = f'there is no interrupt "{choice.interrupt}"; there are: {known}'
        message += did_you_mean(choice.interrupt, flow.interrupts)
        findings.error(origin, (*path, "interrupt"), "unknown-interrupt", message)
    if choice.cause is not None and choice.cause not in (*flow.causes, OTHER_CAUSE):
        known = ", ".join(flow.causes) or "none"
        message = f'there is no cause "{choice.cause}"; there are: {known}{did_you_mean(choice.cause, flow.causes)}'
        findings.error(origin, (*path, "cause"), "unknown-cause", message)


def _check_branches(branches: tuple[Branch, ...], origin: Origin, findings: Findings) -> None:
    conditions = [branch.when for branch in branches]
    if conditions[-1] is not None:
        message = 'the last branch needs to be one without "when", for when no condition holds'
        findings.error(origin, ("decide",), "no-otherwise", message, at_key=True)
    for index, condition in enumerate(conditions[:-1]):
        if condition is None:
            message = 'a branch without "when" is always taken; those after it never are'
            findings.error(origin, ("decide", index), "branch-never-taken", message)
        elif condition in conditions[:index]:
            before = conditions.index(condition) + 1
            message = f"this condition is that of branch {before}, which is taken before; this branch never is"
            findings.warning(origin, ("decide", index, "when"), "branch-never-taken", message)


def _check_renamed(loaded: LoadedFlow, findings: Findings) -> None:
    flow = loaded.flow
    for old, new in flow.renamed.items():
        origin = loaded.renamed[old]
        if new not in flow.nodes:
            message = f'there is no node "{new}" in the flow "{flow.name}"{did_you_mean(new, flow.nodes)}'
            findings.error(origin, (), "unknown-target", message)
        if old in flow.nodes:
            message = f'the node "{old}" still exists; only names that are gone can be renamed'
            findings.error(origin, (), "renamed-still-there", message, at_key=True)
