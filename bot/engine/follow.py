"""A flow that was edited under a live conversation: where the conversation goes on."""

from dataclasses import replace
from datetime import datetime

from bot.engine.arrive import Stepped, arrive
from bot.engine.machine import Machine
from bot.engine.standing import awaits, is_reached, renamed, stands
from bot.engine.step import begin
from bot.engine.walk import entrance, settle
from bot.model.effects import Moved
from bot.model.flow import Flow
from bot.model.session import Place, Session


def follow(machine: Machine, session: Session, now: datetime) -> Stepped:
    """The session under today's flows.

    Nothing changes while the flow is the one it was last walked with. Renamed nodes are followed silently. When the
    node or its sub-flow is gone, the conversation goes on at the last question of its trail that is still there, its
    other answers kept, and says so (`Moved`); when the flow itself is gone, it begins anew.
    """
    flow = machine.flows.get(session.place.flow)
    if flow is None:
        fresh, effects = begin(machine, session.language, now, before=session)
        return replace(fresh, attachments=session.attachments), (Moved(kept=False), *effects)
    if flow.digest == session.digest:
        return session, ()
    place = renamed(machine, session.place)
    followed = replace(session, place=place, digest=flow.digest)
    if session.ended is not None or awaits(machine, place):
        return followed, ()
    if not stands(machine, place):
        place = _last_that_stands(flow, place)
    arrival = settle(machine, place, now, session.only)
    moved, effects = arrive(machine, followed, arrival, now)
    return moved, (Moved(), *effects)


def _last_that_stands(flow: Flow, place: Place) -> Place:
    """The last question of the trail that is still there, or the flow's first node; other answers are kept."""
    trail = place.trail
    for index in range(len(trail) - 1, -1, -1):
        entry = trail[index]
        if entry.interrupt is None and is_reached(flow, entry.node, entry.stack):
            return Place(flow.name, entry.node, entry.stack, trail[:index] + trail[index + 1 :])
    return replace(entrance(flow), trail=trail)
