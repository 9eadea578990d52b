"""What is said of one attempt."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any, assert_never

from bot.understanding.times.pieces import (
    Clock,
    Date,
    Day,
    Elapsed,
    Night,
    NoSuchTime,
    Part,
    SameTime,
    Since,
    Stamp,
    Telling,
    Weekday,
    Weekend,
)
from bot.understanding.times.tokens import Token

_LONG_AGO = timedelta(days=270)
"""A date without a year that was so long ago was perhaps meant for the next one."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one attempt, each thing at most once. `start` and `end` are where, in the text."""

    clock: Clock | None = None
    since: Since | None = None
    same_time: SameTime | None = None
    day: date | None = None
    weekday: Weekday | None = None
    weekend: Weekend | None = None
    part: Part | None = None
    night: Night | None = None
    elapsed: Elapsed | None = None
    stamp: Stamp | None = None
    doubtful: bool = False
    denied: bool = False
    start: int = 0
    end: int = 0

    @property
    def in_doubt(self) -> "Said":
        """The same, said to be doubtful."""
        return self if self.doubtful else replace(self, doubtful=True)

    @property
    def has_hour(self) -> bool:
        """Whether it is said at which hour it was."""
        return any((self.clock, self.since, self.same_time))

    @property
    def has_day(self) -> bool:
        """Whether it is said which day it was."""
        return any((self.day, self.weekday, self.weekend, self.night, self.elapsed, self.stamp))

    def is_like(self, other: "Said") -> bool:
        """Whether both say an hour, or both a day: only such make a range."""
        return (self.has_hour and other.has_hour) or (self.has_day and other.has_day)

    @property
    def clock_time(self) -> tuple[int, int]:
        """Hour and minute, to compare those of one day."""
        return (self.clock.hour, self.clock.minute or 0) if self.clock else (0, 0)

    def last_day(self, today: date) -> date | None:
        """The day or weekday that is said, None when there is no such."""
        return self.day or (self.weekday.most_recent(today) if self.weekday else None)


def said_by(piece: Telling, token: Token, today: date) -> Said:
    """What one piece says."""
    at = partial(Said, start=token.start, end=token.end)
    match piece:
        case Clock(doubtful=doubtful):
            return at(clock=piece, doubtful=doubtful)
        case Since():
            return at(since=piece)
        case SameTime():
            return at(same_time=piece)
        case Day(ago, doubtful):
            return at(day=today - timedelta(days=ago), doubtful=doubtful)
        case Date():
            day, doubtful = _date(piece, today)
            return at(day=day, doubtful=doubtful)
        case Weekday():
            return at(weekday=piece)
        case Weekend():
            return at(weekend=piece, doubtful=True)
        case Part(today=True):
            return at(part=piece, day=today)
        case Part(doubtful=doubtful):
            return at(part=piece, doubtful=doubtful)
        case Night():
            return at(night=piece)
        case Elapsed(doubtful=doubtful):
            return at(elapsed=piece, doubtful=doubtful)
        case Stamp():
            return at(stamp=piece)
        case _:
            assert_never(piece)


_SLOTS = ("clock", "since", "same_time", "day", "weekday", "weekend", "part", "night", "elapsed", "stamp")
_ALONE = ("elapsed", "stamp")


def merged(first: Said, second: Said) -> Said | None:
    """Both as one, None where they do not go together."""
    if any(getattr(each, slot) is not None for each in (first, second) for slot in _ALONE):
        return None
    if first.has_hour and second.has_hour and first.clock != second.clock:
        return None
    values: dict[str, Any] = {}
    for slot in _SLOTS:
        one, other = getattr(first, slot), getattr(second, slot)
        if one is not None and other is not None and one != other:
            return None
        values[slot] = other if one is None else one
    if values["night"] and (values["day"] or values["weekday"] or values["part"]):
        return None
    return Said(
        **values,
        doubtful=first.doubtful or second.doubtful,
        denied=first.denied,
        start=first.start,
        end=second.end,
    )


def _date(said: Date, today: date) -> tuple[date, bool]:
    """The most recent day it can be, and whether that is doubtful."""
    try:
        if said.year is not None:
            return date(said.year, said.month or 0, said.day), False
        if said.month is not None:
            this_year = date(today.year, said.month, said.day)
            day = this_year if this_year <= today else date(today.year - 1, said.month, said.day)
            return day, today - day > _LONG_AGO
    except ValueError:
        raise NoSuchTime from None
    first = today.replace(day=1)
    while (recent := _in_month(first, said.day)) is None or recent > today:
        first = (first - timedelta(days=1)).replace(day=1)
    return recent, False


def _in_month(first: date, day: int) -> date | None:
    try:
        return first.replace(day=day)
    except ValueError:
        return None
