"""The webhook's door, knocked at over raw sockets: what is let in, what is turned away, and how long it waits."""

import asyncio
import gzip
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from bot.adapters.telegram.bot import Answer
from bot.adapters.telegram.receiver import Receiver
from bot.adapters.telegram.webhook import Webhook
from tests.telegram_bot import SECRET, free_port

HEADER = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}"
MEBIBYTE = 1024 * 1024
UPDATE = b'{"update_id": 5}'


@dataclass
class Door:
    """A webhook that listens, the updates that were let in, and what a press is answered with."""

    port: int = field(default_factory=free_port)
    taken: list[dict[str, Any]] = field(default_factory=list)
    answer: Answer | None = None

    async def receive(self, raw: dict[str, Any]) -> Answer | None:
        """Takes an update."""
        self.taken.append(raw)
        return self.answer

    async def answers(self, *pieces: bytes, patience: float = 10) -> bytes:
        """All that is answered to these bytes until the connection is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            async with asyncio.timeout(patience):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def posts(self, body: bytes, *headers: str, method: str = "POST", path: str = "/hook") -> int:
        """The status that is answered to a request."""
        return status(await self.answers(request(body, *headers, method=method, path=path)))


def request(body: bytes, *headers: str, method: str = "POST", path: str = "/hook") -> bytes:
    """A request with the secret, unless a header says otherwise; it asks for the end of the connection."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bot", "Connection: close", *(headers or (HEADER,))]
    if not any(line.lower().startswith(("transfer-encoding", "content-length")) for line in lines):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def status(answer: bytes) -> int:
    """The status of an answer."""
    return int(answer.split(b" ", 2)[1])


def chunked(body: bytes, size: int = 65_536) -> bytes:
    """A body in chunks, whose length is told nowhere."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"


@asynccontextmanager
async def door(patience: float = 10) -> AsyncIterator[Door]:
    """The real server, with nothing behind it that takes time."""
    made = Door()
    async with Webhook(cast("Receiver", made), "/hook", SECRET, patience).listening("127.0.0.1", made.port):
        yield made


async def test_only_telegram_at_its_path() -> None:
    """The method, the path and the secret; what is turned away is answered in a few bytes and never read."""
    async with door() as hook:
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"):
            answer = await hook.answers(request(UPDATE, method=method))
            assert status(answer) == 405
            assert len(answer) < 300
        for path in ("/", "/hook/", "/hook/x", "//hook", "/hook%2f", "/HOOK"):
            answer = await hook.answers(request(UPDATE, path=path))
            assert status(answer) == 404
            assert len(answer) < 300
        for wrong in ("X-Other: 1", f"{HEADER}x", HEADER[:-1], f"{HEADER[:-1]}é", "X-Telegram-Bot-Api-Secret-Token:"):
            assert await hook.posts(UPDATE, wrong) == 403
        assert hook.taken == []
        assert await hook.posts(UPDATE) == 200
        assert hook.taken == [{"update_id": 5}]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, None),
        (Answer("12"), {"method": "answerCallbackQuery", "callback_query_id": "12"}),
        (Answer("12", "é" * 300), {"method": "answerCallbackQuery", "callback_query_id": "12", "text": "é" * 200}),
    ],
)
async def test_a_press_is_answered_in_the_reply(answer: Answer | None, said: dict[str, str] | None) -> None:
    """It takes no call of its own; what is shown in passing is no longer than Telegram takes."""
    async with door() as hook:
        hook.answer = answer
        head, _, body = (await hook.answers(request(UPDATE))).partition(b"\r\n\r\n")
        assert status(head) == 200
        assert (b"application/json" in head, json.loads(body) if body else None) == (said is not None, said)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[1]",
        b'"update_id"',
        b"[" * 500_000,
        b'{"update_id": 5, "a": ' + b"[" * 100 + b"]" * 100 + b"}",
        b'{"update_id": 5, "a": ' + b'{"a": ' * 900 + b"1" + b"}" * 900 + b"}",
        b'{"update_id": ' + b"9" * 5_000 + b"}",
        b'{"update_id": 5, "a": ' + b"9" * 5_000 + b"}",
        b'{"update_id": 5, "a": ' + b"9" * 4_000 + b"}",
        b'{"update_id": 5, "a": 18446744073709551616}',
        b'{"update_id": 5, "a": [-9223372036854775809]}',
        b'{"update_id": 5, "a": NaN}',
        b'{"update_id": 5, "a": [-Infinity]}',
        b'{"update_id": 5, "a": 1e999}',
        b'{"update_id": true}',
        b'{"update_id": null}',
        b'{"update_id": 5.0}',
        b'{"update_id": "5"}',
        b'{"update_id": -5}',
        b'{"update_id": [5]}',
        b'{"update_id": 5, "a": "\xff"}',
        b"\xff\xfe{}",
    ],
    ids=lambda body: f"{body[:24]!r}…{len(body)}",
)
async def test_what_is_no_update(body: bytes) -> None:
    """It is answered 400, and nothing behind the door hears of it."""
    async with door() as hook:
        assert await hook.posts(body) == 400
        assert hook.taken == []


async def test_of_keys_that_come_twice_the_last_counts() -> None:
    """There is one reading only, and it is bounded like any other."""
    async with door() as hook:
        assert await hook.posts(b'{"update_id": "x", "update_id": 7, "a": 1, "a": 2}') == 200
        assert await hook.posts(b'{"update_id": 7, "update_id": "x"}') == 400
        assert hook.taken == [{"update_id": 7, "a": 2}]


async def test_half_characters_are_replaced_at_the_door() -> None:
    """In texts and in names, as deep as they are; halves that belong together are left alone."""
    async with door() as hook:
        assert await hook.posts(rb'{"update_id": 5, "a": [{"\ud800": "x\udfffy"}], "b": "\ud83d\ude48"}') == 200
        assert hook.taken == [{"update_id": 5, "a": [{"\ufffd": "x\ufffdy"}], "b": "🙈"}]


async def test_a_body_has_at_most_a_mebibyte() -> None:
    """However it comes: with its length, with a length that lies, in chunks, or packed."""
    exact = UPDATE[:-1] + b" " * (MEBIBYTE - len(UPDATE)) + b"}"
    chunks, packed = "Transfer-Encoding: chunked", "Content-Encoding: gzip"
    async with door() as hook:
        assert await hook.posts(exact) == 200
        assert await hook.posts(exact + b" ") == 413
        assert await hook.posts(chunked(exact), HEADER, chunks) == 200
        assert await hook.posts(chunked(exact + b" "), HEADER, chunks) == 413
        assert await hook.posts(gzip.compress(exact), HEADER, packed) == 200
        assert await hook.posts(gzip.compress(b" " * 50 * MEBIBYTE), HEADER, packed) == 413
        assert len(hook.taken) == 3


async def test_broken_requests(logs_to: Callable[..., None]) -> None:
    """What is no HTTP is answered 400 or not at all, and logged without its words."""
    output = io.StringIO()
    logs_to("DEBUG", (), output)
    async with door() as hook:
        for body in (b"canari\r\n\r\n", b"POST /hook HTTP/1.1\r\nCanari canari\r\n\r\n", b"\x16\x03\x01canari\r\n\r\n"):
            assert (await hook.answers(body))[:12] in (b"HTTP/1.0 400", b"HTTP/1.1 400")
        long = request(UPDATE, HEADER, "X-Long: " + "canari" * 10_000)
        assert status(await hook.answers(long)) == 400
        chunks = request(b"canari\r\n", HEADER, "Transfer-Encoding: chunked")
        assert status(await hook.answers(chunks)) == 400
        packed = request(b"canari", HEADER, "Content-Encoding: gzip")
        assert status(await hook.answers(packed)) == 400
        assert await hook.posts(UPDATE) == 200
    assert "canari" not in output.getvalue()
    assert "Traceback" not in output.getvalue()
    assert "webhook.bad_request" in output.getvalue()


async def test_nobody_is_waited_for_without_end() -> None:
    """A head that never ends, a connection that says nothing, and a body that dawdles are all cut off."""
    async with door(patience=0.3) as hook:
        assert await hook.answers() == b""
        assert await hook.answers(b"POST /hook HTTP/1.1\r\nHost: bot\r\nX-A: ") == b""
        begun = request(UPDATE, HEADER, "Content-Length: 500")
        assert status(await hook.answers(begun)) == 408
        assert status(await hook.answers(request(b"1\r\n{\r\n", HEADER, "Transfer-Encoding: chunked"))) == 408
        assert await hook.posts(UPDATE) == 200


async def test_whoever_asks_before_they_send_is_told_to_go_on() -> None:
    """As some servers in front do."""
    async with door(patience=5) as hook:
        reader, writer = await asyncio.open_connection("127.0.0.1", hook.port)
        head, body = request(UPDATE, HEADER, "Expect: 100-continue").split(b"\r\n\r\n", 1)
        async with asyncio.timeout(10):
            writer.write(head + b"\r\n\r\n")
            assert status(await reader.readuntil(b"\r\n\r\n")) == 100
            writer.write(body)
            assert status(await reader.read()) == 200
        writer.close()
        assert hook.taken == [{"update_id": 5}]


async def test_strangers_do_not_keep_a_connection() -> None:
    """Whatever they ask for, patience ends as if they had said nothing."""
    async with door(patience=0.3) as hook:
        for stranger in (request(UPDATE, path="/other"), request(UPDATE, method="GET")):
            reader, writer = await asyncio.open_connection("127.0.0.1", hook.port)
            async with asyncio.timeout(10):
                writer.write(stranger.replace(b"Connection: close\r\n", b""))
                assert status(await reader.read()) in (404, 405)
            writer.close()


async def test_a_connection_serves_many_requests() -> None:
    """Patience ends for those who say nothing, not for those who go on."""
    async with door(patience=0.2) as hook:
        reader, writer = await asyncio.open_connection("127.0.0.1", hook.port)
        again = request(UPDATE).replace(b"Connection: close\r\n", b"")
        async with asyncio.timeout(10):
            for _ in range(3):
                writer.write(again)
                answer = await reader.readuntil(b"\r\n\r\n")
                assert status(answer) == 200
                await asyncio.sleep(0.3)
        writer.close()
        assert len(hook.taken) == 3


async def test_where_it_listens_is_in_the_log() -> None:
    """So that an operator sees when it is more than this machine."""
    with capture_logs() as logged:
        async with door() as hook:
            pass
    assert {"event": "webhook.listening", "log_level": "info", "host": "127.0.0.1", "port": hook.port} in logged
