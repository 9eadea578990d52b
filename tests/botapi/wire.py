"""Calls and answers as they travel by HTTP."""

import json
import re
from typing import Any

from aiohttp import web

from tests.botapi.world import JSON, Call, Upload


async def read(request: web.Request, method: str, now: float) -> Call:
    """A call, whether its parameters come in the address, as a form, in parts, or as JSON."""
    params: JSON = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json" and request.can_read_body:
        body = await request.json()
        params |= body if isinstance(body, dict) else {}
    else:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                uploads[name] = Upload(value.filename, value.content_type, value.file.read())
            elif isinstance(value, str):
                params[name] = value
            else:
                uploads[name] = Upload(name, "application/octet-stream", bytes(value))
    return Call(method, {name: value for name, value in params.items() if value is not None}, uploads, now)


def number(chat_id: Any) -> int | None:
    """The number of a chat, if it is one."""
    return int(chat_id) if re.fullmatch(r"-?\d+", str(chat_id)) else None


def reply(status: int, answer: JSON) -> web.Response:
    """An answer as JSON, with its code as the status."""
    return web.Response(status=status, text=json.dumps(answer), content_type="application/json")


def cut(request: web.Request) -> web.Response:
    """Ends the connection; what is answered reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
