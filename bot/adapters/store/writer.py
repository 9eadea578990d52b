"""SQLite has one writer at a time: what waits for it is committed together."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

Work: TypeAlias = Callable[[AsyncConnection], Awaitable[T]]
"""What is done on one connection."""

_MOST = 100
"""Units of work in one commit."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Some work, and whoever waits for what comes of it."""

    work: Work[Any]
    done: "asyncio.Future[Any]"


class GroupWriter:
    """Does units of work one after the other, each wholly or not at all, and commits all that wait at once.

    A commit waits for the disk; a hundred people who write at the same moment wait for it once. One unit that fails
    takes nothing with it, except when the database itself fails. Whoever stops waiting stops nothing.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiting: list[Unit] = []
        self._running: asyncio.Task[None] | None = None

    async def write(self, work: Work[T]) -> T:
        """What the work gives, once it is committed."""
        unit = Unit(work, asyncio.get_running_loop().create_future())
        unit.done.add_done_callback(_heard)
        self._waiting.append(unit)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        result: T = await asyncio.shield(unit.done)
        return result

    async def close(self) -> None:
        """Waits for what is under way."""
        if self._running is not None:
            await self._running

    async def _run(self) -> None:
        while self._waiting:
            units, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                async with self._engine.begin() as connection:
                    outcomes = [await _outcome(unit, connection) for unit in units]
            except Exception as error:  # noqa: BLE001 - told to everyone who waits for it
                outcomes = [error] * len(units)
            for unit, outcome in zip(units, outcomes, strict=True):
                if isinstance(outcome, Exception):
                    unit.done.set_exception(outcome)
                else:
                    unit.done.set_result(outcome)


async def _outcome(unit: Unit, connection: AsyncConnection) -> Any:  # noqa: ANN401 - whatever the work gives
    """What the work gives, or what it raises; nothing of it is left then."""
    try:
        async with connection.begin_nested():
            return await unit.work(connection)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - told to whoever waits for it
        return error


def _heard(done: "asyncio.Future[Any]") -> None:
    """An error that nobody waits for any more is not reported once more by the loop."""
    if not done.cancelled():
        done.exception()
