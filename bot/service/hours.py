"""When the desk is there, and when somebody may expect an answer. The time comes in with the call."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, Protocol, TypeAlias

_ENOUGH = timedelta(hours=1)
"""Of opening hours that are left today: with less, an answer today is not to be expected."""
_HORIZON = 400
"""Days that are looked ahead; a desk that does not open within them has no next opening."""
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Opening:
    """From when to when the desk is there on a day, the end not included; an end at 00:00 is midnight.

    At a change of the clocks, a time that comes twice is the first of the two; one that is left out is an hour later.
    """

    start: time
    end: time


Week: TypeAlias = tuple[tuple[Opening, ...], ...]
"""The openings of each weekday, Monday first, in order and apart."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """A public holiday, and what it is called in each language that is known: their codes, then the names."""

    day: date
    names: Mapping[str, str]


class Calendar(Protocol):
    """What days are, where the desk is."""

    def public_holiday(self, day: date) -> PublicHoliday | None:
        """The public holiday that a day is, if it is one."""

    def is_school_holiday(self, day: date) -> bool | None:
        """Whether schools have holidays; None when that is not known, or not asked for."""


Reason: TypeAlias = Literal["hours", "weekend", "closed"] | PublicHoliday
"""Why a desk is closed: outside its hours, over a weekend, on days that it named, or on a public holiday."""


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """When an answer may be expected.

    All instants are in the desk's zone. `closes` is when the present opening ends: None while the desk is closed, or if
    it never closes. `opens` is when the next one begins, None when none is known. `today` says that an answer may come
    while the desk is open today. `reason` says why the desk is closed until it opens, None while it is open.
    `school_holidays` says that the answer falls in those.
    """

    now: datetime
    is_open: bool
    closes: datetime | None
    opens: datetime | None
    today: bool
    reason: Reason | None
    school_holidays: bool


@dataclass(frozen=True, slots=True)
class SupportHours:
    """The hours of a desk in its zone, but for public holidays and the days on which it is closed."""

    week: Week
    zone: tzinfo
    calendar: Calendar
    closed: tuple[Days, ...] = ()

    def is_open(self, now: datetime) -> bool:
        """Whether the desk is there at this instant."""
        return any(start <= now < end for start, end in self._spans(now, 1))

    def next_opening(self, now: datetime) -> datetime | None:
        """The first instant from now on at which the desk is there: now, when it is; None when none is known."""
        if self.is_open(now):
            return now
        return next((start.astimezone(self.zone) for start, _ in self._spans(now, _HORIZON) if start > now), None)

    def expectation(self, now: datetime) -> AnswerTime:
        """When somebody who asks now may expect an answer."""
        local = now.astimezone(self.zone)
        is_open = self.is_open(local)
        closes = self._closing(local) if is_open else None
        opens = self.next_opening(closes or local) if closes or not is_open else None
        today = is_open and (closes is None or self._left_today(local) >= _ENOUGH)
        answer = local if today else opens
        reason = None if is_open else self._reason(local.date(), opens)
        school = answer is not None and self.calendar.is_school_holiday(answer.date()) is True
        return AnswerTime(local, is_open, closes, opens, today, reason, school)

    def _spans(self, now: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """The openings of yesterday and so many days after it, in UTC: instants of one zone compare by its clock."""
        yesterday = now.astimezone(self.zone).date() - _DAY
        for number in range(days + 1):
            day = yesterday + number * _DAY
            if not self._is_closed(day):
                for opening in self.week[day.weekday()]:
                    start = self._instant(day, opening.start)
                    end = self._instant(day if opening.end > opening.start else day + _DAY, opening.end)
                    if start < end:
                        yield start, end

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def _is_closed(self, day: date) -> bool:
        return any(day in days for days in self.closed) or self.calendar.public_holiday(day) is not None

    def _closing(self, now: datetime) -> datetime | None:
        """When the present opening ends, with those that follow it without a gap."""
        until: datetime = now.astimezone(UTC)
        for start, end in self._spans(now, _HORIZON):
            if start > until:
                break
            until = max(until, end)
        ever = until >= now + (_HORIZON - 2) * _DAY
        return None if ever else until.astimezone(self.zone)

    def _left_today(self, now: datetime) -> timedelta:
        tomorrow = self._instant(now.date() + _DAY, time())
        left = (min(end, tomorrow) - max(start, now) for start, end in self._spans(now, 1))
        return sum((each for each in left if each > timedelta()), timedelta())

    def _reason(self, today: date, opens: datetime | None) -> Reason:
        """What keeps the desk closed until it opens: the first day that is not as in every week, else the weekend."""
        waits = (opens.date() - today).days if opens else _HORIZON
        days = [today + number * _DAY for number in range(waits)]
        for day in days:
            if self.week[day.weekday()] and self._is_closed(day):
                return self.calendar.public_holiday(day) or "closed"
        over_weekend = any(day.weekday() >= _SATURDAY and not self.week[day.weekday()] for day in days)
        return "weekend" if over_weekend else "hours"
