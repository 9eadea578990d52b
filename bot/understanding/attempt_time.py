"""When a user says to have tried, as instants; what the words say is in `time_words`."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from bot.model.answer import AttemptTime, Precision
from bot.model.inputs import Answer, Miss, Propose
from bot.model.moment import OLDEST, can_be_kept, day_ago, elapsed
from bot.understanding.normal import fold
from bot.understanding.time_words import NoSuchTime, NotATime, Said, scan

Understood: TypeAlias = Answer | Propose | Miss

_MIDNIGHT_REACH = timedelta(hours=3)
"""Just after midnight, a clock time this little ago is last evening's, without asking."""

_NOW = re.compile(r"maintenant|a l'instant|tout de suite|(?:just |right )?now")
_AGO = re.compile(
    r"(?:il y a|y a) (?P<n>\d{1,4}|une?) ?(?P<unit>minutes?|min|mn|heures?|h|jours?)"
    r"|(?P<m>\d{1,4}|an?|one) ?(?P<word>minutes?|mins?|hours?|h|days?) ago"
)


def attempt_time(text: str, now: datetime) -> Understood:
    """The time a text says; a proposal when it could mean several or an unlikely one, a miss otherwise.

    Never a time later than `now`, nor one so long ago that it cannot be kept.
    """
    folded = fold(text).strip(" .!")
    if _NOW.fullmatch(folded):
        return Answer(AttemptTime(elapsed(now, 0), "minute", text))
    try:
        if ago := _AGO.fullmatch(folded):
            return _long_ago(ago, text, now)
        iso = _iso(text.strip().rstrip(" .!"))
        return _resolve_iso(iso, text, now) if iso else _resolve(scan(folded, now.date()), text, now)
    except NotATime:
        return Miss(text, "no_time")
    except (NoSuchTime, OverflowError):
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
        raise NoSuchTime from None


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


def _resolve(said: Said, text: str, now: datetime) -> Understood:
    today = now.date()
    match said:
        case Said(night=True):
            if said.day is not None or said.weekday is not None or said.part is not None:
                raise NotATime
            return _on(today - timedelta(days=1), said, text, now)
        case Said(day=date() as day, weekday=weekday):
            if weekday is not None and day.weekday() != weekday:
                raise NoSuchTime
            return _on(day, said, text, now)
        case Said(weekday=int() as weekday, last=last):
            recent = today - timedelta(days=(today.weekday() - weekday) % 7 or 7 * bool(last))
            understood = _on(recent, said, text, now)
            return _on(recent - timedelta(days=7), said, text, now) if _is_to_come(understood) else understood
        case Said(part=None):
            understood = _on(today, said, text, now)
            return _yesterday(said, text, now) if _is_to_come(understood) else understood
        case _:
            return _on(today, said, text, now)


def _is_to_come(understood: Understood) -> bool:
    return isinstance(understood, Miss) and understood.problem == "future_time"


def _yesterday(said: Said, text: str, now: datetime) -> Understood:
    """A clock time alone that is still to come today."""
    match _on(now.date() - timedelta(days=1), said, text, now):
        case Answer(AttemptTime(at=datetime() as at) as attempt) if now - at > _MIDNIGHT_REACH:
            return Propose((attempt,))
        case yesterday:
            return yesterday


def _on(day: date, said: Said, text: str, now: datetime) -> Understood:
    """What was said, on this day or in the night after it."""
    if said.hour is None:
        days = (now.date() - day).days
        part = "evening" if said.night else said.part
        return _kept(day_ago(now, days, part, text) if days >= 0 else None, text, now)
    sure, readings = _readings(said, said.hour)
    precision: Precision = "hour" if said.minute is None else "minute"
    instants = [
        _instant(datetime.combine(day + timedelta(days=later), time(hour, said.minute or 0)), precision, text, now)
        for later, hour in readings
    ]
    if sure:
        return instants[0]
    candidates = tuple(attempt for each in instants for attempt in _attempts(each))
    return Propose(candidates) if candidates else instants[0]


def _readings(said: Said, hour: int) -> tuple[bool, tuple[tuple[int, int], ...]]:
    """Whether the hour fits what is said of the day, and how it can be read, the likeliest first.

    A reading is a number of days later, and the hour of that day.
    """
    halved = not said.exact
    match "evening" if said.night else said.part:
        case "evening":
            if said.night and hour < 6:
                return True, ((1, hour),)
            if 5 <= hour < 12 and halved:
                return True, ((0, hour + 12),)
            if hour == 12 and halved:
                return False, ((1, 0),)
            return hour >= 17, ((1 if hour < 5 else 0, hour),)
        case "afternoon":
            if 1 <= hour < 8 and halved:
                return True, ((0, hour + 12),)
            if hour < 12 and halved:
                return False, ((0, hour), (0, hour + 12))
            return 12 <= hour < 20, ((0, hour),)
        case "morning":
            if hour == 12 and halved:
                return False, ((0, 12), (0, 0))
            if hour >= 12:
                raise NotATime
            return True, ((0, hour),)
        case _:
            if said.midnight and (said.day is not None or said.weekday is not None):
                return False, ((1, 0), (0, 0))
            return True, ((0, hour),)


def _attempts(understood: Understood) -> tuple[AttemptTime, ...]:
    match understood:
        case Answer(AttemptTime() as attempt):
            return (attempt,)
        case Propose(candidates):
            return candidates
        case _:
            return ()


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
