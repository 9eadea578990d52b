"""The instants that what is said of an attempt stands for, counted from now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from bot.model.answer import AttemptTime, Precision
from bot.model.inputs import Answer, Miss, Propose
from bot.model.moment import OLDEST, can_be_kept, day_ago, elapsed
from bot.understanding.times.hours import is_unlikely, may_be_later, readings
from bot.understanding.times.pieces import Clock, Elapsed, Night, NoSuchTime, NotATime, Since, Stamp, Weekday, Weekend
from bot.understanding.times.said import Said

Understood: TypeAlias = Answer | Propose | Miss

_MIDNIGHT_REACH = timedelta(hours=3)
"""Just after midnight, a clock time this little ago is last evening's, without asking."""

_DAWN = 5
"""Before this hour, this evening may be that of the day before."""

_DAY = 8
"""From this hour on, hardly anyone still tells of the small hours without saying that it was night."""


def instants(said: Said, words: str, now: datetime) -> Understood:
    """The instant of an attempt; a proposal when it could be several or an unlikely one, a miss otherwise.

    Raises `NotATime` and `NoSuchTime`.
    """
    try:
        understood = _resolved(_with_clock(said, now), words, now)
    except OverflowError:
        raise NoSuchTime from None
    return doubted([understood]) if said.doubtful else understood


def doubted(understood: Sequence[Understood]) -> Understood:
    """What is to be asked back when none of these is sure; the first miss when there is nothing to ask."""
    found: dict[tuple[datetime | None, Precision], AttemptTime] = {}
    for attempt in (attempt for each in understood for attempt in attempts(each)):
        instant = attempt.at and attempt.at.astimezone(UTC)  # both passes of a clock that was set back are equal
        found.setdefault((instant, attempt.precision), attempt)
    return Propose(tuple(found.values())) if found else understood[0]


def attempts(understood: Understood) -> tuple[AttemptTime, ...]:
    """The attempt, or those that are asked back."""
    match understood:
        case Answer(AttemptTime() as attempt):
            return (attempt,)
        case Propose(candidates):
            return candidates
        case _:
            return ()


def _with_clock(said: Said, now: datetime) -> Said:
    """The same, with a clock time in place of "the same time", and of "since" where a day or its part is said."""
    clock = said.clock
    if said.same_time is not None:
        if not said.has_day:
            raise NotATime
        clock = Clock(now.hour, now.minute, exact=True)
    if said.since is not None:
        clock = Clock(said.since.hour, said.since.minute)
    if clock is not None and (clock.hour > 23 or (clock.minute or 0) > 59):
        raise NoSuchTime
    since = None if said.has_day or said.part else said.since
    return said if clock is said.clock and since is said.since else replace(said, clock=clock, since=since)


def _resolved(said: Said, words: str, now: datetime) -> Understood:
    today = now.date()
    match said:
        case Said(elapsed=Elapsed(minutes, precision)):
            return _kept(AttemptTime(elapsed(now, minutes), precision, words) if minutes >= 0 else None, words, now)
        case Said(stamp=Stamp(iso)):
            return _stamped(iso, words, now)
        case Said(night=Night() as night):
            evening = _on(today - timedelta(days=1), said, words, now)
            return evening if said.clock or night.evening else doubted([evening])
        case Said(weekend=Weekend()):
            back = [(today.weekday() - weekday) % 7 for weekday in (5, 6)]
            return doubted([_on(today - timedelta(days=days), said, words, now) for days in sorted(back, reverse=True)])
        case Said(day=date() as day, weekday=weekday):
            if weekday is not None and day.weekday() != weekday.number:
                raise NoSuchTime
            return _by_day(day, said, words, now)
        case Said(weekday=Weekday() as weekday):
            return _on_weekday(weekday, said, words, now)
        case Said(since=Since() as since):
            return _since(since, said, words, now)
        case _:
            understood = _on(today, said, words, now)
            if _is_to_come(understood):
                return _yesterday(said, words, now)
            any_day = said.clock is None and said.part is not None and said.part.any_day
            return doubted([understood]) if any_day else understood


def _kept(attempt: AttemptTime | None, words: str, now: datetime) -> Answer | Miss:
    """The attempt, unless it was too long ago; None is still to come."""
    if attempt is None:
        return Miss(words, "future_time")
    return Answer(attempt) if can_be_kept(attempt.at, now) else Miss(words, "too_long_ago")


def _stamped(iso: str, words: str, now: datetime) -> Understood:
    try:
        at = datetime.fromisoformat(iso.upper()).replace(second=0, microsecond=0)
    except ValueError:
        raise NoSuchTime from None
    if at.tzinfo is None:
        return _instant(at, "minute", words, now)
    if not can_be_kept(at, now):
        return Miss(words, "future_time" if at > now else "too_long_ago")
    return Answer(AttemptTime(at.astimezone(now.tzinfo), "minute", words))


def _is_to_come(understood: Understood) -> bool:
    return isinstance(understood, Miss) and understood.problem == "future_time"


def _by_day(day: date, said: Said, words: str, now: datetime) -> Understood:
    """On the day that was said; before dawn, this evening may be yesterday's."""
    understood = _on(day, said, words, now)
    is_evening = said.part is not None and said.part.part == "evening"
    if _is_to_come(understood) and is_evening and day == now.date() and now.hour < _DAWN:
        return doubted([_on(day - timedelta(days=1), said, words, now)])
    return understood


def _on_weekday(weekday: Weekday, said: Said, words: str, now: datetime) -> Understood:
    """On the most recent such day that is not to come."""
    day = weekday.most_recent(now.date())
    understood = _on(day, said, words, now)
    return _on(day - timedelta(days=7), said, words, now) if _is_to_come(understood) else understood


def _since(since: Since, said: Said, words: str, now: datetime) -> Understood:
    """So many hours ago, or since that hour: both, unless the hour is a likely one."""
    by_the_clock = _on(now.date(), said, words, now)
    if since.by_the_clock and not _is_to_come(by_the_clock):
        return by_the_clock
    minutes = since.hour * 60 + (since.minute or 0)
    precision: Precision = "hour" if since.minute is None else "minute"
    return doubted([Answer(AttemptTime(elapsed(now, minutes), precision, words)), by_the_clock])


def _yesterday(said: Said, words: str, now: datetime) -> Understood:
    """A clock time or a part of the day alone that is still to come today."""
    match _on(now.date() - timedelta(days=1), said, words, now):
        case Answer(AttemptTime(at=datetime() as at) as attempt) if now - at > _MIDNIGHT_REACH or said.clock is None:
            return Propose((attempt,))
        case yesterday:
            return yesterday


def _on(day: date, said: Said, words: str, now: datetime) -> Understood:
    """What was said, on this day or in the night after it."""
    clock = said.clock
    if clock is None:
        days = (now.date() - day).days
        part = said.part.part if said.part else "evening" if said.night else None
        return _kept(day_ago(now, days, part, words) if days >= 0 else None, words, now)
    precision: Precision = "hour" if clock.minute is None else "minute"

    def instant(days: int, hour: int) -> Understood:
        local = datetime.combine(day + timedelta(days=days), time(hour, clock.minute or 0))
        return _instant(local, precision, words, now)

    sure, possible = readings(said, clock)
    found = [instant(*reading) for reading in possible]
    if not sure:
        return doubted(found)
    if may_be_later(said, clock, is_today=day == now.date()):
        later = instant(0, clock.hour + 12)
        if not _is_to_come(later):
            return doubted([later, *found])
        if is_unlikely(clock) and now.hour >= _DAY:
            return doubted(found)
    return found[0]


def _instant(local: datetime, precision: Precision, words: str, now: datetime) -> Understood:
    """The instants that a clock in the desk's zone showed this local time: none, one, or two when it was set back."""
    if local < now.replace(tzinfo=None) - OLDEST:
        return Miss(words, "too_long_ago")
    zoned = [local.replace(tzinfo=now.tzinfo, fold=fold) for fold in (0, 1)]  # equal, so not in a set
    found = {at.astimezone(UTC) for at in zoned}
    real = sorted(at for at in found if at.astimezone(now.tzinfo).replace(tzinfo=None) == local)
    if not real:
        return Miss(words, "no_such_time")
    possible = tuple(AttemptTime(at.astimezone(now.tzinfo), precision, words) for at in real if at <= now)
    match possible:
        case ():
            return Miss(words, "future_time")
        case (attempt,) if len(real) == 1:
            return Answer(attempt)
        case _:
            return Propose(possible)
