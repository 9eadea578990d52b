"""Support hours and closed days as an operator writes them. What cannot be read is a ValueError in words."""

import re
from collections.abc import Iterable
from datetime import date, time
from itertools import pairwise

from bot.service.hours import Days, Opening, Week

_NAMES = (
    ("monday", "lundi"),
    ("tuesday", "mardi"),
    ("wednesday", "mercredi"),
    ("thursday", "jeudi"),
    ("friday", "vendredi"),
    ("saturday", "samedi"),
    ("sunday", "dimanche"),
)
_DAYS = {form: number for number, names in enumerate(_NAMES) for name in names for form in (name, name[:3])}
_WEEK = len(_NAMES)
_RANGE = re.compile(r"(\d{1,2})(?:[:h](\d{2})|h)-(\d{1,2})(?:[:h](\d{2})|h)", re.ASCII)
_MIDNIGHT = time()
_END_OF_DAY = ("-24:00", "-24h00", "-24h")
_EXAMPLE = "mon-fri 08:30-12:00 13:30-17:00; sat 09:00-12:00"


def week_of(text: str) -> Week:
    """The openings of a week, from `mon-fri 08:30-12:00 13:30-17:00; sat 09:00-12:00`.

    Raises:
        ValueError: this cannot be read, or hours overlap.
    """
    week: list[list[Opening]] = [[] for _ in range(_WEEK)]
    for part in filter(None, map(str.strip, text.split(";"))):
        days, *hours = re.sub(r"\s*([-,])\s*", r"\1", part.lower()).split()
        if not hours:
            raise ValueError(f'there are no hours after "{days}"; write for example {_EXAMPLE}')
        openings = [_opening(each) for each in hours]
        for day in _days(days):
            week[day] += openings
    if not any(week):
        raise ValueError(f"there are no hours in it; write for example {_EXAMPLE}")
    return tuple(_apart(day, openings) for day, openings in enumerate(week))


def closed_days_of(text: str) -> tuple[Days, ...]:
    """Days on which a desk is closed, from `2026-12-24..2027-01-02, 2027-05-15`.

    Raises:
        ValueError: this cannot be read, or days end before they begin.
    """
    return tuple(_closed(part) for part in filter(None, map(str.strip, text.split(","))))


def _days(text: str) -> Iterable[int]:
    for part in text.split(","):
        first, dash, last = part.partition("-")
        start = _day(first)
        yield from (
            ((start + number) % _WEEK for number in range((_day(last) - start) % _WEEK + 1)) if dash else (start,)
        )


def _day(name: str) -> int:
    if name not in _DAYS:
        raise ValueError(f'"{name}" is not a day; write days as mon-fri, sat or lun-ven')
    return _DAYS[name]


def _opening(text: str) -> Opening:
    found = _RANGE.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is not from when to when; write for example 08:30-12:00')
    try:
        start = time(int(found[1]), int(found[2] or 0))
        end = _MIDNIGHT if text.endswith(_END_OF_DAY) else time(int(found[3]), int(found[4] or 0))
    except ValueError:
        raise ValueError(f'there is no such time as in "{text}"; write for example 08:30-12:00') from None
    if end <= start and end != _MIDNIGHT:
        raise ValueError(f'"{text}" ends before it begins; hours after midnight belong to the next day')
    return Opening(start, end)


def _apart(day: int, openings: list[Opening]) -> tuple[Opening, ...]:
    ordered = sorted(openings, key=lambda opening: opening.start)
    for before, after in pairwise(ordered):
        if before.end == _MIDNIGHT or before.end > after.start:
            name = _NAMES[day][0].capitalize()
            raise ValueError(f"the hours of {name} overlap: {_written(before)} and {_written(after)}")
    return tuple(ordered)


def _written(opening: Opening) -> str:
    return f"{opening.start:%H:%M}-{opening.end:%H:%M}"


def _closed(text: str) -> Days:
    first, dots, last = (part.strip() for part in text.partition(".."))
    days = Days(_date(first), _date(last if dots else first))
    if days.last < days.first:
        raise ValueError(f'"{text}" ends before it begins')
    return days


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is not a day; write for example 2026-12-24..2027-01-02, 2027-05-15') from None
