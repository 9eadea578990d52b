"""A server, and a plain client in the place of a bot."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import telegram

from tests.botapi import BotApiServer


@dataclass(eq=False)
class Bot:
    """Calls methods by HTTP."""

    api: BotApiServer
    session: aiohttp.ClientSession

    async def __call__(self, method: str, /, **params: Any) -> Any:
        """What a call answers: its result, or the error."""
        url = f"{self.api.url}/bot{self.api.token}/{method}"
        async with self.session.post(url, json=params) as response:
            answer = json.loads(await response.text())
            return answer["result"] if answer["ok"] else answer["description"]

    async def upload(self, method: str, files: dict[str, tuple[str, bytes]], **params: str) -> Any:
        """Calls a method with files."""
        form = aiohttp.FormData(params)
        for name, (filename, data) in files.items():
            form.add_field(name, data, filename=filename, content_type="text/plain")
        async with self.session.post(f"{self.api.url}/bot{self.api.token}/{method}", data=form) as response:
            answer = await response.json()
            return answer["result"] if answer["ok"] else answer["description"]

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        """The updates there are, confirmed if an offset says so."""
        result: list[dict[str, Any]] = await self("getUpdates", **params)
        return result


@dataclass
class Clock:
    """A clock that is put forward by hand."""

    now: float = 1_780_000_000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The server's clock."""
    return Clock()


@pytest.fixture
async def api(clock: Clock) -> AsyncIterator[BotApiServer]:
    """The server."""
    async with BotApiServer(clock=clock) as server:
        yield server


@pytest.fixture
async def bot(api: BotApiServer) -> AsyncIterator[Bot]:
    """The client."""
    async with aiohttp.ClientSession() as session:
        yield Bot(api, session)


@pytest.fixture
async def library(api: BotApiServer) -> AsyncIterator[telegram.Bot]:
    """The library that the program uses, as a judge of what the server sends."""
    async with telegram.Bot(api.token, f"{api.url}/bot", f"{api.url}/file/bot") as bot:
        yield bot


Refuses = Callable[..., Awaitable[None]]


@pytest.fixture
def refuses(bot: Bot, api: BotApiServer) -> Refuses:
    """Makes a call, and compares the whole error."""

    async def compare(error: str, method: str, /, **params: Any) -> None:
        """Also sees that the call counts as refused."""
        before = len(api.refused)
        assert await bot(method, **params) == error
        assert [call.error for call in api.refused[before:]] == [error]

    return compare
