"""A database on a PostgreSQL server, for several processes at once: a turn is one transaction that holds its chat."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from bot.adapters.store.database import Database, Units, said_plainly
from bot.adapters.store.grouped import Work
from bot.adapters.store.migrate import HEAD, require_head
from bot.adapters.store.prepared import Prepared
from bot.service.ports import StoreOutdated

T = TypeVar("T")

POOL_SIZE = 10
"""Connections of one process; a hundred is what a server takes as it comes."""
CONNECT_ARGS = {
    "connect_timeout": 5,
    "options": "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s",
}
"""A server that does not answer, and a process that stands still while it holds a chat, stop the others for so long."""

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:chat, 0)), version_num FROM alembic_version")
"""Waits until no other turn of the chat runs, in whichever process, until the transaction ends."""
_VERSION = text("SELECT version_num FROM alembic_version")


class PostgresDatabase(Database):
    """Its connections."""

    shared = True

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine, self.url = engine, engine.url
        self._autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")

    @classmethod
    async def connect(cls, engine: AsyncEngine) -> Self:
        """Makes sure that the server is there, and its tables of this version.

        Raises:
            UnusableDatabase: the tables are of another version, or not there.
        """
        async with engine.connect() as connection:
            await connection.run_sync(require_head)
        return cls(engine)

    async def close(self) -> None:
        """Lets go of all connections."""
        await self.engine.dispose()

    async def read(self, work: Work[T]) -> T:
        """Reads, on a connection of its own."""
        async with self._connection() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Work[T], *, brief: bool = False) -> T:
        """Writes, in a transaction of its own; the driver waits for the server without a thread."""
        del brief
        with said_plainly:
            async with self.engine.begin() as connection:
                return await connection.run_sync(work)

    async def write_one(self, statement: Prepared, values: Mapping[str, object]) -> None:
        """Writes, in no transaction of this program: nobody who needs the same rows waits for a slow process."""
        with said_plainly:
            async with self._autocommit.connect() as connection:
                await connection.run_sync(statement.count, values)

    @asynccontextmanager
    async def held(self, chat: str) -> AsyncIterator[Units]:
        """Holds the chat against all processes."""
        async with self._connection() as connection:
            transaction = await connection.begin()
            row = (await connection.execute(_HOLD, {"chat": chat})).one_or_none()
            _require(row.version_num if row else None)
            yield Held(connection, transaction)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        with said_plainly:
            async with self.engine.connect() as connection:
                yield connection

    async def check_version(self) -> None:
        """Another process may have brought it to another version."""
        rows = await self.rows(_VERSION)
        _require(rows[0].version_num if rows else None)

    async def leave_no_traces(self) -> None:
        """What is deleted stays in its pages and its log, encrypted, until the server tidies up by itself."""


class Held:
    """The units of one turn, all in its transaction; what is written ends it."""

    def __init__(self, connection: AsyncConnection, transaction: AsyncTransaction) -> None:
        self._connection, self._transaction = connection, transaction

    async def read(self, work: Work[T]) -> T:
        """Reads."""
        with said_plainly:
            return await self._connection.run_sync(work)

    async def write(self, work: Work[T], *, brief: bool = True) -> T:
        """Writes and commits; a unit that fails leaves nothing, and another may be tried."""
        del brief
        with said_plainly:
            result = await self._connection.run_sync(_nested, work)
            await self._transaction.commit()
            return result


def _nested(connection: Connection, work: Work[T]) -> T:
    with connection.begin_nested():
        return work(connection)


def _require(version: str | None) -> None:
    if version != HEAD:
        raise StoreOutdated(f"the database was brought to version {version}; this program works with {HEAD}")
