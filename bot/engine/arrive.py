"""What a session becomes where a step leads: the next question, an end, or nothing at all."""

from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from bot.engine.machine import Machine
from bot.engine.offers import offered
from bot.engine.walk import Arrival, take
from bot.model.answer import AttemptTime, Identifier, Value
from bot.model.effects import Ask, EchoTime, Effect, Finish, LookOver, Reason, Refuse, WriteTicket
from bot.model.flow import End, Menu, Question
from bot.model.session import Entry, Place, Session

Stepped: TypeAlias = tuple[Session, tuple[Effect, ...]]
"""The next session, and the effects in order."""

MAX_PAST = 100
"""How many answers "back" can undo; the oldest are forgotten."""


def take_answer(machine: Machine, session: Session, entry: Entry, now: datetime) -> Stepped:
    """Gives one answer where the session stands, and walks on."""
    arrival = take(machine, session.place, entry, now, session.only)
    if arrival is None:
        return refuse(machine, session, "not_on_offer", now)
    return go_on(machine, session, Arrival(arrival.place, (*_echo(entry.value), *arrival.effects)), now)


def _echo(value: Value | None) -> tuple[Effect, ...]:
    match value:
        case AttemptTime(at=datetime()) as attempt:
            return (EchoTime(attempt),)
        case Identifier():
            return (LookOver(value),)
        case _:
            return ()


def go_on(machine: Machine, session: Session, arrival: Arrival, now: datetime) -> Stepped:
    """Arrives, with the place that is left kept for "back"."""
    return arrive(machine, session, arrival, now, left_behind(session))


def arrive(
    machine: Machine, session: Session, arrival: Arrival, now: datetime, past: tuple[Place, ...] | None = None
) -> Stepped:
    """The session at its new place, with the question or the end found there; `past` is what it came through now."""
    flow = machine.flows[arrival.place.flow]
    node = flow.nodes[arrival.place.node]
    moved = changed(
        session,
        place=arrival.place,
        digest=flow.digest,
        past=session.past if past is None else past,
        ended=node.outcome if isinstance(node, End) else session.ended,
    )
    if not isinstance(node, End):
        return moved, (*arrival.effects, ask(machine, arrival.place, now))
    ticket = (WriteTicket(node.id),) if node.outcome == "ticket" else ()
    return moved, (*arrival.effects, Finish(node.outcome, node.id), *ticket)


def ask(machine: Machine, place: Place, now: datetime) -> Ask:
    """The question of a place, with what is on offer there now."""
    return Ask(place.node, offered(machine, place, now))


def refuse(machine: Machine, session: Session, reason: Reason, now: datetime) -> Stepped:
    """The very same session, told why; a question that is open is asked again."""
    if session.ended is not None:
        return session, (Refuse(reason),)
    return session, (Refuse(reason), ask(machine, session.place, now))


def is_aside(place: Place) -> bool:
    """Whether the user is asked something else before the question of the node."""
    return place.away is not None or bool(place.suggestions)


def name_at(machine: Machine, place: Place) -> str:
    """The name under which the answer to the question of a place is saved."""
    node = machine.flows[place.flow].nodes[place.node]
    return node.save if isinstance(node, Menu | Question) else ""


def left_behind(session: Session) -> tuple[Place, ...]:
    """The places that "back" leads to once the session has left its present one."""
    return (*session.past, session.place)[-MAX_PAST:]


def changed(session: Session, **fields: object) -> Session:
    """The session with these fields, one revision on."""
    return replace(session, revision=session.revision + 1, **fields)  # type: ignore[arg-type]
