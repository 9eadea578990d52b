"""The report on labelled texts."""

from datetime import datetime, timedelta

import pytest

from bot.service.evaluate import Causes, Labelled, Times, evaluate
from bot.service.window import Seen
from tests.desk import MONDAY


def read(cause: str | None, *suggestions: str) -> Seen:
    """A reading of a text."""
    return {"cause": cause, "suggestions": list(suggestions)}


def test_nothing_to_measure() -> None:
    """No division by what is not there."""
    assert evaluate([], Causes()) == [
        "texts                      0",
        "answered                   0       –",
        "right when answering       0       –",
        "right in the first 3       0       –",
        "confidently wrong          0       –",
    ]
    assert evaluate([], Times()) == [
        "texts                0",
        "right                0       –",
        "asked in vain        0       –",
        "silently wrong       0       –",
    ]


def test_causes() -> None:
    """Shares of all, or of what was answered; then what was taken for what, the most frequent first."""
    lines: list[tuple[Labelled, Seen]] = [
        ({"text": "1", "cause": "a"}, read("a", "a", "b")),
        ({"text": "2", "cause": "a", "alt": ["b"]}, read("b", "b")),
        ({"text": "3", "cause": "a"}, read("b", "b", "a")),
        ({"text": "4", "cause": "a"}, read("b", "b")),
        ({"text": "5", "cause": "b"}, read(None, "a", "b")),
        ({"text": "6", "cause": "b", "alt": ["c"]}, read(None)),
        ({"text": "7", "cause": "b"}, read("a")),
        ({"text": "8", "cause": "b"}, read("b", "b")),
    ]
    assert evaluate(lines, Causes()) == [
        "texts                      8",
        "answered                   6   75.0%",
        "right when answering       3   50.0%",
        "right in the first 3       5   62.5%",
        "confidently wrong          3   37.5%",
        "",
        "should be             was understood as      times",
        "a                     b                          2",
        "b                     (not sure)                 2",
        "b                     a                          1",
    ]


def test_all_right() -> None:
    """Nothing is taken for anything else."""
    assert evaluate([({"text": "1", "cause": "a"}, read("a", "a"))], Causes())[-1].startswith("confidently wrong")
    labelled = {"text": "1", "expected": MONDAY, "precision": "minute", "also": []}
    assert evaluate([(labelled, {"at": MONDAY.isoformat(), "ask": None})], Times())[-1].startswith("silently wrong")


def timed(
    expected: datetime | None, precision: str | None, at: datetime | None, *also: datetime
) -> tuple[Labelled, Seen]:
    """A labelled time, and what was understood of it."""
    labelled = {"text": "tout à l'heure", "expected": expected, "precision": precision, "also": list(also)}
    return labelled, {"at": at.isoformat() if at else None, "ask": None if at else "Quand ?"}


@pytest.mark.parametrize(
    ("precision", "at", "outcome"),
    [
        ("minute", MONDAY, "right"),
        ("minute", MONDAY + timedelta(minutes=1), "wrong"),
        ("hour", MONDAY, "right"),
        ("hour", MONDAY + timedelta(minutes=1), "wrong"),
        ("part_of_day", MONDAY.replace(hour=9, minute=0), "right"),
        ("part_of_day", MONDAY.replace(hour=12, minute=0), "wrong"),
        ("part_of_day", MONDAY - timedelta(days=1), "wrong"),
        ("day", MONDAY.replace(hour=23), "right"),
        ("day", MONDAY + timedelta(days=1), "wrong"),
        ("minute", None, "asked"),
    ],
)
def test_a_time_counts_by_its_precision(precision: str, at: datetime | None, outcome: str) -> None:
    """A day by its date, a part of the day by its name, anything else to the minute."""
    counts = Times()
    counts.add(*timed(MONDAY, precision, at))
    assert counts.outcomes == {outcome: 1}


def test_times() -> None:
    """Each that was not right is listed with what it should have been."""
    later = MONDAY + timedelta(hours=1)
    lines = [
        timed(MONDAY, "minute", MONDAY),
        timed(MONDAY, "minute", later, later),
        timed(None, None, None),
        timed(MONDAY, "minute", None),
        timed(MONDAY, "minute", later),
        timed(None, None, later),
    ]
    assert evaluate(lines, Times()) == [
        "texts                6",
        "right                3   50.0%",
        "asked in vain        1   16.7%",
        "silently wrong       2   33.3%",
        "",
        'asked  "tout à l\'heure": Quand ?, not 2026-06-22T10:30:00+02:00',
        'wrong  "tout à l\'heure": 2026-06-22T11:30:00+02:00, not 2026-06-22T10:30:00+02:00',
        'wrong  "tout à l\'heure": 2026-06-22T11:30:00+02:00, not a question back',
    ]
