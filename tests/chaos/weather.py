"""What goes wrong around the bot besides kills: a database that is locked, a full disk, no Telegram, no time to run."""

import asyncio
import os
import random
import resource
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.botapi import BotApiServer
from tests.chaos.database import Database
from tests.chaos.postgresql import Postgres
from tests.telegram_bot import BotProcess

ROOM = 512 * 1024
"""Bytes that a file may still grow by on a disk that is about to be full. SQLite's log goes through as many, and begins
again after four million, so that it comes to the end soon."""


@dataclass
class Weather:
    """Makes things go wrong for a while, one after the other."""

    api: BotApiServer
    bots: Sequence[BotProcess]
    database: Database
    chance: random.Random
    log: Path
    had: Counter[str] = field(default_factory=Counter)

    @property
    def kinds(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """All there is."""
        of_database = (
            {"no database": self.falls} if isinstance(self.database, Postgres) else {"a full disk": self.fills}
        )
        return {
            "a locked database": self.locks,
            "a slow database": self.slows,
            "no Telegram": self.cuts,
            "no time to run": self.freezes,
            **of_database,
        }

    async def changes(self) -> None:
        """One of them, as chance says."""
        name = self.chance.choice(sorted(self.kinds))
        await self.has(name)

    async def has(self, name: str) -> None:
        """This one."""
        await self.kinds[name]()
        self.had[name] += 1

    async def locks(self) -> None:
        """Longer than the bot waits for it."""
        async with self.database.locked():
            await self._said()

    async def slows(self) -> None:
        """Not as long as the bot waits for it, again and again."""
        for _ in range(3):
            async with self.database.locked():
                await asyncio.sleep(self.chance.uniform(0.1, 0.8))
            await asyncio.sleep(0.1)

    async def fills(self) -> None:
        """No file of the bot's can grow beyond a certain size any more: what is written there fails, as on a full disk.

        Only this one process has such a limit, so that nothing else on the machine is in the way.
        """
        pid = self.chance.choice(self.bots).pid
        if pid is None:
            return
        self._limit(pid, self.log.stat().st_size + ROOM)
        try:
            await self._said()
        finally:
            self._limit(pid, resource.RLIM_INFINITY)

    async def falls(self) -> None:
        """The server falls, and is started again."""
        assert isinstance(self.database, Postgres)
        async with self.database.gone():
            await asyncio.sleep(self.chance.uniform(0, 2))

    async def cuts(self) -> None:
        """Nothing gets through, in neither direction."""
        self.api.faults.outage_begins()
        await asyncio.sleep(self.chance.uniform(0.2, 2))
        self.api.faults.outage_ends()

    async def freezes(self) -> None:
        """The process stands still, and goes on as if nothing had been."""
        pid = self.chance.choice(self.bots).pid
        if pid is not None:
            os.kill(pid, signal.SIGSTOP)
            await asyncio.sleep(self.chance.uniform(0.2, 2))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    async def _said(self) -> None:
        """Waits until the bot has said that its database takes nothing."""
        before = self._problems()
        await self.api.happened(lambda: self._problems() > before, 60)

    def _problems(self) -> int:
        return sum(bot.log.count("store.unavailable") for bot in self.bots)

    @staticmethod
    def _limit(pid: int, size: int) -> None:
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
