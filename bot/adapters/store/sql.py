"""The store on any database that SQLAlchemy speaks to asynchronously."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Self
from weakref import WeakValueDictionary

from sqlalchemy import delete, event, insert, select, update
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.adapters.store.codec import (
    dump_message,
    dump_reply,
    dump_session,
    dump_ticket,
    load_message,
    load_reply,
    load_session,
    load_ticket,
)
from bot.adapters.store.migrate import UnusableDatabase, migrate
from bot.adapters.store.tables import conversations, marks, replies, set_aside, tickets, updates
from bot.model.error import BotError
from bot.model.message import Reply
from bot.model.session import Session
from bot.service.ports import Pending, ReferenceTaken, SetAside, StoreUnavailable, WriteSet, WrittenTicket


class ChatBusy(BotError):
    """Another process wrote to this chat at the same moment; nothing of this turn was kept."""


class SqlTurn:
    """One chat, held for one update."""

    def __init__(self, store: "SqlStore", chat: str, update_id: str) -> None:
        self.session: Session | None = None
        self.pending: Sequence[Pending] = ()
        self.repeated = False
        self.seen: datetime | None = None
        self.receipt: str | None = None
        self._store, self._chat, self._update = store, chat, update_id
        self._version = 0

    async def load(self) -> Self:
        """Reads what the chat stands at."""
        own = conversations.c
        async with self._store.reading() as connection:
            row = (
                await connection.execute(
                    select(own.version, own.session, own.seen, own.receipt).where(own.chat == self._chat)
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
            self._version, self.session, self.receipt = row.version, load_session(row.session), row.receipt
            self.seen = instant(row.seen)
        return self

    async def last_ticket(self) -> WrittenTicket | None:
        """The newest ticket of this chat."""
        newest = (
            select(tickets.c.content, tickets.c.message)
            .where(tickets.c.chat == self._chat)
            .order_by(tickets.c.at.desc(), tickets.c.reference)
            .limit(1)
        )
        async with self._store.reading() as connection:
            row = (await connection.execute(newest)).one_or_none()
        return WrittenTicket(load_ticket(row.content), load_message(row.message)) if row else None

    async def commit(self, write: WriteSet) -> Pending:
        """Writes everything, or nothing.

        Raises:
            ReferenceTaken: the ticket's reference belongs to another ticket.
            ChatBusy: another process was quicker.
        """
        try:
            async with self._store.writing() as connection:
                if write.session is not None:
                    await self._write_session(connection, write.session, write.at)
                at = seconds(write.at) if write.session is not None else None
                await connection.execute(insert(updates).values(chat=self._chat, id=self._update, at=at))
                if write.ticket is not None:
                    await self._write_ticket(connection, write.ticket, delivered=write.delivered)
                return await add_reply(connection, self._chat, write.reply)
        except IntegrityError:
            raise ChatBusy("this chat was written to by another process; try again") from None

    async def _write_session(self, connection: AsyncConnection, session: Session, at: datetime) -> None:
        values = {"version": self._version + 1, "session": dump_session(session), "seen": seconds(at)}
        if self._version == 0:
            await connection.execute(insert(conversations).values(chat=self._chat, **values))
            return
        written = await connection.execute(
            update(conversations)
            .where(conversations.c.chat == self._chat, conversations.c.version == self._version)
            .values(**values)
        )
        if written.rowcount == 0:
            raise ChatBusy("this chat was written to by another process; try again")

    async def _write_ticket(self, connection: AsyncConnection, written: WrittenTicket, *, delivered: bool) -> None:
        reference = written.ticket.reference
        known = await connection.execute(select(tickets.c.reference).where(tickets.c.reference == reference))
        if known.one_or_none() is not None:
            raise ReferenceTaken(reference)
        await connection.execute(
            insert(tickets).values(
                reference=reference,
                chat=self._chat,
                content=dump_ticket(written.ticket),
                message=dump_message(written.message),
                at=seconds(written.ticket.created_at),
                delivered=delivered,
            )
        )


def seconds(at: datetime) -> int:
    """An instant as it is stored."""
    return int(at.timestamp())


def instant(stored: int | None) -> datetime | None:
    """A stored instant."""
    return None if stored is None else datetime.fromtimestamp(stored, UTC)


async def add_reply(connection: AsyncConnection, chat: str, reply: Reply) -> Pending:
    """Notes a reply as not yet sent."""
    added = await connection.execute(
        insert(replies).values(chat=chat, content=dump_reply(reply)).returning(replies.c.id)
    )
    return Pending(added.scalar_one(), reply)


_ALIVE = "alive"


class SqlStore:
    """Conversations in a database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        # SQLite has one writer at a time: waiting here is fair and cheap, waiting there is neither.
        self._writer = asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read from."""
        with _said_plainly():
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose changes are committed together when the block ends, or not at all."""
        with _said_plainly():
            async with self._writer, self._engine.begin() as connection:
                yield connection

    @classmethod
    async def open(cls, url: str) -> Self:
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
        """Lets go of all connections."""
        await self._engine.dispose()

    @asynccontextmanager
    async def turn(self, chat: str, update_id: str) -> AsyncIterator[SqlTurn]:
        """Holds the chat for one update."""
        lock = self._locks.setdefault(chat, asyncio.Lock())
        async with lock:
            yield await SqlTurn(self, chat, update_id).load()

    async def mark_sent(self, chat: str, reply: int, receipt: str | None = None) -> None:
        """Forgets a reply that was sent, and keeps the channel's receipt for it."""
        async with self.writing() as connection:
            await connection.execute(delete(replies).where(replies.c.id == reply, replies.c.chat == chat))
            if receipt is not None:
                noted = update(conversations).where(conversations.c.chat == chat).values(receipt=receipt)
                await connection.execute(noted)

    async def unsent(self) -> Mapping[str, Sequence[Pending]]:
        """The replies of every chat that were not sent."""
        found: dict[str, list[Pending]] = {}
        async with self.reading() as connection:
            waiting = await connection.execute(
                select(replies.c.chat, replies.c.id, replies.c.content).order_by(replies.c.id)
            )
            for chat, id_, content in waiting:
                found.setdefault(chat, []).append(Pending(id_, load_reply(content)))
        return found

    async def set_aside(self, letter: SetAside, reply: Reply | None) -> Pending | None:
        """Keeps an update that cannot be taken, once."""
        at = seconds(letter.at)
        try:
            async with self.writing() as connection:
                await connection.execute(insert(updates).values(chat=letter.chat, id=letter.update, at=at))
                await connection.execute(
                    insert(set_aside).values(
                        chat=letter.chat, update=letter.update, content=letter.content, reason=letter.reason, at=at
                    )
                )
                return await add_reply(connection, letter.chat, reply) if reply is not None else None
        except IntegrityError:
            return None

    async def active_since(self, instant: datetime) -> Sequence[str]:
        """The chats that were heard of since."""
        async with self.reading() as connection:
            found = await connection.execute(
                select(conversations.c.chat)
                .where(conversations.c.seen >= seconds(instant))
                .order_by(conversations.c.seen)
            )
            return found.scalars().all()

    async def forget_updates(self, before: datetime) -> None:
        """Forgets updates that nobody will repeat."""
        async with self.writing() as connection:
            await connection.execute(delete(updates).where(updates.c.at < seconds(before)))

    async def alive(self) -> datetime | None:
        """When the bot last noted that it was running."""
        async with self.reading() as connection:
            found = await connection.execute(select(marks.c.at).where(marks.c.name == _ALIVE))
            return instant(found.scalar_one_or_none())

    async def note_alive(self, at: datetime) -> None:
        """Notes that the bot is running."""
        async with self.writing() as connection:
            noted = await connection.execute(update(marks).where(marks.c.name == _ALIVE).values(at=seconds(at)))
            if noted.rowcount == 0:
                await connection.execute(insert(marks).values(name=_ALIVE, at=seconds(at)))

    async def undelivered(self) -> Sequence[WrittenTicket]:
        """The tickets that no sink has taken yet."""
        async with self.reading() as connection:
            waiting = await connection.execute(
                select(tickets.c.content, tickets.c.message)
                .where(tickets.c.delivered.is_(False))
                .order_by(tickets.c.at, tickets.c.reference)
            )
            return tuple(WrittenTicket(load_ticket(content), load_message(message)) for content, message in waiting)

    async def mark_delivered(self, reference: str) -> None:
        """Notes that a sink took the ticket."""
        async with self.writing() as connection:
            await connection.execute(update(tickets).where(tickets.c.reference == reference).values(delivered=True))


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
