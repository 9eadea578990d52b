"""What the words of a time say: a small closed grammar, in French and English.

Either all the words of a text belong to the grammar, or it is not a time: nothing is guessed from a part of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.model.answer import PartOfDay

_MONTHS = (
    ("janvier", "january", "janv", "jan"),
    ("fevrier", "february", "fevr", "fev", "feb"),
    ("mars", "march", "mar"),
    ("avril", "april", "avr", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "july", "juil", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "september", "sept", "sep"),
    ("octobre", "october", "oct"),
    ("novembre", "november", "nov"),
    ("decembre", "december", "dec"),
)
_WEEKDAYS = (
    ("lundi", "monday"),
    ("mardi", "tuesday"),
    ("mercredi", "wednesday"),
    ("jeudi", "thursday"),
    ("vendredi", "friday"),
    ("samedi", "saturday"),
    ("dimanche", "sunday"),
)
_DAYS: Mapping[str, int] = {
    "avant-hier": -2,
    "avant hier": -2,
    "hier": -1,
    "yesterday": -1,
    "aujourd'hui": 0,
    "today": 0,
    "demain": 1,
    "tomorrow": 1,
    "apres-demain": 2,
    "apres demain": 2,
}
_PARTS: Mapping[str, PartOfDay] = {
    "matin": "morning",
    "morning": "morning",
    "apres-midi": "afternoon",
    "apres midi": "afternoon",
    "aprem": "afternoon",
    "afternoon": "afternoon",
    "soir": "evening",
    "evening": "evening",
}


def _any_of(words: Mapping[str, object] | list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MONTH = _any_of([name for names in _MONTHS for name in names])
_WEEKDAY = _any_of([name for names in _WEEKDAYS for name in names])
_TOKEN = re.compile(
    rf"""(?P<iso>(?P<yi>\d{{4}})-(?P<mi>\d{{2}})-(?P<di>\d{{2}}))\b
    |(?P<english>(?P<hour12>\d{{1,2}})(?::(?P<minute12>\d{{2}}))?\ ?(?P<half>[ap]m))\b
    |(?P<clock>(?P<hour>\d{{1,2}})\ ?(?:h(?:eures?)?|:)\ ?(?P<minute>\d{{2}})?)(?!\w|/)
    |(?P<noon>midi|noon)\b
    |(?P<midnight>minuit|midnight)\b
    |(?P<day>{_any_of(_DAYS)})\b
    |(?P<night>last\ night)\b
    |(?P<slashes>(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})(?:/(?P<y>\d{{4}}))?)\b
    |(?P<french>(?P<df>\d{{1,2}})(?:er)?\ (?P<mf>{_MONTH})\b\.?(?:\ (?P<yf>\d{{4}})\b)?)
    |(?P<us>(?P<mu>{_MONTH})\ (?P<du>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\ (?P<yu>\d{{4}})\b)?)
    |(?P<week>(?P<before>last\ )?(?P<weekday>{_WEEKDAY})(?P<after>\ dernier)?)\b
    |(?P<part>{_any_of(_PARTS)})\b
    |(?P<filler>(?:a|vers|environ|at|around|about|le|the|on|de|in|ce|cet|cette|this)\b|l'|,|\ )""",
    re.VERBOSE,
)


@dataclass(slots=True)
class Said:
    """What the words of one text say, each at most once."""

    day: date | None = None
    weekday: int | None = None
    last: bool | None = None
    """The weekday is one before today."""
    part: PartOfDay | None = None
    hour: int | None = None
    minute: int | None = None
    exact: bool | None = None
    """The hour cannot be that of the day's other half."""
    midnight: bool | None = None
    """The hour is "midnight", which begins one day and ends another."""
    night: bool | None = None
    """"Last night": from yesterday's evening until this morning."""


class NotATime(Exception):
    """A text that the grammar does not cover."""


class NoSuchTime(Exception):
    """A date or a clock time that does not exist."""


def scan(folded: str, today: date) -> Said:
    """What a folded text says.

    Raises `NotATime` when the grammar does not cover it or a thing is said twice, `NoSuchTime` for a date or a clock
    time that does not exist.
    """
    said = Said()
    position = 0
    while position < len(folded):
        token = _TOKEN.match(folded, position)
        if token is None:
            raise NotATime
        position = token.end()
        _note(said, token, today)
    if said == Said():
        raise NotATime
    if (said.hour or 0) > 23 or (said.minute or 0) > 59:
        raise NoSuchTime
    return said


def _note(said: Said, token: re.Match[str], today: date) -> None:
    match token.lastgroup:
        case "iso":
            _set(said, day=_date(token["di"], int(token["mi"]), token["yi"], today))
        case "clock":
            _set(said, hour=int(token["hour"]), minute=_number(token["minute"]))
        case "english":
            hour = int(token["hour12"])
            if not 1 <= hour <= 12:
                raise NoSuchTime
            hour = hour % 12 + 12 * (token["half"] == "pm")
            _set(said, hour=hour, minute=_number(token["minute12"]), exact=True)
        case "noon":
            _set(said, hour=12, exact=True)
        case "midnight":
            _set(said, hour=0, midnight=True)
        case "day":
            _set(said, day=today + timedelta(days=_DAYS[token["day"]]))
        case "night":
            _set(said, night=True)
        case "slashes":
            _set(said, day=_date(token["d"], int(token["m"]), token["y"], today))
        case "french":
            _set(said, day=_date(token["df"], _index(_MONTHS, token["mf"]) + 1, token["yf"], today))
        case "us":
            _set(said, day=_date(token["du"], _index(_MONTHS, token["mu"]) + 1, token["yu"], today))
        case "week":
            last = bool(token["before"] or token["after"])
            _set(said, weekday=_index(_WEEKDAYS, token["weekday"]), last=last)
        case "part":
            _set(said, part=_PARTS[token["part"]])
        case _:
            pass


def _set(said: Said, **values: object) -> None:
    for name, value in values.items():
        if getattr(said, name) is not None:
            raise NotATime
        setattr(said, name, value)


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _index(names: tuple[tuple[str, ...], ...], name: str) -> int:
    return next(index for index, same in enumerate(names) if name in same)


def _date(day: str, month: int, year: str | None, today: date) -> date:
    """The date, in the most recent year it can be of when none is said."""
    try:
        if year:
            return date(int(year), month, int(day))
        this_year = date(today.year, month, int(day))
        return this_year if this_year <= today else date(today.year - 1, month, int(day))
    except ValueError:
        raise NoSuchTime from None
