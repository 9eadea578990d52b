"""All that is kept about one chat: handed over, or erased."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, Table, delete, select

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.queue import Queue
from bot.adapters.store.tables import (
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


def everything(cipher: Cipher, queue: Queue, chat: str, connection: Connection) -> str:
    """Every row about a chat, decrypted, as one JSON object with a list for each table."""
    found: dict[str, list[dict[str, object]]] = {}
    for table, sealed in _PARTS:
        rows = connection.execute(select(table).where(table.c.chat == chat))
        found[table.name] = [
            {name: _opened(cipher, value) if name in sealed else value for name, value in row.items()}
            for row in rows.mappings()
        ]
    found["jobs"] = queue.everything(connection, chat)
    return json.dumps(found, ensure_ascii=False, indent=2)


def erase(connection: Connection, queue: Queue, chat: str) -> None:
    """Deletes every row about a chat."""
    queue.erase(connection, chat)
    for table, _ in _PARTS:
        connection.execute(delete(table).where(table.c.chat == chat))


def _opened(cipher: Cipher, value: str) -> object:
    """A record; as the text it is where it is no JSON."""
    text = cipher.open(value)
    try:
        return json.loads(text)
    except ValueError:
        return text
