"""Tickets, what is added to them, and where they go, in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, or_, select, update

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.codec import dump_addition, dump_message, dump_ticket, load_addition, load_message
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.queue import Queue
from bot.adapters.store.rows import seconds, written_ticket
from bot.adapters.store.tables import additions, cases, deliveries, tickets
from bot.service.delivery import Delivery, SinkName
from bot.service.jobs import Job, Kind
from bot.service.ports import ReferenceTaken, Shipment, WrittenAddition, WrittenTicket

_TICKET = Prepared(select(tickets.c.reference).where(tickets.c.reference == bindparam("of")))
_ADD_TICKET = Prepared(insert(tickets))


def add_ticket(connection: Connection, cipher: Cipher, chat: str, written: WrittenTicket) -> None:
    """Keeps a new ticket.

    Raises:
        ReferenceTaken: its reference belongs to another ticket.
    """
    reference = written.ticket.reference
    if _TICKET.rows(connection, {"of": reference}):
        raise ReferenceTaken(reference)
    values = {
        "reference": reference,
        "chat": chat,
        "content": cipher.seal(dump_ticket(written.ticket)),
        "message": cipher.seal(dump_message(written.message)),
        "at": seconds(written.ticket.created_at),
    }
    _ADD_TICKET.count(connection, values)


def add_addition(connection: Connection, cipher: Cipher, chat: str, parcel: str, written: WrittenAddition) -> None:
    """Keeps what was added to a ticket; or what it says now, where it was edited."""
    said = {
        "content": cipher.seal(dump_addition(written.addition)),
        "message": cipher.seal(dump_message(written.message)),
    }
    at = seconds(written.addition.created_at)
    known = connection.execute(update(additions).where(additions.c.parcel == parcel).values(said))
    if known.rowcount == 0:
        connection.execute(update(cases).where(cases.c.reference == written.reference).values(at=at))
        own = {"parcel": parcel, "reference": written.reference, "chat": chat, "source": written.addition.source}
        connection.execute(insert(additions).values(**own, **said, at=at))


def write_delivery(
    connection: Connection, cipher: Cipher, queue: Queue, chat: str, delivery: Delivery, at: datetime
) -> None:
    """Keeps a delivery that is asked for, with the job to be done; or how far one has got, if it is still there."""
    if not note_delivery(connection, cipher, delivery) and delivery.asked:
        values = {"parcel": delivery.parcel, "sink": delivery.sink, "state": delivery.state, "at": seconds(at)}
        content = cipher.seal(delivery.number or "")
        connection.execute(insert(deliveries).values(**values, chat=chat, content=content))
    if delivery.asked:
        kind: Kind = "post" if delivery.sink == "group" else "deliver"
        job = Job(kind, chat, ticket=delivery.parcel, sink=delivery.sink)
        queue.drop(connection, job)  # one that was given up: tried again beside this one, both might be taken
        queue.add(connection, job)


def note_delivery(connection: Connection, cipher: Cipher, delivery: Delivery) -> bool:
    """Notes how far a delivery has got; whether there is such a one."""
    values = {"state": delivery.state, "content": cipher.seal(delivery.number or "")}
    known = connection.execute(update(deliveries).where(*_own(delivery.parcel, delivery.sink)).values(values))
    return bool(known.rowcount)


def deliveries_of(connection: Connection, cipher: Cipher, chat: str, reference: str) -> Sequence[Delivery]:
    """Where a ticket of this chat and its additions go."""
    parcels = deliveries.c.parcel
    about = or_(parcels == reference, parcels.startswith(f"{reference}-", autoescape=True))
    found = connection.execute(select(deliveries).where(deliveries.c.chat == chat, about).order_by(deliveries.c.id))
    return [_delivery(cipher, row) for row in found]


def ticket_of(connection: Connection, cipher: Cipher, chat: str, reference: str) -> WrittenTicket | None:
    """A ticket of this chat."""
    own = tickets.c.chat == chat, tickets.c.reference == reference
    row = connection.execute(select(tickets.c.content, tickets.c.message).where(*own)).one_or_none()
    return written_ticket(cipher, *row) if row else None


def tickets_of(
    connection: Connection, cipher: Cipher, chat: str, most: int | None, reference: str | None
) -> Sequence[WrittenTicket]:
    """The tickets of a chat, the newest first, so many at most; or the one of this reference."""
    own = select(tickets.c.content, tickets.c.message).where(tickets.c.chat == chat)
    if reference is not None:
        own = own.where(tickets.c.reference == reference)
    rows = connection.execute(own.order_by(tickets.c.at.desc(), tickets.c.reference).limit(most))
    return [written_ticket(cipher, *row) for row in rows]


def count_additions(connection: Connection, chat: str, reference: str) -> int:
    """How often something was added to a ticket of this chat."""
    own = additions.c.chat == chat, additions.c.reference == reference
    return int(connection.execute(select(func.count(additions.c.parcel)).where(*own)).scalar_one())


def count_sent(connection: Connection, chat: str, since: int, sinks: Collection[SinkName]) -> int:
    """How many tickets and additions of this chat were asked to go to these sinks since then."""
    own = deliveries.c.chat == chat, deliveries.c.at >= since, deliveries.c.sink.in_(sinks)
    counted = select(func.count(deliveries.c.parcel.distinct())).where(*own)
    return int(connection.execute(counted).scalar_one())


def shipment(connection: Connection, cipher: Cipher, parcel: str, sink: SinkName) -> Shipment | None:
    """A delivery that is not taken yet, with all that there is to be handed on."""
    delivery = _known(connection, cipher, parcel, sink)
    if delivery is None or delivery.state == "taken":
        return None
    own = select(additions).where(additions.c.parcel == parcel)
    added = connection.execute(own).one_or_none()
    reference = parcel if added is None else added.reference
    row = (
        connection.execute(
            select(tickets.c.chat, tickets.c.content, tickets.c.message).where(tickets.c.reference == reference)
        )
    ).one_or_none()
    if row is None:
        return None
    written = written_ticket(cipher, row.content, row.message)
    if added is None:
        return Shipment(row.chat, delivery, written)
    addition, message = load_addition(cipher.open(added.content)), load_message(cipher.open(added.message))
    first = _known(connection, cipher, reference, sink)
    return Shipment(row.chat, delivery, written, WrittenAddition(reference, addition, message), first)


def _known(connection: Connection, cipher: Cipher, parcel: str, sink: SinkName) -> Delivery | None:
    row = connection.execute(select(deliveries).where(*_own(parcel, sink))).one_or_none()
    return None if row is None else _delivery(cipher, row)


def _own(parcel: str, sink: SinkName) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return deliveries.c.parcel == parcel, deliveries.c.sink == sink


def _delivery(cipher: Cipher, row: Row[Any]) -> Delivery:
    return Delivery(row.parcel, row.sink, row.state, cipher.open(row.content) or None)
