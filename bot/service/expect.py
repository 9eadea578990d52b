"""What the bot waits for, put together for whoever has to understand a text."""

from collections.abc import Iterator
from datetime import datetime

from bot.engine.arrive import is_aside
from bot.engine.machine import Machine
from bot.engine.offers import offered
from bot.model.expectation import Expectation, Sayable
from bot.model.flow import Choice, Phrase, Question
from bot.model.message import Expects
from bot.model.offer import Confirmation, FlowOnOffer, Offered, Suggestion
from bot.model.session import Session
from bot.service.labels import label
from bot.service.voice import Voices
from bot.understanding.commands import NO, NONE_OF_THESE, YES


def expectation(machine: Machine, session: Session, voices: Voices, now: datetime) -> Expectation:
    """What can be said at the place where the session stands, in every language."""
    place = session.place
    flow = machine.flows[place.flow]
    choices = () if session.ended else offered(machine, place, now)
    speakers = voices.all()

    def said(*phrases: Phrase) -> Iterator[str]:
        return (voice.phrase(phrase) for phrase in phrases for voice in speakers)

    def words(offer: Offered) -> Iterator[str]:
        yield from (label(offer, choices, machine.flows, place, voice) for voice in speakers)
        yield from said(*_examples(machine, offer))
        yield from _plainly(offer)

    return Expectation(
        expects=expects(machine, session) or "choice",
        choices=tuple(Sayable(offer.id, tuple(words(offer))) for offer in choices),
        interrupts=tuple(
            Sayable(name, tuple(said(interrupt.label, *interrupt.words))) for name, interrupt in flow.interrupts.items()
        ),
        language=session.language,
        languages=tuple(voices.catalog.languages),
    )


def expects(machine: Machine, session: Session) -> Expects | None:
    """What the bot waits for at the place where the session stands; None after an end."""
    if session.ended is not None:
        return None
    node = machine.flows[session.place.flow].nodes[session.place.node]
    return node.kind if isinstance(node, Question) and not is_aside(session.place) else "choice"


def _examples(machine: Machine, offer: Offered) -> tuple[Phrase, ...]:
    match offer:
        case Choice(examples=examples):
            return examples
        case FlowOnOffer(name):
            return machine.flows[name].examples
        case _:
            return ()


def _plainly(offer: Offered) -> tuple[str, ...]:
    """What people just say when nothing that was suggested is meant."""
    match offer:
        case Suggestion("something_else", None):
            return (*NO, *NONE_OF_THESE)
        case Confirmation("read_right"):
            return YES
        case Confirmation("read_wrong"):
            return NO
        case _:
            return ()
