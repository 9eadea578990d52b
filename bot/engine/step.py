"""The engine's one door: what a session becomes by an input, and what is to be done about it."""

from dataclasses import replace
from datetime import datetime
from typing import TypeAlias, assert_never

from bot.engine.machine import Machine
from bot.engine.offers import offered, resolve
from bot.engine.walk import Arrival, entrance, settle, take
from bot.model.answer import Attachment, AttemptTime, Photo, Unclear, Value
from bot.model.effects import (
    Ask,
    Attached,
    Doubt,
    EchoTime,
    Effect,
    Explain,
    Finish,
    Interject,
    MoveOn,
    Over,
    Reason,
    Refuse,
    Reopened,
    ShowHelp,
    Undone,
    WriteTicket,
)
from bot.model.flow import Choice, End, Menu, Question
from bot.model.inputs import (
    Answer,
    Attach,
    Back,
    Cancel,
    Choose,
    Correct,
    Help,
    Input,
    Interrupted,
    Miss,
    Problem,
    Propose,
    Restart,
    Resume,
    SwitchLanguage,
)
from bot.model.offer import Correction, FlowOnOffer, Proposal
from bot.model.session import Entry, Place, Session

Stepped: TypeAlias = tuple[Session, tuple[Effect, ...]]

MAX_PAST = 100
"""How many answers "back" can undo; the oldest are forgotten."""
MAX_ATTACHMENTS = 10


def begin(machine: Machine, language: str, now: datetime, only: str | None = None) -> Stepped:
    """A new conversation; `only` names the flow to enter instead of offering all."""
    opening = machine.flows[machine.opening]
    session = Session(entrance(opening), language, opening.digest, only=only)
    return arrive(machine, session, settle(machine, session.place, now, only), now)


def step(machine: Machine, session: Session, given: Input, now: datetime) -> Stepped:
    """The next session and the effects, in order.

    An input that is not possible here gives a `Refuse`, the question again, and the very same session. `now` is aware
    and in the desk's time zone. Never raises for a session and a machine of the same, checked flows.
    """
    if session.ended is not None:
        return _after_the_end(machine, session, given, now)
    match given:
        case Choose(choice):
            return _choose(machine, session, choice, now)
        case Answer(value):
            return _answer(machine, session, value, now)
        case Propose(candidates):
            return _propose(machine, session, candidates, now)
        case Miss(words, problem):
            return _miss(machine, session, words, problem, now)
        case Interrupted(interrupt):
            return _interrupt(machine, session, interrupt, now)
        case Attach(attachment):
            return _attach(machine, session, attachment, now)
        case SwitchLanguage(language):
            return _changed(session, language=language), (_ask(machine, session.place, now),)
        case Back():
            return _back(machine, session, now)
        case Correct():
            return (
                _back(machine, session, now)
                if can_correct(session)
                else _refuse(machine, session, "nothing_to_correct", now)
            )
        case Restart():
            return _restart(machine, session, now)
        case Cancel():
            return _changed(session, ended="abandoned"), (Finish("abandoned", None),)
        case Help():
            return session, (ShowHelp(), _ask(machine, session.place, now))
        case Resume():
            return session, (_ask(machine, session.place, now),)
        case _:
            assert_never(given)


def can_correct(session: Session) -> bool:
    """Whether the time at the head of the last message can be corrected: it was the last answer."""
    trail = session.place.trail
    return (
        session.ended is None
        and bool(trail)
        and isinstance(trail[-1].value, AttemptTime)
        and trail[-1].value.at is not None
        and bool(session.past)
        and session.past[-1].trail == trail[:-1]
    )


def _after_the_end(machine: Machine, session: Session, given: Input, now: datetime) -> Stepped:
    match given:
        case Restart():
            return begin(machine, session.language, now, session.only)
        case Back() if not isinstance(machine.flows[session.place.flow].nodes[session.place.node], End):
            return _changed(session, ended=None), (Undone(), _ask(machine, session.place, now))
        case Back() if session.ended != "ticket" and session.past:
            return _back(machine, replace(session, ended=None), now)
        case SwitchLanguage(language):
            return _changed(session, language=language), (Over(),)
        case Help() | Resume():
            return session, (Over(),)
        case _:
            return _refuse(machine, session, "ended", now)


def _choose(machine: Machine, session: Session, choice: str, now: datetime) -> Stepped:
    place = session.place
    offer = next((offer for offer in offered(machine, place, now) if offer.id == choice), None)
    match offer:
        case None:
            return _refuse(machine, session, "not_on_offer", now)
        case FlowOnOffer(name):
            arrival = settle(machine, entrance(machine.flows[name]), now)
            return arrive(machine, _remember(session), arrival, now)
        case Correction(_, index):
            entry = place.trail[index]
            reopened = Place(
                place.flow,
                entry.node,
                entry.stack,
                trail=place.trail[:index],
                replay=place.trail[index + 1 :],
                corrections=place.corrections + 1,
            )
            return arrive(machine, _remember(session), Arrival(reopened, (Reopened(entry),)), now)
        case Proposal(_, attempt):
            return _answer(machine, session, attempt, now)
        case Choice(interrupt=str(interrupt)):
            return _interrupt(machine, session, interrupt, now)
        case Choice() as own:
            return _take(machine, session, _chosen(machine, place, own, now), now)
        case _:
            assert_never(offer)


def _chosen(machine: Machine, place: Place, choice: Choice, now: datetime) -> Entry:
    value = resolve(choice.given, now) if choice.given is not None else None
    if value is None and place.misses:
        value = Unclear(place.misses[-1])
    return Entry(place.node, place.stack, _name(machine, place), choice.id, value, choice.cause, choice.urgency)


def _answer(machine: Machine, session: Session, value: Value, now: datetime) -> Stepped:
    place = session.place
    node = machine.flows[place.flow].nodes[place.node]
    if not isinstance(node, Question) or value.kind != node.kind:
        return _refuse(machine, session, "not_asked", now)
    if isinstance(value, AttemptTime) and (value.at is None or value.at > now):
        return _refuse(machine, session, "not_asked", now)
    return _take(machine, session, Entry(place.node, place.stack, node.save, value=value), now)


def _propose(machine: Machine, session: Session, candidates: tuple[AttemptTime, ...], now: datetime) -> Stepped:
    place = session.place
    node = machine.flows[place.flow].nodes[place.node]
    possible = tuple(candidate for candidate in candidates if candidate.at is not None and candidate.at <= now)
    if not isinstance(node, Question) or node.kind != "attempt_time" or not possible:
        return _refuse(machine, session, "not_asked", now)
    missed, effects = _miss(machine, session, possible[0].words, "no_time", now)
    if missed.place.node != place.node:
        return missed, effects
    doubting = replace(missed, place=replace(missed.place, proposals=possible))
    return doubting, (Doubt(possible), _ask(machine, doubting.place, now))


def _miss(machine: Machine, session: Session, words: str, problem: Problem, now: datetime) -> Stepped:
    place = session.place
    node = machine.flows[place.flow].nodes[place.node]
    if not isinstance(node, Question):
        return session, (Explain(problem, None), _ask(machine, place, now))
    left = node.retries.at_most - len(place.misses) if node.retries else None
    if left == 0:
        unclear = AttemptTime(None, "unknown", words) if node.kind == "attempt_time" else Unclear(words)
        left_behind, effects = _take(machine, session, Entry(place.node, place.stack, node.save, value=unclear), now)
        return left_behind, (MoveOn(), *effects)
    kept = place.misses if left is not None else ()
    missed = _changed(session, place=replace(place, misses=(*kept, words), proposals=()))
    return missed, (Explain(problem, left), _ask(machine, missed.place, now))


def _interrupt(machine: Machine, session: Session, name: str, now: datetime) -> Stepped:
    place = session.place
    interrupt = machine.flows[place.flow].interrupts.get(name)
    if interrupt is None:
        return _refuse(machine, session, "no_such_interrupt", now)
    if interrupt.call is None:
        heard = _changed(session, place=replace(place, heard=tuple(dict.fromkeys((*place.heard, name)))))
        return heard, (Interject(name), _ask(machine, heard.place, now))
    arrival = take(machine, place, Entry(place.node, place.stack, "", interrupt=name), now)
    return (
        _refuse(machine, session, "already_there", now)
        if arrival is None
        else arrive(machine, _remember(session), arrival, now)
    )


def _attach(machine: Machine, session: Session, attachment: Attachment, now: datetime) -> Stepped:
    node = machine.flows[session.place.flow].nodes[session.place.node]
    if isinstance(node, Question) and node.kind == "photo":
        return _answer(machine, session, Photo(attachment), now)
    if len(session.attachments) >= MAX_ATTACHMENTS:
        return _refuse(machine, session, "too_many_attachments", now)
    kept = _changed(session, attachments=(*session.attachments, attachment))
    return kept, (Attached(len(kept.attachments)), _ask(machine, kept.place, now))


def _back(machine: Machine, session: Session, now: datetime) -> Stepped:
    if not session.past:
        return _refuse(machine, session, "nothing_to_undo", now)
    place = session.past[-1]
    undone = _changed(session, place=place, past=session.past[:-1], digest=machine.flows[place.flow].digest)
    return undone, (Undone(), _ask(machine, place, now))


def _restart(machine: Machine, session: Session, now: datetime) -> Stepped:
    opening = machine.flows[machine.opening]
    return arrive(machine, _remember(session), settle(machine, entrance(opening), now, session.only), now)


def _take(machine: Machine, session: Session, entry: Entry, now: datetime) -> Stepped:
    arrival = take(machine, session.place, entry, now, session.only)
    if arrival is None:
        return _refuse(machine, session, "not_on_offer", now)
    echo = (EchoTime(entry.value),) if isinstance(entry.value, AttemptTime) and entry.value.at is not None else ()
    return arrive(machine, _remember(session), replace(arrival, effects=(*echo, *arrival.effects)), now)


def arrive(machine: Machine, session: Session, arrival: Arrival, now: datetime) -> Stepped:
    """The session at its new place, with the question or the end found there."""
    flow = machine.flows[arrival.place.flow]
    node = flow.nodes[arrival.place.node]
    moved = replace(session, place=arrival.place, digest=flow.digest, revision=session.revision + 1)
    if not isinstance(node, End):
        return moved, (*arrival.effects, _ask(machine, arrival.place, now))
    ticket = (WriteTicket(node.id),) if node.outcome == "ticket" else ()
    return replace(moved, ended=node.outcome), (*arrival.effects, Finish(node.outcome, node.id), *ticket)


def _ask(machine: Machine, place: Place, now: datetime) -> Ask:
    return Ask(place.node, offered(machine, place, now))


def _refuse(machine: Machine, session: Session, reason: Reason, now: datetime) -> Stepped:
    if session.ended is not None:
        return session, (Refuse(reason),)
    return session, (Refuse(reason), _ask(machine, session.place, now))


def _remember(session: Session) -> Session:
    return replace(session, past=(*session.past, session.place)[-MAX_PAST:])


def _changed(session: Session, **fields: object) -> Session:
    return replace(session, revision=session.revision + 1, **fields)  # type: ignore[arg-type]


def _name(machine: Machine, place: Place) -> str:
    node = machine.flows[place.flow].nodes[place.node]
    return node.save if isinstance(node, Menu | Question) else ""
