"""The tickets that the support group has, in the database."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.adapters.store.case_codec import (
    dump_case,
    dump_outcome,
    dump_words,
    load_case,
    load_relay,
)
from bot.adapters.store.cipher import Cipher
from bot.adapters.store.codec import load_addition
from bot.adapters.store.database import Units
from bot.adapters.store.queue import Queue
from bot.adapters.store.rows import seconds, written_ticket
from bot.adapters.store.tables import actions, additions, case_messages, cases, deliveries, marks, relays, tickets
from bot.model.case import Case, Relay
from bot.model.message import Message
from bot.model.ticket import Ticket
from bot.service.cases import Action, CaseWrite, Posted
from bot.service.delivery import Addition
from bot.service.jobs import GROUP, Job, Kind

_GROUP = "group"
"""The mark that tells which chat is the group, whose numbers are kept."""
_MOVED = "moved "
"""What marks begin with that tell which chat a group has become; the number it had follows."""

_TELLING: Sequence[Kind] = ("relay", "show")


def write_case(connection: Connection, cipher: Cipher, queue: Queue, at: datetime, write: CaseWrite) -> bool:
    """Changes a case, with jobs that tell each side; False where somebody else has changed it meanwhile."""
    case = write.case
    own = cases.c.reference == case.reference, cases.c.version == case.version
    values = {"version": case.version + 1, "content": cipher.seal(dump_case(case)), "at": seconds(at)}
    if connection.execute(update(cases).where(*own).values(values)).rowcount == 0:
        return False
    for relay in write.relays:
        columns = {"reference": case.reference, "chat": case.chat, "source": relay.source, "at": seconds(at)}
        connection.execute(
            insert(relays).values(
                **columns,
                revision=relay.revision,
                content=cipher.seal(dump_words(relay)),
                outcome=cipher.seal(dump_outcome(relay)),
            )
        )
    if (edited := write.edited) is not None:
        said = {"revision": edited.revision, "content": cipher.seal(dump_words(edited))}
        connection.execute(update(relays).where(relays.c.id == edited.id).values(said))
    if (action := write.action) is not None:
        done = {"at": seconds(action.at), "reference": action.reference, "action": action.name, "who": action.who}
        connection.execute(insert(actions).values(done))
    for kind in _TELLING:
        queue.add(connection, Job(kind, case.chat, ticket=case.reference))
    return True


def say_farewell(connection: Connection, queue: Queue, which: ColumnElement[bool]) -> None:
    """Has the group told that nothing is kept any more of these cases; waits for a header that is being noted."""
    own = select(cases.c.reference, cases.c.header).where(which).with_for_update()
    for row in connection.execute(own).all():
        if row.header is not None:
            queue.add(connection, Job("farewell", GROUP, ticket=row.reference, post=row.header))


class SqlCases:
    """Cases, read and noted in units of work."""

    def __init__(self, units: Units, cipher: Cipher, queue: Queue) -> None:
        self._units, self._cipher, self._queue = units, cipher, queue

    async def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        def work(connection: Connection) -> Sequence[Row[Any]]:
            found: Sequence[Row[Any]] = connection.execute(query).all()
            return found

        return await self._units.read(work)

    async def _found(self, *where: ColumnElement[bool]) -> list[Case]:
        rows = await self._rows(select(cases).where(*where).order_by(cases.c.at.desc(), cases.c.reference))
        return [self._case(row) for row in rows]

    def _case(self, row: Row[Any]) -> Case:
        case = load_case(self._cipher.open(row.content))
        place = {"topic": row.topic, "header": row.header, "shown": row.shown}
        return replace(case, reference=row.reference, chat=row.chat, version=row.version, **place)

    async def of(self, reference: str) -> Case | None:
        """The case of a ticket."""
        return next(iter(await self._found(cases.c.reference == reference)), None)

    async def at(self, message: int, topic: int | None = None) -> Case | None:
        """The case that a message belongs to: its header, one that shows something of it, or one in its topic."""
        newest = select(case_messages.c.reference).where(case_messages.c.message == message)
        rows = await self._rows(newest.order_by(case_messages.c.id.desc()).limit(1))
        is_it = cases.c.reference == rows[0].reference if rows else cases.c.header == message
        found = await self._found(is_it)
        if not found and topic is not None:
            found = await self._found(cases.c.topic == topic)
        return next(iter(found), None)

    async def of_chat(self, chat: str) -> Sequence[Case]:
        """The cases of a person."""
        return await self._found(cases.c.chat == chat)

    async def ticket(self, reference: str) -> tuple[Ticket, Message] | None:
        """A ticket, and the message that hands it on."""
        own = select(tickets.c.content, tickets.c.message).where(tickets.c.reference == reference)
        rows = await self._rows(own)
        written = written_ticket(self._cipher, rows[0].content, rows[0].message) if rows else None
        return (written.ticket, written.message) if written is not None else None

    async def _relays(self, *where: ColumnElement[bool]) -> list[Relay]:
        rows = await self._rows(select(relays).where(*where).order_by(relays.c.id))
        opened = self._cipher.open
        return [load_relay(row.id, row.source, row.revision, opened(row.content), opened(row.outcome)) for row in rows]

    async def relays(self, reference: str) -> Sequence[Relay]:
        """What goes to the person of a case."""
        return await self._relays(relays.c.reference == reference)

    async def relay_of(self, source: int) -> Relay | None:
        """What a message in the group is sent on as."""
        found = [each for each in await self._relays(relays.c.source == source) if each.state != "refused"]
        return found[-1] if found else None

    async def relay_to(self, chat: str, message: int) -> Relay | None:
        """What was sent to a person as this message."""
        return next((each for each in await self._relays(relays.c.chat == chat) if message in each.targets), None)

    async def additions(self, reference: str) -> Sequence[Addition]:
        """What was added to a ticket."""
        rows = await self._rows(select(additions.c.content).where(additions.c.reference == reference))
        found = [load_addition(self._cipher.open(row.content)) for row in rows]
        return sorted(found, key=lambda each: each.number)

    async def addition_of(self, chat: str, source: str) -> tuple[str, Addition] | None:
        """What a person added with this message."""
        own = select(additions.c.reference, additions.c.content)
        rows = await self._rows(own.where(additions.c.chat == chat, additions.c.source == source).limit(1))
        return (rows[0].reference, load_addition(self._cipher.open(rows[0].content))) if rows else None

    async def posted(self, reference: str) -> Sequence[Posted]:
        """The messages that show a ticket and what was added to it."""
        own = select(case_messages).where(case_messages.c.reference == reference).order_by(case_messages.c.id)
        return [Posted(row.parcel, row.step, row.message, row.edits) for row in await self._rows(own)]

    async def begin(self, reference: str) -> Case | None:
        """The case of a ticket, made where there is none."""

        def work(connection: Connection) -> None:
            known = connection.execute(select(cases.c.reference).where(cases.c.reference == reference))
            sent = deliveries.c.parcel == reference, deliveries.c.sink == "group"
            asked = select(deliveries.c.at).where(*sent).scalar_subquery()
            at = func.coalesce(asked, tickets.c.at).label("at")
            own = select(tickets.c.chat, at).where(tickets.c.reference == reference)
            row = connection.execute(own).one_or_none()
            if known.one_or_none() is None and row is not None:
                content = self._cipher.seal(dump_case(Case(reference, row.chat)))
                values = {"reference": reference, "chat": row.chat, "version": 0, "at": row.at}
                connection.execute(insert(cases).values(**values, content=content))

        await self._units.write(work)
        return await self.of(reference)

    async def _note(self, reference: str, **values: object) -> None:
        noted = update(cases).where(cases.c.reference == reference).values(values)
        await self._units.write(lambda connection: connection.execute(noted))

    async def note_place(self, reference: str, topic: int | None, header: int | None) -> None:
        """Where the group has a case."""
        await self._note(reference, topic=topic, header=header, shown=None)

    async def note_shown(self, reference: str, shown: str) -> None:
        """What its header shows."""
        await self._note(reference, shown=shown)

    async def note_posted(self, reference: str, posted: Sequence[Posted]) -> None:
        """Messages that were posted, or posted anew."""

        def work(connection: Connection) -> None:
            own = select(cases.c.chat, cases.c.at).where(cases.c.reference == reference)
            case = connection.execute(own).one_or_none()
            for each in posted if case is not None else ():
                same = case_messages.c.reference == reference, case_messages.c.parcel == each.parcel
                values = {"message": each.message, "edits": each.edits}
                known = connection.execute(
                    update(case_messages).where(*same, case_messages.c.step == each.step).values(values)
                )
                if known.rowcount == 0 and case is not None:
                    place = {"reference": reference, "chat": case.chat, "parcel": each.parcel, "step": each.step}
                    connection.execute(insert(case_messages).values(**place, **values, at=case.at))

        await self._units.write(work)

    async def forget_posted(self, reference: str) -> None:
        """Its messages are gone."""
        gone = delete(case_messages).where(case_messages.c.reference == reference)
        await self._units.write(lambda connection: connection.execute(gone))
        await self.note_place(reference, None, None)

    async def note_relay(self, relay: Relay) -> None:
        """How far a relay has got."""
        own = relays.c.id == relay.id, relays.c.reference == relay.reference
        noted = update(relays).where(*own).values(outcome=self._cipher.seal(dump_outcome(relay)))
        await self._units.write(lambda connection: connection.execute(noted))

    async def moved(self, group: int) -> int:
        """Where the group is now."""
        rows = await self._rows(select(marks).where(marks.c.name.startswith(_MOVED, autoescape=True)))
        moves = {int(row.name.removeprefix(_MOVED)): row.at for row in rows}
        while group in moves:
            group = moves.pop(group)
        return group

    async def note_move(self, group: int, to: int) -> None:
        """The group has moved."""
        name = f"{_MOVED}{group}"

        def work(connection: Connection) -> None:
            if connection.execute(update(marks).where(marks.c.name == name).values(at=to)).rowcount == 0:
                connection.execute(insert(marks).values(name=name, at=to))

        with suppress(IntegrityError):  # another process has just noted it
            await self._units.write(work)

    async def have_shown(self, reference: str) -> None:
        """Has a job show what is new."""
        own = select(cases.c.chat).where(cases.c.reference == reference)

        def work(connection: Connection) -> None:
            chat = connection.execute(own).scalar_one_or_none()
            if chat is not None:
                self._queue.add(connection, Job("show", chat, ticket=reference))

        await self._units.write(work)

    async def settle(self, group: int) -> None:
        """The group is this chat."""
        known = select(marks.c.at).where(marks.c.name == _GROUP).with_for_update()

        def work(connection: Connection) -> None:
            before = connection.execute(known).scalar_one_or_none()
            if before == group:
                return
            if before is None:
                connection.execute(insert(marks).values(name=_GROUP, at=group))
            connection.execute(update(marks).where(marks.c.name == _GROUP).values(at=group))
            connection.execute(delete(case_messages))
            connection.execute(update(cases).values(topic=None, header=None, shown=None))
            connection.execute(update(relays).values(source=None))

        with suppress(IntegrityError):  # another process has just noted it
            await self._units.write(work)

    async def actions(self) -> Sequence[Action]:
        """What was done with all cases."""
        rows = await self._rows(select(actions).order_by(actions.c.id))
        return [Action(datetime.fromtimestamp(row.at, UTC), row.reference, row.action, row.who) for row in rows]
