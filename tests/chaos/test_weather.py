"""A database that takes nothing, a full disk, no Telegram: the real process says so where it must, and goes on."""

import asyncio
import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.adapters.store.cipher import Cipher
from tests.botapi import BotApiServer
from tests.chaos.audit import audit, timeline
from tests.chaos.crowd import Crowd
from tests.chaos.database import Sqlite
from tests.chaos.weather import Weather
from tests.telegram_bot import BotProcess, Mode, webhook_settings


@pytest.mark.parametrize(
    ("mode", "kinds"),
    [
        ("polling", ["a full disk"]),
        ("webhook", ["a locked database", "no time to run"]),
    ],
)
async def test_weather(mode: Mode, kinds: Sequence[str], tmp_path: Path) -> None:
    """Nothing is lost, and nothing is said twice: the process lives on."""
    chance = random.Random(1)  # noqa: S311 - chance to be had again
    async with BotApiServer() as api:
        api.limits.enabled = False
        bot = BotProcess(api, tmp_path, **(webhook_settings() if mode == "webhook" else {}))
        await bot.start()
        crowd = Crowd(api, chance, 8, pause=0.2)
        weather = Weather(api, [bot], Sqlite(tmp_path), chance, tmp_path / "log.txt")
        async with asyncio.timeout(120):
            walking = asyncio.create_task(crowd.walk())
            for kind in kinds:
                await weather.has(kind)
            crowd.over.set()
            await walking
            for walker in crowd.walkers:
                await walker.person.settled(timeout=30)
        assert await bot.stop() == 0
        kept = Sqlite(tmp_path).kept(Cipher.of([os.environ["BOT_DATA_KEY"]]))
        stories = crowd.stories()
        found = audit(stories, kept, [])
        for story in stories:
            if story.chat in {violation.chat for violation in found.violations}:
                print("\n".join(timeline(story, kept, [])))  # noqa: T201 - shown when it fails
    assert found.violations == []
    assert found.tickets >= 5
    assert "Traceback" not in bot.log
