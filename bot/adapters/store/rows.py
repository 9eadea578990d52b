"""How values are kept in rows."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import BindParameter, ColumnElement, Connection, Row, and_, exists, insert

from bot.adapters.store.cipher import Cipher, WrongKey
from bot.adapters.store.codec import UnreadableRecord, dump_reply, load_message, load_reply, load_ticket
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.tables import processes, replies
from bot.model.message import Reply
from bot.service.ports import Pending, WrittenTicket

log = structlog.get_logger()

_ADD = Prepared(insert(replies).returning(replies.c.id))


def seconds(at: datetime) -> int:
    """An instant as it is stored."""
    return int(at.timestamp())


def instant(stored: int | None) -> datetime | None:
    """A stored instant."""
    return None if stored is None else datetime.fromtimestamp(stored, UTC)


def written_ticket(cipher: Cipher, content: str, message: str) -> WrittenTicket:
    """A ticket, of its stored content and message."""
    return WrittenTicket(load_ticket(cipher.open(content)), load_message(cipher.open(message)))


def readable(cipher: Cipher, rows: Iterable[Row[Any]]) -> list[Pending]:
    """The replies of rows; one that cannot be read is told of and left where it is, so that it is in nobody's way."""
    found = []
    for row in rows:
        try:
            found.append(Pending(row.id, load_reply(cipher.open(row.content))))
        except (WrongKey, UnreadableRecord) as error:
            log.error("reply.unreadable", reply=row.id, problem=str(error))  # noqa: TRY400 - the problem says it all
    return found


def elsewhere(process: str | BindParameter[str]) -> ColumnElement[bool]:
    """Whether a reply is being sent by another process than this, which is still there."""
    return and_(replies.c.process != process, exists().where(processes.c.id == replies.c.process))


def add_reply(
    connection: Connection, cipher: Cipher, chat: str, reply: Reply, process: str, *, behind: bool = False
) -> Pending:
    """Notes a reply as not yet sent, and who is going to send it."""
    values = {"chat": chat, "content": cipher.seal(dump_reply(reply)), "process": process}
    ((number,),) = _ADD.rows(connection, values)
    return Pending(number, reply, behind)
