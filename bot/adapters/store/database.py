"""A database on any engine that SQLAlchemy speaks to asynchronously: connected, and worked with unit by unit."""

import asyncio
import sqlite3
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Executable, Row, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.migrate import UnusableDatabase, migrate
from bot.adapters.store.writer import GroupWriter, Work
from bot.service.ports import StoreUnavailable

T = TypeVar("T")

_WRITES = "guichet_writes"
"""The option of a connection that is going to write."""


class Database:
    """Its connections.

    A unit of work that has begun is finished, even when whoever asked for it is cancelled meanwhile: a connection that
    is given up in the middle of a statement is lost, and closing it may never end.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writer = GroupWriter(engine.execution_options(**{_WRITES: True}))
        self._under_way: set[asyncio.Task[Any]] = set()

    @classmethod
    async def connect(cls, url: str, cipher: Cipher) -> Self:
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
            event.listen(engine.sync_engine, "begin", _begin)
        try:
            await migrate(engine, cipher)
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
        await self._writer.close()
        await self.engine.dispose()

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
        with _said_plainly():
            return await self._writer.write(work)

    async def leave_no_traces(self) -> None:
        """What was erased goes from SQLite's log as well; where others read just now, with the next time."""
        if self.engine.dialect.name == "sqlite":
            await self._whole(self._truncate_log())

    async def _truncate_log(self) -> None:
        with _said_plainly():
            async with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _read(self, work: Work[T]) -> T:
        with _said_plainly():
            async with self.engine.connect() as connection:
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
    """A commit is on the disk when it returns; readers and the writer do not wait for each other.

    What is deleted is overwritten. Transactions begin where we say: the driver's own would let a unit of work read
    outside of the transaction it writes in, and knows no savepoints.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Whoever is going to write waits for the others at the beginning, not in the middle."""
    if connection.get_isolation_level() == "AUTOCOMMIT":
        return
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
