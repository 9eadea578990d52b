"""A webhook: an update is acknowledged only when it is committed."""

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import unquote

import orjson
import structlog
from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.http_exceptions import HttpProcessingError

from bot.adapters.telegram.raw import NotAnUpdate, parsed
from bot.adapters.telegram.receiver import Receiver
from bot.model.error import BotError
from bot.service.ports import StoreUnavailable

_MAX_BODY = 1024 * 1024
_PATIENCE = 10.0
"""Seconds for the head of the first request of a connection, and for the body of each: Telegram needs a moment."""
_IDLE = 180.0
"""Seconds that a connection may stay open between requests: longer than the servers in front keep theirs."""
_LINGER = 1.0
"""Seconds in which what is left of a body that was turned away is read, so that whoever sends it sees the answer."""
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header

log = structlog.get_logger()


class CannotListen(BotError):
    """The address to listen at is taken or not this machine's."""


class Webhook:
    """Answers Telegram's requests at one path: what a button's press is answered with goes along."""

    def __init__(self, receiver: Receiver, path: str, secret: str, patience: float = _PATIENCE) -> None:
        self._receiver, self._path, self._secret, self._patience = receiver, unquote(path), secret, patience
        self._silent: dict[web.RequestHandler, asyncio.TimerHandle] = {}

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[None]:
        """Listens until the block ends, then finishes the requests under way.

        Raises:
            CannotListen: the address cannot be listened at.
        """
        connections = web.Server(
            self._handle,
            request_factory=_bounded,
            access_log=None,
            keepalive_timeout=_IDLE,
            lingering_time=_LINGER,
            logger=_server_log(),
        )
        runner = web.ServerRunner(connections, shutdown_timeout=2)
        await runner.setup()
        try:
            try:
                server = await asyncio.get_running_loop().create_server(self._connected(connections), host, port)
            except OSError as error:
                raise CannotListen(f"cannot listen at {host}:{port}: {error.strerror or error}") from None
            log.info("webhook.listening", host=host, port=port)
            try:
                yield
            finally:
                server.close()
        finally:
            await runner.cleanup()

    def _connected(self, connection: Callable[[], web.RequestHandler]) -> Callable[[], web.RequestHandler]:
        """Connections that are closed when no request for the webhook comes in time."""
        loop = asyncio.get_running_loop()

        def connect() -> web.RequestHandler:
            made = connection()
            self._silent[made] = loop.call_later(self._patience, self._hang_up, made)
            return made

        return connect

    def _hang_up(self, connection: web.RequestHandler) -> None:
        del self._silent[connection]
        connection.force_close()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        if request.path != self._path:
            return web.Response(status=404)
        if request.method != "POST":
            return web.Response(status=405, headers={"Allow": "POST"})
        waiting = self._silent.pop(request.protocol, None)
        if waiting is not None:
            waiting.cancel()
        given = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode()):
            log.warning("webhook.wrong_secret")
            return web.Response(status=403)
        try:
            update = parsed(await self._body(request))
        except TimeoutError:
            log.warning("webhook.too_slow")
            return web.Response(status=408)
        except web.RequestPayloadError:
            log.warning("webhook.no_update", problem="the body is broken")
            return web.Response(status=400)
        except NotAnUpdate as error:
            log.warning("webhook.no_update", problem=str(error))
            return web.Response(status=400)
        try:
            answer = await self._receiver.receive(update)
        except StoreUnavailable as error:
            log.error("store.unavailable", problem=str(error))  # noqa: TRY400 - the problem says it all
            return web.Response(status=503)
        if answer is None:
            return web.Response()
        return web.Response(body=orjson.dumps(answer.as_reply()), content_type="application/json")

    async def _body(self, request: web.BaseRequest) -> bytes:
        if request.headers.get("Expect", "").lower() == "100-continue":  # whoever sends it may wait for this
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.writer.output_size = 0
        if request.content.is_eof():  # all of it is there, as nearly always
            return await request.read()
        async with asyncio.timeout(self._patience):
            return await request.read()


def _bounded(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    """A request whose body may not be larger than any update is."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_MAX_BODY)


def _server_log() -> logging.Logger:
    """The log of the server itself; of requests that are none it tells no words and no traceback."""

    def without_words(record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError | web.RequestPayloadError):
            record.msg, record.args, record.exc_info = "webhook.bad_request", (), None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True

    server = logging.getLogger(f"{__name__}.server")
    server.filters = [without_words]
    return server
