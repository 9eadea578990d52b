"""Somebody who falls silent in the middle: reminded, and in the end let go, as the flow says."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.model.flow import Flow, Timer
from bot.model.inputs import Expire, Remind
from bot.model.session import Session


def next_look(flows: Mapping[str, Flow], session: Session, seen: datetime) -> datetime | None:
    """When to look in on a conversation, last heard of at `seen`, if nothing comes; None when there is no need to.

    Whoever has answered nothing yet is left in peace.
    """
    timers = [timer for timer in _timers(flows, session) if timer is not None]
    return min((seen + timer.after for timer in timers), default=None)


def overdue(flows: Mapping[str, Flow], session: Session, silent: timedelta) -> Remind | Expire | None:
    """What a silence of this length asks for."""
    reminder, expiry = _timers(flows, session)
    if expiry is not None and silent >= expiry.after:
        return Expire()
    return Remind() if reminder is not None and silent >= reminder.after else None


def _timers(flows: Mapping[str, Flow], session: Session) -> tuple[Timer | None, Timer | None]:
    """The reminder and the expiry that are still to come."""
    flow = flows.get(session.place.flow)
    if flow is None or session.ended is not None or not session.place.trail:
        return None, None
    return None if session.reminded == session.revision else flow.reminder, flow.expiry
