"""Calls over HTTP, to servers that do not answer as they should."""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.adapters.telegram.request import PooledRequest
from tests.desk import ROOT

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

SECRET = "42:secret"
MOMENTS = 400


@asynccontextmanager
async def server(answer: Handler) -> AsyncIterator[str]:
    """A server that hears one request after the other and does this; the address of a call to it."""
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n") and not writer.is_closing():
                await answer(reader, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever called is gone
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.ensure_future(serve(reader, writer)))

    listening = await asyncio.start_server(came, "127.0.0.1", 0)
    host, port = listening.sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}/bot{SECRET}/getMe"
    finally:
        listening.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


@asynccontextmanager
async def requests() -> AsyncIterator[PooledRequest]:
    """A pool that is open."""
    request = PooledRequest()
    await request.initialize()
    try:
        yield request
    finally:
        await request.shutdown()


def says(raw: bytes, *, closes: bool = False) -> Handler:
    """Whatever is asked, this is the answer."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        if closes:
            writer.close()

    return answer


async def hangs(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says nothing."""
    await asyncio.sleep(60)
    raise AssertionError(f"whoever called waited for a minute: {writer}")


async def never_ends(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Goes on and on."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _piece in range(100):
        writer.write(b"x" * 1_000_000)
        await writer.drain()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
MOVED = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: 0\r\n\r\n"


async def test_an_answer() -> None:
    """Its status and what it says, over a connection that is used again."""
    connections = set()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(writer.get_extra_info("peername"))
        writer.write(OK)

    async with server(answer) as url, requests() as request:
        for _ in range(3):
            assert await request.call(url, "GET", None) == (200, b"{}")
    assert len(connections) == 1


async def test_no_redirect_is_followed() -> None:
    """The token would go along."""
    async with server(says(MOVED)) as url, requests() as request:
        assert await request.call(url, "GET", None) == (302, b"")


@pytest.mark.parametrize(
    "handler",
    [
        says(b"", closes=True),
        says(b"nonsense\r\n\r\n", closes=True),
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it", closes=True),
        never_ends,
        hangs,
    ],
    ids=["cut", "nonsense", "half", "endless", "silent"],
)
async def test_what_fails(handler: Handler) -> None:
    """Each is an error of the library's, which is tried again; none names the address, which holds the token."""
    async with server(handler) as url, requests() as request:
        with pytest.raises(NetworkError) as told:
            await request.call(url, "POST", b"{}", read_timeout=-9.5 if handler is hangs else 20)
    assert isinstance(told.value, TimedOut) == (handler is hangs)
    assert SECRET not in f"{told.value!r} {told.value.__cause__!r}"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://nowhere.invalid/", "nowhere"])
async def test_an_address_where_nobody_is(url: str) -> None:
    """Likewise."""
    async with requests() as request:
        with pytest.raises(TelegramError):
            await request.call(url, "GET", None)


async def test_a_pool_that_is_closed() -> None:
    """It makes no more calls."""
    request = PooledRequest()
    with pytest.raises(NetworkError, match="closed"):
        await request.call("http://127.0.0.1:1/", "GET", None)


async def test_whoever_is_cancelled_ends() -> None:
    """At whichever moment: even when the answer has just come."""
    chance, cancelled = random.Random(7), 0  # noqa: S311 - moments, not secrets
    async with server(says(OK)) as url, requests() as request:
        for _ in range(MOMENTS):
            task = asyncio.create_task(request.call(url, "GET", None))
            for _ in range(chance.randrange(12)):
                await asyncio.sleep(0)
            await asyncio.sleep(chance.choice((0, 0.0002, 0.0004)))
            if task.cancel():
                cancelled += 1
                with pytest.raises(asyncio.CancelledError):
                    await task
    assert cancelled > MOMENTS / 10


async def test_who_cleans_up_after_being_cancelled_can_call() -> None:
    """Only what comes while the call is made ends it."""
    async with server(says(OK)) as url, requests() as request:
        done: list[int] = []

        async def work() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                done.append((await request.call(url, "GET", None))[0])

        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert done == [200]


ONE_CALL = """
import asyncio
from telegram.error import NetworkError
from bot.adapters.telegram.request import PooledRequest

async def main():
    request = PooledRequest()
    await request.initialize()
    try:
        await request.call("http://127.0.0.1:1/", "GET", None)
    except NetworkError as error:
        print(error.message)
    await request.shutdown()

asyncio.run(main())
"""
ENDS = 12


def test_a_process_that_ends_after_a_call_that_failed() -> None:
    """It ends as it should, however often: the client's thread may be at work still. What failed is said."""
    for _ in range(ENDS):
        done = subprocess.run([sys.executable, "-c", ONE_CALL], cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "ConnectError: Connection refused" in done.stdout
