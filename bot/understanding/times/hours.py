"""How an hour can be read beside what is said of the day."""

from collections.abc import Sequence
from typing import TypeAlias

from bot.understanding.times.pieces import Clock, NotATime, Part
from bot.understanding.times.said import Said

Reading: TypeAlias = tuple[int, int]
"""A number of days later, and the hour of that day."""

_SMALL_HOURS = 6
"""Until this hour hardly anyone tries: who says 5 has perhaps meant 17."""


def readings(said: Said, clock: Clock) -> tuple[bool, Sequence[Reading]]:
    """Whether the hour fits what is said of the day, and how it can be read, the likeliest first."""
    hour, halved = clock.hour, not clock.exact
    match "night" if said.night else said.part.part if said.part else None:
        case "night" if hour < 6:
            return True, [(1, hour)]
        case "night" | "evening":
            return _evening(hour, halved=halved)
        case "afternoon":
            if 1 <= hour < 8 and halved:
                return True, [(0, hour + 12)]
            if hour < 12 and halved:
                return False, [(0, hour), (0, hour + 12)]
            return 12 <= hour < 20, [(0, hour)]
        case "noon":
            return 11 <= hour < 15, [(0, hour)]
        case "morning":
            if hour == 12 and halved:
                return False, [(0, 12), (0, 0)]
            if hour >= 12:
                raise NotATime
            return True, [(0, hour)]
        case _:
            if clock.midnight and said.has_day:
                return False, [(1, 0), (0, 0)]
            return True, [(0, hour)]


def _evening(hour: int, *, halved: bool) -> tuple[bool, Sequence[Reading]]:
    if 5 <= hour < 12 and halved:
        return True, [(0, hour + 12)]
    if hour == 12 and halved:
        return False, [(1, 0)]
    return hour >= 17, [(1 if hour < 5 else 0, hour)]


def may_be_later(said: Said, clock: Clock, *, is_today: bool) -> bool:
    """Whether the hour can be that of the day's other half as well: "at 4", "5h", "half past eight"."""
    if clock.exact or clock.midnight or said.part or said.night or clock.hour >= 12:
        return False
    return 0 < clock.hour <= _SMALL_HOURS or (clock.spoken and (is_today or clock.hour == 0))


def is_unlikely(clock: Clock) -> bool:
    """Whether the hour is one at which hardly anyone tries."""
    return clock.hour < _SMALL_HOURS or (clock.spoken and clock.hour == _SMALL_HOURS)


def fits(clock: Clock | None, part: Part | None) -> bool:
    """Whether the hour, if one is said, can be one of this part of the day, in either half."""
    match clock, part:
        case Clock(hour, exact=False), Part("evening"):
            return 5 <= hour < 12 or hour >= 17
        case Clock(hour, exact=False), Part("afternoon"):
            return 1 <= hour < 8 or 12 <= hour < 20
        case Clock(hour), Part("morning"):
            return hour < 12
        case _:
            return clock is None
