"""From one place to the next: one answer, then on to where the user is needed again."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.machine import Machine, Trigger, Turn
from bot.engine.offers import offered
from bot.model.answer import AttemptTime, Unclear
from bot.model.effects import Effect, Say
from bot.model.error import BotError
from bot.model.flow import Choice, End, Flow, Menu, Message, Offer, Question, Summary
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
        flow = machine.flows[place.flow]
        node = flow.nodes.get(place.node)
        match node:
            case End() | Summary():
                return Arrival(replace(place, replay=()), tuple(effects))
            case Offer():
                alone = machine.on_offer[0] if len(machine.on_offer) == 1 else None
                entered = only if only in machine.on_offer else alone
                if entered is None:
                    return Arrival(place, tuple(effects))
                place = entrance(machine.flows[entered])
            case Menu() | Question():
                answered = _replay(machine, place, now) or _foregone(machine, place, now)
                if answered is None:
                    return Arrival(place, tuple(effects))
                place = answered
            case _:
                if isinstance(node, Message):
                    effects.append(Say(place.flow, node.id))
                place = _proceed(machine, place, now)
    raise EndlessFlow(f"{place.flow}: no question and no end within {MAX_SILENT_STEPS} nodes")


def entrance(flow: Flow) -> Place:
    """The first place of a flow."""
    return Place(flow.name, flow.start)


def _fire(machine: Machine, place: Place, entry: Entry, now: datetime) -> Place | None:
    flow = machine.flows[place.flow]
    turn = Turn(flow, place.node, place.stack, (*place.trail, entry), now)
    turn.asked = entry.choice or entry.interrupt
    if not machine.fire(turn, _trigger(entry)):
        return None
    return replace(
        place,
        node=turn.state,
        stack=turn.stack,
        trail=turn.trail,
        misses=(),
        proposals=(),
        heard=(),
        away=None,
        suggestions=(),
        switch=None,
        recognised=False,
    )


def _proceed(machine: Machine, place: Place, now: datetime) -> Place:
    turn = Turn(machine.flows[place.flow], place.node, place.stack, place.trail, now)
    if not machine.fire(turn, "proceed"):
        raise EndlessFlow(f"{place.flow}.{place.node}: no way on")
    return replace(place, node=turn.state, stack=turn.stack)


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
