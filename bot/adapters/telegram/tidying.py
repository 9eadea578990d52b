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
_PATIENCE = 30.0
"""Seconds for one piece of it."""
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
        if len(self._waiting) == _MOST:
            log.info("telegram.not_tidied", problem="too much waits")
        self._waiting.append((chat, work))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def drop(self, chat: str) -> None:
        """Leaves undone what still waits for a chat."""
        kept = [(each, work) for each, work in self._waiting if each != chat]
        self._waiting.clear()
        self._waiting.extend(kept)

    async def drain(self, seconds: float) -> None:
        """Does what still waits, as far as that is possible in so many seconds."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=seconds)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while self._waiting:
            if self._crowded():
                await self._sleep(_LOOK_EVERY)
                continue
            _, work = self._waiting.popleft()
            try:
                async with asyncio.timeout(_PATIENCE):
                    await work()
            except TimeoutError:
                log.info("telegram.not_tidied", problem=f"it took more than {_PATIENCE:.0f} s")
            except Exception:  # the rest must not wait for ever
                log.exception("telegram.not_tidied")
