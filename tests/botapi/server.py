"""A Bot API server on this machine: it keeps Telegram's rules, remembers every call, and fails when told to."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.botapi.faults import Fault, Faults
from tests.botapi.groups import Group
from tests.botapi.limits import Limits
from tests.botapi.methods import HANDLERS, decode, spelled
from tests.botapi.people import Person
from tests.botapi.places import Channel
from tests.botapi.refusals import (
    OTHER_POLL,
    POLL_ENDED_BY_WEBHOOK,
    POLL_WITH_WEBHOOK,
    Refusal,
    bad,
    conflict,
    forbidden,
    not_found,
    too_many,
    unauthorized,
)
from tests.botapi.webhook import Webhook
from tests.botapi.wire import cut, number, read, reply
from tests.botapi.world import JSON, Call, Chat, Kind, World

TOKEN = "1234:TEST"
_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"
_LARGEST = 50 * 1024 * 1024


class BotApiServer:
    """The server; use it as an asynchronous context manager, then give `url` to the bot."""

    def __init__(self, token: str = TOKEN, clock: Callable[[], float] | None = None) -> None:
        self.token = token
        self.url = ""
        self.world = World(token, clock or time.time)
        self.limits = Limits()
        self.faults = Faults(self.world.updates, self._cut_all)
        self.webhook = Webhook(self.world, self._called_back, lambda: self.faults.outage)
        self.calls: list[Call] = []
        self._poll: object = None
        self._open: set[asyncio.BaseTransport] = set()
        self._broken: list[Exception] = []
        self._closing = False
        self._before_closing = AsyncExitStack()
        app = web.Application(client_max_size=_LARGEST)
        app.router.add_route("*", "/file/bot{token}/{path:.+}", self._file)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_route("*", "/{rest:.*}", self._nowhere)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._before_closing.aclose()
        self._closing = True
        self.world.updates.bell.ring()
        await self.webhook.stop()
        await self._runner.cleanup()
        if self._broken and error is None:
            raise ExceptionGroup("the server itself is wrong", self._broken)

    def before_closing(self, do: Callable[[], Awaitable[None]]) -> None:
        """Has this done before the server goes, for example to end a bot that still talks to it."""
        self._before_closing.push_async_callback(do)

    @property
    def suspicious(self) -> list[str]:
        """What the bot did that Telegram lets pass, though it must be a mistake."""
        return self.world.suspicious

    @property
    def refused(self) -> list[Call]:
        """The calls that were refused because they were wrong, not on purpose."""
        own = [call for call in self.calls if call.fault in {"", "delay", "drop_after"}]
        return [call for call in own if 400 <= call.status < 500 and call.status != 409]

    @property
    def pending(self) -> list[JSON]:
        """The updates that the bot has not confirmed."""
        self.world.updates.drop_old()
        return [update.body for update in self.world.updates.waiting]

    @property
    def files(self) -> dict[str, bytes]:
        """The content of every file, by its id."""
        return {file.id: file.data for file in self.world.files.values()}

    def called(self, *methods: str) -> list[Call]:
        """The calls of some methods."""
        return [call for call in self.calls if call.method in methods]

    def person(self, *, first_name: str = "Camille", language_code: str | None = "fr", **user: Any) -> Person:
        """Somebody new, who has not yet started the bot."""
        return Person(self.world, first_name, language_code, **user)

    def group(
        self,
        title: str,
        *,
        supergroup: bool = False,
        forum: bool = False,
        username: str = "",
        members: Iterable[Person] = (),
    ) -> Group:
        """A new group without the bot; whoever is first made it. With topics or a public name it is a supergroup."""
        kind: Kind = "supergroup" if supergroup or forum or username else "group"
        group = Group(self.world, title, kind, username)
        group.chat.is_forum = forum
        group.gathers(*members)
        return group

    def channel(self, title: str) -> Channel:
        """A new channel without the bot."""
        return Channel(self.world, title, "channel")

    def inject(self, update: JSON, *, assign: bool = True) -> int | None:
        """Sends any update, with its own `update_id` unless one is to be assigned."""
        return self.world.updates.push(update, assign=assign)

    async def happened(self, done: Callable[[], bool], timeout: float = 30) -> None:  # noqa: ASYNC109 -- a test's own patience
        """Waits until something is so; looked at whenever a call is answered or an update moves."""
        if not await self.world.updates.bell.until(done, timeout):
            raise AssertionError(f"not within {timeout} s; the last calls: {[call.method for call in self.calls[-5:]]}")

    async def _nowhere(self, _: web.Request) -> web.Response:
        """Answers at an address that means nothing."""
        return reply(404, not_found().answer())

    async def _file(self, request: web.Request) -> web.Response:
        """Serves a file."""
        if request.match_info["token"] != self.token:
            return reply(401, unauthorized().answer())
        for file in self.world.files.values():
            if file.path == request.match_info["path"]:
                return web.Response(body=file.data, content_type="application/octet-stream")
        return reply(404, not_found().answer())

    async def _answer(self, request: web.Request) -> web.Response:
        """Answers one call."""
        token, method = request.match_info["token"], spelled(request.match_info["method"])
        if self.faults.outage:
            self.calls.append(Call(method, {}, {}, self.world.clock(), fault="outage"))
            return cut(request)
        if not re.fullmatch(r"\d+:[\w-]+", token):
            return reply(404, not_found().answer())
        if token != self.token:
            return reply(401, unauthorized().answer())
        try:
            call = await read(request, method, self.world.clock())
        except ConnectionResetError:  # whoever calls is gone before all was said
            return cut(request)
        self.calls.append(call)
        self.world.sees(call)
        transport = request.transport
        chat = self._chat_of(call)
        if chat is not None:
            chat.calls += 1
        try:
            if transport is not None:
                self._open.add(transport)
            return await self._with_faults(request, call)
        except Exception as error:
            self._broken.append(error)
            raise
        finally:
            if transport is not None:
                self._open.discard(transport)
            if chat is not None:
                chat.calls -= 1
                chat.last_call = time.monotonic()
            self.world.updates.bell.ring()

    async def _with_faults(self, request: web.Request, call: Call) -> web.Response:
        """Answers a call, unless something goes wrong on purpose."""
        misread = self._misread(call)
        if misread is not None:
            return misread
        fault = self.faults.next(call.method, number(call.params.get("chat_id")))
        call.fault = fault.kind if fault is not None else ""
        match fault:
            case Fault("delay", seconds=seconds):
                await asyncio.sleep(seconds)
            case Fault("drop_before"):
                return cut(request)
            case Fault("page", code=code):
                call.status = code
                return web.Response(status=code, text=_PAGE, content_type="text/html")
            case Fault("too_many", seconds=seconds):
                return self._refuse(call, too_many(int(seconds)))
            case Fault("server_error", code=code):
                return self._refuse(call, Refusal(code, "Internal Server Error" if code == 500 else "Bad Gateway"))
            case Fault("bad"):
                return self._refuse(call, bad("wrong file identifier/HTTP URL specified"))
            case Fault("forbidden"):
                return self._refuse(call, forbidden("bot was blocked by the user"))
        await self._perform(request, call)
        if call.fault == "drop_after" or self.faults.outage:
            call.fault = call.fault or "outage"
            return cut(request)
        return reply(call.status, call.answer)

    def _misread(self, call: Call) -> web.Response | None:
        """Reads the parameters of a call; the answer if that cannot be done."""
        try:
            decode(self.world, call)
        except Refusal as refusal:
            return self._refuse(call, refusal)
        return None

    async def _perform(self, request: web.Request | None, call: Call) -> None:
        """Does what is called for, and keeps the answer."""
        try:
            call.status, call.answer = 200, {"ok": True, "result": await self._result(request, call)}
        except Refusal as refusal:
            self._refuse(call, refusal)

    def _refuse(self, call: Call, refusal: Refusal) -> web.Response:
        """Answers with an error."""
        call.status, call.answer = refusal.code, refusal.answer()
        return reply(call.status, call.answer)

    async def _result(self, request: web.Request | None, call: Call) -> Any:
        """What a call brings about."""
        match call.method:
            case "getUpdates":
                return await self._updates(request, call)
            case "setWebhook" | "deleteWebhook":
                result = await self.webhook.set(call)
                self._poll = None if self.webhook.url else self._poll
                return result
            case "getWebhookInfo":
                return self.webhook.info()
        return HANDLERS[call.method](self.world, self.limits, call)

    async def _updates(self, request: web.Request | None, call: Call) -> list[JSON]:
        """Waits for updates; a later poll or a webhook ends an earlier one."""
        if self.webhook.url:
            raise conflict(POLL_WITH_WEBHOOK)
        self._poll = call
        updates, params = self.world.updates, call.params
        updates.allow(params.get("allowed_updates"))
        updates.bell.ring()
        offset, limit = params.get("offset", 0), min(max(params.get("limit") or 100, 1), 100)
        batch = updates.poll(offset, limit)

        def gone() -> bool:
            """Whether nobody waits for the answer any more."""
            return request is not None and (request.transport is None or request.transport.is_closing())

        def over() -> bool:
            """Whether there is no more reason to wait."""
            return bool(updates.waiting) or self._poll is not call or self._closing or gone()

        end = time.monotonic() + min(max(params.get("timeout") or 0, 0), 50)
        while not batch and not over() and time.monotonic() < end:
            await updates.bell.until(over, min(0.1, end - time.monotonic()))
        if self._poll is not call:
            raise conflict(POLL_ENDED_BY_WEBHOOK if self.webhook.url else OTHER_POLL)
        self._poll = None
        batch = batch or ([] if gone() else updates.poll(max(offset, 0), limit))
        for update in batch:
            self.world.sees(update)
        return [update.body for update in batch]

    async def _called_back(self, answer: JSON) -> None:
        """Does what the bot's answer to an update asks for."""
        params = {name: value for name, value in answer.items() if name != "method"}
        call = Call(spelled(str(answer["method"])), params, {}, self.world.clock())
        self.calls.append(call)
        self.world.sees(call)
        if self._misread(call) is None:
            await self._perform(None, call)

    def _chat_of(self, call: Call) -> Chat | None:
        """The chat that a call is for."""
        query = self.world.queries.get(str(call.params.get("callback_query_id")))
        return query.message.chat if query else self.world.chats.get(number(call.params.get("chat_id")) or 0)

    def _cut_all(self) -> None:
        """Cuts all connections on which a call waits."""
        for transport in self._open:
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()
