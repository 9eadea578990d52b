"""When a user says to have tried: a small closed grammar, in French and English.

Either all the words of a text belong to the grammar, or it is not a time: nothing is guessed from a part of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from bot.model.answer import AttemptTime, PartOfDay, Precision
from bot.model.inputs import Answer, Miss, Propose
from bot.model.moment import OLDEST, can_be_kept, day_ago, elapsed
from bot.understanding.normal import fold

Understood: TypeAlias = Answer | Propose | Miss

_MIDNIGHT_REACH = timedelta(hours=3)
"""Just after midnight, a clock time this little ago is last evening's, without asking."""

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
_DAYS: Mapping[str, int] = {"today": 0, "aujourd'hui": 0, "hier": 1, "yesterday": 1, "avant-hier": 2, "avant hier": 2}
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
_NOW = re.compile(r"maintenant|a l'instant|tout de suite|(?:just |right )?now")
_AGO = re.compile(
    r"(?:il y a|y a) (?P<n>\d{1,4}|une?) ?(?P<unit>minutes?|min|mn|heures?|h|jours?)"
    r"|(?P<m>\d{1,4}|an?|one) ?(?P<word>minutes?|mins?|hours?|h|days?) ago"
)
_TOKEN = re.compile(
    rf"""(?P<english>(?P<hour12>\d{{1,2}})(?::(?P<minute12>\d{{2}}))?\ ?(?P<half>[ap]m))\b
    |(?P<clock>(?P<hour>\d{{1,2}})\ ?(?:h(?:eures?)?|:)\ ?(?P<minute>\d{{2}})?)(?!\w|/)
    |(?P<noon>midi|noon|minuit|midnight)\b
    |(?P<day>{_any_of(_DAYS)})\b
    |(?P<last>last\ night)\b
    |(?P<slashes>(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})(?:/(?P<y>\d{{4}}))?)\b
    |(?P<french>(?P<df>\d{{1,2}})(?:er)?\ (?P<mf>{_MONTH})\b\.?(?:\ (?P<yf>\d{{4}})\b)?)
    |(?P<us>(?P<mu>{_MONTH})\ (?P<du>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\ (?P<yu>\d{{4}})\b)?)
    |(?:last\ )?(?P<weekday>{_WEEKDAY})(?:\ dernier)?\b
    |(?P<part>{_any_of(_PARTS)})\b
    |(?P<filler>(?:a|vers|environ|at|around|about|le|the|on|de|in|ce|cet|cette|this)\b|l'|,|\ )""",
    re.VERBOSE,
)


@dataclass
class _Said:
    """What the words of one text say, each at most once."""

    day: date | None = None
    weekday: int | None = None
    part: PartOfDay | None = None
    hour: int | None = None
    minute: int | None = None
    night: bool | None = None
    """"Last night": yesterday's evening, or today before six."""


class _NotATime(Exception):
    """A text that the grammar does not cover."""


class _NoSuchTime(Exception):
    """A date or a clock time that does not exist."""


def attempt_time(text: str, now: datetime) -> Understood:
    """The time a text says; a proposal when it could mean several, a miss otherwise.

    Never a time later than `now`, nor one so long ago that it cannot be kept.
    """
    folded = fold(text).strip(" .!")
    if _NOW.fullmatch(folded):
        return Answer(AttemptTime(elapsed(now, 0), "minute", text))
    try:
        if ago := _AGO.fullmatch(folded):
            return _long_ago(ago, text, now)
        iso = _iso(text.strip())
        said = None if iso else _scan(folded, now)
        return _resolve_iso(iso, text, now) if iso else _resolve(said or _Said(), text, now)
    except _NotATime:
        return Miss(text, "no_time")
    except (_NoSuchTime, OverflowError):
        return Miss(text, "no_such_time")


def _long_ago(ago: re.Match[str], text: str, now: datetime) -> Understood:
    number, unit = ago["n"] or ago["m"], ago["unit"] or ago["word"]
    count = int(number) if number.isdigit() else 1
    if unit.startswith(("jour", "day")):
        return _kept(day_ago(now, count, words=text), text, now)
    is_hours = unit.startswith("h")
    precision: Precision = "hour" if is_hours else "minute"
    return _kept(AttemptTime(elapsed(now, count * 60 if is_hours else count), precision, text), text, now)


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _NoSuchTime from None


def _resolve_iso(said: datetime, text: str, now: datetime) -> Understood:
    if said.tzinfo is None:
        return _instant(said, "minute", text, now)
    if not can_be_kept(said, now):
        return Miss(text, "future_time" if said > now else "too_long_ago")
    return Answer(AttemptTime(said.astimezone(now.tzinfo), "minute", text))


def _kept(attempt: AttemptTime | None, text: str, now: datetime) -> Answer | Miss:
    """The attempt, unless it was too long ago; None is still to come."""
    if attempt is None:
        return Miss(text, "future_time")
    return Answer(attempt) if can_be_kept(attempt.at, now) else Miss(text, "too_long_ago")


def _scan(folded: str, now: datetime) -> _Said:
    said = _Said()
    position = 0
    while position < len(folded):
        token = _TOKEN.match(folded, position)
        if token is None:
            raise _NotATime
        position = token.end()
        _note(said, token, now)
    if said == _Said():
        raise _NotATime
    return said


def _note(said: _Said, token: re.Match[str], now: datetime) -> None:
    match token.lastgroup:
        case "clock":
            _set(said, hour=int(token["hour"]), minute=_number(token["minute"]))
        case "english":
            hour = int(token["hour12"])
            if not 1 <= hour <= 12:
                raise _NoSuchTime
            _set(said, hour=hour % 12 + 12 * (token["half"] == "pm"), minute=_number(token["minute12"]))
        case "noon":
            _set(said, hour=12 if token["noon"] in ("midi", "noon") else 0)
        case "day":
            _set(said, day=now.date() - timedelta(days=_DAYS[token["day"]]))
        case "last":
            _set(said, night=True)
        case "slashes":
            _set(said, day=_date(token["d"], int(token["m"]), token["y"], now))
        case "french":
            _set(said, day=_date(token["df"], _index(_MONTHS, token["mf"]) + 1, token["yf"], now))
        case "us":
            _set(said, day=_date(token["du"], _index(_MONTHS, token["mu"]) + 1, token["yu"], now))
        case "weekday":
            _set(said, weekday=_index(_WEEKDAYS, token["weekday"]))
        case "part":
            _set(said, part=_PARTS[token["part"]])
        case _:
            pass


def _set(said: _Said, **values: object) -> None:
    for name, value in values.items():
        if getattr(said, name) is not None:
            raise _NotATime
        setattr(said, name, value)


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _index(names: tuple[tuple[str, ...], ...], name: str) -> int:
    return next(index for index, same in enumerate(names) if name in same)


def _date(day: str, month: int, year: str | None, now: datetime) -> date:
    """The date, in the most recent year it can be of when none is said."""
    try:
        if year:
            return date(int(year), month, int(day))
        this_year = date(now.year, month, int(day))
        return this_year if this_year <= now.date() else date(now.year - 1, month, int(day))
    except ValueError:
        raise _NoSuchTime from None


def _resolve(said: _Said, text: str, now: datetime) -> Understood:
    day = _day(said, now)
    if said.hour is None:
        days = 1 if said.night else (now.date() - (day or now.date())).days
        part = "evening" if said.night else said.part
        return _kept(day_ago(now, days, part, text) if days >= 0 else None, text, now)
    clock, precision = _clock(said), _precision(said)
    if day is not None or said.part is not None:
        return _instant(datetime.combine(day or now.date(), clock), precision, text, now)
    today = _instant(datetime.combine(now.date(), clock), precision, text, now)
    if not (isinstance(today, Miss) and today.problem == "future_time"):
        return today
    yesterday = _instant(datetime.combine(now.date() - timedelta(days=1), clock), precision, text, now)
    match yesterday:
        case Answer(AttemptTime(at=datetime() as at) as attempt) if now - at > _MIDNIGHT_REACH:
            return Propose((attempt,))
        case _:
            return yesterday


def _day(said: _Said, now: datetime) -> date | None:
    if said.night:
        if said.day is not None or said.weekday is not None or said.part is not None:
            raise _NotATime
        return now.date() - timedelta(days=0 if said.hour is not None and said.hour < 6 else 1)
    if said.weekday is None:
        return said.day
    if said.day is not None:
        if said.day.weekday() != said.weekday:
            raise _NoSuchTime
        return said.day
    day = now.date() - timedelta(days=(now.weekday() - said.weekday) % 7)
    later = said.hour is not None and datetime.combine(day, _clock(said), now.tzinfo) > now
    return day - timedelta(days=7) if later else day


def _clock(said: _Said) -> time:
    hour, minute = said.hour or 0, said.minute or 0
    if (said.part in ("afternoon", "evening") and hour < 12) or (said.night and 6 <= hour < 12):
        hour += 12
    if hour > 23 or minute > 59:
        raise _NoSuchTime
    if said.part == "morning" and hour > 12:
        raise _NotATime
    return time(hour, minute)


def _precision(said: _Said) -> Precision:
    return "hour" if said.minute is None else "minute"


def _instant(local: datetime, precision: Precision, text: str, now: datetime) -> Understood:
    """The instants that a clock in the desk's zone showed this local time: none, one, or two when it was set back."""
    if local < now.replace(tzinfo=None) - OLDEST:
        return Miss(text, "too_long_ago")
    zoned = [local.replace(tzinfo=now.tzinfo, fold=fold) for fold in (0, 1)]  # equal, so not in a set
    instants = {at.astimezone(UTC) for at in zoned}
    real = sorted(at for at in instants if at.astimezone(now.tzinfo).replace(tzinfo=None) == local)
    if not real:
        return Miss(text, "no_such_time")
    attempts = tuple(AttemptTime(at.astimezone(now.tzinfo), precision, text) for at in real if at <= now)
    match attempts:
        case ():
            return Miss(text, "future_time")
        case (attempt,) if len(real) == 1:
            return Answer(attempt)
        case _:
            return Propose(attempts)
