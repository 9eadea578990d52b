"""From one place to the next: one answer, then on to where the user is needed again."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.machine import Machine, Trigger, Turn
from bot.engine.offers import offered
from bot.model.answer import AttemptTime, Unclear
from bot.model.effects import Effect, Say
from bot.model.error import BotError
from bot.model.flow import Call, Choice, Decide, Flow, Menu, Message, Offer, Question
from bot.model.session import Entry, Place

MAX_SILENT_STEPS = 500
"""More nodes than this without asking the user anything: the flow was not checked."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a walk came to, and what was said on the way."""

    place: Place
    effects: tuple[Effect, ...] = ()


class EndlessFlow(BotError):
    """The flow goes round without ever asking the user."""


def take(machine: Machine, place: Place, entry: Entry, now: datetime, only: str | None = None) -> Arrival | None:
    """Gives one answer at a place and walks on; None when the machine knows no way for it from here."""
    walked = _fire(machine, place, entry, now)
    return None if walked is None else settle(machine, walked, now, only)


def settle(machine: Machine, place: Place, now: datetime, only: str | None = None) -> Arrival:
    """Walks on from a place to the next where the user is needed, or to an end.

    Answers to be replayed are given where the path asks for them. A start that has one flow to offer, or is told
    which, enters it.
    """
    effects: list[Effect] = []
    for _ in range(MAX_SILENT_STEPS):
        place = _proceed(machine, place, now, effects)
        match machine.flows[place.flow].nodes[place.node]:
            case Menu() | Question():
                answered = _replay(machine, place, now) or _foregone(machine, place, now)
                if answered is None:
                    return Arrival(place, tuple(effects))
                place = answered
            case Offer():
                alone = machine.on_offer[0] if len(machine.on_offer) == 1 else None
                entered = only if only in machine.on_offer else alone
                if entered is None:
                    return Arrival(place, tuple(effects))
                place = entrance(machine.flows[entered])
            case _:
                return Arrival(replace(place, replay=()) if place.replay else place, tuple(effects))
    raise _endless(place.flow)


def entrance(flow: Flow) -> Place:
    """The first place of a flow."""
    return Place(flow.name, flow.start)


def _fire(machine: Machine, place: Place, entry: Entry, now: datetime) -> Place | None:
    turn = Turn(machine.flows[place.flow], place.node, place.stack, (*place.trail, entry), now)
    if not machine.fire(turn, _trigger(entry), entry.choice or entry.interrupt):
        return None
    return Place(
        place.flow,
        turn.state,
        turn.stack,
        turn.trail,
        place.replay,
        corrections=place.corrections,
        pictures=place.pictures,
        known=place.known,
    )


def _proceed(machine: Machine, place: Place, now: datetime, effects: list[Effect]) -> Place:
    """Walks on to the next node that waits for the user or ends; adds what is said on the way to the effects."""
    flow = machine.flows[place.flow]
    turn = Turn(flow, place.node, place.stack, place.trail, now)
    for _ in range(MAX_SILENT_STEPS):
        match flow.nodes.get(turn.state):
            case None:
                moved = machine.fire(turn, "return", turn.stack[-1].node if turn.stack else None)
            case Message() as node:
                effects.append(Say(flow.name, node.id))
                moved = machine.fire(turn, "proceed")
            case Call() | Decide():
                moved = machine.fire(turn, "proceed")
            case _:
                return place if turn.state == place.node else replace(place, node=turn.state, stack=turn.stack)
        if not moved:
            raise EndlessFlow(f"{flow.name}.{turn.state}: no way on")
    raise _endless(flow.name)


def _endless(flow: str) -> EndlessFlow:
    return EndlessFlow(f"{flow}: no question and no end within {MAX_SILENT_STEPS} nodes")


def _trigger(entry: Entry) -> Trigger:
    match entry:
        case Entry(interrupt=str()):
            return "interrupt"
        case Entry(choice=str()):
            return "choose"
        case Entry(value=Unclear() | AttemptTime(at=None)):
            return "exhaust"
        case _:
            return "answer"


def _replay(machine: Machine, place: Place, now: datetime) -> Place | None:
    """The place after the kept answer to this node's question, when there is one and it can still be given."""
    for index, kept in enumerate(place.replay):
        if kept.node == place.node:
            rest = replace(place, replay=place.replay[index + 1 :])
            own = (choice.id for choice in offered(machine, place, now) if isinstance(choice, Choice))
            if kept.choice is not None and kept.choice not in own:
                return None
            return _fire(machine, rest, replace(kept, stack=place.stack), now)
    return None


def _foregone(machine: Machine, place: Place, now: datetime) -> Place | None:
    """The place after an answer that was given before this question asked for it; it is used once."""
    node = machine.flows[place.flow].nodes[place.node]
    if not isinstance(node, Question):
        return None
    known = next((answer for answer in place.known if answer.value.kind == node.kind), None)
    if known is None:
        return None
    rest = replace(place, known=tuple(answer for answer in place.known if answer is not known))
    entry = Entry(place.node, place.stack, node.save, value=known.value, source=known.source)
    return _fire(machine, rest, entry, now)
