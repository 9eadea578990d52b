"""Choices that are on offer until their question has an answer."""

from bot.engine.machine import Machine
from bot.engine.offers import offered
from bot.engine.step import begin, step
from bot.model import inputs as i
from bot.model.answer import FreeText
from bot.model.session import Session
from tests.desk import MONDAY, machine_of

START = """
format: 1
flow: start
title: Accueil
start: offer
nodes:
  offer: {offer: flows, text: Lequel ?}
"""
DEMO = """
format: 1
flow: demo
title: Démonstration
start: summary
nodes:
  summary:
    summary: answers
    text: Voici.
    choices:
      - {id: confirm, label: C'est bon, goto: solved}
      - {id: remark, label: Une remarque, once: true, goto: remark}
      - {id: urgency, label: Urgent ?, once: true, goto: urgency}
  remark:
    ask: text
    title: Remarque
    text: Quoi ?
    choices: [{id: none, label: Rien, answer: nothing}]
    goto: summary
  urgency:
    title: Urgence
    text: À quel point ?
    choices:
      - {id: low, label: Peu, urgency: normal, goto: summary}
      - {id: high, label: Très, urgency: high, goto: summary}
  solved: {end: solved, text: Bravo !}
"""


def walked(machine: Machine, *inputs: i.Input) -> Session:
    """Somebody who did this, from the summary on."""
    session, _ = begin(machine, "fr", MONDAY, "demo")
    for given in inputs:
        session, _ = step(machine, session, given, MONDAY)
    return session


def on_offer(machine: Machine, session: Session) -> list[str]:
    """The ids of what is on offer."""
    return [offer.id for offer in offered(machine, session.place, MONDAY)]


def test_it_is_on_offer_until_it_is_answered() -> None:
    """Then it can be corrected instead; back brings it back."""
    machine = machine_of(START, DEMO)
    assert on_offer(machine, walked(machine)) == ["confirm", "remark", "urgency"]
    told = walked(machine, i.Choose("remark"), i.Answer(FreeText("C'est lent.")))
    assert told.place.node == "summary"
    assert on_offer(machine, told) == ["confirm", "urgency", "correct-remark"]
    undone, _ = step(machine, told, i.Back(), MONDAY)
    undone, _ = step(machine, undone, i.Back(), MONDAY)
    assert on_offer(machine, undone) == ["confirm", "remark", "urgency"]


def test_a_remark_that_is_left_out() -> None:
    """Nothing is an answer too."""
    machine = machine_of(START, DEMO)
    assert "remark" not in on_offer(machine, walked(machine, i.Choose("remark"), i.Choose("none")))


def test_one_that_is_not_on_offer_any_more() -> None:
    """An old button adds nothing."""
    machine = machine_of(START, DEMO)
    once = walked(machine, i.Choose("urgency"), i.Choose("high"))
    twice, _ = step(machine, once, i.Choose("urgency"), MONDAY)
    assert twice == once
