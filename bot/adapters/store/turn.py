"""One update's turn in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, String, bindparam, cast, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.adapters.store import shipping
from bot.adapters.store.cases import SqlCases, say_farewell, write_case
from bot.adapters.store.cipher import Cipher
from bot.adapters.store.codec import dump_session, load_session
from bot.adapters.store.database import Units
from bot.adapters.store.everything import erase, everything
from bot.adapters.store.grouped import Work
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.queue import Queue
from bot.adapters.store.recent import Recent, RecentChats
from bot.adapters.store.rows import add_reply, elsewhere, instant, readable, seconds, written_ticket
from bot.adapters.store.tables import cases, conversations, replies, tickets, updates
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


_OWN = conversations.c
_CHAT = select(cast(bindparam("chat"), String(64)).label("chat")).subquery()
_TAKEN = (
    updates.c.chat == bindparam("chat"),
    or_(updates.c.id == bindparam("update"), updates.c.id.startswith(_BEFORE)),
)
_STANDS_AT = select(
    _OWN.version,
    _OWN.session,
    _OWN.seen,
    _OWN.receipt,
    _OWN.look_in,
    _OWN.look_in_job,
    exists().where(*_TAKEN).label("known"),
    exists()
    .where(replies.c.chat == bindparam("chat"), replies.c.process.is_distinct_from(bindparam("process")))
    .label("behind"),
).select_from(_CHAT.outerjoin(conversations, _OWN.chat == _CHAT.c.chat))
_STANDS = Prepared(_STANDS_AT)
_SEEN = select(updates.c.id).where(*_TAKEN)
_WAITING = (
    select(replies.c.id, replies.c.content, replies.c.process, elsewhere(bindparam("process")).label("elsewhere"))
    .where(replies.c.chat == bindparam("chat"))
    .order_by(replies.c.id)
)
_NOTE = Prepared(insert(updates))
_BEGIN = Prepared(insert(conversations))
_GO_ON = Prepared(
    update(conversations)
    .where(_OWN.chat == bindparam("of"), _OWN.version == bindparam("before"))
    .returning(_OWN.receipt)
)


class _Stands(NamedTuple):
    """What the chat stands at, as it is stored; whether the update may be known, and others have replies to send."""

    version: int | None
    session: str
    seen: int | None
    receipt: str | None
    look_in: int | None
    look_in_job: int | None
    known: bool
    behind: bool


def _is_before(update: str, known: str) -> bool:
    """Whether an update came before the one that had the chat erased."""
    number = known.removeprefix(_BEFORE)
    return number != known and update.isdecimal() and int(update) < int(number)


class ChatBusy(BotError):
    """Another process wrote to this chat at the same moment; nothing of this turn was kept."""


class SqlTurn:
    """One chat, held for one update. `process` is this one, which sends replies; with `shared` there are others."""

    def __init__(
        self,
        units: Units,
        cipher: Cipher,
        queue: Queue,
        recent: RecentChats,
        process: str,
        chat: str,
        update_id: str,
        *,
        shared: bool,
    ) -> None:
        self.session: Session | None = None
        self.repeated = False
        self.seen: datetime | None = None
        self.receipt: str | None = None
        self.erased = False
        self.cases = SqlCases(units, cipher, queue)
        self._units, self._cipher, self._queue, self._recent = units, cipher, queue, recent
        self._process, self._chat, self._update, self._shared = process, chat, update_id, shared
        self._version, self._behind = 0, False
        self._look_in: int | None = None
        self._look_in_job: int | None = None
        self._claimed = False

    async def load(self) -> Self:
        """Finds out what the chat stands at."""
        known = None if self._shared else self._recent.before(self._chat, self._update)
        if known is None:
            await self._units.read(self._load)
            if self._version == 0:
                self._recent.forget(self._chat)  # another process may have erased it
        else:
            self.session, self._version = known.session, known.version
            self.seen, self.receipt = instant(known.seen), known.receipt
            self._look_in, self._look_in_job = known.look_in, known.look_in_job
        return self

    def _load(self, connection: Connection) -> None:
        row = self._stands(connection)
        if row.known:
            seen = connection.execute(_SEEN, {"chat": self._chat, "update": self._update}).scalars()
            self.repeated = any(known == self._update or _is_before(self._update, known) for known in seen)
        self._behind = bool(row.behind)
        if row.version is not None:
            self._version, self.receipt, self.seen = row.version, row.receipt, instant(row.seen)
            known = self._recent.session(self._chat, row.session)
            self.session = known if known is not None else load_session(self._cipher.open(row.session))
            self._look_in, self._look_in_job = row.look_in, row.look_in_job

    def _stands(self, connection: Connection) -> _Stands:
        values = {"chat": self._chat, "update": self._update, "process": self._process}
        (row,) = _STANDS.rows(connection, values)
        return _Stands(*row)

    async def waiting(self) -> Sequence[Pending]:
        """What waits is read first: a receipt that is read after it is not older than it."""

        def work(connection: Connection) -> Sequence[Pending]:
            unsent = connection.execute(_WAITING, {"chat": self._chat, "process": self._process}).all()
            self.receipt = self._stands(connection).receipt
            return readable(self._cipher, (each for each in unsent if not each.elsewhere))

        return await self._units.read(work)

    def claim_look_in(self, job: int) -> bool:
        """Whether this is the job that was to look in; it is used up then."""
        if job != self._look_in_job:
            return False
        self._claimed = True
        return True

    async def look_in_later(self, due: datetime | None) -> None:
        """Has another job do it."""

        def work(connection: Connection) -> None:
            values = self._add_look_in(connection, due)
            own = conversations.c.chat == self._chat, conversations.c.version == self._version
            connection.execute(update(conversations).where(*own).values(**values))

        self._recent.forget(self._chat)
        await self._units.write(work)

    async def last_ticket(self) -> WrittenTicket | None:
        """The newest ticket of this chat."""
        newest = (
            select(tickets.c.content, tickets.c.message)
            .where(tickets.c.chat == self._chat)
            .order_by(tickets.c.at.desc(), tickets.c.reference)
            .limit(1)
        )

        def work(connection: Connection) -> WrittenTicket | None:
            found = connection.execute(newest).one_or_none()
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

        def work(connection: Connection) -> Pending:
            say_farewell(connection, self._queue, cases.c.chat == self._chat)
            erase(connection, self._queue, self._chat)
            noted = [self._update, *([f"{_BEFORE}{self._update}"] if self._update.isdecimal() else [])]
            rows = [{"chat": self._chat, "id": each, "at": seconds(at)} for each in noted]
            connection.execute(insert(updates), rows)
            return self._add_reply(connection, reply)

        self._recent.forget(self._chat)
        pending = await self._units.write(work, brief=False)
        self.erased = True
        return pending

    async def commit(self, write: WriteSet) -> Pending:
        """Writes everything, or nothing.

        Raises:
            ReferenceTaken: the ticket's reference belongs to another ticket.
            ChatBusy: another process was quicker.
        """
        # Whoever notes what was sent before waits for the conversation's row, so it comes last. It comes first where
        # rows are changed that are there already: erasure takes them in that order.
        changes = write.addition is not None or write.case is not None or bool(write.deliveries)

        def work(connection: Connection) -> tuple[Pending, Recent | None]:
            at = seconds(write.at) if write.session is not None else None
            _NOTE.count(connection, {"chat": self._chat, "id": self._update, "at": at})
            stands = self._write_session(connection, write) if changes else None
            self._write_tickets(connection, write)
            pending = self._add_reply(connection, write.reply)
            return pending, stands if changes else self._write_session(connection, write)

        newest = self._newest()
        self._recent.forget(self._chat)
        try:
            pending, stands = await self._units.write(work, brief=write.reply.file is None)
        except IntegrityError:
            raise ChatBusy("this chat was written to by another process; try again") from None
        if stands is not None:
            stands.newest = newest
            self._recent.keep(self._chat, stands)
        return pending

    def _newest(self) -> int | None:
        """The highest number of an update that the chat has taken, with this one."""
        own, before = int(self._update) if self._update.isdecimal() else None, self._recent.newest(self._chat)
        return max(filter(None, (own, before)), default=None)

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
        def work(connection: Connection) -> None:
            connection.execute(insert(updates).values(chat=self._chat, id=self._update, at=seconds(at)))
            write(connection)

        try:
            await self._units.write(work)
        except IntegrityError:
            raise ChatBusy("this update was taken by another process") from None

    def _write_case(self, connection: Connection, at: datetime, write: CaseWrite) -> None:
        if not write_case(connection, self._cipher, self._queue, at, write):
            raise ChatBusy("this case was changed by somebody else; try again")

    def _add_reply(self, connection: Connection, reply: Reply) -> Pending:
        return add_reply(connection, self._cipher, self._chat, reply, self._process, behind=self._behind)

    def _write_session(self, connection: Connection, write: WriteSet) -> Recent | None:
        """How the chat stands then; None where there is nothing to be written of that."""
        if write.session is None:
            return None
        record, seen = self._cipher.seal(dump_session(write.session)), seconds(write.at)
        values: dict[str, Any] = {"version": self._version + 1, "session": record, "seen": seen}
        if write.look_in is not None and self._is_too_late(write.look_in, write.at):
            values |= self._add_look_in(connection, write.look_in)
        receipt = None
        if self._version == 0:
            _BEGIN.count(connection, {"chat": self._chat, **values})
        else:
            written = _GO_ON.rows(connection, {"of": self._chat, "before": self._version, **values})
            if not written:
                raise ChatBusy("this chat was written to by another process; try again")
            ((receipt,),) = written  # what was sent before may have been noted meanwhile
        look_in = values.get("look_in", self._look_in), values.get("look_in_job", self._look_in_job)
        return Recent(record, write.session, self._version + 1, seen, receipt, *look_in, newest=None)

    def _is_too_late(self, due: datetime, at: datetime) -> bool:
        """Whether the job that is to look in would come too late, or should have come already; or there is none."""
        return self._claimed or self._look_in is None or self._look_in > seconds(due) or self._look_in < seconds(at)

    def _add_look_in(self, connection: Connection, due: datetime | None) -> dict[str, int | None]:
        """A job that looks in on the chat; what the conversation's row then says of it."""
        if due is None:
            return {"look_in": None, "look_in_job": None}
        job = self._queue.add(connection, Job("look_in", self._chat, due))
        return {"look_in": seconds(due), "look_in_job": job}

    def _write_tickets(self, connection: Connection, write: WriteSet) -> None:
        if write.ticket is not None:
            shipping.add_ticket(connection, self._cipher, self._chat, write.ticket)
        if write.addition is not None:
            parcel = parcel_id(write.addition.reference, write.addition.addition.number)
            shipping.add_addition(connection, self._cipher, self._chat, parcel, write.addition)
        if write.case is not None:
            self._write_case(connection, write.at, write.case)
        if write.picture is not None:
            self._queue.add(connection, Job("read", self._chat, ticket=write.picture))
        for delivery in write.deliveries:
            shipping.write_delivery(connection, self._cipher, self._queue, self._chat, delivery, write.at)
