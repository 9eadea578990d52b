"""A database in a file: one process, one writer, a lock for each chat."""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any, Self, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.database import Database, Units, said_plainly
from bot.adapters.store.grouped import GroupReader, GroupWriter, Work
from bot.adapters.store.lock import AlreadyRunning, file_of, held
from bot.adapters.store.migrate import HEAD, UnusableDatabase, migrate, version_of
from bot.adapters.store.prepared import Prepared
from bot.service.ports import StoreUnavailable

T = TypeVar("T")

_WRITES = "guichet_writes"
"""The option of a connection that is going to write."""


class SqliteDatabase(Database):
    """Its connections: one that reads, in a thread, and one that writes.

    A unit of work that has begun is finished, even when whoever asked for it is cancelled meanwhile.
    """

    shared = False

    def __init__(self, engine: Engine) -> None:
        self.engine, self.url = engine, engine.url
        self._writer = GroupWriter(engine.execution_options(**{_WRITES: True}))
        self._reader = GroupReader(engine)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    async def connect(cls, url: URL, cipher: Cipher) -> Self:
        """Opens the file, and brings its tables up to date.

        Raises:
            UnusableDatabase: there is no such file, or it is not one this program can work with.
        """
        await asyncio.to_thread(bring_up_to_date, url, cipher)
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _make_durable)
        event.listen(engine, "begin", _begin)
        return cls(engine)

    async def close(self) -> None:
        """Lets go of all connections, after what is under way."""
        await self._reader.close()
        await self._writer.close()
        await asyncio.to_thread(self.engine.dispose)

    async def read(self, work: Work[T]) -> T:
        """Reads, together with what others read at this moment."""
        with said_plainly:
            return await self._reader.do(work)

    async def write(self, work: Work[T], *, brief: bool = False) -> T:
        """Writes, together with what others write at this moment."""
        with said_plainly:
            return await self._writer.do(work, brief=brief)

    async def write_one(self, statement: Prepared, values: Mapping[str, object]) -> None:
        """Writes, together with what others write at this moment."""
        await self.write(lambda connection: statement.count(connection, values), brief=True)

    def held(self, chat: str) -> "_Held":
        """Holds the chat in this process; no other takes updates of the same chats."""
        return _Held(self, self._locks.setdefault(chat, asyncio.Lock()))

    async def check_version(self) -> None:
        """Nobody brings it to another version while a process runs on it."""

    async def leave_no_traces(self) -> None:
        """What was erased goes from the log as well; where others read just now, with the next time."""
        with said_plainly:
            await asyncio.to_thread(self._truncate_log)

    def _truncate_log(self) -> None:
        try:
            with closing(self.engine.raw_connection()) as connection:  # one outside of any transaction
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        except sqlite3.Error as error:
            raise StoreUnavailable(f"the log of the database cannot be emptied: {error}") from None


class _Held:
    """The units of one turn, which are about one chat: it is held by one of them at a time."""

    def __init__(self, database: SqliteDatabase, lock: asyncio.Lock) -> None:
        self._database, self._lock = database, lock

    async def __aenter__(self) -> Units:
        await self._lock.acquire()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()

    async def read(self, work: Work[T]) -> T:
        """Reads."""
        return await self._database.read(work)

    async def write(self, work: Work[T], *, brief: bool = True) -> T:
        """Writes."""
        return await self._database.write(work, brief=brief)


def bring_up_to_date(url: URL, cipher: Cipher) -> str | None:
    """As `migrate`, but never under another process that runs on the file.

    Raises:
        UnusableDatabase: one does, the version is unknown here, or there is no such file.
    """
    _check_file(url.database or "")
    before, file = version_of(url), file_of(str(url))
    if before == HEAD:
        return before
    if file is None:
        return migrate(url, cipher)
    try:
        with held(file):
            return migrate(url, cipher)
    except AlreadyRunning as error:
        raise UnusableDatabase(f"{error}, and it is of version {before}; stop that one first") from None
    except OSError as error:
        raise UnusableDatabase(f"the database cannot be used: {error.strerror or error}") from None


def _check_file(path: str) -> None:
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
    writes: Any = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
