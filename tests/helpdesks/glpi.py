"""A GLPI of our own: its REST API of version 1, as far as tickets need it."""

import hashlib
import html
import json
import re
from typing import Any

from aiohttp import web

from tests.helpdesks.server import Server

USER_TOKEN, APP_TOKEN = "user-token-canary-1", "app-token-canary-2"
_OPEN = ("initSession",)


class Refusal(Exception):
    """An error, as GLPI tells it: a code, and words in somebody's language."""

    def __init__(self, status: int, code: str, words: str = "Une erreur est survenue") -> None:
        super().__init__(code)
        self.status, self.code, self.words = status, code, words


class Glpi(Server):
    """Entities 0 (where the bot's user begins), 3 and 4; only types of documents that GLPI knows from the start."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[int, dict[str, Any]] = {}
        self.followups: list[dict[str, Any]] = []
        self.documents: list[dict[str, Any]] = []
        self.types = {"txt", "png", "jpg", "jpeg"}
        self.client_allowed = True
        self.hears_authorization = True
        self._sessions: dict[str, set[int]] = {}

    @property
    def open_sessions(self) -> int:
        """Sessions that nobody ended."""
        return len(self._sessions)

    def end_sessions(self) -> None:
        """As when PHP forgets them."""
        self._sessions.clear()

    def named(self, request: web.Request) -> str:
        """Without what all have in common."""
        return f"{request.method} {request.match_info['path'].removeprefix('apirest.php/')}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What GLPI answers."""
        path = request.match_info["path"]
        if not path.startswith("apirest.php/"):
            return await super().answer(request)
        try:
            status, body = await self._do(request, path.removeprefix("apirest.php/"))
        except Refusal as error:
            return web.json_response([error.code, error.words], status=error.status)
        return web.json_response(body, status=status)

    async def _do(self, request: web.Request, path: str) -> tuple[int, Any]:
        if request.method == "GET" and request.can_read_body:
            raise Refusal(400, "ERROR_JSON_PAYLOAD_FORBIDDEN")
        fields = await self._fields(request)
        if not self.client_allowed:
            raise Refusal(400, "ERROR_NOT_ALLOWED_IP", "Aucun client de l'API ne correspond (10.1.2.3)")
        if "App-Token" not in request.headers:
            raise Refusal(400, "ERROR_APP_TOKEN_PARAMETERS_MISSING")
        if request.headers["App-Token"] != APP_TOKEN:
            raise Refusal(400, "ERROR_WRONG_APP_TOKEN_PARAMETER")
        if path in _OPEN:
            return 200, self._begin(request)
        seen = self._session(request)
        match request.method, path.split("/"):
            case "GET", ["killSession"]:
                del self._sessions[request.headers["Session-Token"]]
                return 200, True
            case "GET", ["getActiveEntities"]:
                return 200, {"active_entity": {"id": 0, "active_entities": [{"id": each} for each in sorted(seen)]}}
            case "POST", ["changeActiveEntities"]:
                if not isinstance(fields.get("is_recursive", False), bool):
                    raise Refusal(400, "ERROR")
                seen.update({0, 3, 4} if "entities_id" not in fields else {fields["entities_id"]})
                return 200, True
            case "GET", ["search", "Ticket"]:
                return 200, self._search(request, seen)
            case "GET", ["Ticket", number]:
                return 200, self._ticket(request, int(number), seen)
            case "GET", ["Ticket", number, "ITILFollowup"]:
                return 200, self._followups(request, int(number), seen)
            case "POST", [("Ticket" | "Document" | "ITILFollowup") as kind]:
                if not isinstance(fields.get("input"), dict):
                    raise Refusal(400, "ERROR_BAD_ARRAY")
                return 201, {"id": self._add(kind, fields["input"], fields.get("_file")), "message": "Élément ajouté"}
        raise Refusal(400, "ERROR_RESOURCE_NOT_FOUND_NOR_COMMONDBTM")

    async def _fields(self, request: web.Request) -> dict[str, Any]:
        if request.content_type == "multipart/form-data":
            return await self._upload(request)
        if not request.can_read_body:
            return {}
        if request.content_type != "application/json":
            return {}
        try:
            fields = json.loads(await request.read())
            json.dumps(fields, ensure_ascii=False).encode()
        except ValueError:
            raise Refusal(400, "ERROR_JSON_PAYLOAD_INVALID") from None
        assert isinstance(fields, dict)
        return fields

    async def _upload(self, request: web.Request) -> dict[str, Any]:
        """As PHP sees it: text fields, and files, of which a document takes the first; a name says it is a file."""
        texts: dict[str, str] = {}
        files: list[tuple[str, bytes]] = []
        async for part in await request.multipart():
            content = bytes(await part.read())  # type: ignore[union-attr]
            if part.filename:  # type: ignore[union-attr]
                files.append((part.filename, content))  # type: ignore[union-attr]
            else:
                texts[str(part.name)] = content.decode()  # type: ignore[union-attr]
        if not files:
            raise Refusal(400, "ERROR_UPLOAD_FILE_TOO_BIG_POST_MAX_SIZE")
        try:
            fields = json.loads(texts["uploadManifest"])
        except (KeyError, ValueError):
            raise Refusal(400, "ERROR_JSON_PAYLOAD_INVALID") from None
        return {**fields, "_file": files[0]}

    def _begin(self, request: web.Request) -> dict[str, str]:
        given = request.headers.get("Authorization", "") if self.hears_authorization else ""
        if not given.startswith("user_token "):
            raise Refusal(400, "ERROR_LOGIN_PARAMETERS_MISSING")
        if given != f"user_token {USER_TOKEN}":
            raise Refusal(401, "ERROR_GLPI_LOGIN_USER_TOKEN")
        token = f"session-{len(self.asked)}"
        self._sessions[token] = {0}
        return {"session_token": token}

    def _session(self, request: web.Request) -> set[int]:
        if "Session-Token" not in request.headers:
            raise Refusal(400, "ERROR_SESSION_TOKEN_MISSING")
        if request.headers["Session-Token"] not in self._sessions:
            raise Refusal(401, "ERROR_SESSION_TOKEN_INVALID")
        return self._sessions[request.headers["Session-Token"]]

    def _search(self, request: web.Request, seen: set[int]) -> dict[str, Any]:
        query = {name.removeprefix("criteria[0]"): value for name, value in request.query.items()}
        if (query["[field]"], query["[searchtype]"]) != ("1", "contains"):
            raise Refusal(400, "ERROR")
        found = [
            {"1": html.escape(each["name"]), "2": number, "80": "Racine"}
            for number, each in self.tickets.items()
            if query["[value]"] in each["name"] and each["entities_id"] in seen
        ]
        told: dict[str, Any] = {"totalcount": len(found), "count": len(found), "sort": [1], "order": ["ASC"]}
        return {**told, "data": found} if found else told

    def _visible(self, number: int, seen: set[int]) -> dict[str, Any]:
        if number not in self.tickets:
            raise Refusal(404, "ERROR_ITEM_NOT_FOUND")
        if self.tickets[number]["entities_id"] not in seen:
            raise Refusal(403, "ERROR_RIGHT_MISSING")
        return self.tickets[number]

    def _ticket(self, request: web.Request, number: int, seen: set[int]) -> dict[str, Any]:
        ticket = self._visible(number, seen)
        if request.query.get("with_documents") != "true":
            return ticket
        linked = [each for each in self.documents if each["items_id"] == number]
        rows = [{key: each[key] for key in ("name", "filename", "sha1sum")} for each in linked]
        return {**ticket, "_documents": rows}

    def _followups(self, request: web.Request, number: int, seen: set[int]) -> list[dict[str, Any]]:
        self._visible(number, seen)
        wanted = request.query.get("searchText[content]", "")
        return [each for each in self.followups if each["items_id"] == number and wanted in each["content"]]

    def _add(self, kind: str, item: dict[str, Any], file: tuple[str, bytes] | None) -> int:
        if kind == "Ticket":
            return self._add_ticket(item)
        if item.get("itemtype") != "Ticket" or item.get("items_id") not in self.tickets:
            raise Refusal(400, "ERROR_GLPI_ADD")
        if kind == "ITILFollowup":
            if not item.get("content"):
                raise Refusal(400, "ERROR_GLPI_ADD")
            self.followups.append({"id": len(self.followups) + 1, **item})
            return len(self.followups)
        if file is None or file[0].rpartition(".")[2].lower() not in self.types:
            raise Refusal(400, "ERROR_GLPI_ADD", f"Type de fichier non autorisé : {item.get('name')}")
        digest = hashlib.sha1(file[1], usedforsecurity=False).hexdigest()
        self.documents.append({**item, "filename": file[0], "content": file[1], "sha1sum": digest})
        return len(self.documents)

    def _add_ticket(self, item: dict[str, Any]) -> int:
        if item.get("entities_id", 0) not in {0, 3, 4}:
            raise Refusal(400, "ERROR_GLPI_ADD", f"Vous n'avez pas le droit : {item.get('name')}")
        if not 1 <= len(item["name"]) <= 255 or item["urgency"] not in range(1, 6) or item["type"] not in (1, 2):
            raise Refusal(400, "ERROR_GLPI_ADD")
        if re.search("<(script|img|b>)", item["content"]):
            raise Refusal(400, "ERROR_GLPI_ADD", "markup of somebody else's")
        number = 100 + len(self.tickets)
        self.tickets[number] = {"entities_id": 0, **item, "id": number}
        return number
