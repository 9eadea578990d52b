"""Tickets for Zammad."""

import re
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from bot.adapters.sinks.http import Answer, Peer, as_json, host_of
from bot.adapters.sinks.texts import legible, mark, title
from bot.model.flow import Urgency
from bot.service.delivery import Accepted, Parcel, SinkName, Undelivered
from bot.service.ports import WrittenTicket
from bot.service.ticket_files import ticket_files

_PRIORITIES: Mapping[Urgency, int] = {"normal": 2, "high": 3, "urgent": 3}
"""Ids of the priorities that Zammad begins with: 1 low, 2 normal, 3 high. Desks rename them, ids stay."""
_LONGEST_TITLE = 250
_ERROR_ID = re.compile(r"Error ID ([A-Za-z0-9]{4,20})\b")


@dataclass(frozen=True, slots=True)
class ZammadAccess:
    """Where Zammad is (`url` is its root), who the bot is there, and whose tickets, in which group, it makes.

    `customer` is an address of the desk's own: whoever cannot read their mail must not get it there. Zammad makes the
    customer when it does not know the address.
    """

    url: str
    token: SecretStr
    group: str
    customer: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A ticket in Zammad: its id, and the number that people know it by."""

    id: int
    number: str


class ZammadSink:
    """Makes a ticket of each parcel, with its files in the first article; what is added to one is another article."""

    encloses = True

    def __init__(self, access: ZammadAccess, trust: ssl.SSLContext | None = None, patience: float = 60.0) -> None:
        self._access = access
        self._peer = Peer("Zammad", "BOT_ZAMMAD_URL", trust=trust, patience=patience)

    @property
    def name(self) -> SinkName:
        """What settings, logs and jobs call it."""
        return "zammad"

    @property
    def destination(self) -> str:
        """The host."""
        return host_of(self._access.url)

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Makes the ticket, or the article, unless it is there.

        Raises:
            Undelivered: it was not taken, or nobody knows.
        """
        if parcel.addition is not None:
            return await self._add(parcel, again=again)
        found = await self._found("title", "contains", parcel.ticket.reference) if again else None
        return Accepted(found.number if found else await self._make(parcel))

    async def close(self) -> None:
        """Closes what is open."""
        await self._peer.close()

    async def _make(self, parcel: Parcel) -> str:
        """The number of a new ticket. Zammad makes it with all its files, or not at all."""
        body = {
            "title": title(parcel, _LONGEST_TITLE),
            "group": self._access.group,
            "customer_id": f"guess:{self._access.customer}",
            "priority_id": _PRIORITIES[parcel.ticket.urgency],
            "article": _article(parcel, title(parcel, _LONGEST_TITLE)),
        }
        made = _known(await self._ask("POST", "tickets", body))
        if made is None:
            raise self._peer.passing("the answer to a new ticket does not say which one it is")
        return made.number

    async def _add(self, parcel: Parcel, *, again: bool) -> Accepted:
        found = await self._found("title", "contains", parcel.ticket.reference)
        if found is None and parcel.number is not None:
            found = await self._found("number", "is", parcel.number)
        if found is None:
            raise self._peer.hopeless(
                f"has no ticket {parcel.ticket.reference} to add something to",
                "Look whether it was deleted, merged, or moved to a group that the bot's user cannot read",
            )
        if not again or not await self._has(found, mark(parcel)):
            subject = f"{mark(parcel)} {title(parcel, _LONGEST_TITLE)}"[:_LONGEST_TITLE]
            made = await self._ask("POST", "ticket_articles", {"ticket_id": found.id, **_article(parcel, subject)})
            if not isinstance(made, dict) or not isinstance(made.get("id"), int):
                raise self._peer.passing("the answer to a new article does not say which one it is")
        return Accepted(found.number)

    async def _found(self, field: str, operator: str, value: str) -> _Known | None:
        """The oldest ticket with this value in a field.

        By a condition and no query: that is looked up in the database itself, whereas a query goes to an index that is
        filled later.
        """
        rows = await self._search(f"ticket.{field}", operator, value)
        known = [_known(row) for row in rows if isinstance(row, dict) and value in str(row.get(field))]
        return min((each for each in known if each is not None), key=lambda each: each.id, default=None)

    async def _has(self, ticket: _Known, marked: str) -> bool:
        """Whether an article of the ticket has this mark. The articles themselves may be any number of megabytes."""
        return ticket in [_known(row) for row in await self._search("article.subject", "contains", marked)]

    async def _search(self, attribute: str, operator: str, value: str) -> list[object]:
        """The tickets that fit a condition, ten at most."""
        condition = {attribute: {"operator": operator, "value": value}}
        match await self._ask("POST", "tickets/search", {"condition": condition, "limit": 10, "expand": True}):
            case list(found):
                return found
            case {"tickets": [*_], "assets": dict(assets)}:  # as older releases answer
                return list(assets.get("Ticket", {}).values())
            case _:
                raise self._peer.passing("the answer to a search is no list of tickets")

    async def _ask(self, method: str, path: str, body: Mapping[str, object]) -> object:
        token = self._access.token.get_secret_value()
        headers = {"Authorization": f"Token token={token}", "Content-Type": "application/json"}
        url = f"{self._access.url}/api/v1/{path}"
        answer = await self._peer.call(method, url, headers=headers, data=as_json(body))
        if not answer.good:
            raise self._refusal(answer)
        if answer.json is None:
            raise self._peer.unlike(answer)
        return answer.json

    def _refusal(self, answer: Answer) -> Undelivered:
        """What a status of 4xx means. Zammad's own words may repeat what people said; an error's id does not."""
        match answer.status:
            case 401:
                return self._peer.hopeless("does not know the token (401)", "Set BOT_ZAMMAD_TOKEN to one that is valid")
            case 403:
                remedy = "Give the token ticket.agent, and its user the rights in the group of BOT_ZAMMAD_GROUP"
                return self._peer.hopeless("does not permit it (403)", remedy)
            case 413:
                remedy = "Raise the limit of its web server (nginx: client_max_body_size)"
                return self._peer.hopeless("does not take so large a request (413)", remedy)
            case _ if not isinstance(answer.json, dict) or "error" not in answer.json:
                return self._peer.unlike(answer)
            case status:
                told = _ERROR_ID.search(str(answer.json["error"]))
                known = f", error id {told[1]}: its log has more" if told else ""
                remedy = (
                    "Look whether the group of BOT_ZAMMAD_GROUP exists, whether BOT_ZAMMAD_CUSTOMER is an address, "
                    "and whether tickets need fields of the desk's own"
                )
                return self._peer.hopeless(f"does not take what it was sent ({status}{known})", remedy)


def _article(parcel: Parcel, subject: str) -> dict[str, object]:
    """The message and the files. A note sends no mail to anybody; plain text is never markup."""
    return {
        "subject": subject,
        "body": legible(parcel.text),
        "content_type": "text/plain",
        "type": "note",
        "internal": False,
        "attachments": list(_attachments(parcel)),
    }


def _attachments(parcel: Parcel) -> Iterator[dict[str, str]]:
    if parcel.addition is None:
        text, json = ticket_files(WrittenTicket(parcel.ticket, parcel.message))
        yield _attachment(text.name, "text/plain", text.content)
        yield _attachment(json.name, "application/json", json.content)
    for each in parcel.enclosures:
        yield _attachment(each.name, each.media_type, each.content)


def _attachment(name: str, media_type: str, content: bytes) -> dict[str, str]:
    return {"filename": name, "mime-type": media_type, "data": b64encode(content).decode()}


def _known(row: object) -> _Known | None:
    match row:
        case {"id": int(id_), "number": str(number)} if re.fullmatch(r"[A-Za-z0-9#-]{1,40}", number):
            return _Known(id_, number)
        case _:
            return None
