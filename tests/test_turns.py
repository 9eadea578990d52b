"""How many turns a ticket takes, over every path of the shipped flows that can really be walked."""

from datetime import timedelta

import pytest

from bot.engine.step import begin, step
from bot.model import answer as a
from bot.model.flow import Choice, Question
from bot.model.inputs import Answer, Choose, Input
from bot.model.session import Session
from tests.desk import MONDAY, machine

CAUSES = list(machine().flows["webmail"].causes)
TYPED: dict[str, tuple[a.Value, ...]] = {
    "error_message": (a.ErrorMessage("boum"),),
    "attempt_time": (a.AttemptTime(MONDAY - timedelta(hours=1), "minute", "9h30"),),
    "web_address": (a.WebAddress("https://x", "ac-aix-marseille.fr"), a.WebAddress("https://y", "evil.example")),
    "identifier": (a.Identifier("jdupont"),),
    "environment": (a.Environment("Mac"),),
    "text": (a.FreeText("voilà"),),
}
"""One typed answer of each kind, and one more where the path depends on it."""


class Turns:
    """The numbers of turns to a ticket from each place, remembered by all that the rest of the way depends on."""

    def __init__(self) -> None:
        self._known: dict[object, frozenset[int]] = {}

    def from_here(self, session: Session) -> frozenset[int]:
        """How many turns the ways from here to a ticket take; none when no ticket can be reached."""
        if session.ended is not None:
            return frozenset({0} if session.ended == "ticket" else ())
        place = session.place
        key = (
            place.flow,
            place.node,
            place.stack,
            place.heard,
            tuple((e.name, e.choice, e.value) for e in place.trail),
        )
        relevant = (*key[:4], tuple(each for each in key[4] if each[0] in ("address", "otp_device", "refused_advice")))
        if relevant not in self._known:
            after = (step(machine(), session, given, MONDAY)[0] for given in inputs(session))
            self._known[relevant] = frozenset(1 + rest for each in after for rest in self.from_here(each))
        return self._known[relevant]


def inputs(session: Session) -> list[Input]:
    """Everything that leads on: the choices, corrections and what is added left out, and typed answers."""
    _, effects = step(machine(), session, Choose("resume"), MONDAY)
    choices = [
        choice.id
        for choice in getattr(effects[1], "choices", ())
        if not choice.id.startswith("correct-") and not (isinstance(choice, Choice) and choice.once)
    ]
    node = machine().flows[session.place.flow].nodes[session.place.node]
    typed = TYPED[node.kind] if isinstance(node, Question) else ()
    return [*(Choose(choice) for choice in choices), *(Answer(value) for value in typed)]


@pytest.mark.parametrize("cause", CAUSES)
def test_turns(cause: str) -> None:
    """From the very start: eight at most on the shortest path of each cause, twelve on the longest."""
    session, _ = begin(machine(), "fr", MONDAY)
    for choice in ("webmail", cause):
        session, _ = step(machine(), session, Choose(choice), MONDAY)
    turns = {2 + rest for rest in Turns().from_here(session)}
    assert min(turns) <= 8
    assert max(turns) <= 12
