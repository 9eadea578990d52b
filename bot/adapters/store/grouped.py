"""Work for a database in a file: what waits for it is done together, and nobody waits for the disk in the loop."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError

T = TypeVar("T")

Work: TypeAlias = Callable[[Connection], T]
"""What is done on one connection, and may have to be done again from the beginning."""

_MOST = 100
"""Units of work in one transaction."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Some work, and whoever waits for what comes of it. `brief` is whether it only touches a few rows of one chat."""

    work: Work[Any]
    done: "asyncio.Future[Any]"
    brief: bool


class Grouped(ABC):
    """Does units of work one after the other; all that wait at one moment share a transaction.

    They are done in a thread of its own; where all of them are brief, in the loop, and only what may take long in the
    thread: two threads that take turns statement by statement take longer than the statements.

    Each is done wholly or not at all. One that fails takes nothing with it, except when the database itself fails.
    Whoever stops waiting stops nothing.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._waiting: list[Unit] = []
        self._running: asyncio.Task[None] | None = None

    async def do(self, work: Work[T], *, brief: bool = False) -> T:
        """What the work gives, once its transaction has ended."""
        unit = Unit(work, asyncio.get_running_loop().create_future(), brief)
        self._waiting.append(unit)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        result: T = await unit.done
        return result

    async def close(self) -> None:
        """Waits for what is under way."""
        if self._running is not None:
            await asyncio.wait({self._running})
        self._thread.shutdown()

    async def _run(self) -> None:
        while self._waiting:
            units, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            works = [unit.work for unit in units]
            try:
                if all(unit.brief for unit in units):
                    outcomes = await self._here(works)
                else:
                    outcomes = await self._in_thread(partial(self._together, works))
            except Exception as error:  # noqa: BLE001 - told to everyone who waits for it
                outcomes = [error] * len(units)
            for unit, outcome in zip(units, outcomes, strict=True):
                if unit.done.cancelled():
                    continue
                if isinstance(outcome, Exception):
                    unit.done.set_exception(outcome)
                else:
                    unit.done.set_result(outcome)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    @abstractmethod
    def _together(self, works: Sequence[Work[Any]]) -> Sequence[Any]:
        """What each gives, or what it raises, in one transaction."""

    async def _here(self, works: Sequence[Work[Any]]) -> Sequence[Any]:
        """As `_together`, in the loop."""
        return await self._in_thread(partial(self._together, works))


class GroupWriter(Grouped):
    """Writes. A commit waits for the disk; a hundred people who write at the same moment wait for it once."""

    def _together(self, works: Sequence[Work[Any]]) -> Sequence[Any]:
        try:
            with self._engine.begin() as connection:
                return [work(connection) for work in works]
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # noqa: BLE001 - one of them: which one is found by giving each its savepoint
            return self._apart(works)

    async def _here(self, works: Sequence[Work[Any]]) -> Sequence[Any]:
        with await self._in_thread(self._begun) as connection:  # waits for whoever else writes to the file
            try:
                done = [work(connection) for work in works]
                await self._in_thread(connection.commit)  # waits for the disk
            except (OperationalError, InterfaceError):
                raise
            except Exception:  # noqa: BLE001 - as above
                done = None
        return done if done is not None else await self._in_thread(partial(self._apart, works))

    def _begun(self) -> Connection:
        connection = self._engine.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return connection

    def _apart(self, works: Sequence[Work[Any]]) -> Sequence[Any]:
        with self._engine.begin() as connection:
            return [_outcome(work, connection, connection.begin_nested()) for work in works]


class GroupReader(Grouped):
    """Reads; what is read at one moment is of one moment."""

    def _together(self, works: Sequence[Work[Any]]) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return [_outcome(work, connection, nullcontext()) for work in works]


def _outcome(work: Work[Any], connection: Connection, within: AbstractContextManager[Any]) -> Any:  # noqa: ANN401 - whatever the work gives
    """What the work gives, or what it raises; of what fails within a savepoint nothing is left."""
    try:
        with within:
            return work(connection)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - told to whoever waits for it
        return error
