"""The real process, killed while people walk to their tickets and everything goes wrong: nothing is lost."""

import os
from pathlib import Path

import pytest

from bot.adapters.store.cipher import Cipher
from tests.chaos.campaign import Campaign, Setting
from tests.chaos.database import Sqlite
from tests.chaos.report import report
from tests.telegram_bot import MODES, Mode


@pytest.mark.parametrize("mode", MODES)
async def test_killed_again_and_again(mode: Mode, tmp_path: Path) -> None:
    """`make chaos` does the same for longer."""
    setting = Setting(mode, kills=3, seed=1, people=8, weather=0)
    outcome = await Campaign(setting, Sqlite(tmp_path), Cipher.of([os.environ["BOT_DATA_KEY"]])).run()
    print("\n".join(report(outcome)))  # noqa: T201 - shown when it fails
    assert outcome.problems == []
    assert outcome.histogram.in_flight >= 1
    assert outcome.findings.tickets >= 5
