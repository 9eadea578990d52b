"""What the bot waits for, put together for whoever has to understand a text."""

from collections.abc import Iterator
from datetime import datetime

from bot.engine.machine import Machine
from bot.engine.offers import offered
from bot.model.expectation import Expectation, Sayable
from bot.model.flow import Choice, Phrase, Question
from bot.model.offer import FlowOnOffer, Offered
from bot.model.session import Session
from bot.service.ports import Catalog


def expectation(machine: Machine, session: Session, catalog: Catalog, now: datetime) -> Expectation:
    """What can be said at the place where the session stands, in every language."""
    place = session.place
    flow = machine.flows[place.flow]
    node = flow.nodes[place.node]
    choices = () if session.ended else offered(machine, place, now)
    return Expectation(
        expects=node.kind if isinstance(node, Question) and not session.ended else "choice",
        choices=tuple(Sayable(offer.id, tuple(_words(machine, offer, catalog))) for offer in choices),
        interrupts=tuple(
            Sayable(name, tuple(_in_all_languages((interrupt.label, *interrupt.words), catalog)))
            for name, interrupt in flow.interrupts.items()
        ),
        language=session.language,
        languages=tuple(catalog.languages),
    )


def _words(machine: Machine, offer: Offered, catalog: Catalog) -> Iterator[str]:
    match offer:
        case Choice(label=label, examples=examples):
            yield from _in_all_languages((label, *examples), catalog)
        case FlowOnOffer(name):
            flow = machine.flows[name]
            yield from _in_all_languages((flow.title, *flow.examples), catalog)
        case _:
            return


def _in_all_languages(phrases: tuple[Phrase, ...], catalog: Catalog) -> Iterator[str]:
    for phrase in phrases:
        for language in catalog.languages:
            yield catalog.phrase(phrase, language)
