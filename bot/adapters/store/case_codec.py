"""Cases and relays as JSON. What was written and how far it got are two records: either changes without the other."""

from dataclasses import dataclass, replace
from functools import cache

from pydantic import TypeAdapter

from bot.adapters.store.codec import read_record
from bot.model.answer import Attachment
from bot.model.case import Case, CaseState, Rating, Refusal, Relay, RelayKind, RelayState


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """How a case stands."""

    state: CaseState
    by: str | None
    rating: Rating | None
    choosing: bool
    ratings: int = 0


@dataclass(frozen=True, slots=True)
class WordsRecord:
    """What goes to a person."""

    reference: str
    kind: RelayKind
    text: str
    attachment: Attachment | None


@dataclass(frozen=True, slots=True)
class OutcomeRecord:
    """How far it got."""

    state: RelayState
    targets: tuple[int, ...]
    refusal: Refusal | None
    sent: int
    shown: bool
    told: bool


def dump_case(case: Case) -> str:
    """How a case stands, as JSON."""
    return _cases().dump_json(CaseRecord(case.state, case.by, case.rating, case.choosing, case.ratings)).decode()


def load_case(stored: str) -> Case:
    """A case that stands so; whose it is, and where, is not known here."""
    record = read_record(_cases(), stored)
    return Case("", "", record.state, record.by, record.rating, record.choosing, ratings=record.ratings)


def dump_words(relay: Relay) -> str:
    """What goes to a person, as JSON."""
    record = WordsRecord(relay.reference, relay.kind, relay.text, relay.attachment)
    return _words().dump_json(record).decode()


def dump_outcome(relay: Relay) -> str:
    """How far it got, as JSON."""
    record = OutcomeRecord(relay.state, relay.targets, relay.refusal, relay.sent, relay.shown, relay.told)
    return _outcomes().dump_json(record).decode()


def load_relay(number: int, source: int | None, revision: int, words: str, outcome: str) -> Relay:
    """The relay of two JSON texts; what stands in clear beside them is given."""
    said, got = read_record(_words(), words), read_record(_outcomes(), outcome)
    relay = Relay(said.reference, said.kind, said.text, said.attachment, source, id=number, revision=revision)
    return replace(
        relay,
        state=got.state,
        targets=got.targets,
        refusal=got.refusal,
        sent=got.sent,
        shown=got.shown,
        told=got.told,
    )


@cache
def _cases() -> TypeAdapter[CaseRecord]:
    return TypeAdapter(CaseRecord)


@cache
def _words() -> TypeAdapter[WordsRecord]:
    return TypeAdapter(WordsRecord)


@cache
def _outcomes() -> TypeAdapter[OutcomeRecord]:
    return TypeAdapter(OutcomeRecord)
