"""The store on any database that SQLAlchemy speaks to asynchronously."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Self
from weakref import WeakValueDictionary

from sqlalchemy import delete, event, insert, select, update
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.adapters.store.codec import dump_reply, dump_session, dump_ticket, load_reply, load_session, load_ticket
from bot.adapters.store.migrate import UnusableDatabase, migrate
from bot.adapters.store.tables import conversations, replies, tickets, updates
from bot.model.error import BotError
from bot.model.session import Session
from bot.service.ports import Pending, ReferenceTaken, WriteSet, WrittenTicket


class ChatBusy(BotError):
    """Another process wrote to this chat at the same moment; nothing of this turn was kept."""


class SqlTurn:
    """One chat, held for one update."""

    def __init__(self, engine: AsyncEngine, chat: str, update_id: str) -> None:
        self.session: Session | None = None
        self.pending: Sequence[Pending] = ()
        self.repeated = False
        self._engine, self._chat, self._update = engine, chat, update_id
        self._version = 0

    async def load(self) -> Self:
        """Reads what the chat stands at."""
        async with self._engine.connect() as connection:
            row = (
                await connection.execute(
                    select(conversations.c.version, conversations.c.session).where(conversations.c.chat == self._chat)
                )
            ).one_or_none()
            waiting = await connection.execute(
                select(replies.c.id, replies.c.content).where(replies.c.chat == self._chat).order_by(replies.c.id)
            )
            seen = await connection.execute(
                select(updates.c.id).where(updates.c.chat == self._chat, updates.c.id == self._update)
            )
            self.pending = tuple(Pending(id_, load_reply(content)) for id_, content in waiting)
            self.repeated = seen.one_or_none() is not None
        if row is not None:
            self._version, self.session = row.version, load_session(row.session)
        return self

    async def commit(self, write: WriteSet) -> Pending:
        """Writes everything, or nothing.

        Raises:
            ReferenceTaken: the ticket's reference belongs to another ticket.
            ChatBusy: another process was quicker.
        """
        try:
            async with self._engine.begin() as connection:
                await self._write_session(connection, write.session)
                await connection.execute(insert(updates).values(chat=self._chat, id=self._update))
                if write.ticket is not None:
                    await self._write_ticket(connection, write.ticket)
                added = await connection.execute(
                    insert(replies).values(chat=self._chat, content=dump_reply(write.reply)).returning(replies.c.id)
                )
                return Pending(added.scalar_one(), write.reply)
        except IntegrityError:
            raise ChatBusy(f"chat {self._chat} was written to by another process; try again") from None

    async def _write_session(self, connection: AsyncConnection, session: Session) -> None:
        values = {"version": self._version + 1, "session": dump_session(session)}
        if self._version == 0:
            await connection.execute(insert(conversations).values(chat=self._chat, **values))
            return
        written = await connection.execute(
            update(conversations)
            .where(conversations.c.chat == self._chat, conversations.c.version == self._version)
            .values(**values)
        )
        if written.rowcount == 0:
            raise ChatBusy(f"chat {self._chat} was written to by another process; try again")

    async def _write_ticket(self, connection: AsyncConnection, written: WrittenTicket) -> None:
        reference = written.ticket.reference
        known = await connection.execute(select(tickets.c.reference).where(tickets.c.reference == reference))
        if known.one_or_none() is not None:
            raise ReferenceTaken(reference)
        await connection.execute(
            insert(tickets).values(
                reference=reference,
                chat=self._chat,
                content=dump_ticket(written.ticket),
                text=written.text,
                delivered=False,
            )
        )


class SqlStore:
    """Conversations in a database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connects, and brings the tables up to date.

        Raises:
            UnusableDatabase: there is no such database, or it is not one this program can work with.
        """
        try:
            engine = create_async_engine(url)
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
        """Lets go of all connections."""
        await self._engine.dispose()

    @asynccontextmanager
    async def turn(self, chat: str, update_id: str) -> AsyncIterator[SqlTurn]:
        """Holds the chat for one update."""
        lock = self._locks.setdefault(chat, asyncio.Lock())
        async with lock:
            yield await SqlTurn(self._engine, chat, update_id).load()

    async def mark_sent(self, reply: int) -> None:
        """Forgets a reply that was sent."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(replies).where(replies.c.id == reply))

    async def undelivered(self) -> Sequence[WrittenTicket]:
        """The tickets that no sink has taken yet."""
        async with self._engine.connect() as connection:
            waiting = await connection.execute(
                select(tickets.c.content, tickets.c.text).where(tickets.c.delivered.is_(False))
            )
            return tuple(WrittenTicket(load_ticket(content), text) for content, text in waiting)

    async def mark_delivered(self, reference: str) -> None:
        """Notes that a sink took the ticket."""
        async with self._engine.begin() as connection:
            await connection.execute(update(tickets).where(tickets.c.reference == reference).values(delivered=True))


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
