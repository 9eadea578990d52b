"""Telegram's limits: about one message a second in a chat, 20 a minute in a group, 30 a second in all.

Each limit is a generic cell rate: a steady rate with a small burst. A call first waits for its own chat, so a chat with
much to say never holds up another. Then it waits for its turn among all chats: whoever has waited longest goes first,
and what nobody waits for stands behind, as if it had come later.
"""

import asyncio
import heapq
import math
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, Literal, TypeAlias

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

Sleep = Callable[[float], Awaitable[None]]

_MARGIN = 0.1
"""Seconds waited beyond what Telegram asks for."""
_FREE = 30.0
"""Messages a second in all that cost nothing."""
_IDLE_CHATS = 10_000
"""So many chats are remembered before those that have been quiet are forgotten."""


_ASKING = ("getChat", "getChatMember")
"""Calls that count towards no limit of messages."""
_IN_GROUPS, _GROUP_BURST = 20.0, 4
"""Messages a minute, in all topics, and how many of them at once."""


@dataclass
class Pace:
    """A steady rate with a burst: one call every `interval` seconds, `burst` calls at once after a rest.

    `due` is when the next place is; until `paused`, nothing at all may pass.
    """

    interval: float
    burst: int
    due: float = -math.inf
    paused: float = -math.inf

    def reserve(self, now: float) -> float:
        """Takes the next place, and says how long to wait for it."""
        start = max(self.due, now - self.interval * (self.burst - 1))
        self.due = start + self.interval
        return max(0.0, start - now)

    def free(self, now: float) -> int:
        """How many places there are right now."""
        start = max(self.due, now - self.interval * (self.burst - 1))
        return 0 if start > now else int((now - start) / self.interval) + 1

    def owe_at_most(self, now: float) -> None:
        """Forgets places taken beyond the next: whoever waits has one again after an interval."""
        self.due = min(self.due, now + self.interval)

    def pause(self, until: float) -> None:
        """Lets nothing pass before this moment, and no burst right after it."""
        self.due, self.paused = max(self.due, until), max(self.paused, until)

    def rest(self, now: float) -> float:
        """How long a call that takes no place has to wait for the end of a pause."""
        return max(0.0, self.paused - now)


Rank: TypeAlias = Literal["reply", "group", "reminder"]
"""What a message is: an answer that somebody waits for, something that staff read, or what nobody asked for."""


@dataclass(frozen=True, slots=True)
class Priority:
    """What a message is, and since when it has been due."""

    rank: Rank
    since: float


_BEHIND: Mapping[Rank, float] = {"reply": 0.0, "group": 20.0, "reminder": 30.0}
"""Seconds that replies which came later go before. No more than so many, so that nothing waits for ever."""


class Gate:
    """The turn among all chats: so many a second pass, whoever has waited longest first."""

    def __init__(self, pace: Pace, clock: Callable[[], float], sleep: Sleep) -> None:
        self._pace, self._clock, self._sleep = pace, clock, sleep
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._opening: asyncio.Task[None] | None = None

    async def through(self, priority: Priority) -> None:
        """Returns when it is this one's turn."""
        if not self._waiting and self._pace.free(self._clock()):
            self._pace.reserve(self._clock())
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority.since + _BEHIND[priority.rank], next(self._numbers), turn))
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
        await turn

    async def _open(self) -> None:
        while self._waiting:
            wait = self._pace.reserve(self._clock())
            if wait > 0:
                await self._sleep(wait)
            while self._waiting:  # whoever gave up meanwhile does not use a place up
                _, _, turn = heapq.heappop(self._waiting)
                if not turn.done():
                    turn.set_result(None)
                    break


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages a second: of the bot in all, and in one person's chat; and how many processes share them."""

    overall: float = 30.0
    chat: float = 1.0
    processes: int = 1

    @property
    def paid(self) -> bool:
        """Whether Telegram is to be told that more than the usual rate is paid for, in Stars."""
        return self.overall > _FREE

    def pace(self) -> Pace:
        """One process's share of all: in no second more than that, the burst included."""
        share = self.overall / self.processes
        burst = max(1, round(share / 10))
        return Pace(1 / max(share - burst, share / 2), burst)

    def pace_of(self, chat: int) -> Pace:
        """One process's share of a chat. Those of a person come one after the other, in whichever process."""
        if chat > 0:
            return Pace(1 / self.chat, 5)
        share, burst = _IN_GROUPS / self.processes, max(1, _GROUP_BURST // self.processes)
        return Pace(60 / (share - burst if share > burst else share), burst)


USUAL = Limits()


class FairRateLimiter(BaseRateLimiter[Priority]):
    """Keeps calls within the limits, and waits as long as Telegram asks when it asks."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        limits: Limits = USUAL,
    ) -> None:
        self._clock, self._sleep, self._limits = clock, sleep, limits
        self._all = Gate(limits.pace(), clock, sleep)
        self._chats: dict[int, Pace] = {}

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,  # noqa: ANN401 - the port is typed so
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Priority | None,
    ) -> Any:  # noqa: ANN401 - likewise
        """Makes the call when its turn has come; again, later, when Telegram says "retry after".

        What is only asked, and waited for by others, is asked at once and once.
        """
        if endpoint in _ASKING:
            return await callback(*args, **kwargs)
        chat, counts = data.get("chat_id"), _counts(endpoint)
        if self._limits.paid and counts:
            data["allow_paid_broadcast"] = True
        of_group = isinstance(chat, int) and chat < 0
        priority = rate_limit_args or Priority("group" if of_group else "reply", self._clock())
        while True:
            if isinstance(chat, int):
                if counts:
                    if (wait := self._pace(chat).reserve(self._clock())) > 0:
                        await self._sleep(wait)
                    await self._all.through(priority)
                if (rest := self._pace(chat).rest(self._clock())) > 0:  # Telegram may have asked for that meanwhile
                    await self._sleep(rest)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                seconds = asked(error) + _MARGIN
                if isinstance(chat, int):
                    self._pace(chat).pause(self._clock() + seconds)
                else:
                    await self._sleep(seconds)

    def _pace(self, chat: int) -> Pace:
        if chat not in self._chats:
            if len(self._chats) >= _IDLE_CHATS:
                now = self._clock()
                self._chats = {known: pace for known, pace in self._chats.items() if pace.due > now}
            self._chats[chat] = self._limits.pace_of(chat)
        return self._chats[chat]


def _counts(endpoint: str) -> bool:
    """Whether a call is a message: what the limits are about."""
    return (endpoint.startswith("send") and endpoint != "sendChatAction") or endpoint == "createForumTopic"


def asked(error: RetryAfter) -> float:
    """How many seconds Telegram asks to wait."""
    seconds = error.retry_after
    return seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
