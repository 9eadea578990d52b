"""Whether the bot hears people, and what is done about those it could not hear.

Telegram keeps messages for a day but button presses for 150 seconds. After a longer absence, whoever was in the middle
of a conversation may have pressed in vain: their question is asked again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.adapters.telegram.inbound import CHANNEL
from bot.adapters.telegram.limiter import Sleep
from bot.adapters.telegram.receiver import Receiver
from bot.service.ports import Clock, Store, StoreOutdated, StoreUnavailable

LOST_AFTER = timedelta(seconds=150)
"""How long Telegram keeps a pressed button."""
_LIVELY = timedelta(hours=1)
"""Whoever was heard of so shortly before the absence may have gone on meanwhile."""
_NOTE_EVERY = timedelta(seconds=30)
_ERASE_EVERY = timedelta(hours=1)
_KEPT = timedelta(hours=48)
"""Telegram repeats no update after a day."""

log = structlog.get_logger()


class Presence:
    """Notes from time to time that the bot hears people; erases what is older than the `retention`."""

    def __init__(
        self,
        store: Store,
        receiver: Receiver,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        retention: timedelta | None = None,
    ) -> None:
        self._store, self._receiver = store, receiver
        self._clock, self._sleep, self._retention = clock, sleep, retention
        self._noted: datetime | None = None
        self._erased: datetime | None = None

    async def heard(self) -> None:
        """The bot hears people now; after an absence, asks again where it may have missed something."""
        now = self._clock.now()
        last = self._noted or await self._store.alive()
        if self._noted is not None and now - self._noted < _NOTE_EVERY:
            return
        if last is not None and now - last > LOST_AFTER:
            await self._ask_again(last, now)
        await self._store.note_alive(now)
        await self._store.forget_updates(now - _KEPT)
        await self._erase(now)
        self._noted = now

    async def _erase(self, now: datetime) -> None:
        """Chats that were not heard of for as long as anything is kept."""
        if self._retention is None or (self._erased is not None and now - self._erased < _ERASE_EVERY):
            return
        chats = await self._store.erase_before(now - self._retention)
        self._erased = now
        if chats:
            log.info("store.erased", chats=chats)

    async def _ask_again(self, last: datetime, now: datetime) -> None:
        chats = await self._store.active_since(last - _LIVELY)
        log.info("presence.back", seconds=round((now - last).total_seconds()), chats=len(chats))
        for chat in chats:
            if chat.startswith(CHANNEL):
                try:
                    await self._receiver.come_back(chat, f"back-{int(last.timestamp())}")
                except StoreUnavailable:
                    raise
                except Exception:
                    log.exception("presence.not_asked_again")

    async def keep(self, answers: Callable[[], Awaitable[object]]) -> None:
        """For a webhook, where silence may mean anything: notes it as long as Telegram `answers`; until cancelled.

        Raises:
            InvalidToken: Telegram refuses the token.
            StoreOutdated: this program must not go on.
        """
        while True:
            try:
                await answers()
                await self.heard()
            except (InvalidToken, StoreOutdated):
                raise
            except TelegramError as error:
                log.warning("telegram.unreachable", problem=error.message)
            except StoreUnavailable as error:
                log.error("store.unavailable", problem=str(error))  # noqa: TRY400 - the problem says it all
            await self._sleep(_NOTE_EVERY.total_seconds())
