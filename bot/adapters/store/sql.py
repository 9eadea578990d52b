"""The store, in a database."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Self
from weakref import WeakValueDictionary

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.codec import load_message, load_reply, load_ticket
from bot.adapters.store.database import Database
from bot.adapters.store.rows import add_reply, instant, seconds
from bot.adapters.store.tables import conversations, marks, replies, set_aside, tickets, updates
from bot.adapters.store.turn import SqlTurn
from bot.model.message import Reply
from bot.service.ports import Pending, SetAside, WrittenTicket

_ALIVE = "alive"


class SqlStore:
    """Conversations in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connects, and brings the tables up to date.

        Raises:
            UnusableDatabase: there is no such database, or it is not one this program can work with.
        """
        return cls(await Database.connect(url))

    async def close(self) -> None:
        """Lets go of all connections, after what is under way."""
        await self._database.close()

    @asynccontextmanager
    async def turn(self, chat: str, update_id: str) -> AsyncIterator[SqlTurn]:
        """Holds the chat for one update."""
        lock = self._locks.setdefault(chat, asyncio.Lock())
        async with lock:
            yield await SqlTurn(self._database, chat, update_id).load()

    async def mark_sent(self, chat: str, reply: int, receipt: str | None = None) -> None:
        """Forgets a reply that was sent, and keeps the channel's receipt for it."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(replies).where(replies.c.id == reply, replies.c.chat == chat))
            if receipt is not None:
                noted = update(conversations).where(conversations.c.chat == chat).values(receipt=receipt)
                await connection.execute(noted)

        await self._database.write(work)

    async def unsent(self) -> Mapping[str, Sequence[Pending]]:
        """The replies of every chat that were not sent."""
        query = select(replies.c.chat, replies.c.id, replies.c.content).order_by(replies.c.id)
        found: dict[str, list[Pending]] = {}
        for row in await self._database.rows(query):
            found.setdefault(row.chat, []).append(Pending(row.id, load_reply(row.content)))
        return found

    async def set_aside(self, letter: SetAside, reply: Reply | None) -> Pending | None:
        """Keeps an update that cannot be taken, once."""
        at = seconds(letter.at)

        async def work(connection: AsyncConnection) -> Pending | None:
            await connection.execute(insert(updates).values(chat=letter.chat, id=letter.update, at=at))
            await connection.execute(
                insert(set_aside).values(
                    chat=letter.chat, update=letter.update, content=letter.content, reason=letter.reason, at=at
                )
            )
            return await add_reply(connection, letter.chat, reply) if reply is not None else None

        try:
            return await self._database.write(work)
        except IntegrityError:
            return None

    async def active_since(self, instant: datetime) -> Sequence[str]:
        """The chats that were heard of since."""
        seen = conversations.c.seen
        query = select(conversations.c.chat).where(seen >= seconds(instant)).order_by(seen)
        return [row.chat for row in await self._database.rows(query)]

    async def forget_updates(self, before: datetime) -> None:
        """Forgets updates that nobody will repeat."""
        old = delete(updates).where(updates.c.at < seconds(before))
        await self._database.write(lambda connection: connection.execute(old))

    async def alive(self) -> datetime | None:
        """When the bot last noted that it was running."""
        query = select(marks.c.at).where(marks.c.name == _ALIVE)
        found = await self._database.rows(query)
        return instant(found[0].at) if found else None

    async def note_alive(self, at: datetime) -> None:
        """Notes that the bot is running."""

        async def work(connection: AsyncConnection) -> None:
            noted = await connection.execute(update(marks).where(marks.c.name == _ALIVE).values(at=seconds(at)))
            if noted.rowcount == 0:
                await connection.execute(insert(marks).values(name=_ALIVE, at=seconds(at)))

        await self._database.write(work)

    async def undelivered(self) -> Sequence[WrittenTicket]:
        """The tickets that no sink has taken yet."""
        query = (
            select(tickets.c.content, tickets.c.message)
            .where(tickets.c.delivered.is_(False))
            .order_by(tickets.c.at, tickets.c.reference)
        )
        waiting = await self._database.rows(query)
        return [WrittenTicket(load_ticket(row.content), load_message(row.message)) for row in waiting]

    async def mark_delivered(self, reference: str) -> None:
        """Notes that a sink took the ticket."""
        taken = update(tickets).where(tickets.c.reference == reference).values(delivered=True)
        await self._database.write(lambda connection: connection.execute(taken))
