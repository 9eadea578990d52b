"""The table of times: what is understood of each, on several days."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.understanding.attempt_time import explain
from tests.desk import PARIS

TABLE = Path(__file__).with_name("times.txt").read_text(encoding="utf-8")


def rows() -> Iterator[tuple[str, str, str]]:
    """Each line's text and outcome, and the moment it is said at, which stands above it."""
    now = ""
    for line in TABLE.splitlines():
        match line.partition(" | "):
            case (head, "", "") if head.startswith("@ "):
                now = head.removeprefix("@ ")
            case text, " | ", outcome:
                yield now, text, outcome


@pytest.mark.parametrize(("now", "text", "outcome"), list(rows()))
def test_table(now: str, text: str, outcome: str) -> None:
    """`=` is an answer, `?` is asked back, `!` is not understood, and why."""
    instant = datetime.fromisoformat(now).astimezone(PARIS)
    assert explain(text, instant).splitlines()[-1] == outcome
    assert explain(f"  {text.upper()}\n", instant).splitlines()[-1] == outcome
