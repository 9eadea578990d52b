"""Tickets for GLPI."""

import hashlib
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import structlog

from bot.adapters.sinks.glpi_session import TOO_LARGE, GlpiAccess, GlpiSession, Refused, Upload
from bot.adapters.sinks.http import Peer, host_of
from bot.adapters.sinks.texts import html, mark, title
from bot.model.flow import Urgency
from bot.service.delivery import Accepted, Parcel, SinkName
from bot.service.ports import WrittenTicket
from bot.service.ticket_files import ticket_files

TicketType: TypeAlias = Literal["incident", "request"]

_TYPES: Mapping[TicketType, int] = {"incident": 1, "request": 2}
_URGENCIES: Mapping[Urgency, int] = {"normal": 3, "high": 4, "urgent": 5}
"""GLPI's scale goes from 1 to 5."""
_LONGEST_TITLE = 255
_TITLE, _ID = "1", "2"
"""Numbers of GLPI's search options."""
_LARGEST_LOOK = 4 * 1024 * 1024
"""Bytes: a ticket with the names of its documents, or one follow-up."""
_FILE_REFUSED = ("ERROR_GLPI_ADD", "ERROR_UPLOAD_FILE_TOO_BIG_POST_MAX_SIZE", TOO_LARGE)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class GlpiTickets:
    """What tickets are made as: in which entity and category, by their ids, where it is not GLPI's own choice."""

    entity: int | None = None
    category: int | None = None
    type: TicketType = "incident"


class GlpiSink:
    """Makes a ticket of each parcel, with its files as documents; what is added to one becomes a follow-up."""

    encloses = True

    def __init__(
        self, access: GlpiAccess, tickets: GlpiTickets, trust: ssl.SSLContext | None = None, patience: float = 60.0
    ) -> None:
        self._access = access
        self._tickets = tickets
        self._peer = Peer("GLPI", "BOT_GLPI_URL", trust=trust, patience=patience)

    @property
    def name(self) -> SinkName:
        """What settings, logs and jobs call it."""
        return "glpi"

    @property
    def destination(self) -> str:
        """The host."""
        return host_of(self._access.url)

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Makes the ticket, unless it is there, then each document that is missing.

        Raises:
            Undelivered: it was not taken, or nobody knows.
        """
        async with GlpiSession(self._peer, self._access) as session:
            if parcel.addition is None:
                ticket = await self._ticket(session, parcel, again=again)
            else:
                ticket = await self._added_to(session, parcel, again=again)
            await self._documents(session, parcel, ticket, again=again)
        return Accepted(str(ticket))

    async def close(self) -> None:
        """Closes what is open."""
        await self._peer.close()

    async def _ticket(self, session: GlpiSession, parcel: Parcel, *, again: bool) -> int:
        entity = self._tickets.entity
        if again:
            entity = await self._home(session) if entity is None else entity
            found = await self._found(session, parcel)
            if found is not None:
                return found
        item: dict[str, object] = {
            "name": title(parcel, _LONGEST_TITLE),
            "content": html(parcel.message),
            "type": _TYPES[self._tickets.type],
            "urgency": _URGENCIES[parcel.ticket.urgency],
        }
        if entity is not None:
            item["entities_id"] = entity
        if self._tickets.category is not None:
            item["itilcategories_id"] = self._tickets.category
        return await session.add("Ticket", item)

    async def _home(self, session: GlpiSession) -> int:
        """The entity in which GLPI would put a ticket by itself; looking everywhere would change that."""
        match await session.get("getActiveEntities"):
            case {"active_entity": {"id": int(entity)}}:
                return entity
            case _:
                raise self._peer.passing("it does not say which entity is active")

    async def _found(self, session: GlpiSession, parcel: Parcel) -> int | None:
        """The ticket with the parcel's reference in its title, in whichever entity it is."""
        reference = parcel.ticket.reference
        await session.see_all()
        criterion = {"field": _TITLE, "searchtype": "contains", "value": reference}
        params = {f"criteria[0][{name}]": value for name, value in criterion.items()}
        answer = await session.get("search/Ticket", {**params, "forcedisplay[0]": _ID, "range": "0-9"})
        match answer:
            case {"data": list(rows)}:
                pass
            case {"totalcount": 0}:
                return None
            case _:
                raise self._peer.passing("the answer to a search is no list of tickets")
        ids = [
            int(row[_ID])
            for row in rows
            if isinstance(row, dict)
            and reference in str(row.get(_TITLE))
            and re.fullmatch(r"\d{1,18}", str(row.get(_ID)))
        ]
        return min(ids, default=None)

    async def _added_to(self, session: GlpiSession, parcel: Parcel, *, again: bool) -> int:
        """The ticket, with a follow-up that holds what was added."""
        found = await self._found(session, parcel)
        if found is None and parcel.number is not None and parcel.number.isdigit():
            found = int(parcel.number)
        if found is None:
            raise self._peer.hopeless(
                f"has no ticket {parcel.ticket.reference} to add something to",
                "Look whether it was deleted, or whether its title lost the reference",
            )
        if not again or not await self._followed_up(session, parcel, found):
            content = f"<p>{mark(parcel)}</p>{html(parcel.message)}"
            await session.add("ITILFollowup", {"itemtype": "Ticket", "items_id": found, "content": content})
        return found

    async def _followed_up(self, session: GlpiSession, parcel: Parcel, ticket: int) -> bool:
        """Whether the ticket has this addition."""
        params = {"searchText[content]": mark(parcel), "range": "0-0", "get_hateoas": "false"}
        rows = await session.get(f"Ticket/{ticket}/ITILFollowup", params, largest=_LARGEST_LOOK)
        if not isinstance(rows, list):
            raise self._peer.passing("the follow-ups of a ticket are no list")
        return any(mark(parcel) in str(row.get("content")) for row in rows if isinstance(row, dict))

    async def _documents(self, session: GlpiSession, parcel: Parcel, ticket: int, *, again: bool) -> None:
        """Puts the files into the ticket.

        One that GLPI does not take is in no other's way, nor in that of the ticket, which is there: the operator is
        told.
        """
        there = await self._there(session, ticket) if again else frozenset[str]()
        for name, upload in _uploads(parcel):
            if name in there or _digest(upload) in there:
                continue
            item: dict[str, object] = {"name": name, "itemtype": "Ticket", "items_id": ticket}
            if self._tickets.entity is not None:
                item["entities_id"] = self._tickets.entity
            try:
                await session.add("Document", {**item, "_filename": [upload.name]}, upload)
            except Refused as error:
                if error.code not in _FILE_REFUSED:
                    raise
                log.warning("glpi.document_refused", ticket=ticket, media_type=upload.media_type, code=error.code)

    async def _there(self, session: GlpiSession, ticket: int) -> frozenset[str]:
        """Names and digests of the documents that a ticket has."""
        params = {"with_documents": "true", "get_hateoas": "false"}
        answer = await session.get(f"Ticket/{ticket}", params, largest=_LARGEST_LOOK)
        rows = answer.get("_documents") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise self._peer.passing("the documents of a ticket are no list")
        return frozenset(
            str(row.get(key)) for row in rows if isinstance(row, dict) for key in ("name", "sha1sum") if row.get(key)
        )


def _uploads(parcel: Parcel) -> Iterator[tuple[str, Upload]]:
    """The ticket's own files, then the pictures; each with what GLPI is to call it."""
    if parcel.addition is None:
        text, json = ticket_files(WrittenTicket(parcel.ticket, parcel.message))
        yield text.name, Upload(text.name, "text/plain", text.content)
        yield json.name, Upload(json.name, "application/json", json.content)
    for each in parcel.enclosures:
        name = re.sub(r"[^A-Za-z0-9 ._-]", "_", each.name)
        yield name, Upload(name, each.media_type, each.content)


def _digest(upload: Upload) -> str:
    """As GLPI keeps it. A file with the same content as another may be kept under the other's name."""
    return hashlib.sha1(upload.content, usedforsecurity=False).hexdigest()
