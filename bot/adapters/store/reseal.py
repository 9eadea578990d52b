"""Everything that is encrypted, encrypted anew with the newest key."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import Column, Connection, func, select, update

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.database import Database
from bot.adapters.store.tables import (
    additions,
    cases,
    conversations,
    deliveries,
    job_problems,
    key_check,
    relays,
    replies,
    sent_files,
    set_aside,
    tickets,
)

Part: TypeAlias = tuple[Column[Any], Sequence[Column[Any]]]

SEALED: Sequence[Part] = (
    (key_check.c.id, (key_check.c.content,)),
    (conversations.c.chat, (conversations.c.session,)),
    (replies.c.id, (replies.c.content,)),
    (tickets.c.reference, (tickets.c.content, tickets.c.message)),
    (additions.c.parcel, (additions.c.content, additions.c.message)),
    (deliveries.c.id, (deliveries.c.content,)),
    (cases.c.reference, (cases.c.content,)),
    (relays.c.id, (relays.c.content, relays.c.outcome)),
    (sent_files.c.id, (sent_files.c.content,)),
    (set_aside.c.id, (set_aside.c.content, set_aside.c.reason)),
    (job_problems.c.job, (job_problems.c.content,)),
)
"""What is encrypted: columns, by the key of their table."""

_AT_ONCE = 200
"""Rows in one commit, so that conversations go on meanwhile."""


async def sealed(database: Database) -> int:
    """How many rows hold something encrypted."""
    counts = [await database.rows(select(func.count(key))) for key, _ in SEALED]
    return sum(rows[0][0] for rows in counts)


async def reseal(database: Database, cipher: Cipher) -> AsyncIterator[int]:
    """Goes through all rows, many at once; how many.

    May be broken off and run again at any time: what is there is read with any of the keys.
    """
    for key, columns in SEALED:
        rest = select(key).order_by(key).limit(_AT_ONCE)
        while rows := await database.rows(rest):
            keys = [row[0] for row in rows]
            await database.write(partial(_reseal, cipher, key, columns, keys))
            yield len(keys)
            rest = rest.where(key > keys[-1])


def _reseal(
    cipher: Cipher, key: Column[Any], columns: Sequence[Column[Any]], keys: Sequence[Any], connection: Connection
) -> None:
    found = connection.execute(select(key, *columns).where(key.in_(keys)).with_for_update())
    for name, *values in found.all():
        anew = {column.name: cipher.seal(cipher.open(value)) for column, value in zip(columns, values, strict=True)}
        connection.execute(update(key.table).where(key == name).values(anew))
