"""The engine's one door: what a session becomes by an input, and what is to be done about it."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.engine.amend import amend
from bot.engine.arrive import Stepped, arrive, ask, changed, go_on, is_aside, name_at, refuse, take_answer
from bot.engine.legible import copy_by_hand, show
from bot.engine.machine import Machine
from bot.engine.misses import miss, propose
from bot.engine.offers import offered, resolve
from bot.engine.recognise import current_cause, doubt_cause, go, meaning, recognise, suggest, turn_down
from bot.engine.standing import awaits, renamed
from bot.engine.walk import Arrival, entrance, settle, take
from bot.model.answer import Attachment, AttemptTime, Photo, Unclear
from bot.model.effects import (
    Amended,
    Attached,
    CannotRead,
    Effect,
    Excuse,
    Expired,
    Finish,
    Greeted,
    Interject,
    Over,
    Refuse,
    Reminded,
    Reopen,
    Reopened,
    ShowHelp,
    ShowStatus,
    ShowTicket,
    Undone,
)
from bot.model.flow import Choice, Question
from bot.model.inputs import (
    Amend,
    Answer,
    Attach,
    Back,
    Cancel,
    Choose,
    ComeBack,
    Correct,
    Expire,
    Greet,
    Held,
    Help,
    Input,
    Interrupted,
    LastTicket,
    Legible,
    Miss,
    Propose,
    Recognise,
    Remind,
    Restart,
    Resume,
    Send,
    Status,
    Suggest,
    SwitchLanguage,
)
from bot.model.moment import can_be_kept
from bot.model.offer import Confirmation, Correction, FlowOnOffer, Proposal, Resumption, Suggestion, Switch
from bot.model.session import Entry, Place, Session
from bot.model.target import Target

MAX_ATTACHMENTS = 10
MAX_PUT_ASIDE = 30
"""Pictures that wait at earlier places after a restart; those of the oldest are forgotten."""
MAX_HELD = 10
"""Messages that are kept while somebody who was away has not said how to go on."""


def begin(
    machine: Machine, language: str, now: datetime, only: str | None = None, before: Session | None = None
) -> Stepped:
    """A new conversation; `only` names the flow to enter instead of offering all, `before` is the one it follows.

    Revisions go on where those of the one before stopped, so that its choices are never taken for today's.
    """
    opening = machine.flows[machine.opening]
    revision = before.revision + 1 if before else 0
    session = Session(entrance(opening), language, opening.digest, revision=revision, only=only)
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
        case Answer():
            return _answer(machine, session, given, now)
        case Amend():
            return _amend(machine, session, given, now)
        case Propose(candidates):
            return propose(machine, session, candidates, now)
        case Recognise() | Suggest() | Legible():
            return _understood(machine, session, given, now)
        case Miss(words, problem):
            return miss(machine, session, words, problem, now)
        case Interrupted(interrupt):
            return _interrupt(machine, session, interrupt, now)
        case Attach(attachment):
            return _attach(machine, session, attachment, now)
        case SwitchLanguage(language):
            return changed(session, language=language), (ask(machine, session.place, now),)
        case Back():
            return _back(machine, session, now)
        case Correct():
            return (
                _back(machine, session, now)
                if can_correct(session)
                else refuse(machine, session, "nothing_to_correct", now)
            )
        case Restart():
            return _restart(machine, session, now)
        case Cancel():
            return changed(session, ended="abandoned"), (Finish("abandoned", None),)
        case Help() | Status() | LastTicket() | Send() | Resume() | Greet():
            return session, (*_aside(given), ask(machine, session.place, now))
        case ComeBack(held):
            return _come_back(machine, session, held, now)
        case Remind():
            return replace(session, reminded=session.revision), (Reminded(), ask(machine, session.place, now))
        case Expire():
            return changed(session, ended="abandoned"), (Expired(),)
        case _:
            assert_never(given)


def _understood(machine: Machine, session: Session, given: Recognise | Suggest | Legible, now: datetime) -> Stepped:
    """What was found in the user's own words, or in a picture."""
    match given:
        case Recognise(target, known):
            return recognise(machine, session, target, known, now)
        case Suggest(targets, known):
            return suggest(machine, session, targets, known, now)
        case Legible(answer):
            return show(machine, session, answer, now)
        case _:
            assert_never(given)


def _aside(given: Help | Status | LastTicket | Send | Resume | Greet) -> tuple[Effect, ...]:
    """What is shown before the question is asked again."""
    match given:
        case Help():
            return (ShowHelp(),)
        case Status():
            return (ShowStatus(),)
        case LastTicket():
            return (ShowTicket(),)
        case Send(medium):
            return (CannotRead(medium),)
        case Greet(talk):
            return (Greeted(talk),)
        case Resume(after_absence):
            return (Excuse(),) if after_absence else ()
        case _:
            assert_never(given)


def open_cause(machine: Machine, session: Session, cause: str, now: datetime) -> Stepped | None:
    """Takes the choice that names a cause, when the question that is open has one."""
    offers = offered(machine, session.place, now)
    choice = next((offer for offer in offers if isinstance(offer, Choice) and offer.cause == cause), None)
    return _choose(machine, session, choice.id, now) if choice else None


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
            return begin(machine, session.language, now, session.only, session)
        case Back() if session.ended != "ticket" and awaits(machine, session.place):
            return changed(session, ended=None), (Reopen(), ask(machine, session.place, now))
        case Back() if session.ended != "ticket" and _way_back(machine, session):
            return _back(machine, replace(session, ended=None), now)
        case SwitchLanguage(language):
            return changed(session, language=language), (Over(),)
        case Help() | Resume() | ComeBack():
            return session, (Over(),)
        case Send(medium):
            return session, (CannotRead(medium), Over())
        case Greet(talk):
            return session, (Greeted(talk), Over())
        case Status():
            return session, (ShowStatus(), Over())
        case LastTicket():
            return session, (ShowTicket(),)
        case Remind() | Expire() | Legible():
            return session, ()
        case Amend():
            return refuse(machine, session, "amended_too_late" if session.ended == "ticket" else "ended", now)
        case _:
            return refuse(machine, session, "ended", now)


def _choose(machine: Machine, session: Session, choice: str, now: datetime) -> Stepped:
    place = session.place
    offer = next((offer for offer in offered(machine, place, now) if offer.id == choice), None)
    match offer:
        case None:
            return refuse(machine, session, "not_on_offer", now)
        case FlowOnOffer(name):
            arrival = settle(machine, replace(entrance(machine.flows[name]), known=place.known), now)
            return go_on(machine, replace(session, only=None), arrival, now)
        case Correction(_, index):
            entry = place.trail[index]
            reopened = Place(
                place.flow,
                entry.node,
                entry.stack,
                trail=place.trail[:index],
                replay=place.trail[index + 1 :],
                corrections=place.corrections + 1,
                known=place.known,
            )
            return go_on(machine, session, Arrival(reopened, (Reopened(entry),)), now)
        case Proposal(_, attempt):
            return _answer(machine, session, Answer(attempt), now)
        case Confirmation("read_right") if place.legible is not None:
            return _answer(machine, session, place.legible, now)
        case Confirmation():
            return copy_by_hand(machine, session, now)
        case Suggestion(_, Target() as target):
            return go(machine, session, target, place.known, now)
        case Suggestion():
            return turn_down(machine, session, now)
        case Switch(cause):
            return go(machine, session, Target(place.flow, cause), (), now)
        case Resumption("resume"):
            resumed = changed(session, place=replace(place, away=None))
            return resumed, (ask(machine, resumed.place, now),)
        case Resumption():
            return _restart(machine, session, now)
        case Choice(interrupt=str(interrupt)):
            return _interrupt(machine, session, interrupt, now)
        case Choice() as own:
            return take_answer(machine, session, _chosen(machine, place, own, now), now)
        case _:
            assert_never(offer)


def _chosen(machine: Machine, place: Place, choice: Choice, now: datetime) -> Entry:
    value = resolve(choice.given, now) if choice.given is not None else None
    if value is None and place.misses:
        value = Unclear(place.misses[-1])
    return Entry(place.node, place.stack, name_at(machine, place), choice.id, value, choice.cause, choice.urgency)


def _answer(machine: Machine, session: Session, given: Answer, now: datetime) -> Stepped:
    place, value = session.place, given.value
    node = machine.flows[place.flow].nodes[place.node]
    if not isinstance(node, Question) or value.kind != node.kind or is_aside(place):
        return refuse(machine, session, "not_asked", now)
    if isinstance(value, AttemptTime) and not can_be_kept(value.at, now):
        return refuse(machine, session, "not_asked", now)
    entry = Entry(place.node, place.stack, node.save, value=value, source=given.source)
    after, effects = take_answer(machine, session, entry, now)
    told = meaning(value, first=given.cause is not None and given.cause == current_cause(place))
    return doubt_cause(machine, after, (*told, *effects), given.cause, now)


def _amend(machine: Machine, session: Session, given: Amend, now: datetime) -> Stepped:
    amended = amend(session, given.source, given.value, now)
    if amended is None:
        return refuse(machine, session, "not_amendable", now)
    after, entry = amended
    return after, (Amended(entry), ask(machine, after.place, now))


def _interrupt(machine: Machine, session: Session, name: str, now: datetime) -> Stepped:
    place = session.place
    interrupt = machine.flows[place.flow].interrupts.get(name)
    if interrupt is None:
        return refuse(machine, session, "no_such_interrupt", now)
    if interrupt.call is None:
        heard = changed(session, place=replace(place, heard=tuple(dict.fromkeys((*place.heard, name)))))
        return heard, (Interject(name), ask(machine, heard.place, now))
    arrival = take(machine, place, Entry(place.node, place.stack, "", interrupt=name), now)
    return refuse(machine, session, "already_there", now) if arrival is None else go_on(machine, session, arrival, now)


def _attach(machine: Machine, session: Session, attachment: Attachment, now: datetime) -> Stepped:
    node = machine.flows[session.place.flow].nodes[session.place.node]
    if isinstance(node, Question) and node.kind == "photo" and not is_aside(session.place):
        return _answer(machine, session, Answer(Photo(attachment)), now)
    if len(session.attachments) >= MAX_ATTACHMENTS:
        return refuse(machine, session, "too_many_attachments", now)
    kept = changed(session, attachments=(*session.attachments, attachment))
    return kept, (Attached(len(kept.attachments)), ask(machine, kept.place, now))


def _come_back(machine: Machine, session: Session, held: tuple[Held, ...], now: datetime) -> Stepped:
    away = (*(session.place.away or ()), *held)
    if len(away) > MAX_HELD:
        return refuse(machine, session, "too_much_held", now)
    back = changed(session, place=replace(session.place, away=away))
    return back, (ask(machine, back.place, now),)


def _way_back(machine: Machine, session: Session) -> list[Place]:
    """The places before that can be gone back to, oldest first."""
    return [place for place in (renamed(machine, place) for place in session.past) if awaits(machine, place)]


def _back(machine: Machine, session: Session, now: datetime) -> Stepped:
    if session.place.suggestions:
        return turn_down(machine, session, now)
    past = _way_back(machine, session)
    if not past:
        return refuse(machine, session, "nothing_to_undo", now)
    *before, last = past
    pictures = (*last.pictures, *session.attachments)
    undone = changed(
        session,
        place=replace(last, pictures=()),
        past=tuple(before),
        digest=machine.flows[last.flow].digest,
        attachments=pictures[:MAX_ATTACHMENTS],
    )
    too_many = (Refuse("too_many_attachments"),) if len(pictures) > MAX_ATTACHMENTS else ()
    return undone, (Undone(), *too_many, ask(machine, undone.place, now))


def _restart(machine: Machine, session: Session, now: datetime) -> Stepped:
    opening = machine.flows[machine.opening]
    afresh = replace(_put_aside(session), attachments=())
    return go_on(machine, afresh, settle(machine, entrance(opening), now, session.only), now)


def _put_aside(session: Session) -> Session:
    """The session with its pictures left at its place, to come back with it."""
    room = MAX_PUT_ASIDE - len(session.attachments)
    past: list[Place] = []
    for place in reversed(session.past):
        room -= len(place.pictures)
        past.append(place if room >= 0 else replace(place, pictures=()))
    place = replace(session.place, pictures=session.attachments)
    return replace(session, place=place, past=tuple(reversed(past)))
