"""Every path through a flow, sub-flows entered and left: the graph that all path rules are checked on.

A stop is a node together with the calls that lead to it, so a shared sub-flow is looked at once per way into it. Calls
cannot be recursive, hence there are finitely many stops.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bot.checking.gained import NOTHING, Gained, gain
from bot.checking.links import links
from bot.flowfile.near import near
from bot.model.answer import ANSWER_KINDS, AnswerKind
from bot.model.error import BotError
from bot.model.flow import RETURN, Call, End, Flow, Node, Offer

MAX_STOPS = 20_000
"""More than this and the flow is refused as too large: its sub-flows call each other in too many ways."""

RESUMED = "(resumed)"
"""Where the return from an interrupt leads: back to the question that was interrupted."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A node, and the calls that lead to it, outermost first; an interrupt counts as a call from nowhere."""

    node: str
    calls: tuple[str, ...] = ()


ANYTHING = Gained(asked=frozenset(ANSWER_KINDS))


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from a stop, and what is gained by going it; one that is gone `once` is closed after that."""

    to: Stop
    gain: Gained = NOTHING
    once: bool = False


Ways: TypeAlias = Mapping[Stop, tuple[Way, ...]]


class TooManyPaths(BotError):
    """The sub-flows of a flow call each other in more ways than can be looked at."""


class RecursiveCall(BotError):
    """A sub-flow leads back into itself."""

    def __init__(self, call: str) -> None:
        super().__init__(call)
        self.call = call


@dataclass(frozen=True, slots=True)
class Paths:
    """All stops that can be reached, where each leads, and what every path to it has gained."""

    flow: Flow
    roots: tuple[Stop, ...]
    ways: Ways
    gained: Mapping[Stop, Gained] = field(default_factory=dict)

    def nodes(self) -> frozenset[str]:
        """The nodes that are reached."""
        return frozenset(stop.node for stop in self.ways)

    def gained_at(self, node: str) -> Gained:
        """What every path to a node has gained, whichever way it came."""
        found = [gained for stop, gained in self.gained.items() if stop.node == node]
        result = found[0] if found else NOTHING
        for gained in found[1:]:
            result = result & gained
        return result

    def witness(self, goal: Stop, kind: AnswerKind) -> list[str]:
        """A shortest path of nodes from a root to a stop, on ways that gain no answer of a kind."""
        before: dict[Stop, Stop | None] = dict.fromkeys(self.roots)
        queue = deque(self.roots)
        while queue:
            stop = queue.popleft()
            if stop == goal:
                return list(_back(stop, before))
            for way in self.ways[stop]:
                if way.to not in before and kind not in way.gain.asked:
                    before[way.to] = stop
                    queue.append(way.to)
        return []


def paths(flow: Flow, patchy: Set[str] = frozenset()) -> Paths:
    """The paths of a flow. A link that leads nowhere is taken for the node it was perhaps meant to name.

    Something is missing of `patchy` nodes: they may have asked for anything.

    Raises:
        RecursiveCall: a sub-flow leads back into itself.
        TooManyPaths: there are more stops than `MAX_STOPS`.
    """
    roots = tuple(root for root in _roots(flow) if root.node in flow.nodes)
    ways: dict[Stop, tuple[Way, ...]] = {}
    queue = deque(roots)
    while queue:
        stop = queue.popleft()
        if stop in ways:
            continue
        known = tuple(_ways(flow, stop))
        ways[stop] = tuple(replace(way, gain=way.gain | ANYTHING) for way in known) if stop.node in patchy else known
        queue.extend(way.to for way in ways[stop])
        if len(ways) > MAX_STOPS:
            raise TooManyPaths
    return Paths(flow, roots, ways, _gains(roots, ways))


def _roots(flow: Flow) -> Iterator[Stop]:
    yield Stop(flow.start)
    for name, interrupt in flow.interrupts.items():
        called = subflow(flow, interrupt.call) if interrupt.call is not None else None
        if called is not None:
            yield Stop(flow.subflows[called], (f"{RESUMED}{name}",))


def _ways(flow: Flow, stop: Stop) -> Iterator[Way]:
    node = flow.nodes[stop.node]
    if isinstance(node, Call):
        if stop.node in stop.calls:
            raise RecursiveCall(stop.node)
        yield from _entered(flow, node, (*stop.calls, stop.node))
        return
    for link in links(node):
        for to in towards(flow, link.target, stop.calls):
            yield Way(to, gain(flow, node, link), link.once)


def _entered(flow: Flow, call: Call, calls: tuple[str, ...]) -> Iterator[Way]:
    called = subflow(flow, call.subflow)
    if called is not None and flow.subflows[called] in flow.nodes:
        yield Way(Stop(flow.subflows[called], calls))


def towards(flow: Flow, target: str, calls: tuple[str, ...]) -> Iterator[Stop]:
    """The stop a target leads to; none after an interrupt, or where a call goes on nowhere (which is said apart)."""
    target, calls = _unwound(flow, target, calls)
    if target == RETURN:
        return
    meant = target if target in flow.nodes else closest(flow, target)
    if meant is not None:
        yield Stop(meant, calls)


def _unwound(flow: Flow, target: str, calls: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Where a target leads after all the sub-flows it leaves.

    Still "return" where that is back to the interrupted question, or nowhere (which is said apart).
    """
    while target == RETURN and calls and not calls[-1].startswith(RESUMED):
        *outer, call = calls
        node, calls = flow.nodes[call], tuple(outer)
        if not isinstance(node, Call) or node.goto is None:
            break
        target = node.goto
    return target, calls


def subflow(flow: Flow, name: str) -> str | None:
    """The sub-flow of this name, or the one that it was perhaps meant to name."""
    return name if name in flow.subflows else near(name, flow.subflows)


def closest(flow: Flow, target: str) -> str | None:
    """The node of the same area that a target was perhaps meant to name."""
    area = flow.subflow_of(target)
    known = [id_ for id_ in flow.nodes if flow.subflow_of(id_) == area]
    return near(target, known)


def leads_nowhere(flow: Flow, node: Node) -> bool:
    """Whether some link of a node names nothing that exists, nor anything like it."""
    if isinstance(node, Call):
        called = subflow(flow, node.subflow)
        if called is None or flow.subflows[called] not in flow.nodes:
            return True
    targets = (link.target for link in links(node) if link.target != RETURN)
    return any(target not in flow.nodes and closest(flow, target) is None for target in targets)


def _gains(roots: Iterable[Stop], ways: Ways) -> Mapping[Stop, Gained]:
    """What every path to a stop has gained: the largest solution, found by going round until nothing changes."""
    gained: dict[Stop, Gained] = dict.fromkeys(roots, NOTHING)
    queue = deque(gained)
    while queue:
        stop = queue.popleft()
        for way in ways[stop]:
            after = gained[stop] | way.gain
            known = gained.get(way.to)
            merged = after if known is None else known & after
            if merged != known:
                gained[way.to] = merged
                queue.append(way.to)
    return gained


def _back(stop: Stop | None, before: Mapping[Stop, Stop | None]) -> Iterator[str]:
    trail = []
    while stop is not None:
        trail.append(stop.node)
        stop = before[stop]
    return reversed(trail)


def ends(flow: Flow, stop: Stop) -> bool:
    """Whether a stop ends the conversation, hands it to another flow, or goes back to the interrupted question.

    A link that leads nowhere is said apart; here it counts as an end.
    """
    node = flow.nodes[stop.node]
    if isinstance(node, End | Offer) or leads_nowhere(flow, node):
        return True
    if isinstance(node, Call):
        return False
    return any(next(towards(flow, link.target, stop.calls), None) is None for link in links(node))
