"""A webhook: an update is acknowledged only when it is committed."""

import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from bot.adapters.telegram.receiver import Receiver
from bot.model.error import BotError
from bot.service.ports import StoreUnavailable

_MAX_BODY = 1024 * 1024
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header

log = structlog.get_logger()


class CannotListen(BotError):
    """The address to listen at is taken or not this machine's."""


class Webhook:
    """Answers Telegram's requests at one path."""

    def __init__(self, receiver: Receiver, path: str, secret: str) -> None:
        self._receiver, self._path, self._secret = receiver, path, secret

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[None]:
        """Listens until the block ends, then finishes the requests under way.

        Raises:
            CannotListen: the address cannot be listened at.
        """
        application = web.Application(client_max_size=_MAX_BODY)
        application.router.add_post(self._path, self._handle)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError as error:
                raise CannotListen(f"cannot listen at {host}:{port}: {error.strerror or error}") from None
            yield
        finally:
            await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        given = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode()):
            log.warning("webhook.wrong_secret")
            return web.Response(status=403)
        try:
            raw = json.loads(await request.read())
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            return web.Response(status=400)
        try:
            await self._receiver.receive(raw)
        except StoreUnavailable as error:
            log.error("store.unavailable", problem=str(error))  # noqa: TRY400 - the problem says it all
            return web.Response(status=503)
        return web.Response()
