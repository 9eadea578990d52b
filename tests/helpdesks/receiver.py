"""A receiver of webhooks that trusts nobody: it checks signature, age and schema of all that comes."""

import hashlib
import hmac
import json
import time
from base64 import b64decode, b64encode
from typing import Any

from aiohttp import web
from jsonschema import Draft202012Validator

from bot.service.webhook_json import webhook_schema
from tests.helpdesks.server import Server

SECRET = "whsec_" + b64encode(b"a key of thirty-two bytes in all").decode()
_TOLERANCE = 300


class Receiver(Server):
    """Takes each event once, by its id."""

    def __init__(self) -> None:
        super().__init__()
        self.events: dict[str, dict[str, Any]] = {}
        self.told: object = {"number": "HD-4711"}
        self.secret = SECRET

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """401 for what nobody signed now, 400 for what is no event, else what it calls the ticket."""
        body = await request.read()
        if not self._signed(request, body):
            return web.Response(status=401)
        event = json.loads(body)
        if request.content_type != "application/json" or not Draft202012Validator(webhook_schema()).is_valid(event):
            return web.Response(status=400)
        self.events.setdefault(request.headers["webhook-id"], event)
        return web.json_response(self.told)

    def _signed(self, request: web.Request, body: bytes) -> bool:
        name, sent_at = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        if "." in name or abs(time.time() - int(sent_at)) > _TOLERANCE:
            return False
        key = b64decode(self.secret.removeprefix("whsec_"))
        signature = hmac.new(key, b".".join((name.encode(), sent_at.encode(), body)), hashlib.sha256).digest()
        return f"v1,{b64encode(signature).decode()}" in request.headers["webhook-signature"].split(" ")
