"""The path rules: everything is reached, everything ends, nothing goes round for ever, no ticket without its facts."""

from collections.abc import Sequence, Set

from bot.checking.findings import Findings
from bot.checking.links import links
from bot.checking.loops import check_loops
from bot.checking.paths import Paths, RecursiveCall, Stop, TooManyPaths, ends, leads_nowhere, paths, subflow
from bot.flowfile.library import LoadedFlow, Origin
from bot.model.answer import AnswerKind
from bot.model.diagnostic import Slug
from bot.model.flow import RETURN, Call, End, Flow, Question

_ASKED_FOR: tuple[tuple[AnswerKind, str, Slug], ...] = (
    ("error_message", "the error message", "ticket-without-error-message"),
    ("attempt_time", "the time of the attempt", "ticket-without-attempt-time"),
)


def check_walks(loaded: LoadedFlow, findings: Findings) -> Paths | None:
    """Checks the path rules; None when the paths cannot even be followed."""
    flow = loaded.flow
    try:
        walked = paths(flow, loaded.patchy)
    except RecursiveCall as error:
        message = f'the sub-flow "{flow.subflow_of(error.call)}" leads back into itself by this call; break the circle'
        findings.error(loaded.nodes[error.call], ("call",), "recursive-call", message)
        return None
    except TooManyPaths:
        message = "the sub-flows call each other in too many ways to be checked; make the flow simpler"
        findings.error(Origin(loaded.source, ()), ("flow",), "flow-too-large", message)
        return None
    _check_calls(loaded, walked, findings)
    _check_reached(loaded, walked, findings)
    _check_ends(loaded, walked, findings)
    check_loops(loaded, walked, findings)
    _check_tickets(loaded, walked, findings)
    return walked


def _check_calls(loaded: LoadedFlow, walked: Paths, findings: Findings) -> None:
    """A call goes on exactly when its sub-flow returns."""
    flow = loaded.flow
    for id_ in walked.nodes():
        node = flow.nodes[id_]
        if not isinstance(node, Call) or leads_nowhere(flow, node):
            continue
        returns = _returns(flow, node)
        if returns and node.goto is None:
            message = f'the sub-flow "{node.subflow}" returns here; add "goto" to say where to go on'
            findings.error(loaded.nodes[node.id], ("call",), "dead-end", message)
        if not returns and node.goto is not None and not loaded.patchy:
            message = f'the sub-flow "{node.subflow}" never returns, so this is never reached; take "goto" out'
            findings.warning(loaded.nodes[node.id], ("goto",), "goto-never-taken", message)


def _returns(flow: Flow, call: Call) -> bool:
    """Whether the sub-flow that is called can be left by a `return` of one of its nodes."""
    called = subflow(flow, call.subflow)
    todo, seen = [flow.subflows[called]] if called is not None else [], set[str]()
    while todo:
        id_ = todo.pop()
        if id_ in seen or id_ not in flow.nodes:
            continue
        seen.add(id_)
        node = flow.nodes[id_]
        if isinstance(node, Call) and not _returns(flow, node):
            continue
        targets = [link.target for link in links(node)]
        if RETURN in targets:
            return True
        todo += targets
    return False


def _check_reached(loaded: LoadedFlow, walked: Paths, findings: Findings) -> None:
    """Every node is on some path.

    Where a link is broken or something is missing, only what nothing leads to, nor may have led to, is known to be on
    none.
    """
    flow, reached = loaded.flow, walked.nodes()
    if flow.start not in reached or any(gap.is_start for gap in loaded.gaps):
        return  # where the paths begin is not known
    broken = bool(loaded.gaps) or any(leads_nowhere(flow, flow.nodes[id_]) for id_ in reached)
    named = _named(loaded) if broken else frozenset()
    patchy = {flow.subflow_of(id_) for id_ in loaded.patchy}
    called = {flow.subflow_of(node) for node in reached}
    for id_, origin in loaded.nodes.items():
        area = flow.subflow_of(id_)
        local = id_.rpartition(".")[2]
        if id_ in reached or area in patchy or (area is not None and area not in called):
            continue
        if id_ not in named and local not in named:
            message = f'no path leads to the node "{local}"; lead one there, or take it out'
            findings.error(origin, (), "unreachable", message, at_key=True)
    for name, origin in loaded.subflows.items():
        if name not in called | named and origin.source is loaded.source:
            message = f'nothing calls the sub-flow "{name}"; call it, or take it out'
            findings.error(origin, (), "unreachable", message, at_key=True)


def _named(loaded: LoadedFlow) -> Set[str]:
    """The nodes and sub-flows that something leads to, or may lead to in what could not be read."""
    nodes = loaded.flow.nodes.values()
    targets = {link.target for node in nodes for link in links(node)}
    calls = {node.subflow for node in nodes if isinstance(node, Call)}
    return targets | calls | frozenset[str]().union(*(gap.mentioned for gap in loaded.gaps))


def _check_ends(loaded: LoadedFlow, walked: Paths, findings: Findings) -> None:
    """From every node some end can be reached."""
    before: dict[Stop, list[Stop]] = {}
    for stop, ways in walked.ways.items():
        for way in ways:
            before.setdefault(way.to, []).append(stop)
    patchy = loaded.patchy
    ending = {stop for stop in walked.ways if ends(walked.flow, stop) or stop.node in patchy}
    todo = list(ending)
    while todo:
        for stop in before.get(todo.pop(), ()):
            if stop not in ending:
                ending.add(stop)
                todo.append(stop)
    for id_ in dict.fromkeys(stop.node for stop in walked.ways if stop not in ending):
        message = f'from the node "{id_.rpartition(".")[2]}" no end can be reached; lead a path to an "end" node'
        findings.error(loaded.nodes[id_], (), "no-end", message, at_key=True)


def _check_tickets(loaded: LoadedFlow, walked: Paths, findings: Findings) -> None:
    """Every path to a ticket has asked for the error message and for the time of the attempt."""
    for stop, gained in walked.gained.items():
        node = walked.flow.nodes[stop.node]
        if not isinstance(node, End) or node.outcome != "ticket":
            continue
        for kind, called, slug in _ASKED_FOR:
            if kind not in gained.asked:
                path = walked.witness(stop, kind)
                findings.error(loaded.nodes[stop.node], ("end",), slug, _without(walked.flow, path, kind, called))


def _without(flow: Flow, path: Sequence[str], kind: AnswerKind, called: str) -> str:
    shown = " → ".join(path)
    nodes = (flow.nodes[id_] for id_ in path)
    if any(isinstance(node, Question) and node.kind == kind for node in nodes):
        message = f"a path to this ticket leads past the question for {called}: {shown}; "
        return message + "give the choice there an answer, such as none_shown"
    return f"a path to this ticket never asks for {called} (ask: {kind}): {shown}"
