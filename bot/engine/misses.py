"""What was not understood, and times that could mean several: asked again, within bounds."""

from dataclasses import replace
from datetime import datetime

from bot.engine.arrive import Stepped, ask, changed, is_aside, refuse, take_answer
from bot.engine.machine import Machine
from bot.model.answer import AttemptTime, Unclear
from bot.model.effects import Doubt, Explain, MoveOn
from bot.model.flow import Question
from bot.model.inputs import Problem
from bot.model.moment import can_be_kept
from bot.model.session import Entry, Session


def propose(machine: Machine, session: Session, candidates: tuple[AttemptTime, ...], now: datetime) -> Stepped:
    """Asks which of these times was meant; those to come or too long ago are left out."""
    place = session.place
    node = machine.flows[place.flow].nodes[place.node]
    possible = tuple(candidate for candidate in candidates if can_be_kept(candidate.at, now))
    if not isinstance(node, Question) or node.kind != "attempt_time" or not possible or is_aside(place):
        return refuse(machine, session, "not_asked", now)
    missed, effects = miss(machine, session, possible[0].words, "no_time", now)
    if missed.place.node != place.node:
        return missed, effects
    doubting = replace(missed, place=replace(missed.place, proposals=possible))
    return doubting, (Doubt(possible), ask(machine, doubting.place, now))


def miss(machine: Machine, session: Session, words: str, problem: Problem, now: datetime) -> Stepped:
    """Asks again; when that was the last try, leaves the question behind and keeps the words."""
    place = session.place
    node = machine.flows[place.flow].nodes[place.node]
    if not isinstance(node, Question) or is_aside(place):
        return session, (Explain(problem, None), ask(machine, place, now))
    left = node.retries.at_most - len(place.misses) if node.retries else None
    if left == 0:
        unclear = AttemptTime(None, "unknown", words) if node.kind == "attempt_time" else Unclear(words)
        left_behind, effects = take_answer(
            machine, session, Entry(place.node, place.stack, node.save, value=unclear), now
        )
        return left_behind, (MoveOn(), *effects)
    kept = place.misses if left is not None else ()
    missed = changed(session, place=replace(place, misses=(*kept, words), proposals=()))
    return missed, (Explain(problem, left), ask(machine, missed.place, now))
