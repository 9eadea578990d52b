"""An answer changed by editing the message it was given in."""

from dataclasses import replace
from datetime import datetime

from bot.model.answer import AttemptTime, Environment, ErrorMessage, FreeText, Identifier, Value
from bot.model.inputs import Answer
from bot.model.moment import can_be_kept
from bot.model.session import Entry, Place, Session

_AMENDABLE = (ErrorMessage, AttemptTime, Identifier, Environment, FreeText)
"""Answers that no path depends on: another value leads the same way."""


def said_in(session: Session, source: str) -> Entry | None:
    """The answer that was given in this message, and counts, or waits to be given (again)."""
    place = session.place
    known = (Entry(place.node, place.stack, "", value=each.value, source=each.source) for each in place.known)
    entries = (*known, *place.replay, *place.trail)
    return next((entry for entry in reversed(entries) if entry.source == source), None)


def amend(session: Session, source: str, value: Value | None, now: datetime) -> tuple[Session, Entry] | None:
    """The session with this answer changed wherever it stands, and the answer; None when it cannot be changed so."""
    entry = said_in(session, source)
    if entry is None or not isinstance(value, _AMENDABLE) or not isinstance(entry.value, type(value)):
        return None
    if isinstance(value, AttemptTime) and not can_be_kept(value.at, now):
        return None

    def amended(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(replace(each, value=value) if said_there(each) else each for each in entries)

    def everywhere(place: Place) -> Place:
        known = tuple(replace(each, value=value) if said_there(each) else each for each in place.known)
        return replace(place, trail=amended(place.trail), replay=amended(place.replay), known=known)

    def said_there(each: Entry | Answer) -> bool:
        return each.source == source and isinstance(each.value, type(value))

    changed = replace(
        session,
        place=everywhere(session.place),
        past=tuple(map(everywhere, session.past)),
        revision=session.revision + 1,
    )
    return changed, replace(entry, value=value)
