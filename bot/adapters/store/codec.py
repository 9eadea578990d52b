"""Sessions, replies and tickets as JSON.

The places of a session's past share most of their answers. A record holds each answer once and the places name them
by number, so that it grows with the conversation and not with its square.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Annotated, TypeVar

import orjson
from pydantic import BeforeValidator, TypeAdapter, ValidationError

from bot.model.answer import Attachment, AttemptTime
from bot.model.error import BotError
from bot.model.flow import Outcome
from bot.model.inputs import Answer, Held
from bot.model.message import Message, Reply
from bot.model.session import Added, Entry, Frame, Place, Session
from bot.model.target import Target
from bot.model.ticket import Ticket
from bot.service.delivery import Addition

T = TypeVar("T")


class UnreadableRecord(BotError):
    """What is stored was written by another version, or is damaged. What it says is not repeated."""


def _with_source(stored: object) -> object:
    """Words held during a pause as they are stored today; they were a text alone before."""
    return {"words": stored} if isinstance(stored, str) else stored


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """A place whose answers are numbers."""

    flow: str
    node: str
    stack: tuple[Frame, ...]
    trail: tuple[int, ...]
    replay: tuple[int, ...]
    misses: tuple[str, ...]
    proposals: tuple[AttemptTime, ...]
    heard: tuple[str, ...]
    corrections: int
    away: tuple[Annotated[Held, BeforeValidator(_with_source)], ...] | None = None
    pictures: tuple[Attachment, ...] = ()
    known: tuple[Answer, ...] = ()
    suggestions: tuple[Target, ...] = ()
    switch: str | None = None
    recognised: bool = False
    legible: Answer | None = None


_USUAL = {each.name: each.default for each in fields(PlaceRecord) if each.default is not MISSING}
_NUMBERED = ("trail", "replay")
_ALWAYS = [each.name for each in fields(PlaceRecord) if each.default is MISSING and each.name not in _NUMBERED]
_of_always, _of_usual, _all_usual = attrgetter(*_ALWAYS), attrgetter(*_USUAL), tuple(_USUAL.values())


def _with_reasons(stored: object) -> object:
    """An entry as it is stored today; web addresses had a flag for each of two reasons before."""
    match stored:
        case {"value": {"insecure": insecure, "user_info": user_info, **value}, **entry}:
            reasons = [reason for reason, found in (("user_info", user_info), ("not_https", insecure)) if found]
            return {**entry, "value": {**value, "reasons": reasons}}
        case _:
            return stored


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session as it is stored: the last of the places is where it stands."""

    entries: tuple[Annotated[Entry, BeforeValidator(_with_reasons)], ...]
    places: tuple[PlaceRecord, ...]
    language: str
    digest: str
    revision: int
    ended: Outcome | None
    attachments: tuple[Attachment, ...]
    only: str | None
    reminded: int | None = None
    adding: str | None = None
    added: Added | None = None


def dump_session(session: Session) -> str:
    """The session as JSON."""
    numbers: dict[int, int] = {}  # by identity: what places share is the same object
    found: list[Entry] = []

    def number(entries: tuple[Entry, ...]) -> list[int]:
        for entry in entries:
            if id(entry) not in numbers:
                numbers[id(entry)] = len(found)
                found.append(entry)
        return [numbers[id(entry)] for entry in entries]

    places = [_place(place, number) for place in (*session.past, session.place)]
    record = {
        "entries": found,
        "places": places,
        "language": session.language,
        "digest": session.digest,
        "revision": session.revision,
        "ended": session.ended,
        "attachments": session.attachments,
        "only": session.only,
        "reminded": session.reminded,
        "adding": session.adding,
        "added": session.added,
    }
    return orjson.dumps(record).decode()


def _place(place: Place, number: Callable[[tuple[Entry, ...]], list[int]]) -> dict[str, object]:
    """A place as it is stored: what is as usual, as most of it is at most places, is left out."""
    written: dict[str, object] = dict(zip(_ALWAYS, _of_always(place), strict=True))
    for name in _NUMBERED:
        written[name] = number(getattr(place, name))
    values = _of_usual(place)
    if values != _all_usual:
        written |= {name: value for name, value in zip(_USUAL, values, strict=True) if value != _USUAL[name]}
    return written


def load_session(stored: str) -> Session:
    """The session of a JSON text that `dump_session` made."""
    record = read_record(_sessions(), stored)

    def entries(numbers: tuple[int, ...]) -> tuple[Entry, ...]:
        return tuple(record.entries[number] for number in numbers)

    *past, place = (
        Place(
            place.flow,
            place.node,
            place.stack,
            entries(place.trail),
            entries(place.replay),
            place.misses,
            place.proposals,
            place.heard,
            place.corrections,
            place.away,
            place.pictures,
            place.known,
            place.suggestions,
            place.switch,
            place.recognised,
            place.legible,
        )
        for place in record.places
    )
    return Session(
        place,
        record.language,
        record.digest,
        tuple(past),
        record.revision,
        record.ended,
        record.attachments,
        record.only,
        record.reminded,
        record.adding,
        record.added,
    )


def dump_reply(reply: Reply) -> str:
    """The reply as JSON."""
    return orjson.dumps(reply).decode()


def load_reply(stored: str) -> Reply:
    """The reply of a JSON text that `dump_reply` made."""
    return read_record(_replies(), stored)


def dump_message(message: Message) -> str:
    """The message as JSON."""
    return _messages().dump_json(message).decode()


def load_message(stored: str) -> Message:
    """The message of a JSON text that `dump_message` made."""
    return read_record(_messages(), stored)


def dump_ticket(ticket: Ticket) -> str:
    """The ticket as JSON."""
    return _tickets().dump_json(ticket).decode()


def load_ticket(stored: str) -> Ticket:
    """The ticket of a JSON text that `dump_ticket` made."""
    return read_record(_tickets(), stored)


def dump_addition(addition: Addition) -> str:
    """What was added to a ticket, as JSON."""
    return _additions().dump_json(addition).decode()


def load_addition(stored: str) -> Addition:
    """What was added, of a JSON text that `dump_addition` made."""
    return read_record(_additions(), stored)


def read_record(adapter: TypeAdapter[T], stored: str) -> T:
    """A record of this type.

    Raises:
        UnreadableRecord: another version wrote it, or it is damaged.
    """
    try:
        return adapter.validate_json(stored)
    except ValidationError as error:
        places = {".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)}
        raise UnreadableRecord(f"a stored record does not fit this program, at {', '.join(sorted(places))}") from None


@cache
def _sessions() -> TypeAdapter[SessionRecord]:
    return TypeAdapter(SessionRecord)


@cache
def _replies() -> TypeAdapter[Reply]:
    return TypeAdapter(Reply)


@cache
def _messages() -> TypeAdapter[Message]:
    return TypeAdapter(Message)


@cache
def _tickets() -> TypeAdapter[Ticket]:
    return TypeAdapter(Ticket)


@cache
def _additions() -> TypeAdapter[Addition]:
    return TypeAdapter(Addition)
