"""Whether a place that was stored is still there in today's flows, and what it is called now."""

from dataclasses import replace

from bot.engine.machine import Machine
from bot.model.flow import Call, Flow, Menu, Offer, Question, Summary
from bot.model.session import Entry, Frame, Place


def stands(machine: Machine, place: Place) -> bool:
    """Whether the place is still there: its node, and every level of the stack that leads to it."""
    flow = machine.flows.get(place.flow)
    return flow is not None and is_reached(flow, place.node, place.stack)


def awaits(machine: Machine, place: Place) -> bool:
    """Whether the place is still there, and still waits for the user."""
    return stands(machine, place) and isinstance(
        machine.flows[place.flow].nodes[place.node], Menu | Question | Summary | Offer
    )


def is_reached(flow: Flow, node: str, stack: tuple[Frame, ...]) -> bool:
    """Whether this node is there, and can be come to by this stack."""
    if node not in flow.nodes:
        return False
    if not stack:
        return flow.subflow_of(node) is None
    *below, top = stack
    return flow.subflow_of(node) == _called(flow, top) and is_reached(flow, top.node, tuple(below))


def _called(flow: Flow, frame: Frame) -> str | None:
    if frame.interrupt is not None:
        interrupt = flow.interrupts.get(frame.interrupt)
        return interrupt.call if interrupt else None
    node = flow.nodes.get(frame.node)
    return node.subflow if isinstance(node, Call) else None


def renamed(machine: Machine, place: Place) -> Place:
    """The place by today's names of its nodes."""
    flow = machine.flows.get(place.flow)
    if flow is None or not flow.renamed:
        return place

    def frames(stack: tuple[Frame, ...]) -> tuple[Frame, ...]:
        return tuple(replace(frame, node=flow.renamed.get(frame.node, frame.node)) for frame in stack)

    def entries(trail: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(
            replace(entry, node=flow.renamed.get(entry.node, entry.node), stack=frames(entry.stack)) for entry in trail
        )

    return replace(
        place,
        node=flow.renamed.get(place.node, place.node),
        stack=frames(place.stack),
        trail=entries(place.trail),
        replay=entries(place.replay),
    )
