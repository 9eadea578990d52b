"""What the bot waits for, put together for whoever has to understand a text."""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from bot.engine.machine import Machine
from bot.engine.offers import offered
from bot.model.expectation import Expectation, Sayable
from bot.model.flow import Choice, Phrase, Question
from bot.model.message import Expects
from bot.model.offer import Correction, FlowOnOffer, Offered, Proposal, Resumption
from bot.model.session import Session
from bot.service.ports import Catalog
from bot.service.voice import message

RESUME = message("Go on")
START_OVER = message("Begin again")


def expectation(machine: Machine, session: Session, catalog: Catalog, now: datetime) -> Expectation:
    """What can be said at the place where the session stands, in every language."""
    place = session.place
    flow = machine.flows[place.flow]
    choices = () if session.ended else offered(machine, place, now)
    return Expectation(
        expects=expects(machine, session) or "choice",
        choices=tuple(Sayable(offer.id, tuple(_words(machine, offer, catalog))) for offer in choices),
        interrupts=tuple(
            Sayable(name, tuple(_in_all_languages((interrupt.label, *interrupt.words), catalog)))
            for name, interrupt in flow.interrupts.items()
        ),
        language=session.language,
        languages=tuple(catalog.languages),
    )


def expects(machine: Machine, session: Session) -> Expects | None:
    """What the bot waits for at the place where the session stands; None after an end."""
    if session.ended is not None:
        return None
    node = machine.flows[session.place.flow].nodes[session.place.node]
    return node.kind if isinstance(node, Question) and session.place.away is None else "choice"


def _words(machine: Machine, offer: Offered, catalog: Catalog) -> Iterator[str]:
    match offer:
        case Choice(label=label, examples=examples):
            yield from _in_all_languages((label, *examples), catalog)
        case FlowOnOffer(name):
            flow = machine.flows[name]
            yield from _in_all_languages((flow.title, *flow.examples), catalog)
        case Resumption("resume"):
            yield from (catalog.bot(RESUME, language) for language in catalog.languages)
        case Resumption():
            yield from (catalog.bot(START_OVER, language) for language in catalog.languages)
        case Correction() | Proposal():
            return
        case _:
            assert_never(offer)


def _in_all_languages(phrases: tuple[Phrase, ...], catalog: Catalog) -> Iterator[str]:
    for phrase in phrases:
        for language in catalog.languages:
            yield catalog.phrase(phrase, language)
