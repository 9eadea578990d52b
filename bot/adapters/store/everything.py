"""All that is kept about one chat: handed over, or erased."""

import json
from collections.abc import Sequence

from sqlalchemy import Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

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


async def everything(cipher: Cipher, queue: Queue, chat: str, connection: AsyncConnection) -> str:
    """Every row about a chat, decrypted, as one JSON object with a list for each table."""
    found: dict[str, list[dict[str, object]]] = {}
    for table, sealed in _PARTS:
        rows = await connection.execute(select(table).where(table.c.chat == chat))
        found[table.name] = [
            {name: _opened(cipher, value) if name in sealed else value for name, value in row.items()}
            for row in rows.mappings()
        ]
    found["jobs"] = await queue.everything(connection, chat)
    return json.dumps(found, ensure_ascii=False, indent=2)


async def erase(connection: AsyncConnection, queue: Queue, chat: str) -> None:
    """Deletes every row about a chat."""
    await queue.erase(connection, chat)
    for table, _ in _PARTS:
        await connection.execute(delete(table).where(table.c.chat == chat))


async def erase_old(connection: AsyncConnection, before: int) -> None:
    """Deletes tickets and what goes with them, and what else is older; not what belongs to a case that is not."""
    await connection.execute(delete(cases).where(cases.c.at < before))
    alive = select(cases.c.reference)
    for table in (tickets, additions):
        await connection.execute(delete(table).where(table.c.at < before, table.c.reference.not_in(alive)))
    for part in (case_messages, relays):
        await connection.execute(delete(part).where(part.c.reference.not_in(alive)))
    ticket = func.substr(deliveries.c.parcel, 1, WHOLE)
    gone = deliveries.c.at < before, ticket.not_in(alive)
    await connection.execute(delete(deliveries).where(*gone))
    for other in (actions, sent_files, set_aside):
        await connection.execute(delete(other).where(other.c.at < before))


def _opened(cipher: Cipher, value: str) -> object:
    """A record; as the text it is where it is no JSON."""
    text = cipher.open(value)
    try:
        return json.loads(text)
    except ValueError:
        return text
