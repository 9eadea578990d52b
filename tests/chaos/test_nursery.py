"""Bots from the nursery: as those that are started from nothing, and none is left when it closes."""

import os
import signal
from pathlib import Path

import pytest

from tests.botapi import BotApiServer
from tests.chaos.nursery import Nursery
from tests.telegram_bot import BotProcess, from_nothing


async def test_bots_from_the_nursery(tmp_path: Path) -> None:
    """They read their own settings, receive, end as they are told, and are gone with it at latest."""
    environment = {"BOT_TOKEN": "", "BOT_API_URL": "http://127.0.0.1:1"}
    with Nursery() as nursery:
        async with BotApiServer() as api:
            started = await from_nothing(environment, tmp_path / "cold.txt")
            forked = await nursery.launch(environment, tmp_path / "forked.txt")
            assert await started.wait() == await forked.wait() == 2
            assert (tmp_path / "cold.txt").read_text() == (tmp_path / "forked.txt").read_text() != ""
            for folder in "killed", "stopped", "left":
                (tmp_path / folder).mkdir()
            killed, stopped, left = (
                BotProcess(api, tmp_path / folder, nursery.launch) for folder in ("killed", "stopped", "left")
            )
            await killed.start()
            await killed.kill()
            assert killed.pid is None
            await stopped.start()
            assert await stopped.stop() == 0
            end = await nursery.launch({"BOT_TOKEN": "", "BOT_API_URL": api.url}, tmp_path / "end.txt")
            end.kill()
            assert await end.wait() == -signal.SIGKILL
            await left.start()
            pid = left.pid
            assert pid is not None
            os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
