"""One update's turn in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Self

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store import shipping
from bot.adapters.store.cases import SqlCases, say_farewell, write_case
from bot.adapters.store.cipher import Cipher
from bot.adapters.store.codec import dump_session, load_session
from bot.adapters.store.database import Units
from bot.adapters.store.everything import erase, everything
from bot.adapters.store.queue import Queue
from bot.adapters.store.rows import add_reply, elsewhere, instant, readable, seconds, written_ticket
from bot.adapters.store.tables import cases, conversations, replies, tickets, updates
from bot.adapters.store.writer import Work
from bot.model.error import BotError
from bot.model.message import Reply
from bot.model.session import Session
from bot.service.cases import CaseWrite
from bot.service.delivery import Delivery, SinkName, parcel_id
from bot.service.jobs import Job
from bot.service.ports import Pending, WriteSet, WrittenTicket

_BEFORE = "before-"
"""Of a chat that was erased, the updates that were taken are erased as well. Those with lower numbers than the one that
asked for it are known by this alone: one that comes again must not bring back what it says. Numbers only grow, unless a
week goes by without any; this is forgotten long before, as other updates are."""


def _is_before(update: str, known: str) -> bool:
    """Whether an update came before the one that had the chat erased."""
    number = known.removeprefix(_BEFORE)
    return number != known and update.isdecimal() and int(update) < int(number)


class ChatBusy(BotError):
    """Another process wrote to this chat at the same moment; nothing of this turn was kept."""


class SqlTurn:
    """One chat, held for one update. `process` is this one, which sends the replies."""

    def __init__(self, units: Units, cipher: Cipher, queue: Queue, process: str, chat: str, update_id: str) -> None:
        self.session: Session | None = None
        self.pending: Sequence[Pending] = ()
        self.repeated = False
        self.seen: datetime | None = None
        self.receipt: str | None = None
        self.erased = False
        self.cases = SqlCases(units, cipher, queue)
        self._units, self._cipher, self._queue, self._process = units, cipher, queue, process
        self._chat, self._update = chat, update_id
        self._version, self._behind = 0, False
        self._look_in: int | None = None
        self._look_in_job: int | None = None

    async def load(self) -> Self:
        """Reads what the chat stands at."""
        return await self._units.read(self._load)

    async def _load(self, connection: AsyncConnection) -> Self:
        # What waits is read first: a receipt that is read after it is not older than it.
        waiting = await connection.execute(
            select(replies.c.id, replies.c.content, replies.c.process, elsewhere(self._process).label("elsewhere"))
            .where(replies.c.chat == self._chat)
            .order_by(replies.c.id)
        )
        own = conversations.c
        row = (
            await connection.execute(
                select(own.version, own.session, own.seen, own.receipt, own.look_in, own.look_in_job).where(
                    own.chat == self._chat
                )
            )
        ).one_or_none()
        same = or_(updates.c.id == self._update, updates.c.id.startswith(_BEFORE))
        seen = (await connection.execute(select(updates.c.id).where(updates.c.chat == self._chat, same))).scalars()
        unsent = waiting.all()
        self.pending = tuple(readable(self._cipher, (each for each in unsent if not each.elsewhere)))
        self._behind = any(each.process != self._process for each in unsent)
        self.repeated = any(known == self._update or _is_before(self._update, known) for known in seen)
        if row is not None:
            self._version, self.session, self.receipt = (
                row.version,
                load_session(self._cipher.open(row.session)),
                row.receipt,
            )
            self.seen = instant(row.seen)
            self._look_in, self._look_in_job = row.look_in, row.look_in_job
        return self

    def claim_look_in(self, job: int) -> bool:
        """Whether this is the job that was to look in; it is used up then."""
        if job != self._look_in_job:
            return False
        self._look_in = None
        return True

    async def look_in_later(self, due: datetime | None) -> None:
        """Has another job do it."""

        async def work(connection: AsyncConnection) -> None:
            values = await self._add_look_in(connection, due)
            own = conversations.c.chat == self._chat, conversations.c.version == self._version
            await connection.execute(update(conversations).where(*own).values(**values))

        await self._units.write(work)

    async def last_ticket(self) -> WrittenTicket | None:
        """The newest ticket of this chat."""
        newest = (
            select(tickets.c.content, tickets.c.message)
            .where(tickets.c.chat == self._chat)
            .order_by(tickets.c.at.desc(), tickets.c.reference)
            .limit(1)
        )

        async def work(connection: AsyncConnection) -> WrittenTicket | None:
            found = (await connection.execute(newest)).one_or_none()
            return written_ticket(self._cipher, *found) if found else None

        return await self._units.read(work)

    async def ticket(self, reference: str) -> WrittenTicket | None:
        """A ticket of this chat."""
        return await self._units.read(
            lambda connection: shipping.ticket_of(connection, self._cipher, self._chat, reference)
        )

    async def deliveries(self, reference: str) -> Sequence[Delivery]:
        """Where a ticket of this chat and its additions go."""
        return await self._units.read(
            lambda connection: shipping.deliveries_of(connection, self._cipher, self._chat, reference)
        )

    async def additions(self, reference: str) -> int:
        """How often something was added to a ticket of this chat."""
        return await self._units.read(lambda connection: shipping.count_additions(connection, self._chat, reference))

    async def sent_since(self, instant: datetime, sinks: Collection[SinkName]) -> int:
        """How many tickets and additions of this chat were asked to go to these sinks."""
        return await self._units.read(
            lambda connection: shipping.count_sent(connection, self._chat, seconds(instant), sinks)
        )

    async def everything(self) -> str:
        """All that is kept about this chat, as JSON."""
        return await self._units.read(partial(everything, self._cipher, self._queue, self._chat))

    async def erase(self, at: datetime, reply: Reply) -> Pending:
        """Erases all of this chat; only this update and the reply to it are there then."""

        async def work(connection: AsyncConnection) -> Pending:
            await say_farewell(connection, self._queue, cases.c.chat == self._chat)
            await erase(connection, self._queue, self._chat)
            noted = [self._update, *([f"{_BEFORE}{self._update}"] if self._update.isdecimal() else [])]
            rows = [{"chat": self._chat, "id": each, "at": seconds(at)} for each in noted]
            await connection.execute(insert(updates), rows)
            return await self._add_reply(connection, reply)

        pending = await self._units.write(work)
        self.erased = True
        return pending

    async def commit(self, write: WriteSet) -> Pending:
        """Writes everything, or nothing.

        Raises:
            ReferenceTaken: the ticket's reference belongs to another ticket.
            ChatBusy: another process was quicker.
        """

        async def work(connection: AsyncConnection) -> Pending:
            if write.session is not None:
                await self._write_session(connection, write.session, write)
            at = seconds(write.at) if write.session is not None else None
            await connection.execute(insert(updates).values(chat=self._chat, id=self._update, at=at))
            await self._write_tickets(connection, write)
            return await self._add_reply(connection, write.reply)

        try:
            return await self._units.write(work)
        except IntegrityError:
            raise ChatBusy("this chat was written to by another process; try again") from None

    async def attend(self, at: datetime, write: CaseWrite) -> None:
        """Writes what one of the staff did, or nothing.

        Raises:
            ChatBusy: another process was quicker.
        """
        await self._attend(at, lambda connection: self._write_case(connection, at, write))

    async def decline(self, at: datetime, job: Job) -> None:
        """Writes that it changes nothing, with the job that says so.

        Raises:
            ChatBusy: another process was quicker.
        """
        await self._attend(at, lambda connection: self._queue.add(connection, job))

    async def _attend(self, at: datetime, write: Work[object]) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(insert(updates).values(chat=self._chat, id=self._update, at=seconds(at)))
            await write(connection)

        try:
            await self._units.write(work)
        except IntegrityError:
            raise ChatBusy("this update was taken by another process") from None

    async def _write_case(self, connection: AsyncConnection, at: datetime, write: CaseWrite) -> None:
        if not await write_case(connection, self._cipher, self._queue, at, write):
            raise ChatBusy("this case was changed by somebody else; try again")

    async def _add_reply(self, connection: AsyncConnection, reply: Reply) -> Pending:
        return await add_reply(connection, self._cipher, self._chat, reply, self._process, behind=self._behind)

    async def _write_session(self, connection: AsyncConnection, session: Session, write: WriteSet) -> None:
        values: dict[str, object] = {
            "version": self._version + 1,
            "session": self._cipher.seal(dump_session(session)),
            "seen": seconds(write.at),
        }
        if write.look_in is not None and self._is_too_late(write.look_in, write.at):
            values |= await self._add_look_in(connection, write.look_in)
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

    def _is_too_late(self, due: datetime, at: datetime) -> bool:
        """Whether the job that is to look in would come too late, or should have come already; or there is none."""
        return self._look_in is None or self._look_in > seconds(due) or self._look_in < seconds(at)

    async def _add_look_in(self, connection: AsyncConnection, due: datetime | None) -> dict[str, int | None]:
        """A job that looks in on the chat; what the conversation's row then says of it."""
        if due is None:
            return {"look_in": None, "look_in_job": None}
        job = await self._queue.add(connection, Job("look_in", self._chat, due))
        return {"look_in": seconds(due), "look_in_job": job}

    async def _write_tickets(self, connection: AsyncConnection, write: WriteSet) -> None:
        if write.ticket is not None:
            await shipping.add_ticket(connection, self._cipher, self._chat, write.ticket)
        if write.addition is not None:
            parcel = parcel_id(write.addition.reference, write.addition.addition.number)
            await shipping.add_addition(connection, self._cipher, self._chat, parcel, write.addition)
        if write.case is not None:
            await self._write_case(connection, write.at, write.case)
        if write.picture is not None:
            await self._queue.add(connection, Job("read", self._chat, ticket=write.picture))
        for delivery in write.deliveries:
            await shipping.write_delivery(connection, self._cipher, self._queue, self._chat, delivery, write.at)
