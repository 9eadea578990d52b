"""A Bot API on loopback: it answers as Telegram does, and tells whoever listens what was sent to whom."""

import asyncio
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson

from benchmarks.wire import Connection, Request

TOKEN = "42:benchmark"  # noqa: S105 - nobody's
_BOT = {"id": 42, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_ME = {**_BOT, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
_DATA = re.compile(r'"callback_data":\s*"((?:[^"\\]|\\.)*)"')
_TRUE = b'{"ok":true,"result":true}'
_LATER = {
    "getMe": _ME,
    "getMyCommands": [],
    "getMyDescription": {"description": ""},
    "getMyShortDescription": {"short_description": ""},
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
}

Sent = Callable[[int, int, Sequence[str]], None]
"""Told of each message: its chat, its number, and what its buttons send."""


class BotApi:
    """The calls of one bot. Updates that are handed in wait until it fetches them, or are posted to its webhook."""

    def __init__(self, sent: Sent) -> None:
        self.calls = 0
        self._sent, self._messages, self._updates = sent, 0, 0
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._news = asyncio.Event()
        self.fetched = asyncio.Event()
        """Whether the bot has asked for updates."""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Listens at an address of its own, which is yielded."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(self._answer), "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        try:
            yield f"http://{host}:{port}"
        finally:
            server.close()

    def hand_in(self, update: dict[str, Any]) -> None:
        """Something happened; the bot gets it with its next fetch."""
        number, raw = self.numbered(update)
        self._waiting.append((number, raw))
        self._news.set()

    def numbered(self, update: dict[str, Any]) -> tuple[int, bytes]:
        """An update with a number, as JSON."""
        self._updates += 1
        return self._updates, orjson.dumps({"update_id": self._updates, **update})

    def next_message(self) -> int:
        """The number of one more message."""
        self._messages += 1
        return self._messages

    def _answer(self, request: Request) -> Any:
        self.calls += 1
        method = request.method
        if method == "getUpdates":
            return self._fetch(request)
        if method.startswith(("send", "edit")) and method != "sendChatAction":
            return self._message(request)
        if method in _LATER:
            return orjson.dumps({"ok": True, "result": _LATER[method]})
        return _TRUE

    async def _fetch(self, request: Request) -> bytes:
        self.fetched.set()
        offset, limit = request.number("offset") or 0, request.number("limit") or 100
        while self._waiting and self._waiting[0][0] < offset:
            self._waiting.popleft()
        seconds = request.number("timeout") or 0
        if not self._waiting and seconds:
            self._news.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._news.wait()
            except TimeoutError:
                pass
        batch = [raw for _, (_, raw) in zip(range(limit), self._waiting, strict=False)]
        return b'{"ok":true,"result":[' + b",".join(batch) + b"]}"

    def _message(self, request: Request) -> bytes:
        chat = request.number("chat_id") or 0
        number = request.number("message_id") or self.next_message()
        markup = request.text("reply_markup")
        message: dict[str, Any] = {
            "message_id": number,
            "from": _BOT,
            "chat": {"id": chat, "type": "private", "first_name": "Camille"},
            "date": int(time.time()),
        }
        if request.method == "sendDocument":
            message["document"] = {"file_id": f"f{number}", "file_unique_id": f"u{number}", "file_name": "ticket.txt"}
        else:
            message["text"] = request.text("text") or ""
        if markup:
            message["reply_markup"] = orjson.Fragment(markup)
        if request.method.startswith("send"):
            buttons = [orjson.loads(f'"{data}"') for data in _DATA.findall(markup or "")]
            self._sent(chat, number, buttons)
        return orjson.dumps({"ok": True, "result": message})
