"""A Zammad of our own: its REST API, as far as tickets need it."""

import binascii
import re
import ssl
from base64 import b64decode
from typing import Any

from aiohttp import web

from tests.helpdesks.server import Server

TOKEN = "zammad-token-canary-3"
GROUP = "Messagerie"


class Refusal(Exception):
    """An error, as Zammad tells it."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


class Zammad(Server):
    """One group, one agent; the index of its full-text search is always late."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls)
        self.tickets: dict[int, dict[str, Any]] = {}
        self.articles: list[dict[str, Any]] = []
        self.old_answers = False

    def named(self, request: web.Request) -> str:
        """Without what all have in common."""
        return f"{request.method} {request.match_info['path'].removeprefix('api/v1/')}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What Zammad answers."""
        path = request.match_info["path"]
        if not path.startswith("api/v1/") or "application/json" not in request.headers.get("Accept", ""):
            return await super().answer(request)
        try:
            status, body = await self._do(request, path.removeprefix("api/v1/"))
        except Refusal as error:
            return web.json_response({"error": error.words}, status=error.status)
        return web.json_response(body, status=status)

    async def _do(self, request: web.Request, path: str) -> tuple[int, Any]:
        if request.headers.get("Authorization") != f"Token token={TOKEN}":
            raise Refusal(401, "Invalid token!")
        sent = await request.json() if request.can_read_body else {}
        match request.method, path.split("/"):
            case "POST", ["tickets"]:
                return 201, self._make(sent)
            case "POST", ["tickets", "search"]:
                return 200, self._search(sent)
            case "POST", ["ticket_articles"]:
                if sent.get("ticket_id") not in self.tickets:
                    raise Refusal(404, "Couldn't find Ticket")
                return 201, self._article(sent, sent["ticket_id"])
        raise Refusal(404, "No route matches")

    def _make(self, sent: dict[str, Any]) -> dict[str, Any]:
        if sent.get("group") != GROUP:
            raise Refusal(422, f"No lookup value found for 'group': {sent.get('group')!r}, {sent.get('title')}")
        if not re.fullmatch(r"guess:[^@\s]+@[^@\s]+", str(sent.get("customer_id"))):
            raise Refusal(422, "Invalid email")
        if sent.get("priority_id") not in (1, 2, 3):
            raise Refusal(422, "Invalid priority")
        number = len(self.tickets) + 7
        self._article(sent["article"], number)
        self.tickets[number] = {
            "id": number,
            "number": f"{62000 + number}",
            "title": sent["title"],
            "priority_id": sent["priority_id"],
            "customer_id": sent["customer_id"],
        }
        return self.tickets[number]

    def _article(self, sent: dict[str, Any], ticket: int) -> dict[str, Any]:
        if not sent.get("body"):
            raise Refusal(422, 'Need at least article: { body: "some text" }')
        if sent.get("type", "note") != "note":
            raise Refusal(422, "this would send mail")
        files = []
        for index, each in enumerate(sent.get("attachments", [])):
            if not each.get("filename") or not each.get("data") or not each.get("mime-type"):
                raise Refusal(
                    422, f"Attachment needs 'filename', 'data' and 'mime-type' for attachment at index {index}"
                )
            try:
                files.append((each["filename"], each["mime-type"], b64decode(each["data"], validate=True)))
            except binascii.Error:
                raise Refusal(422, f"Invalid base64 for attachment with index '{index}'") from None
        made = {"id": len(self.articles) + 1, **sent, "ticket_id": ticket, "attachments": files}
        self.articles.append(made)
        return _shown(made)

    def _search(self, sent: dict[str, Any]) -> Any:
        if sent.get("query"):
            return []
        ((name, condition),) = sent["condition"].items()
        kind, _, field = name.partition(".")
        fits = {"contains": str.__contains__, "is": str.__eq__}.get(condition["operator"])
        if kind == "article" and fits is not None:
            having = {each["ticket_id"] for each in self.articles if fits(each[field], condition["value"])}
            found = [each for number, each in self.tickets.items() if number in having]
        elif kind == "ticket" and fits is not None:
            found = [each for each in self.tickets.values() if fits(each[field], condition["value"])]
        else:
            raise Refusal(422, "Invalid operator")
        if not self.old_answers:
            return found
        assets = {"Ticket": {str(each["id"]): each for each in found}}
        return {"tickets": [each["id"] for each in found], "tickets_count": len(found), "assets": assets}


def _shown(article: dict[str, Any]) -> dict[str, Any]:
    return {key: article[key] for key in ("id", "ticket_id", "subject", "body")}
