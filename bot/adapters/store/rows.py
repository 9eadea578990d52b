"""How values are kept in rows."""

from datetime import UTC, datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.codec import dump_reply
from bot.adapters.store.tables import replies
from bot.model.message import Reply
from bot.service.ports import Pending


def seconds(at: datetime) -> int:
    """An instant as it is stored."""
    return int(at.timestamp())


def instant(stored: int | None) -> datetime | None:
    """A stored instant."""
    return None if stored is None else datetime.fromtimestamp(stored, UTC)


async def add_reply(connection: AsyncConnection, chat: str, reply: Reply) -> Pending:
    """Notes a reply as not yet sent."""
    added = await connection.execute(
        insert(replies).values(chat=chat, content=dump_reply(reply)).returning(replies.c.id)
    )
    return Pending(added.scalar_one(), reply)
