"""The wall clock of the bot's machine jumps by hours, both ways, while people walk: they do not notice.

A process cannot be given a clock of its own without help of the system, so the channel runs in the test's loop with a
clock that jumps; its pace is kept by another clock, as it is in the real process.
"""

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.store.sql import SqlStore
from tests.chaos.audit import Story, audit, timeline
from tests.chaos.crowd import Crowd
from tests.chaos.database import Sqlite
from tests.desk import CIPHER, PARIS
from tests.telegram_bot import MODES, Mode, Stage, channel, hook_of

EXCUSES = ("Excusez-moi, j’ai été indisponible un moment.", "I was away for a while, sorry.")
"""After a jump ahead, the bot believes that it was away."""


@dataclass
class Jumping:
    """A clock that goes on by itself, and is wrong by so much."""

    wrong: timedelta = timedelta()

    def now(self) -> datetime:
        """The present instant, as this clock has it."""
        return datetime.now(UTC).astimezone(PARIS) + self.wrong


def undisturbed(story: Story) -> Story:
    """Without the questions that were asked again with an excuse."""
    shown = [shown for shown in story.shown if not shown.words.startswith(EXCUSES)]
    return Story(story.chat, story.walks, shown, story.canary, story.forgets)


@pytest.mark.parametrize("mode", MODES)
async def test_a_clock_that_jumps(mode: Mode, tmp_path: Path) -> None:
    """Everybody gets their ticket, with all they said; no question is asked twice without an excuse."""
    chance = random.Random(5)  # noqa: S311 - chance to be had again
    clock = Jumping()
    store = await SqlStore.open(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    jumps = 0
    async with Stage() as api:
        crowd = Crowd(api, chance, 6, pause=0.1)
        async with channel(api, store, clock, hook=hook_of(mode)):
            walking = asyncio.create_task(crowd.walk())
            async with asyncio.timeout(60):
                while crowd.tickets < 6:
                    clock.wrong = timedelta(hours=chance.uniform(-6, 6))
                    jumps += 1
                    await asyncio.sleep(0.15)
                crowd.over.set()
                await walking
            await api.rest(*(walker.person for walker in crowd.walkers))
    await store.close()
    kept = Sqlite(tmp_path).kept(CIPHER)
    stories = crowd.stories()
    found = audit([undisturbed(story) for story in stories], kept, [])
    for story in stories:
        if story.chat in {violation.chat for violation in found.violations}:
            print("\n".join(timeline(story, kept, [])))  # noqa: T201 - shown when it fails
    assert jumps > 5
    assert found.tickets >= 5
    assert found.violations == []
