"""A flow that was edited under a live conversation: where the conversation goes on."""

from dataclasses import replace
from datetime import datetime

from bot.engine.arrive import Stepped, arrive
from bot.engine.machine import Machine
from bot.engine.step import begin
from bot.engine.walk import entrance, settle
from bot.model.effects import Moved
from bot.model.flow import Call, Flow, Menu, Offer, Question, Summary
from bot.model.session import Entry, Frame, Place, Session


def follow(machine: Machine, session: Session, now: datetime) -> Stepped:
    """The session under today's flows.

    Nothing changes while the flow is the one it was last walked with. Renamed nodes are followed silently. When the
    node or its sub-flow is gone, the conversation goes on at the last question of its trail that is still there, its
    other answers kept, and says so (`Moved`); when the flow itself is gone, it begins anew.
    """
    flow = machine.flows.get(session.place.flow)
    if flow is None:
        fresh, effects = begin(machine, session.language, now)
        kept = replace(fresh, revision=session.revision + 1, attachments=session.attachments)
        return kept, (Moved(), *effects)
    if flow.digest == session.digest:
        return session, ()
    past = (_renamed(machine, place) for place in session.past)
    place = _renamed(machine, session.place)
    followed = replace(session, place=place, past=tuple(p for p in past if _stands(machine, p)), digest=flow.digest)
    if session.ended is not None or (_stands(machine, place) and _asks(flow, place)):
        return followed, ()
    if not _stands(machine, place):
        place = _last_that_stands(flow, place)
    arrival = settle(machine, place, now, session.only)
    moved, effects = arrive(machine, followed, arrival, now)
    return moved, (Moved(), *effects)


def _renamed(machine: Machine, place: Place) -> Place:
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


def _asks(flow: Flow, place: Place) -> bool:
    return isinstance(flow.nodes[place.node], Menu | Question | Summary | Offer)


def _stands(machine: Machine, place: Place) -> bool:
    """Whether the place is still there: its node, and every level of the stack that leads to it."""
    flow = machine.flows.get(place.flow)
    return flow is not None and _is_reached(flow, place.node, place.stack)


def _is_reached(flow: Flow, node: str, stack: tuple[Frame, ...]) -> bool:
    if node not in flow.nodes:
        return False
    if not stack:
        return flow.subflow_of(node) is None
    *below, top = stack
    return flow.subflow_of(node) == _called(flow, top) and _is_reached(flow, top.node, tuple(below))


def _called(flow: Flow, frame: Frame) -> str | None:
    if frame.interrupt is not None:
        interrupt = flow.interrupts.get(frame.interrupt)
        return interrupt.call if interrupt else None
    node = flow.nodes.get(frame.node)
    return node.subflow if isinstance(node, Call) else None


def _last_that_stands(flow: Flow, place: Place) -> Place:
    """The last question of the trail that is still there, or the flow's first node; other answers are kept."""
    trail = place.trail
    for index in range(len(trail) - 1, -1, -1):
        entry = trail[index]
        if entry.interrupt is None and _is_reached(flow, entry.node, entry.stack):
            return Place(flow.name, entry.node, entry.stack, trail[:index] + trail[index + 1 :])
    return replace(entrance(flow), trail=trail)
