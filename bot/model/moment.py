"""Which instants an attempt can have, counted back from now. `now` is aware and in the desk's time zone."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from bot.model.answer import AttemptTime, PartOfDay

_PARTS: Mapping[PartOfDay, tuple[int, int]] = {
    "morning": (5, 9),
    "noon": (11, 12),
    "afternoon": (12, 15),
    "evening": (18, 20),
}
"""From which hour on one speaks of it, and the hour that stands for it."""

OLDEST = timedelta(days=367)
"""How long ago an attempt can be: a year to the day, whatever the hour, in leap years too.

No log reaches further back, and near the calendar's first year instants cannot be told in every time zone.
"""


def can_be_kept(at: datetime | None, now: datetime) -> bool:
    """Whether this is an instant that is neither to come nor too long ago."""
    universal = now.astimezone(UTC)  # times of one zone compare as clocks show them, also while these are set back
    return at is not None and universal - OLDEST <= at <= universal


def elapsed(now: datetime, minutes: int) -> datetime:
    """The instant so many elapsed minutes ago, whole minutes; changes of the clocks do not count."""
    back = now.astimezone(UTC) - timedelta(minutes=minutes)
    return back.astimezone(now.tzinfo).replace(second=0, microsecond=0)


def has_begun(now: datetime, days: int, part: PartOfDay | None) -> bool:
    """Whether this part of the day so many calendar days ago has begun; a day as a whole always has."""
    if part is None:
        return True
    begins, _ = _PARTS[part]
    return datetime.combine(now.date() - timedelta(days=days), time(begins), now.tzinfo) <= now


def day_ago(now: datetime, days: int, part: PartOfDay | None = None, words: str = "") -> AttemptTime | None:
    """A part of the day so many calendar days ago, or any time of it (its midnight stands for it).

    Today's part that has begun but whose hour is still to come is now; one that has not begun is None.
    """
    if not has_begun(now, days, part):
        return None
    day = now.date() - timedelta(days=days)
    if part is None:
        return AttemptTime(datetime.combine(day, time(0), now.tzinfo), "day", words)
    _, hour = _PARTS[part]
    at = min(datetime.combine(day, time(hour), now.tzinfo), elapsed(now, 0))
    return AttemptTime(at, "part_of_day", words)
