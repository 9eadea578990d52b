"""The whole channel: connects, registers, sends what waits, then receives until it is to stop."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

import structlog
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.adapters.telegram.addresses import own_domains
from bot.adapters.telegram.bot import Address, Bot
from bot.adapters.telegram.buttons import FORWARD
from bot.adapters.telegram.flood import Floods
from bot.adapters.telegram.group_chat import GroupChat
from bot.adapters.telegram.inbound import ALLOWED_UPDATES, Inbound
from bot.adapters.telegram.inline import InlineMode
from bot.adapters.telegram.limiter import FairRateLimiter, Sleep
from bot.adapters.telegram.links import opened
from bot.adapters.telegram.outbox import Outbox
from bot.adapters.telegram.polling import Polling
from bot.adapters.telegram.presence import Presence
from bot.adapters.telegram.profile import COMMANDS, register
from bot.adapters.telegram.pseudonym import Pseudonyms
from bot.adapters.telegram.receiver import Receiver
from bot.adapters.telegram.request import PooledRequest
from bot.adapters.telegram.staff_inbound import StaffInbound
from bot.adapters.telegram.typing_indicator import TypingIndicator
from bot.adapters.telegram.webhook import Webhook
from bot.model.error import BotError
from bot.model.flow import Flow
from bot.service.conversation import Conversation
from bot.service.jobs import Handler, Kind
from bot.service.own_data import WORDS as OWN_DATA
from bot.service.ports import Catalog, Clock, Store
from bot.service.relays import Relays
from bot.service.voice import Voices
from bot.understanding.commands import COMMANDS as WORD_COMMANDS

T = TypeVar("T")

_JOBS_END, _ANSWERS_END, _DRAIN = 4.5, 1.0, 2.0
"""Seconds for what is under way when the bot is to stop: jobs, answers to buttons, what is to be sent. A container is
killed after ten."""
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
_ASIDE = ("start", "language", *OWN_DATA)
"""Commands that are neither words of the conversation nor interrupts of a flow."""

log = structlog.get_logger()


class TokenRefused(BotError):
    """Telegram does not know this token: BOT_TOKEN is wrong, or was revoked with @BotFather."""


class Refused(BotError):
    """Telegram does not take a setting of the operator's, the webhook's address for example."""


class Unanswered(BotError):
    """The Bot API cannot be reached."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook: the address Telegram calls, where to listen, and the secret that proves it is Telegram."""

    url: str
    host: str
    port: int
    secret: str


@dataclass(frozen=True, slots=True)
class Support:
    """The support group, and what is done about its cases."""

    chat: GroupChat
    relays: Relays


async def username_of(address: Address) -> str:
    """The user name of a bot, as Telegram knows it.

    Raises:
        TokenRefused: Telegram does not know the token.
        Unanswered: the Bot API does not answer.
    """
    request = PooledRequest()
    try:
        async with Bot(address, request, FairRateLimiter()) as bot:
            return bot.username
    except InvalidToken:
        raise TokenRefused(_REFUSED) from None
    except TelegramError as error:
        raise Unanswered(f"the Bot API does not answer: {error.message}") from None


class TelegramChannel:
    """Telegram, for one bot. `limiter` keeps the limits for all who send in its name."""

    def __init__(
        self,
        address: Address,
        hook: Hook | None,
        conversation: Conversation,
        store: Store,
        catalog: Catalog,
        clock: Clock,
        flows: Mapping[str, Flow],
        sleep: Sleep = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        retention: timedelta | None = None,
        support: Support | None = None,
        limiter: FairRateLimiter | None = None,
    ) -> None:
        self._support = support
        self._address, self._hook, self._sleep = address, hook, sleep
        self._monotonic = monotonic
        self._conversation, self._store, self._catalog, self._clock = conversation, store, catalog, clock
        self._flows, self._retention = flows, retention
        self._request, self._polling_request = PooledRequest(), PooledRequest()
        self._bot = Bot(address, self._request, limiter or FairRateLimiter(monotonic, sleep))

    async def run(self, stopping: asyncio.Event) -> None:
        """Until it is to stop; what is under way is finished first, as far as ten seconds allow.

        Raises:
            TokenRefused: Telegram does not know the token.
            CannotListen: the webhook's address cannot be listened at.
        """
        async with AsyncExitStack() as stack:
            for request in (self._request, self._polling_request):
                await request.initialize()
                stack.push_async_callback(request.shutdown)
            try:
                await self._run(stopping)
            except InvalidToken:
                raise TokenRefused(_REFUSED) from None

    async def _run(self, stopping: asyncio.Event) -> None:
        username = await self._until_reached(stopping, self._connect)
        if username is None:
            return
        names = Pseudonyms(self._address.token.encode())
        typing = TypingIndicator(self._bot, self._sleep)
        own, voices = own_domains(self._flows.values()), Voices(self._catalog, self._clock.now().tzinfo or UTC)
        forward = (lambda language: voices.of(language).say(FORWARD)) if self._bot.bot.supports_inline_queries else None
        outbox = Outbox(self._bot, self._store, names, typing, own, self._sleep, forward, self._monotonic)
        inline = InlineMode(self._bot, self._store, voices, names, own, self._monotonic)
        interrupts = {name for flow in self._flows.values() for name in flow.interrupts}
        commands = {*WORD_COMMANDS, *interrupts, *_ASIDE}
        shown = [name for name in COMMANDS if name in commands]
        profile = asyncio.create_task(register(self._bot, self._catalog, shown))
        links = partial(opened, flows=self._flows, languages=self._catalog.languages)
        staff = StaffInbound(self._support.chat, self._bot.id, names).arrival if self._support is not None else None
        inbound = Inbound(username, frozenset(commands), links, staff)
        receiver = Receiver(
            self._bot,
            self._conversation,
            inbound,
            outbox,
            names,
            typing,
            Floods(),
            inline,
            self._clock,
            self._sleep,
            self._monotonic,
            self._support.chat if self._support is not None else None,
        )
        presence = Presence(self._store, receiver, self._clock, self._sleep, self._retention)
        await outbox.take_over(alone=self._hook is None)
        beside = [profile, asyncio.create_task(self._keep_working(receiver))]
        if self._hook is not None:  # others may do the same
            beside.append(asyncio.create_task(outbox.keep_taking_over()))
        log.info("telegram.started", bot=username, mode="webhook" if self._hook else "polling")
        try:
            await self._receive(stopping, receiver, presence)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.wait(beside, timeout=_JOBS_END)
            await inline.close()
            await receiver.drain(_ANSWERS_END)
            left = await outbox.drain(_DRAIN)
            log.info("telegram.stopped", unsent=left)

    async def _receive(self, stopping: asyncio.Event, receiver: Receiver, presence: Presence) -> None:
        if self._hook is None:
            await self._until_reached(stopping, self._bot.delete_webhook)
            await Polling(self._polling_request, self._address.url, receiver, presence, self._sleep).run(stopping)
            return
        hook = self._hook
        webhook = Webhook(receiver, urlsplit(hook.url).path or "/", hook.secret)
        async with webhook.listening(hook.host, hook.port):
            await self._until_reached(stopping, partial(self._set_webhook, hook))
            keeping = asyncio.create_task(presence.keep(self._bot.get_webhook_info))
            stop = asyncio.create_task(stopping.wait())
            done, _ = await asyncio.wait({keeping, stop}, return_when=asyncio.FIRST_COMPLETED)
            for task in (keeping, stop):
                task.cancel()
            if keeping in done:
                keeping.result()

    async def _keep_working(self, receiver: Receiver) -> None:
        """Does jobs, whatever happens to whoever does them; until cancelled."""
        handlers: dict[Kind, Handler] = {
            "look_in": receiver.look_in,
            "deliver": receiver.deliver,
            "post": receiver.deliver,  # without a group as well: it is given up then, and its person is told
            "read": receiver.read,
        }
        if self._support is not None:
            relays = self._support.relays
            handlers |= {"relay": relays.relay, "show": relays.show}
            handlers |= {"farewell": relays.farewell, "refuse": relays.refuse}
        while True:
            try:
                await self._store.jobs.work(handlers)
            except Exception:
                log.exception("jobs.stopped")
            await self._sleep(_FIRST_WAIT)

    async def _connect(self) -> str:
        await self._bot.initialize()
        return self._bot.username

    async def _set_webhook(self, hook: Hook) -> bool:
        return await self._bot.set_webhook(
            hook.url, allowed_updates=ALLOWED_UPDATES, secret_token=hook.secret, max_connections=100
        )

    async def _until_reached(self, stopping: asyncio.Event, call: Callable[[], Awaitable[T]]) -> T | None:
        """The call's result; tries again while the Bot API cannot be reached. None when it is to stop."""
        wait = _FIRST_WAIT
        while not stopping.is_set():
            try:
                return await self._unless_stopped(stopping, call)
            except InvalidToken:
                raise
            except BadRequest as error:
                raise Refused(f"Telegram refuses: {error.message}") from None
            except TelegramError as error:
                log.warning("telegram.unreachable", problem=error.message, wait=wait)
                await self._sleep_or_stop(stopping, wait)
                wait = min(wait * 2, _LONGEST_WAIT)
        return None

    async def _unless_stopped(self, stopping: asyncio.Event, call: Callable[[], Awaitable[T]]) -> T | None:
        """The call's result, or None when it is to stop first."""
        calling, stop = asyncio.ensure_future(call()), asyncio.create_task(stopping.wait())
        await asyncio.wait({calling, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if calling.done():
            return calling.result()
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)
        return None

    async def _sleep_or_stop(self, stopping: asyncio.Event, seconds: float) -> None:
        sleep, stop = asyncio.ensure_future(self._sleep(seconds)), asyncio.create_task(stopping.wait())
        await asyncio.wait({sleep, stop}, return_when=asyncio.FIRST_COMPLETED)
        sleep.cancel()
        stop.cancel()


_REFUSED = "Telegram refuses the token in BOT_TOKEN; copy it again from @BotFather (it may have been revoked)"
