"""Delivery of updates to the bot: a chat's one after the other, several chats at once, again and again until 2xx."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.botapi.refusals import bad
from tests.botapi.updates import Update
from tests.botapi.world import JSON, Call, World

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PORTS = frozenset({80, 88, 443, 8443})
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(eq=False)
class Webhook:
    """The address that gets the updates, if any; `retry` is the first and the longest delay in seconds."""

    world: World
    calls_back: Callable[[JSON], Awaitable[None]]
    paused: Callable[[], bool]
    retry: tuple[float, float] = (0.05, 1.0)
    url: str = ""
    secret: str = ""
    connections: int = 40
    last_error: tuple[int, str] | None = None
    _busy: set[Hashable] = field(default_factory=set)
    _posts: set["asyncio.Task[None]"] = field(default_factory=set)
    _watch: "asyncio.Task[None] | None" = None
    _session: aiohttp.ClientSession | None = None

    async def set(self, call: Call) -> bool:
        """Sets the address or, if it is empty, takes it away."""
        params = call.params
        url = str(params.get("url") or "") if call.method == "setWebhook" else ""
        secret = str(params.get("secret_token") or "")
        self._check(url, secret)
        await self.stop()
        self.url, self.secret, self.last_error = url, secret, None
        self.connections = min(max(params.get("max_connections") or 40, 1), 100)
        if params.get("drop_pending_updates"):
            self.world.updates.forget(list(self.world.updates.waiting))
        self.world.updates.allow(params.get("allowed_updates"))
        if url:
            handing = aiohttp.TraceConfig()
            handing.on_request_headers_sent.append(self._handed)
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60), trace_configs=[handing])
            self._watch = asyncio.create_task(self._deliver())
        return True

    def info(self) -> JSON:
        """What getWebhookInfo tells."""
        self.world.updates.drop_old()
        known: JSON = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.world.updates.waiting),
        }
        if self.url:
            known |= {"max_connections": self.connections, "ip_address": "127.0.0.1"}
        if self.last_error is not None:
            known |= {"last_error_date": self.last_error[0], "last_error_message": self.last_error[1]}
        if self.world.updates.allowed:
            known["allowed_updates"] = self.world.updates.allowed
        return known

    async def stop(self) -> None:
        """Ends all deliveries."""
        tasks = [*self._posts, *filter(None, [self._watch])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        self._watch = self._session = None
        self._busy.clear()

    async def _handed(self, _: aiohttp.ClientSession, context: Any, __: aiohttp.TraceRequestHeadersSentParams) -> None:
        """Somebody took the connection, and the update is on its way to them."""
        self.world.sees(context.trace_request_ctx)

    @staticmethod
    def _check(url: str, secret: str) -> None:
        """An address is https; this server also takes http on the same machine."""
        if len(secret) > 256:
            raise bad("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad("secret token contains unallowed characters")
        if not url:
            return
        parts = urlsplit(url)
        if not parts.hostname or parts.scheme not in {"http", "https"}:
            raise bad("invalid webhook URL specified")
        if parts.hostname in _LOOPBACK:
            return
        if parts.scheme != "https":
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in _PORTS:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")

    async def _deliver(self) -> None:
        """Starts a delivery for each lane that has an update and is free."""
        updates = self.world.updates
        while True:
            await updates.bell.until(lambda: self._next() is not None, 3600)
            update = self._next()
            if update is not None:
                self._busy.add(update.lane)
                task = asyncio.create_task(self._post_until_taken(update))
                self._posts.add(task)
                task.add_done_callback(self._posts.discard)

    def _next(self) -> Update | None:
        """The oldest update that may be sent now."""
        if self.paused() or len(self._busy) >= self.connections:
            return None
        self.world.updates.drop_old()
        return next((update for update in self.world.updates.waiting if update.lane not in self._busy), None)

    async def _post_until_taken(self, update: Update) -> None:
        """Delivers one update, with longer and longer pauses, until the bot takes it or it is too old."""
        pause, longest = self.retry
        try:
            while update in self.world.updates.waiting:
                if not self.paused() and await self._post(update):
                    self.world.updates.forget([update])
                    return
                await asyncio.sleep(pause)
                pause = min(pause * 2, longest)
                self.world.updates.drop_old()
        finally:
            self._busy.discard(update.lane)
            self.world.updates.bell.ring()

    async def _post(self, update: Update) -> bool:
        """Delivers once; a method that stands in the answer is called."""
        assert self._session is not None
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        problem = "Failed to resolve host"
        if urlsplit(self.url).hostname in _LOOPBACK:
            try:
                async with self._session.post(
                    self.url, json=update.body, headers=headers, ssl=False, trace_request_ctx=update
                ) as response:
                    if response.ok and response.status < 300:
                        answer = await response.json() if response.content_type == "application/json" else None
                        if isinstance(answer, dict) and "method" in answer:
                            await self.calls_back(answer)
                        return True
                    problem = f"Wrong response from the webhook: {response.status} {response.reason}"
            except TimeoutError:
                problem = "Read timeout expired"
            except aiohttp.ClientConnectorError:
                problem = "Connection refused"
            except aiohttp.ClientError:
                problem = "Webhook connection closed"
        self.last_error = (self.world.now, problem)
        self.world.updates.bell.ring()
        return False
