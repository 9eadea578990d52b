"""What goes wrong between the bot and the server, as planned by a test or drawn by chance."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tests.botapi.updates import Updates

Kind = Literal["too_many", "server_error", "page", "forbidden", "bad", "drop_before", "drop_after", "delay"]
BY_CHANCE: tuple[Kind, ...] = ("too_many", "server_error", "page", "drop_before", "drop_after", "delay")


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong, so many times, for calls of these methods: all but getUpdates if none is named.

    `page` is an answer that is no JSON, as of a proxy. `drop_before` cuts the connection before the call takes effect,
    `drop_after` after it did, so that the bot cannot know. `seconds` is how long to wait, or when to come again.
    """

    kind: Kind
    methods: tuple[str, ...] = ()
    chat: int | None = None
    seconds: float = 0.0
    code: int = 502
    times: int = 1

    def strikes(self, method: str, chat: int | None) -> bool:
        """Whether a call is meant."""
        named = method in self.methods if self.methods else method != "getUpdates"
        return self.times > 0 and named and self.chat in {None, chat}


@dataclass(eq=False)
class Faults:
    """The faults to come."""

    updates: Updates
    cut: Callable[[], None]
    planned: list[Fault] = field(default_factory=list)
    outage: bool = False
    _chance: tuple[random.Random, float, Sequence[Kind], tuple[str, ...]] | None = None

    def too_many(self, *methods: str, retry_after: int = 1, times: int = 1, chat: int | None = None) -> None:
        """Calls are answered 429."""
        self.planned.append(Fault("too_many", methods, chat, retry_after, times=times))

    def server_error(self, *methods: str, code: int = 500, page: bool = False, times: int = 1) -> None:
        """Calls are answered 500 or 502, as JSON or as a proxy's page."""
        self.planned.append(Fault("page" if page else "server_error", methods, code=code, times=times))

    def forbidden(self, chat: int, *methods: str, times: int = 1) -> None:
        """Calls for a chat are answered 403, as if the person had just blocked the bot."""
        self.planned.append(Fault("forbidden", methods, chat, times=times))

    def bad(self, *methods: str, times: int = 1, chat: int | None = None) -> None:
        """Calls are answered 400, as for what Telegram takes from nobody."""
        self.planned.append(Fault("bad", methods, chat, times=times))

    def drop_before(self, *methods: str, times: int = 1, chat: int | None = None) -> None:
        """Calls are cut off and have no effect."""
        self.planned.append(Fault("drop_before", methods, chat, times=times))

    def drop_after(self, *methods: str, times: int = 1, chat: int | None = None) -> None:
        """Calls take effect, and their answer is lost."""
        self.planned.append(Fault("drop_after", methods, chat, times=times))

    def delay(self, seconds: float, *methods: str, times: int = 1, chat: int | None = None) -> None:
        """Calls take effect only after some time."""
        self.planned.append(Fault("delay", methods, chat, seconds, times=times))

    def by_chance(self, seed: int, rate: float, *methods: str, kinds: Sequence[Kind] = BY_CHANCE) -> None:
        """From now on each call goes wrong with this probability; the seed decides how."""
        self._chance = (random.Random(seed), rate, kinds, methods)  # noqa: S311 -- chance to be had again

    def duplicate(self, update_id: int) -> None:
        """Delivers an update again, with the same id, even if it was confirmed."""
        self.updates.repeat(update_id)

    def outage_begins(self) -> None:
        """No call gets through, nor does any update."""
        self.outage = True
        self.cut()
        self.updates.bell.ring()

    def outage_ends(self) -> None:
        """The server is back."""
        self.outage = False
        self.updates.bell.ring()

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.planned.clear()
        self._chance = None
        self.outage_ends()

    def next(self, method: str, chat: int | None) -> Fault | None:
        """What goes wrong with a call, if anything."""
        for fault in self.planned:
            if fault.strikes(method, chat):
                fault.times -= 1
                return fault
        if self._chance is not None:
            dice, rate, kinds, methods = self._chance
            fault = Fault("delay", methods, seconds=0.05)
            if fault.strikes(method, chat) and dice.random() < rate:
                fault.kind = dice.choice(kinds)
                fault.seconds = dice.choice((0, 1)) if fault.kind == "too_many" else 0.05
                return fault
        return None
