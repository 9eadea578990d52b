"""What is only tidy is done when there is time for it: in a crowd, answers go first."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog

from bot.adapters.telegram.limiter import Sleep

Work: TypeAlias = Callable[[], Awaitable[None]]

_MOST = 10_000
"""Pieces of work that wait; what waited for longest is left undone."""
_LOOK_EVERY = 0.5
"""Seconds between looks whether the crowd has gone."""

log = structlog.get_logger()


class Tidying:
    """Work that nobody waits for. `crowded` says whether many wait for something else at this moment."""

    def __init__(self, crowded: Callable[[], bool], sleep: Sleep = asyncio.sleep) -> None:
        self._crowded, self._sleep = crowded, sleep
        self._waiting: deque[tuple[str, Work]] = deque(maxlen=_MOST)
        self._task: asyncio.Task[None] | None = None

    async def do(self, chat: str, work: Work) -> None:
        """Has it done in a chat: now, or in a crowd later, one piece after the other."""
        if not self._crowded():
            await work()
            return
        self._waiting.append((chat, work))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def drop(self, chat: str) -> None:
        """Leaves undone what still waits for a chat."""
        kept = [(each, work) for each, work in self._waiting if each != chat]
        self._waiting.clear()
        self._waiting.extend(kept)

    async def close(self) -> None:
        """Leaves undone what still waits."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while self._waiting:
            if self._crowded():
                await self._sleep(_LOOK_EVERY)
                continue
            _, work = self._waiting.popleft()
            try:
                await work()
            except Exception:  # the rest must not wait for ever
                log.exception("telegram.not_tidied")
