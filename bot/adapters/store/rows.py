"""How values are kept in rows."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.codec import dump_reply, load_message, load_ticket
from bot.adapters.store.tables import replies
from bot.model.message import Reply
from bot.service.ports import Pending, WrittenTicket


def seconds(at: datetime) -> int:
    """An instant as it is stored."""
    return int(at.timestamp())


def instant(stored: int | None) -> datetime | None:
    """A stored instant."""
    return None if stored is None else datetime.fromtimestamp(stored, UTC)


def written_ticket(cipher: Cipher, row: Row[Any]) -> WrittenTicket:
    """A ticket, of its `content` and its `message`."""
    return WrittenTicket(load_ticket(cipher.open(row.content)), load_message(cipher.open(row.message)))


async def add_reply(connection: AsyncConnection, cipher: Cipher, chat: str, reply: Reply) -> Pending:
    """Notes a reply as not yet sent."""
    added = await connection.execute(
        insert(replies).values(chat=chat, content=cipher.seal(dump_reply(reply))).returning(replies.c.id)
    )
    return Pending(added.scalar_one(), reply)
