"""A database on any engine that SQLAlchemy speaks to asynchronously: connected, and worked with unit by unit."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, Self, TypeAlias, TypeVar

from sqlalchemy import Executable, Row, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.adapters.store.migrate import UnusableDatabase, migrate
from bot.service.ports import StoreUnavailable

T = TypeVar("T")

Work: TypeAlias = Callable[[AsyncConnection], Awaitable[T]]
"""What is done on one connection."""


class Database:
    """Its connections.

    A unit of work that has begun is finished, even when whoever asked for it is cancelled meanwhile: a connection that
    is given up in the middle of a statement is lost, and closing it may never end.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # SQLite has one writer at a time: waiting here is fair and cheap, waiting there is neither.
        self._writer = asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        self._under_way: set[asyncio.Task[Any]] = set()

    @classmethod
    async def connect(cls, url: str) -> Self:
        """Connects, and brings the tables up to date.

        Raises:
            UnusableDatabase: there is no such database, or it is not one this program can work with.
        """
        try:
            engine = create_async_engine(url, hide_parameters=True)
        except (SQLAlchemyError, ImportError) as error:
            raise UnusableDatabase(f"{error}; write a URL such as sqlite+aiosqlite:///bot.db") from None
        if engine.dialect.name == "sqlite":
            _check_file(engine.url.database or "")
            event.listen(engine.sync_engine, "connect", _make_durable)
        try:
            await migrate(engine)
        except DBAPIError as error:
            await engine.dispose()
            raise UnusableDatabase(f"the database cannot be used: {error.orig}") from None
        except UnusableDatabase:
            await engine.dispose()
            raise
        return cls(engine)

    async def close(self) -> None:
        """Lets go of all connections, after what is under way."""
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._engine.dispose()

    async def read(self, work: Work[T]) -> T:
        """Reads; changes nothing.

        Raises:
            StoreUnavailable: the database does not answer.
        """
        return await self._whole(self._read(work))

    async def rows(self, query: Executable) -> Sequence[Row[Any]]:
        """All that a query finds.

        Raises:
            StoreUnavailable: the database does not answer.
        """

        async def work(connection: AsyncConnection) -> Sequence[Row[Any]]:
            return (await connection.execute(query)).all()

        return await self.read(work)

    async def write(self, work: Work[T]) -> T:
        """Does the work and commits all its changes together, or none when it fails.

        Raises:
            StoreUnavailable: the database does not answer.
        """
        return await self._whole(self._write(work))

    async def _read(self, work: Work[T]) -> T:
        with _said_plainly():
            async with self._engine.connect() as connection:
                return await work(connection)

    async def _write(self, work: Work[T]) -> T:
        with _said_plainly():
            async with self._writer, self._engine.begin() as connection:
                return await work(connection)

    async def _whole(self, unit: Coroutine[Any, Any, T]) -> T:
        task = asyncio.create_task(unit)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)


@contextmanager
def _said_plainly() -> Iterator[None]:
    """A database that fails is `StoreUnavailable`; what is at fault in the data is left as it is."""
    try:
        yield
    except IntegrityError:
        raise
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise StoreUnavailable(f"the database does not answer as it should: {getattr(error, 'orig', error)}") from error


def _check_file(path: str) -> None:
    """Opens the file once by itself: after a connection that fails, aiosqlite's thread would outlive its loop."""
    try:
        sqlite3.connect(path).close()
    except sqlite3.Error as error:
        raise UnusableDatabase(f"the database cannot be used: {error}") from None


def _make_durable(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """A commit is on the disk when it returns; readers and the writer do not wait for each other."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
