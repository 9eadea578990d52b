"""The store, in a database."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Self
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    bindparam,
    cast,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError

from bot.adapters.store import reseal, shipping
from bot.adapters.store.cases import SqlCases, say_farewell
from bot.adapters.store.cipher import Cipher
from bot.adapters.store.connect import connect
from bot.adapters.store.database import Database
from bot.adapters.store.everything import erase, erase_old
from bot.adapters.store.migrate import UnusableDatabase
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.queues import queue_of
from bot.adapters.store.recent import RecentChats
from bot.adapters.store.rows import add_reply, elsewhere, instant, readable, seconds
from bot.adapters.store.tables import (
    cases,
    conversations,
    key_check,
    marks,
    processes,
    replies,
    sent_files,
    set_aside,
    updates,
)
from bot.adapters.store.turn import SqlTurn
from bot.model.message import Reply
from bot.service.delivery import Delivery, SinkName
from bot.service.jobs import Job
from bot.service.ports import Pending, SetAside, Shipment, StoreUnavailable, WrittenTicket

_ALIVE = "alive"
_KNOWN = "the key fits"
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('guichet take over', 0))")
"""Whoever waits for a row that another process takes over would still see that one as not being there."""
_GONE_AFTER = 30
"""Seconds after which a process that says nothing is taken for gone; it says so every ten."""


_NOT_NEWER = or_(conversations.c.receipt_reply.is_(None), conversations.c.receipt_reply <= bindparam("number"))
_WITH_RECEIPT = update(conversations).where(conversations.c.chat == bindparam("of"), _NOT_NEWER)
_WITHOUT_REPLY = delete(replies).where(replies.c.id == bindparam("number"), replies.c.chat == bindparam("of"))
_NOTE_RECEIPT, _DROP_REPLY = Prepared(_WITH_RECEIPT), Prepared(_WITHOUT_REPLY)
_DO_BOTH = Prepared(_WITH_RECEIPT.add_cte(_WITHOUT_REPLY.cte("dropped")))
"""In one statement; SQLite has none that writes to two tables."""
_KNOWN_CHAT = Prepared(select(conversations.c.chat).where(conversations.c.chat == bindparam("of")))
_FILE_BEFORE = Prepared(
    delete(sent_files).where(sent_files.c.chat == bindparam("of"), sent_files.c.name == bindparam("named"))
)
_ADD_FILE = Prepared(insert(sent_files))


class SqlStore:
    """Conversations in a database, encrypted."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database, self._cipher = database, cipher
        self.jobs = queue_of(database, cipher)
        self.cases = SqlCases(database, cipher, self.jobs)
        self._process, self._recent = uuid4().hex, RecentChats()
        self._present = False

    @classmethod
    async def open(cls, url: str, cipher: Cipher) -> Self:
        """Connects, and makes sure that what is there can be read; tables in a file are brought up to date.

        Raises:
            UnusableDatabase: there is no such database, or it is not one this program can work with.
            WrongKey: it was written with another key.
        """
        store = cls(await connect(url, cipher), cipher)
        try:
            await store._check_key()
        except BaseException:
            await store.close()
            raise
        return store

    async def _check_key(self) -> None:
        note = insert(key_check).values(id=1, content=self._cipher.seal(_KNOWN))
        known = select(key_check.c.content)
        try:
            if not await self._database.rows(known):
                with suppress(IntegrityError):  # another process has just noted it
                    await self._database.write(lambda connection: connection.execute(note))
            self._cipher.open((await self._database.rows(known))[0].content)
        except StoreUnavailable as error:
            raise UnusableDatabase(str(error)) from None
        except ProgrammingError as error:  # a right that is missing, for example
            raise UnusableDatabase(f"the database cannot be used: {str(error.orig).strip()}") from None

    async def close(self) -> None:
        """Lets go of all connections, after what is under way; other processes need not wait for this one."""
        if self._present:
            gone = delete(processes).where(processes.c.id == self._process)
            with suppress(StoreUnavailable):
                await self._database.write(lambda connection: connection.execute(gone))
        await self.jobs.close()
        await self._database.close()

    async def sealed(self) -> int:
        """How many records are encrypted."""
        return await reseal.sealed(self._database)

    def reseal(self) -> AsyncIterator[int]:
        """Encrypts all of them with the newest key; how many at a time."""
        return reseal.reseal(self._database, self._cipher)

    @asynccontextmanager
    async def turn(self, chat: str, update: str) -> AsyncIterator[SqlTurn]:
        """Holds the chat for one update."""
        async with self._database.held(chat) as units:
            turn = SqlTurn(
                units,
                self._cipher,
                self.jobs,
                self._recent,
                self._process,
                chat,
                update,
                shared=self._database.shared,
            )
            yield await turn.load()
        if turn.erased:
            await self._database.leave_no_traces()

    async def mark_sent(self, chat: str, reply: int, receipt: str | None = None) -> None:
        """Forgets a reply that was sent, and keeps the channel's receipt for it."""
        gone = {"of": chat, "number": reply}
        if receipt is None:
            await self._database.write_one(_DROP_REPLY, gone)
            return
        noted = {**gone, "receipt": receipt, "receipt_reply": reply}
        if self._database.shared:
            await self._database.write_one(_DO_BOTH, noted)
            return

        def work(connection: Connection) -> bool:
            _DROP_REPLY.count(connection, gone)
            return _NOTE_RECEIPT.count(connection, noted) > 0

        if await self._database.write(work, brief=True):
            self._recent.note_receipt(chat, receipt)

    async def take_over(self, channel: str, *, alone: bool = False) -> Mapping[str, Sequence[Pending]]:
        """Takes over what nobody is sending."""
        own = or_(replies.c.process.is_(None), replies.c.process != self._process)
        nobodys = (replies.c.chat.startswith(channel, autoescape=True), own, not_(elsewhere(self._process)))
        mine = update(replies).where(*nobodys).values(process=self._process)

        def work(connection: Connection) -> Sequence[Row[Any]]:
            if self._database.shared:
                connection.execute(_ONE_AT_A_TIME)
                self._say_that_it_is_there(connection)
            if alone:
                connection.execute(delete(processes).where(processes.c.id != self._process))
            taken = connection.execute(mine.returning(replies.c.chat, replies.c.id, replies.c.content))
            return taken.all()

        found: dict[str, list[Pending]] = {}
        rows = sorted(await self._database.write(work), key=lambda row: int(row.id))
        for row in rows:
            found.setdefault(row.chat, []).extend(readable(self._cipher, [row]))
        return {chat: waiting for chat, waiting in found.items() if waiting}

    def _say_that_it_is_there(self, connection: Connection) -> None:
        """By the server's clock: those of the machines may differ."""
        now = cast(func.extract("epoch", func.clock_timestamp()), BigInteger)
        noted = connection.execute(update(processes).where(processes.c.id == self._process).values(at=now))
        if noted.rowcount == 0:
            connection.execute(insert(processes).values(id=self._process, at=now))
        connection.execute(delete(processes).where(processes.c.at < now - _GONE_AFTER))
        self._present = True

    async def ahead(self, chat: str, reply: int) -> tuple[bool, str | None]:
        """Whether earlier replies still wait; and the receipt."""
        before = select(replies.c.id).where(replies.c.chat == chat, replies.c.id < reply)
        noted = select(conversations.c.receipt).where(conversations.c.chat == chat)

        def work(connection: Connection) -> tuple[bool, str | None]:
            waits = connection.execute(before.limit(1)).one_or_none() is not None
            return waits, connection.execute(noted).scalar_one_or_none()

        return await self._database.read(work)

    async def set_aside(self, letter: SetAside, reply: Reply | None, job: Job | None = None) -> Pending | None:
        """Keeps an update that cannot be taken, once."""
        at = seconds(letter.at)

        def work(connection: Connection) -> Pending | None:
            connection.execute(insert(updates).values(chat=letter.chat, id=letter.update, at=at))
            connection.execute(
                insert(set_aside).values(
                    chat=letter.chat,
                    update=letter.update,
                    content=self._cipher.seal(letter.content),
                    reason=self._cipher.seal(letter.reason),
                    at=at,
                )
            )
            if job is not None:
                self.jobs.add(connection, job)
            if reply is None:
                return None
            return add_reply(connection, self._cipher, letter.chat, reply, self._process)

        self._recent.forget(letter.chat)
        try:
            return await self._database.write(work)
        except IntegrityError:
            return None

    async def letters(self) -> Sequence[SetAside]:
        """What was set aside, oldest first."""
        rows = await self._database.rows(select(set_aside).order_by(set_aside.c.id))
        opened = self._cipher.open
        return [
            SetAside(row.chat, row.update, opened(row.content), opened(row.reason), datetime.fromtimestamp(row.at, UTC))
            for row in rows
        ]

    async def forget_letters(self, letters: Sequence[SetAside]) -> None:
        """Forgets these."""

        def work(connection: Connection) -> None:
            for letter in letters:
                own = (set_aside.c.chat == letter.chat) & (set_aside.c.update == letter.update)
                connection.execute(delete(set_aside).where(own))

        await self._database.write(work)

    async def active_since(self, instant: datetime) -> Sequence[str]:
        """The chats that were heard of since."""
        seen = conversations.c.seen
        query = select(conversations.c.chat).where(seen >= seconds(instant)).order_by(seen)
        return [row.chat for row in await self._database.rows(query)]

    async def erase_before(self, instant: datetime) -> int:
        """Erases chats that were not heard of since this instant, and tickets and letters that are older.

        A ticket that the support group has is as old as the last thing that either side did about it.
        """
        old = seconds(instant)

        def work(connection: Connection) -> Sequence[str]:
            gone = select(conversations.c.chat).where(conversations.c.seen < old).order_by(conversations.c.chat)
            chats = connection.execute(gone.with_for_update(skip_locked=True)).scalars().all()
            for chat in chats:
                say_farewell(connection, self.jobs, cases.c.chat == chat)
                erase(connection, self.jobs, chat)
            say_farewell(connection, self.jobs, cases.c.at < old)
            erase_old(connection, self.jobs, old)
            return chats

        erased = await self._database.write(work)
        for chat in erased:
            self._recent.forget(chat)
        await self._database.leave_no_traces()
        return len(erased)

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
        """Notes that the bot is running; whoever has not been there for long is let go from memory."""
        self._recent.sweep()
        await self._database.check_version()

        def work(connection: Connection) -> None:
            noted = connection.execute(update(marks).where(marks.c.name == _ALIVE).values(at=seconds(at)))
            if noted.rowcount == 0:
                connection.execute(insert(marks).values(name=_ALIVE, at=seconds(at)))

        with suppress(IntegrityError):  # another process has just noted it
            await self._database.write(work)

    async def shipment(self, parcel: str, sink: SinkName) -> Shipment | None:
        """A delivery that is not taken yet."""
        return await self._database.read(lambda connection: shipping.shipment(connection, self._cipher, parcel, sink))

    async def note_delivery(self, delivery: Delivery) -> None:
        """Notes how far a delivery has got, if it is still there."""
        await self._database.write(lambda connection: shipping.note_delivery(connection, self._cipher, delivery))

    async def tickets_of(self, chat: str, most: int | None, reference: str | None = None) -> Sequence[WrittenTicket]:
        """The tickets of a chat, the newest first."""
        return await self._database.read(
            lambda connection: shipping.tickets_of(connection, self._cipher, chat, most, reference)
        )

    async def note_file(self, chat: str, name: str, file: str) -> None:
        """Notes where the channel keeps a file, while the chat is known."""
        values = {"chat": chat, "name": name, "content": self._cipher.seal(file), "at": seconds(datetime.now(UTC))}

        def work(connection: Connection) -> None:
            if _KNOWN_CHAT.rows(connection, {"of": chat}):
                _FILE_BEFORE.count(connection, {"of": chat, "named": name})
                _ADD_FILE.count(connection, values)

        await self._database.write(work, brief=True)

    async def files(self, chat: str) -> Mapping[str, str]:
        """Where the channel keeps the files that it sent to a chat."""
        rows = await self._database.rows(select(sent_files).where(sent_files.c.chat == chat))
        return {row.name: self._cipher.open(row.content) for row in rows}
