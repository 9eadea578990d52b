"""A reverse proxy before several processes: each update goes to the next one, now and then to two at once."""

import asyncio
import json
import random
from collections.abc import Mapping
from types import TracebackType
from typing import NamedTuple, Self

import aiohttp
from aiohttp import web

from tests.botapi.webhook import SECRET_HEADER
from tests.telegram_bot import SECRET, free_port

_TWICE = 0.1
"""The probability that an update goes to two."""
_NOBODY = 502


class Answer(NamedTuple):
    """What a process answers."""

    status: int
    body: bytes = b""
    content_type: str = "application/octet-stream"


class Balancer:
    """Use it as an asynchronous context manager. `given` are the updates each process was handed since its start."""

    def __init__(self, processes: int, chance: random.Random) -> None:
        self.given: list[set[int]] = [set() for _ in range(processes)]
        self.doubled = 0
        self._chance = chance
        self._port, *self._ports = (free_port() for _ in range(processes + 1))
        self._turn = 0
        self._session: aiohttp.ClientSession | None = None
        app = web.Application()
        app.router.add_post("/hook", self._passes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)

    def settings(self, process: int) -> Mapping[str, str]:
        """The settings of a process behind it."""
        return {
            "webhook_url": f"http://127.0.0.1:{self._port}/hook",
            "webhook_listen": f"127.0.0.1:{self._ports[process]}",
            "webhook_secret": SECRET,
        }

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=60), connector=aiohttp.TCPConnector(limit=0)
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _passes(self, request: web.Request) -> web.Response:
        """An update that comes to two is taken when both have taken it; the one that took it first has more to say."""
        body, secret = await request.read(), request.headers.get(SECRET_HEADER, "")
        self._turn += 1
        twice = len(self._ports) > 1 and self._chance.random() < _TWICE
        self.doubled += twice
        answers = await asyncio.gather(*(self._goes(self._turn + each, body, secret) for each in range(1 + twice)))
        said = max(answers, key=lambda answer: len(answer.body))
        return web.Response(
            status=max(answer.status for answer in answers), body=said.body, content_type=said.content_type
        )

    async def _goes(self, first: int, body: bytes, secret: str) -> Answer:
        """To a process, or the next one that can be reached; what it answers."""
        assert self._session is not None
        headers = {SECRET_HEADER: secret, "Content-Type": "application/json"}
        for place in range(len(self._ports)):
            process = (first + place) % len(self._ports)
            self.given[process].add(json.loads(body)["update_id"])
            try:
                url = f"http://127.0.0.1:{self._ports[process]}/hook"
                async with self._session.post(url, data=body, headers=headers) as answer:
                    return Answer(answer.status, await answer.read(), answer.content_type)
            except (aiohttp.ClientConnectionError, TimeoutError):
                continue
        return Answer(_NOBODY)
