"""What single expressions of a time say, before anything is counted from now."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from bot.model.answer import PartOfDay, Precision

Role: TypeAlias = Literal[
    "at", "since", "open", "from", "to", "until", "then", "comma", "or", "the", "trying", "known", "stop", "bound",
    "hedge", "not", "but", "figures", "unknown",
]  # fmt: skip
"""What a word that is no time does between times."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on a clock."""

    hour: int
    minute: int | None = None
    exact: bool = False
    """The hour cannot be that of the day's other half."""
    midnight: bool = False
    """The hour is "midnight", which begins one day and ends another."""
    spoken: bool = False
    """The hour is said as one speaks, where 8 may be 20."""
    doubtful: bool = False
    """The words can mean another time as well."""


@dataclass(frozen=True, slots=True)
class SameTime:
    """The time it is now, on another day."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day so many days ago; a negative number is still to come."""

    ago: int
    doubtful: bool = False
    """The words say more or less, or how long it took."""


@dataclass(frozen=True, slots=True)
class Date:
    """A day of the calendar."""

    day: int
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, Monday is 0."""

    number: int
    last: bool = False
    """It is one before today."""
    week: bool = False
    """It is one of last week."""

    def most_recent(self, today: date) -> date:
        """The most recent such day."""
        back = (today.weekday() - self.number) % 7 or 7 * self.last
        return today - timedelta(days=today.weekday() + 7 - self.number if self.week else back)


@dataclass(frozen=True, slots=True)
class Weekend:
    """A Saturday or a Sunday."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day."""

    part: PartOfDay
    today: bool = False
    """It is said to be today's."""
    any_day: bool = False
    """Alone, it may be that of any day: "le matin"."""
    doubtful: bool = False
    """The words can mean another part as well."""


@dataclass(frozen=True, slots=True)
class Night:
    """The night from yesterday's evening until this morning."""

    evening: bool
    """Its evening is meant when no hour is said."""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """So many minutes ago; a negative number is still to come."""

    minutes: int
    precision: Precision
    doubtful: bool = False
    """The words say more or less, or how long it took."""
    passing: bool = False
    """The word is often said in passing: "now"."""


@dataclass(frozen=True, slots=True)
class Since:
    """So many hours ago, or since that hour: "depuis 2h"."""

    hour: int
    minute: int | None
    by_the_clock: bool
    """It is an hour rather, if that hour is over today."""


@dataclass(frozen=True, slots=True)
class Dotted:
    """Two numbers with a dot: a clock time, or a day and its month."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date and a time as computers write them, perhaps with a distance to UTC."""

    iso: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number alone: an hour or a day only where the words around it say so."""

    value: int


@dataclass(frozen=True, slots=True)
class Vague:
    """A time that is too vague to be one."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is no time."""

    role: Role

    @property
    def is_unknown(self) -> bool:
        """Whether a number beside it is perhaps counted by it, and no time."""
        return self.role in ("unknown", "but")


Telling: TypeAlias = Clock | SameTime | Day | Date | Weekday | Weekend | Part | Night | Elapsed | Since | Stamp
"""What says something of a time."""

Piece: TypeAlias = Telling | Number | Dotted | Vague | Word


class NotATime(Exception):
    """A text that the grammar does not cover."""


class NoSuchTime(Exception):
    """A date or a clock time that does not exist."""
