"""Updates on their way to the bot: kept 24 hours at most, until an offset or a webhook's answer confirms them."""

import asyncio
import random
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

DAY = 24 * 60 * 60.0
LIFETIMES = {"callback_query": 150.0, "inline_query": 30.0}
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
FAR = 10
_NOW_AND_THEN = 0.2
"""Seconds."""


@dataclass(eq=False)
class Bell:
    """Wakes everybody who waits, each time it rings."""

    _event: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        """Something has happened."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Waits until it is so, at most so long; whether it is so.

        Looked at whenever the bell rings, and now and then: not everything that is waited for rings it.
        """
        try:
            async with asyncio.timeout(seconds):
                while not done():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_NOW_AND_THEN):
                            await self._event.wait()
        except TimeoutError:
            return done()
        return True


@dataclass(eq=False, slots=True)
class Update:
    """One update; those of a lane go to a webhook one after the other."""

    id: int
    body: dict[str, Any]
    lane: Hashable
    expires: float
    repeated: bool = False

    @property
    def kind(self) -> str:
        """What it tells of."""
        return next((name for name in self.body if name != "update_id"), "")


@dataclass(eq=False)
class Updates:
    """The queue of one bot."""

    clock: Callable[[], float]
    bell: Bell = field(default_factory=Bell)
    waiting: list[Update] = field(default_factory=list)
    given: dict[int, Update] = field(default_factory=dict)
    allowed: list[str] = field(default_factory=list)
    dropped: set[int] = field(default_factory=set)
    next_id: int = field(default_factory=lambda: random.randint(2_000_000, 1_000_000_000))  # noqa: S311 -- no secret

    def push(self, body: dict[str, Any], lane: Hashable = None, *, assign: bool = True) -> int | None:
        """Adds an update and gives its id, unless the bot does not want its kind."""
        kind = next((name for name in body if name != "update_id"), "")
        if assign and (kind not in self.allowed if self.allowed else kind in NOT_BY_DEFAULT):
            return None
        if assign or not isinstance(body.get("update_id"), int):
            body = {"update_id": self.next_id, **{name: body[name] for name in body if name != "update_id"}}
        number: int = body["update_id"]
        self.next_id = max(self.next_id, number + 1)
        expires = self.clock() + LIFETIMES.get(kind, DAY)
        update = Update(number, body, lane if lane is not None else ("alone", number), expires)
        self.given[number] = update
        self.waiting.append(update)
        self.waiting.sort(key=lambda waiting: waiting.id)
        self.bell.ring()
        return number

    def allow(self, kinds: Any) -> None:
        """Remembers which kinds the bot wants from now on; an empty list means the usual ones."""
        if isinstance(kinds, list):
            self.allowed = [kind for kind in kinds if isinstance(kind, str)]

    def repeat(self, number: int) -> None:
        """Delivers an update once more, even if it was confirmed."""
        update = self.given[number]
        self.waiting.insert(0, Update(number, update.body, update.lane, self.clock() + DAY, repeated=True))
        self.bell.ring()

    def renumber(self, first: int) -> None:
        """Continues with other ids, as Telegram does after a week without updates."""
        self.next_id = first

    def poll(self, offset: int, limit: int) -> list[Update]:
        """Confirms what lies below the offset, or all but the last few if it is negative, and gives what follows.

        An offset far in the future confirms nothing, as on the real server.
        """
        self.drop_old()
        if offset < 0:
            self.forget(self.waiting[:offset])
        elif offset <= self.next_id + FAR:
            self.forget(update for update in self.waiting if update.id < offset and not update.repeated)
        batch = self.waiting[:limit]
        self.forget(update for update in batch if update.repeated)
        return batch

    def drop_old(self) -> None:
        """Forgets what nobody took in time."""
        old = [update for update in self.waiting if update.expires < self.clock()]
        self.dropped.update(update.id for update in old if not update.repeated)
        self.forget(old)

    def forget(self, updates: Iterable[Update]) -> None:
        """Takes updates out of the queue."""
        gone = set(updates)
        if gone:
            self.waiting = [update for update in self.waiting if update not in gone]
            self.bell.ring()
