"""What people say in their own words, or by the error message they paste: taken where it leads."""

from dataclasses import replace
from datetime import datetime

from bot.engine.arrive import Stepped, ask, changed, go_on, name_at, refuse
from bot.engine.machine import Machine, choices_of
from bot.engine.offers import offered
from bot.engine.walk import Arrival, entrance, settle, take
from bot.model.answer import AttemptTime, ErrorMessage, Identifier, Value, WebAddress
from bot.model.effects import Ask, Contradicted, EchoTime, Effect, Kept, Meaning, Understood
from bot.model.flow import OTHER_CAUSE, Choice, Offer
from bot.model.inputs import Answer
from bot.model.moment import can_be_kept
from bot.model.session import Entry, Place, Session
from bot.model.target import Target

_CARRIED = (ErrorMessage, AttemptTime, WebAddress, Identifier)
"""Answers that are as true of one cause as of another."""


def recognise(machine: Machine, session: Session, target: Target, known: tuple[Answer, ...], now: datetime) -> Stepped:
    """Goes where the words lead; in the middle of another cause, keeps the message and offers to leave that.

    Where the message was asked for already, another one changes nothing unless it leads elsewhere: the summary is there
    to correct it.
    """
    place, known = session.place, _usable(known, now)
    if not machine.knows(target) or place.away is not None or _stands_elsewhere(machine, place, target):
        return refuse(machine, session, "not_asked", now)
    if isinstance(machine.flows[place.flow].nodes[place.node], Offer) or _leads_on(machine, place, target, now):
        return go(machine, session, target, known, now)
    kept = replace(place, known=_newest(place.known, known))
    answered = any(isinstance(entry.value, ErrorMessage) for entry in place.trail)
    if (answered or kept == place) and other_cause(machine, place, target.cause) is None:
        return refuse(machine, session, "not_asked", now)
    after = changed(session, place=kept)
    same = target.cause == current_cause(place)
    meant = [effect for answer in known for effect in meaning(answer.value, first=same)]
    told = [*meant, *(effect for answer in known if not answered for effect in _kept(answer.value))]
    return doubt_cause(machine, after, (*told, ask(machine, kept, now)), target.cause, now)


def go(machine: Machine, session: Session, target: Target, known: tuple[Answer, ...], now: datetime) -> Stepped:
    """Takes the choice that leads to this cause, from where the session stands or from where it was chosen before."""
    place, said = _where_chosen(machine, session, target, now)
    place = replace(place, known=_newest(place.known, known), suggestions=(), switch=None)
    choice = _choice(machine, place, target.cause, now)
    arrival = Arrival(place)
    if choice is not None:
        entry = Entry(
            place.node, place.stack, name_at(machine, place), choice.id, cause=choice.cause, urgency=choice.urgency
        )
        arrival = take(machine, place, entry, now) or arrival
    reached = replace(arrival.place, recognised=True)
    times = [answer.value for answer in known if isinstance(answer.value, AttemptTime)]
    meant = [effect for answer in known for effect in meaning(answer.value, first=False)]
    # Where the choice among causes comes later, only the service is known so far.
    named = target if choice is not None else replace(target, cause=None)
    told = (Understood(named), *meant, *map(EchoTime, times), *said, *arrival.effects)
    return go_on(machine, session, Arrival(reached, told), now)


def suggest(
    machine: Machine, session: Session, targets: tuple[Target, ...], known: tuple[Answer, ...], now: datetime
) -> Stepped:
    """Asks which of these was meant."""
    place = session.place
    possible = tuple(target for target in targets if machine.knows(target))
    if not possible or place.away is not None or any(_stands_elsewhere(machine, place, each) for each in possible):
        return refuse(machine, session, "not_asked", now)
    known = _newest(place.known, _usable(known, now))
    after = changed(session, place=replace(place, suggestions=possible, switch=None, known=known))
    return after, (ask(machine, after.place, now),)


def turn_down(machine: Machine, session: Session, now: datetime) -> Stepped:
    """None of what was suggested: back to the question. An error message that was pasted stays known."""
    after = changed(session, place=replace(session.place, suggestions=()))
    return after, (ask(machine, after.place, now),)


def doubt_cause(
    machine: Machine, session: Session, effects: tuple[Effect, ...], cause: str | None, now: datetime
) -> Stepped:
    """After a message that speaks of another cause than the one under way: offers to follow that one instead."""
    other = other_cause(machine, session.place, cause)
    if other is None or session.ended is not None:
        return session, effects
    doubting = replace(session, place=replace(session.place, switch=other))
    said = (effect for effect in effects if not isinstance(effect, Ask))
    return doubting, (*said, Contradicted(other), ask(machine, doubting.place, now))


def meaning(value: Value, *, first: bool) -> tuple[Effect, ...]:
    """What there is to say about an error message that was recognised."""
    return (Meaning(value.signature, first),) if isinstance(value, ErrorMessage) and value.signature else ()


def other_cause(machine: Machine, place: Place, cause: str | None) -> str | None:
    """The cause, when it is another than the one the conversation is about, and that can still be changed."""
    current = current_cause(place)
    if cause in (None, OTHER_CAUSE, current) or current is None:
        return None
    return cause if _index(machine, place, cause) is not None else None


def current_cause(place: Place) -> str | None:
    """The cause that the conversation is about."""
    return next((entry.cause for entry in reversed(place.trail) if entry.cause), None)


def _leads_on(machine: Machine, place: Place, target: Target, now: datetime) -> bool:
    return target.cause != current_cause(place) and _choice(machine, place, target.cause, now) is not None


def _where_chosen(
    machine: Machine, session: Session, target: Target, now: datetime
) -> tuple[Place, tuple[Effect, ...]]:
    place = session.place
    if isinstance(machine.flows[place.flow].nodes[place.node], Offer):
        arrival = settle(machine, replace(entrance(machine.flows[target.flow]), known=place.known), now)
        return arrival.place, arrival.effects
    index = _index(machine, place, target.cause)
    if index is None or _choice(machine, place, target.cause, now):
        return place, ()
    entry, after = place.trail[index], place.trail[index + 1 :]
    told = tuple(Answer(each.value, each.source) for each in after if isinstance(each.value, _CARRIED))
    known = _newest(told, place.known)
    chosen = Place(place.flow, entry.node, entry.stack, place.trail[:index], corrections=place.corrections, known=known)
    return chosen, ()


def _usable(known: tuple[Answer, ...], now: datetime) -> tuple[Answer, ...]:
    """The answers that may be given before they are asked for."""
    return tuple(answer for answer in known if _is_usable(answer.value, now))


def _is_usable(value: Value, now: datetime) -> bool:
    if isinstance(value, AttemptTime):
        return value.at is not None and can_be_kept(value.at, now)
    return isinstance(value, _CARRIED)


def _stands_elsewhere(machine: Machine, place: Place, target: Target) -> bool:
    """Whether the conversation is in the middle of another flow."""
    return place.flow != target.flow and not isinstance(machine.flows[place.flow].nodes[place.node], Offer)


def _index(machine: Machine, place: Place, cause: str | None) -> int | None:
    """Where in the trail the user chose among causes, this one included."""
    nodes = machine.flows[place.flow].nodes
    for index, entry in enumerate(place.trail):
        node = nodes.get(entry.node)
        if node is not None and entry.cause and any(choice.cause == cause for choice in choices_of(node)):
            return index
    return None


def _choice(machine: Machine, place: Place, cause: str | None, now: datetime) -> Choice | None:
    if cause is None:
        return None
    plain = replace(place, suggestions=(), switch=None)
    offers = [offer for offer in offered(machine, plain, now) if isinstance(offer, Choice) and offer.cause == cause]
    return offers[0] if len(offers) == 1 else None


def _newest(before: tuple[Answer, ...], known: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """The known answers, one of each kind: the one given last."""
    kinds: dict[str, Answer] = {answer.value.kind: answer for answer in (*before, *known)}
    return tuple(kinds.values())


def _kept(value: Value) -> tuple[Effect, ...]:
    return (Kept(),) if isinstance(value, ErrorMessage) else ()
