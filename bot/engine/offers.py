"""What is on offer at the place where a conversation stands."""

from collections.abc import Iterator
from datetime import datetime

from bot.engine.conditions import holds
from bot.engine.machine import Machine, choices_of
from bot.engine.standing import is_reached
from bot.model.answer import AttemptTime, Value
from bot.model.flow import Ago, Choice, DayAgo, HoursAgo, Menu, MinutesAgo, Offer, Question, Summary
from bot.model.moment import day_ago, elapsed, has_begun
from bot.model.offer import Confirmation, Correction, FlowOnOffer, Offered, Proposal, Resumption, Suggestion, Switch
from bot.model.session import Place
from bot.model.target import Target

MAX_CORRECTIONS = 20
"""After so many corrections the summary only lets the user go on, so that every conversation ends."""


def offered(machine: Machine, place: Place, now: datetime) -> tuple[Offered, ...]:
    """The choices of the place, in the order they are shown. Their ids are unique."""
    if place.away is not None:
        return (Resumption("resume"), Resumption("start_over"))
    if place.suggestions:
        known = [target for target in place.suggestions if machine.knows(target)]
        likely = (Suggestion(f"suggestion-{number}", target) for number, target in enumerate(known, 1))
        return (*likely, Suggestion("something_else", None))
    flow = machine.flows[place.flow]
    node = flow.nodes[place.node]
    if isinstance(node, Offer):
        return tuple(FlowOnOffer(name) for name in machine.on_offer)
    own = [choice for choice in choices_of(node) if _is_open(choice, machine, place, now)]
    corrections = _corrections(machine, place) if isinstance(node, Summary) else ()
    named = place.switch
    switch = (Switch(named),) if named is not None and machine.knows(Target(place.flow, named)) else ()
    read = (Confirmation("read_right"), Confirmation("read_wrong")) if place.legible is not None else ()
    return (*read, *_proposals(place), *own, *switch, *corrections)


def resolve(given: Value | Ago, now: datetime) -> Value | None:
    """The value a ready-made answer has when chosen now; None when it cannot be yet."""
    match given:
        case MinutesAgo(minutes):
            return AttemptTime(elapsed(now, minutes), "minute", "")
        case HoursAgo(hours):
            return AttemptTime(elapsed(now, hours * 60), "hour", "")
        case DayAgo(days, part):
            return day_ago(now, days, part)
        case value:
            return value


def _is_open(choice: Choice, machine: Machine, place: Place, now: datetime) -> bool:
    if choice.interrupt is not None and choice.interrupt in place.heard:
        return False
    if isinstance(choice.given, DayAgo) and not has_begun(now, choice.given.days, choice.given.part):
        return False
    if choice.once and _is_answered(machine, place, choice.goto):
        return False
    return holds(choice.when, machine.flows[place.flow], place.trail, now)


def _is_answered(machine: Machine, place: Place, node: str | None) -> bool:
    asked = machine.flows[place.flow].nodes.get(node or "")
    return isinstance(asked, Menu | Question) and place.answer(asked.save) is not None


def _proposals(place: Place) -> Iterator[Proposal]:
    return (Proposal(f"proposal-{index}", attempt) for index, attempt in enumerate(place.proposals, 1))


def _corrections(machine: Machine, place: Place) -> Iterator[Correction]:
    """One per answer with a title, the last one given under each name."""
    if place.corrections >= MAX_CORRECTIONS:
        return
    flow = machine.flows[place.flow]
    nodes = flow.nodes
    for index, entry in place.latest():
        node = nodes.get(entry.node)
        if not is_reached(flow, entry.node, entry.stack):
            continue
        if isinstance(node, Question) or (isinstance(node, Menu) and node.title is not None):
            yield Correction(f"correct-{entry.name}", index)
