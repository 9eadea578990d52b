"""A small HTTP server, cheap enough to be in nobody's way: requests come one after the other on each connection."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import unquote_plus

import httptools
import orjson

Answer = Callable[["Request"], bytes | Awaitable[bytes]]
"""The JSON that a request is answered with, at once or later."""

_PART = b'name="%s"'


@dataclass(slots=True)
class Request:
    """One call: the last part of its path, and its body as it came, in any of the forms that libraries use."""

    method: str
    body: bytes

    def text(self, name: str) -> str | None:
        """A parameter; as JSON, where it is no text."""
        if self.body.startswith(b"{"):
            value = orjson.loads(self.body).get(name)
            return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
        if (found := re.search(rb"(?:^|&)%s=([^&]*)" % name.encode(), self.body)) is not None:
            return unquote_plus(found[1].decode())
        _, found_at, rest = self.body.partition(_PART % name.encode())
        if not found_at:
            return None
        return rest.partition(b"\r\n\r\n")[2].partition(b"\r\n--")[0].decode()

    def number(self, name: str) -> int | None:
        """A parameter that is a number."""
        text = self.text(name)
        return int(text) if text else None


@dataclass
class Connection(asyncio.Protocol):
    """One connection of a bot."""

    answer: Answer
    _path: bytes = b""
    _body: list[bytes] = field(default_factory=list)
    _transport: asyncio.Transport | None = None
    _parser: httptools.HttpRequestParser = field(init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends; nobody waits for what was asked."""
        del exc
        for task in self._tasks:
            task.cancel()

    def data_received(self, data: bytes) -> None:
        """Parses."""
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        """Of the parser: another request."""
        self._path, self._body = b"", []

    def on_url(self, url: bytes) -> None:
        """Of the parser: its path, or a piece of it."""
        self._path += url

    def on_body(self, body: bytes) -> None:
        """Of the parser: a piece of its body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Of the parser: it is whole."""
        answer = self.answer(Request(self._path.rpartition(b"/")[2].decode(), b"".join(self._body)))
        if isinstance(answer, bytes):
            self._write(answer)
            return
        task = asyncio.ensure_future(self._later(answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _later(self, answer: Awaitable[bytes]) -> None:
        self._write(await answer)

    def _write(self, body: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            self._transport.write(head + body)
