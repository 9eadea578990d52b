"""Every change of node is in the tables made here: one flat state machine per flow, compiled once.

The states are the nodes, and for each sub-flow one state `subflow.return` that leaves it. The triggers are what can
happen at a node: `choose`, `answer`, `exhaust` (the retries are used up), `interrupt`, `proceed` for nodes that wait
for nobody, and `return`. What is chosen, or come back to, is part of the event's name, so that the library finds the
way without trying all of a node's. What differs from one conversation to the next (answers, sub-flow stack, visits) is
on the `Turn` that the machine is fired on, so one machine serves everybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal, TypeAlias, assert_never

from transitions import Machine as TransitionsMachine

from bot.engine.conditions import holds
from bot.model.condition import Condition
from bot.model.flow import (
    RETURN,
    START_FLOW,
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
from bot.model.session import Entry, Frame
from bot.model.target import Target

Trigger: TypeAlias = Literal["choose", "answer", "exhaust", "interrupt", "proceed", "return"]


class Turn:
    """What the machine is fired on: one conversation for the length of one step."""

    __slots__ = ("flow", "now", "stack", "state", "trail")

    def __init__(
        self, flow: Flow, state: str, stack: tuple[Frame, ...], trail: tuple[Entry, ...], now: datetime
    ) -> None:
        self.flow, self.state, self.stack, self.trail, self.now = flow, state, stack, trail, now


@dataclass(frozen=True, slots=True)
class Holds:
    """Guard: the condition holds."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class WornOut:
    """Guard: the node has been answered as often as it may."""

    node: str
    at_most: int


@dataclass(frozen=True, slots=True)
class NotInside:
    """Guard: the interrupt is not already under way."""

    interrupt: str


@dataclass(frozen=True, slots=True)
class Push:
    """Change: enter a sub-flow."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Pop:
    """Change: leave the sub-flow."""


Guard: TypeAlias = Holds | WornOut | NotInside
Change: TypeAlias = Push | Pop


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: on `trigger` at `source`, when all guards hold, `change` and go to `dest`.

    `about` is the choice that is taken, the interrupt that is asked for, or the node that is come back to.
    """

    trigger: Trigger
    source: str
    dest: str
    about: str | None = None
    guards: tuple[Guard, ...] = ()
    change: Change | None = None


def rows(flow: Flow) -> Iterator[Row]:
    """The whole table of a flow; of two rows that both apply, the first counts."""
    for node in flow.nodes.values():
        for row in _rows_of(flow, node):
            yield from _bounded(flow, row)
    for name, interrupt in flow.interrupts.items():
        if interrupt.call is not None:
            for node in flow.nodes.values():
                if isinstance(node, Menu | Question | Summary | Offer):
                    start = flow.subflows[interrupt.call]
                    yield Row("interrupt", node.id, start, name, (NotInside(name),), Push(Frame(node.id, name)))
                    yield Row("return", f"{interrupt.call}.{RETURN}", node.id, node.id, change=Pop())


def _rows_of(flow: Flow, node: Node) -> Iterator[Row]:
    match node:
        case Message():
            yield Row("proceed", node.id, _target(flow, node, node.goto))
        case Menu() | Summary():
            yield from _choice_rows(flow, node)
        case Question():
            yield from _choice_rows(flow, node, node.goto)
            yield Row("answer", node.id, _target(flow, node, node.goto))
            if node.retries:
                yield Row("exhaust", node.id, _target(flow, node, node.retries.then))
        case Call():
            yield Row("proceed", node.id, flow.subflows[node.subflow], change=Push(Frame(node.id)))
            if node.goto is not None:
                goto = _target(flow, node, node.goto)
                yield Row("return", f"{node.subflow}.{RETURN}", goto, node.id, change=Pop())
        case Decide():
            for branch in node.branches:
                guards = (Holds(branch.when),) if branch.when else ()
                yield Row("proceed", node.id, _target(flow, node, branch.goto), guards=guards)
        case Offer() | End():
            pass
        case _:
            assert_never(node)


def _choice_rows(flow: Flow, node: Menu | Question | Summary, otherwise: str | None = None) -> Iterator[Row]:
    for choice in node.choices:
        goto = choice.goto or otherwise
        if goto is not None and choice.interrupt is None:
            yield Row("choose", node.id, _target(flow, node, goto), choice.id)


def _target(flow: Flow, node: Node, goto: str) -> str:
    return f"{flow.subflow_of(node.id)}.{RETURN}" if goto == RETURN else goto


def _bounded(flow: Flow, row: Row) -> Iterator[Row]:
    """The row, and before it one that leads past its destination when that is worn out."""
    node = flow.nodes.get(row.dest)
    if isinstance(node, Menu | Question) and node.loop:
        guards = (*row.guards, WornOut(node.id, node.loop.at_most))
        past = Row(row.trigger, row.source, _target(flow, node, node.loop.then), row.about, guards, row.change)
        yield from _bounded(flow, past)
    yield row


def passes(guard: Guard, turn: Turn) -> bool:
    """Whether a guard lets this turn pass."""
    match guard:
        case Holds(condition):
            return holds(condition, turn.flow, turn.trail, turn.now)
        case WornOut(node, at_most):
            return sum(entry.node == node and entry.interrupt is None for entry in turn.trail) >= at_most
        case NotInside(interrupt):
            return all(frame.interrupt != interrupt for frame in turn.stack)
        case _:
            assert_never(guard)


def apply(change: Change, turn: Turn) -> None:
    """Changes the sub-flow stack of this turn."""
    match change:
        case Push(frame):
            turn.stack = (*turn.stack, frame)
        case Pop():
            turn.stack = turn.stack[:-1]
        case _:
            assert_never(change)


class Machine:
    """All flows, ready to be walked. Flows must have been checked: the library accepts dangling sources silently."""

    def __init__(self, flows: Mapping[str, Flow]) -> None:
        self.flows = dict(flows)
        self._tables = {name: _compile(flow) for name, flow in flows.items()}

    def fire(self, turn: Turn, trigger: Trigger, about: str | None = None) -> bool:
        """Takes the turn where the trigger leads; False when it leads nowhere from here."""
        event = self._tables[turn.flow.name].events.get(_event(trigger, about))
        if event is None or turn.state not in event.transitions:
            return False
        return bool(event.trigger(turn, turn))

    def knows(self, target: Target) -> bool:
        """Whether there is such a flow, on offer, with such a cause."""
        return target.flow in self.on_offer and target.cause in (None, *self.flows[target.flow].causes)

    @property
    def on_offer(self) -> tuple[str, ...]:
        """The names of the flows that the start offers."""
        return tuple(name for name in self.flows if name != START_FLOW)

    @property
    def opening(self) -> str:
        """The flow a conversation begins in."""
        return START_FLOW if START_FLOW in self.flows else next(iter(self.flows))


def _compile(flow: Flow) -> TransitionsMachine:
    states = [*flow.nodes, *(f"{name}.{RETURN}" for name in flow.subflows)]
    table = TransitionsMachine(model=None, states=states, initial=None, auto_transitions=False)
    for row in rows(flow):
        table.add_transition(
            _event(row.trigger, row.about),
            row.source,
            row.dest,
            conditions=[partial(passes, guard) for guard in row.guards],
            before=[partial(apply, row.change)] if row.change else [],
        )
    return table


def _event(trigger: Trigger, about: str | None) -> str:
    return trigger if about is None else f"{trigger} {about}"


def choices_of(node: Node) -> tuple[Choice, ...]:
    """The choices an author gave a node."""
    return node.choices if isinstance(node, Menu | Question | Summary) else ()
