"""Nothing goes round for ever: every circle goes through a bound that, once used up, leads out of it.

A bound that is used up stays so; a way that is gone once stays closed. Hence a conversation without an end is, from
some moment on, a circle of other ways, in which every way into a bounded node is replaced by the way to its "then":
these are the circles looked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.checking.findings import Findings
from bot.checking.paths import Paths, Stop, Way, towards
from bot.flowfile.library import LoadedFlow
from bot.model.flow import Bound, Flow, Menu, Node, Question


@dataclass(frozen=True, slots=True)
class _Worn:
    """A way on when all bounds are used up, and the bounded nodes that it therefore passes by."""

    to: Stop
    past: tuple[str, ...] = ()


def check_loops(loaded: LoadedFlow, walked: Paths, findings: Findings) -> None:
    """Circles without a bound, and circles that go on when their bounds are used up."""
    flow = loaded.flow
    worn = {stop: tuple(_worn(flow, ways)) for stop, ways in walked.ways.items()}
    reported: set[frozenset[str]] = set()
    for circle in _circles(worn):
        nodes = frozenset(way.to.node for way in circle)
        if nodes not in reported and not nodes & loaded.patchy:
            reported.add(nodes)
            _report(loaded, circle, findings)
    for id_, node in flow.nodes.items():
        if _bound(node) and _only_worn(flow, id_):
            message = 'once used up, these bounds lead to each other in a circle; let one "then" lead out of it'
            findings.error(loaded.nodes[id_], ("loop", "then"), "unbounded-loop", message)


def _worn(flow: Flow, ways: Sequence[Way]) -> Iterator[_Worn]:
    """These ways, or those past where they lead; none where bounds only lead to each other, which is said apart."""
    for way in (way for way in ways if not way.once):
        past: list[str] = []
        to: Stop | None = way.to
        while to is not None and (bound := _bound(flow.nodes[to.node])) and to.node not in past:
            past.append(to.node)
            to = next(towards(flow, bound.then, to.calls), None)
        if to is not None and to.node not in past:
            yield _Worn(to, tuple(past))


def _bound(node: Node | None) -> Bound | None:
    return node.loop if isinstance(node, Menu | Question) else None


def _circles(ways: dict[Stop, tuple[_Worn, ...]]) -> Iterator[list[_Worn]]:
    """One circle per way back, by a depth-first walk: its ways, beginning with the one that closes it."""
    open_: dict[Stop, bool] = {}
    for root, leading in ways.items():
        if root in open_:
            continue
        trail = [_Worn(root)]
        stack = [iter(leading)]
        open_[root] = True
        while stack:
            way = next(stack[-1], None)
            if way is None:
                stack.pop()
                open_[trail.pop().to] = False
            elif way.to not in open_:
                open_[way.to] = True
                trail.append(way)
                stack.append(iter(ways[way.to]))
            elif open_[way.to]:
                begin = next(index for index, before in enumerate(trail) if before.to == way.to)
                yield [way, *trail[begin + 1 :]]


def _report(loaded: LoadedFlow, circle: list[_Worn], findings: Findings) -> None:
    places = {way.to.node: loaded.nodes[way.to.node] for way in circle}
    first = min(places, key=lambda id_: places[id_].source.at_key(places[id_].path))
    begin = next(index for index, way in enumerate(circle) if way.to.node == first)
    ordered = circle[begin + 1 :] + circle[: begin + 1]
    shown = " → ".join([first, *(name for way in ordered for name in (*(f"({id_})" for id_ in way.past), way.to.node))])
    past = next((id_ for way in ordered for id_ in way.past), None)
    if past is None:
        message = f'this goes round without a bound: {shown}; give one of them "loop: {{at_most: …, then: …}}"'
        findings.error(places[first], (), "unbounded-loop", message, at_key=True)
    else:
        message = f"once this bound is used up, the way goes round without one: {shown}; "
        message += 'let "then" lead out of it'
        findings.error(loaded.nodes[past], ("loop", "then"), "unbounded-loop", message)


def _only_worn(flow: Flow, id_: str) -> bool:
    """Whether following the "then" of worn-out bounds comes back to this node."""
    seen: list[str] = []
    current = id_
    while current not in seen:
        seen.append(current)
        bound = _bound(flow.nodes.get(current))
        if bound is None:
            return False
        current = bound.then
    return current == id_
