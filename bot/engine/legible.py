"""A message that was read in a picture: it counts once the user has said that it is exact."""

from dataclasses import replace
from datetime import datetime

from bot.engine.arrive import Stepped, ask, changed, is_aside
from bot.engine.machine import Machine
from bot.model.answer import ErrorMessage
from bot.model.effects import CopyByHand, ReadOut
from bot.model.flow import Question
from bot.model.inputs import Answer
from bot.model.session import Session


def show(machine: Machine, session: Session, answer: Answer, now: datetime) -> Stepped:
    """Asks whether the message is exact, where one is asked for; elsewhere it comes too late, and nothing is said."""
    place, value = session.place, answer.value
    node = machine.flows[place.flow].nodes[place.node]
    if not isinstance(value, ErrorMessage) or value.text is None or is_aside(place):
        return session, ()
    if not isinstance(node, Question) or node.kind != "error_message":
        return session, ()
    shown = changed(session, place=replace(place, legible=answer))
    return shown, (ReadOut(value.text), ask(machine, shown.place, now))


def copy_by_hand(machine: Machine, session: Session, now: datetime) -> Stepped:
    """The message was misread."""
    forgotten = changed(session, place=replace(session.place, legible=None))
    return forgotten, (CopyByHand(), ask(machine, forgotten.place, now))
