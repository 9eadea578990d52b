"""Counting back from now."""

from datetime import datetime, timedelta, timezone

import pytest

from bot.model.answer import AttemptTime, PartOfDay
from bot.model.moment import OLDEST, can_be_kept, day_ago, elapsed
from tests.desk import MONDAY, PARIS


@pytest.mark.parametrize(
    ("now", "minutes", "expected"),
    [
        ("2026-06-22T10:30:45+02:00", 0, "2026-06-22T10:30:00+02:00"),
        ("2026-06-22T10:30:00+02:00", 10, "2026-06-22T10:20:00+02:00"),
        ("2026-03-29T03:05:00+02:00", 90, "2026-03-29T00:35:00+01:00"),
        ("2026-10-25T08:00:00+01:00", 8 * 60, "2026-10-25T01:00:00+02:00"),
        ("2026-01-01T00:10:00+01:00", 20, "2025-12-31T23:50:00+01:00"),
    ],
)
def test_elapsed(now: str, minutes: int, expected: str) -> None:
    """Elapsed minutes, through both changes of the clocks and new year."""
    here = datetime.fromisoformat(now).astimezone(PARIS)
    assert elapsed(here, minutes).isoformat() == expected


@pytest.mark.parametrize(
    ("hour", "days", "part", "expected"),
    [
        (10, 0, "morning", "2026-06-22T09:00:00+02:00"),
        (7, 0, "morning", "2026-06-22T07:30:00+02:00"),
        (4, 0, "morning", None),
        (10, 0, "afternoon", None),
        (13, 0, "afternoon", "2026-06-22T13:30:00+02:00"),
        (22, 0, "evening", "2026-06-22T20:00:00+02:00"),
        (10, 1, "evening", "2026-06-21T20:00:00+02:00"),
        (10, 2, "noon", "2026-06-20T12:00:00+02:00"),
        (10, 1, None, "2026-06-21T00:00:00+02:00"),
        (10, 0, None, "2026-06-22T00:00:00+02:00"),
    ],
)
def test_day_ago(hour: int, days: int, part: PartOfDay | None, expected: str | None) -> None:
    """A part of a day has its hour; today's is now while its hour is still to come, and none before it begins."""
    found = day_ago(MONDAY.replace(hour=hour), days, part, "mots")
    assert (found.at.isoformat() if found and found.at else None) == expected
    if found is not None:
        assert found == AttemptTime(found.at, "part_of_day" if part else "day", "mots")
        assert found.at is not None
        assert found.at <= MONDAY.replace(hour=hour) + timedelta()


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (MONDAY, True),
        (MONDAY + timedelta(seconds=1), False),
        (MONDAY - OLDEST, True),
        (MONDAY - OLDEST - timedelta(seconds=1), False),
        (datetime(1, 1, 1, tzinfo=PARIS), False),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), False),
        (datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12))), False),
        (None, False),
    ],
)
def test_can_be_kept(at: datetime | None, expected: bool) -> None:
    """Neither a time to come nor one of more than a year ago, however far from the calendar's ends."""
    assert can_be_kept(at, MONDAY) is expected


def test_a_minute_ago_can_be_kept_while_the_clocks_are_set_back() -> None:
    """At two for the second time, one to three was before, though the clock showed more."""
    now = datetime(2026, 10, 25, 2, 0, tzinfo=PARIS, fold=1)
    assert can_be_kept(elapsed(now, 1), now)
    assert not can_be_kept(now, elapsed(now, 1))
