"""A database in a file: one process, one writer, a lock for each chat."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Self, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.database import Database, Units, connection_of, said_plainly
from bot.adapters.store.lock import AlreadyRunning, file_of, held
from bot.adapters.store.migrate import HEAD, UnusableDatabase, migrate, version_of
from bot.adapters.store.writer import GroupWriter, Work

T = TypeVar("T")

_WRITES = "guichet_writes"
"""The option of a connection that is going to write."""


class SqliteDatabase(Database):
    """Its connections.

    A unit of work that has begun is finished, even when whoever asked for it is cancelled meanwhile: a connection that
    is given up in the middle of a statement is lost, and closing it may never end.
    """

    shared = False

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self._writer = GroupWriter(engine.execution_options(**{_WRITES: True}))
        self._under_way: set[asyncio.Task[Any]] = set()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    async def connect(cls, engine: AsyncEngine, cipher: Cipher) -> Self:
        """Opens the file, and brings its tables up to date.

        Raises:
            UnusableDatabase: there is no such file, or it is not one this program can work with.
        """
        _check_file(engine.url.database or "")
        event.listen(engine.sync_engine, "connect", _make_durable)
        event.listen(engine.sync_engine, "begin", _begin)
        await bring_up_to_date(engine, cipher)
        return cls(engine)

    async def close(self) -> None:
        """Lets go of all connections, after what is under way."""
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._writer.close()
        await super().close()

    async def read(self, work: Work[T]) -> T:
        """Reads, on a connection of its own."""
        return await self._whole(self._read(work))

    async def write(self, work: Work[T]) -> T:
        """Writes, together with what others write at this moment."""
        with said_plainly():
            return await self._writer.write(work)

    @asynccontextmanager
    async def held(self, chat: str) -> AsyncIterator[Units]:
        """Holds the chat in this process; no other takes updates of the same chats."""
        async with self._locks.setdefault(chat, asyncio.Lock()):
            yield self

    async def check_version(self) -> None:
        """Nobody brings it to another version while a process runs on it."""

    async def leave_no_traces(self) -> None:
        """What was erased goes from the log as well; where others read just now, with the next time."""
        await self._whole(self._truncate_log())

    async def _truncate_log(self) -> None:
        async with connection_of(self.engine.execution_options(isolation_level="AUTOCOMMIT")) as connection:
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _read(self, work: Work[T]) -> T:
        async with connection_of(self.engine) as connection:
            return await work(connection)

    async def _whole(self, unit: Coroutine[Any, Any, T]) -> T:
        task = asyncio.create_task(unit)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)


async def bring_up_to_date(engine: AsyncEngine, cipher: Cipher) -> str | None:
    """As `migrate`, but never under another process that runs on the file.

    Raises:
        UnusableDatabase: one does, or the version is unknown here.
    """
    before, file = await version_of(engine), file_of(str(engine.url))
    if before == HEAD or file is None:
        return await migrate(engine, cipher)
    try:
        with held(file):
            return await migrate(engine, cipher)
    except AlreadyRunning as error:
        raise UnusableDatabase(f"{error}, and it is of version {before}; stop that one first") from None
    except OSError as error:
        raise UnusableDatabase(f"the database cannot be used: {error.strerror or error}") from None


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
