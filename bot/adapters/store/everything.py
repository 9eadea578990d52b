"""All that is kept about one chat: handed over, or erased."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, delete, func, select

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.queue import Queue
from bot.adapters.store.tables import (
    actions,
    additions,
    case_messages,
    cases,
    conversations,
    deliveries,
    job_problems,
    relays,
    replies,
    sent_files,
    set_aside,
    tickets,
    updates,
)
from bot.model.reference import WHOLE
from bot.service.jobs import GROUP

_PARTS: Sequence[tuple[Table, Sequence[str]]] = (
    (conversations, ("session",)),
    (tickets, ("content", "message")),
    (additions, ("content", "message")),
    (deliveries, ("content",)),
    (cases, ("content",)),
    (case_messages, ()),
    (relays, ("content", "outcome")),
    (sent_files, ("content",)),
    (replies, ("content",)),
    (set_aside, ("content", "reason")),
    (job_problems, ("content",)),
    (updates, ()),
)
"""The tables that tell of chats, and what of them is encrypted."""


_DESKS: Mapping[Table, Sequence[str]] = {
    cases: ("topic", "header", "shown", "by"),
    case_messages: ("message",),
    relays: ("source",),
    job_problems: ("content",),
    actions: ("who",),
}
"""What of these is about the desk: who of its staff, where in its group, what fails at its systems. It stays there."""


def everything(cipher: Cipher, queue: Queue, chat: str, connection: Connection) -> str:
    """Every row about a chat, decrypted, as one JSON object with a list for each table.

    What is about the desk is left out; of files that wait to be sent, which may be such exports, there is the name.
    """
    found: dict[str, list[dict[str, object]]] = {}
    for table, sealed in _PARTS:
        rows = connection.execute(select(table).where(table.c.chat == chat))
        found[table.name] = [_told(cipher, table, sealed, row) for row in rows.mappings()]
    done = connection.execute(select(actions).where(_about(chat)))
    found[actions.name] = [_told(cipher, actions, (), row) for row in done.mappings()]
    found["jobs"] = queue.everything(connection, chat)
    return json.dumps(found, ensure_ascii=False, indent=2)


def erase(connection: Connection, queue: Queue, chat: str) -> None:
    """Deletes every row about a chat."""
    queue.erase(connection, chat)
    connection.execute(delete(actions).where(_about(chat)))
    for table, _ in _PARTS:
        connection.execute(delete(table).where(table.c.chat == chat))


def _about(chat: str) -> ColumnElement[bool]:
    """Actions that are about a ticket of a chat: they name no chat themselves."""
    return actions.c.reference.in_(select(tickets.c.reference).where(tickets.c.chat == chat))


def _told(cipher: Cipher, table: Table, sealed: Sequence[str], row: RowMapping) -> dict[str, object]:
    """A row, as its person gets it."""
    left_out = _DESKS.get(table, ())
    told = {name: _opened(cipher, value) if name in sealed else value for name, value in row.items()}
    for part in (told, *(value for value in told.values() if isinstance(value, dict))):
        for name in left_out:
            part.pop(name, None)
    reply = told["content"] if table is replies else None
    if isinstance(reply, dict) and isinstance(reply.get("file"), dict):
        reply["file"] = {"name": reply["file"].get("name")}
    return told


def erase_old(connection: Connection, queue: Queue, before: int) -> None:
    """Deletes tickets and what goes with them, and what else is older; not what belongs to a case that is not."""
    queue.erase_old(connection, GROUP, before)
    connection.execute(delete(cases).where(cases.c.at < before))
    alive = select(cases.c.reference)
    for table in (tickets, additions):
        connection.execute(delete(table).where(table.c.at < before, table.c.reference.not_in(alive)))
    for part in (case_messages, relays):
        connection.execute(delete(part).where(part.c.reference.not_in(alive)))
    ticket = func.substr(deliveries.c.parcel, 1, WHOLE)
    gone = deliveries.c.at < before, ticket.not_in(alive)
    connection.execute(delete(deliveries).where(*gone))
    for other in (actions, sent_files, set_aside):
        connection.execute(delete(other).where(other.c.at < before))


def _opened(cipher: Cipher, value: str) -> object:
    """A record; as the text it is where it is no JSON."""
    text = cipher.open(value)
    try:
        return json.loads(text)
    except ValueError:
        return text
