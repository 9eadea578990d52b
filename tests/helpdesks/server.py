"""What all of them have in common: a server on loopback, what it was asked, and failures on order."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias

from aiohttp import web

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass(frozen=True, slots=True)
class Fault:
    """How a request fails.

    Answered otherwise, in place of what it asks for; cut before or after it is done; done, and answered with a page or
    with half of the JSON; or not answered before the server goes.
    """

    kind: Literal["answer", "cut_before", "cut_after", "page_after", "half_after", "silence"]
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = PAGE.encode()
    media_type: str = "text/html"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came."""

    call: str
    headers: Mapping[str, str]


class Server:
    """Use it as an asynchronous context manager; its `url` is known inside."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self._faults: list[tuple[str, Fault]] = []
        self._tls = tls
        self._closing = asyncio.Event()
        app = web.Application(client_max_size=64 * 1024 * 1024, middlewares=[self._with_faults])
        app.router.add_route("*", "/{path:.*}", self.answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls)
        await site.start()
        scheme = "https" if self._tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()

    def fails(self, call: str, kind: Any, status: int = 500, **how: Any) -> None:
        """The next request for this (`POST Ticket`) fails so; order several, and each takes one."""
        self._faults.append((call, Fault(kind, status, **how)))

    @property
    def calls(self) -> list[str]:
        """What was asked for, in order."""
        return [each.call for each in self.asked]

    def named(self, request: web.Request) -> str:
        """What a request is called."""
        return f"{request.method} {request.match_info['path']}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What the real one would answer. By itself, nothing is anywhere."""
        del request
        return web.Response(status=404, text=PAGE, content_type="text/html")

    @web.middleware
    async def _with_faults(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        call = self.named(request)
        self.asked.append(Asked(call, dict(request.headers)))
        fault = next((fault for each, fault in self._faults if each == call), None)
        if fault is None:
            return await handler(request)
        self._faults.remove((call, fault))
        if fault.kind == "silence":
            await self._closing.wait()
        if fault.kind in ("silence", "cut_before"):
            return self._cut(request)
        if fault.kind == "answer":
            headers = {"Content-Type": fault.media_type, **fault.headers}
            return web.Response(status=fault.status, body=fault.body, headers=headers)
        done = await handler(request)
        if fault.kind == "cut_after":
            return self._cut(request)
        if fault.kind == "page_after":
            return web.Response(text=PAGE, content_type="text/html")
        assert isinstance(done, web.Response)
        assert isinstance(done.body, bytes)
        return web.Response(status=done.status, body=done.body[:-2], content_type="application/json")

    @staticmethod
    def _cut(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
