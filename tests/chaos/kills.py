"""Kills, aimed by what the server sees; and where the updates stood that were under way."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from tests.botapi import BotApiServer, Call
from tests.botapi.updates import Update
from tests.chaos.audit import Kill
from tests.chaos.database import Glance

Stage = Literal["idle", "received", "committed", "sent"]
"""How far an update had come: handed out to the bot; committed; a call of its reply made, but that not yet marked.

A kill is `idle` when no update was on its way through the bot.
"""
STAGES: Sequence[Stage] = ("idle", "received", "committed", "sent")
_AIMS: Mapping[Stage, int] = {"idle": 10, "received": 35, "committed": 25, "sent": 30}
"""Of a hundred kills, so many wait for a sign of this stage; those at `idle` wait for none."""
_AT_A_START, _SLOWEST = 0.1, 1.5
"""How many of the kills meet the bot while it starts, and how much longer than the first one a start may take."""
_CALM = (0.0, 0.3, 0.6, 1.5)
_LONGEST_AIM = 2.0
_FRUITLESS, _SOME, _LONGEST_PROGRESS = 3, 5, 30.0
"""After so many kills in a row before which nothing was sent, the bot may send so many replies, in so many seconds.

One that is let do nothing for longer than Telegram keeps a press proves nothing."""
_LATEST = 0.03
"""Seconds: between a start and the aim; a sign is waited for so long; between it and the kill is at most so much."""


@dataclass(eq=False)
class Witness:
    """Sees what passes between the bot and the server since the bot was started."""

    api: BotApiServer
    handed: dict[int, Update] = field(default_factory=dict)
    sending: dict[str, float] = field(default_factory=dict)
    signs: asyncio.Queue[Stage] = field(default_factory=asyncio.Queue)
    sends: int = 0

    def __post_init__(self) -> None:
        self.api.world.watching.append(self._sees)

    def forget(self, own: AbstractSet[int] | None = None) -> None:
        """The bot is another one from now on; or, of several processes, the one that was handed its own updates."""
        if own is None:
            self.sending.clear()
        for number in [number for number in self.handed if own is None or number in own]:
            del self.handed[number]
        self.heed()

    def heed(self) -> None:
        """Only the signs from now on count."""
        while not self.signs.empty():
            self.signs.get_nowait()

    def _sees(self, what: Call | Update) -> None:
        if isinstance(what, Update):
            self.handed[what.id] = what
            self.signs.put_nowait("received")
        elif what.method.startswith("send") and what.method != "sendChatAction":
            self.sending[f"telegram:{what.params['chat_id']}"] = what.time
            self.sends += 1
            self.signs.put_nowait("sent")
        elif what.method == "answerCallbackQuery":  # buttons are answered right after the commit
            self.signs.put_nowait("committed")

    async def progress(self) -> None:
        """Waits until some replies more are being sent, or for too long."""
        end = self.sends + _SOME
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_PROGRESS):
                while self.sends < end:
                    await self.signs.get()

    async def sign(self, stage: Stage) -> None:
        """Waits until some update comes to a stage, or for too long."""
        self.heed()
        try:
            async with asyncio.timeout(_LONGEST_AIM):
                while await self.signs.get() != stage:
                    pass
        except TimeoutError:
            return

    def stages(self, seen: Glance, done: Mapping[str, float], own: AbstractSet[int] | None = None) -> Counter[Stage]:
        """Where updates stood when the bot was killed; `done` is when each chat did its last thing.

        Of several processes, those count that the killed one was handed: its own.
        """
        waiting = {update.id for update in self.api.world.updates.waiting}
        found: Counter[Stage] = Counter()
        for number, update in self.handed.items():
            chat = _chat(update)
            if (own is None or number in own) and number in waiting and (chat, str(number)) not in seen.taken:
                found["received"] += 1
        for chat in seen.waiting:
            begun = self.sending.get(chat, 0.0) >= done.get(chat, 0.0)
            found["sent" if begun else "committed"] += 1
        return found or Counter({"idle": 1})


def _chat(update: Update) -> str:
    """The chat of a person's update."""
    query = update.body.get("callback_query")
    message = query["message"] if query else update.body["message"]
    return f"telegram:{message['chat']['id']}"


@dataclass
class Aim:
    """Chooses the moments, as the seed has it. `start` is the seconds that a start takes."""

    chance: random.Random
    witness: Witness
    start: float
    _sends: int = 0
    _fruitless: int = 0

    async def waits(self) -> None:
        """Until it is time for the next kill: a sign, then a little more; or any moment."""
        self._fruitless = 0 if self.witness.sends > self._sends else self._fruitless + 1
        if self._fruitless >= _FRUITLESS:
            await self.witness.progress()
        self._sends = self.witness.sends
        (stage,) = self.chance.choices(list(_AIMS), list(_AIMS.values()))
        if stage == "idle":
            await asyncio.sleep(self.chance.uniform(0, 2))
            return
        await asyncio.sleep(self.chance.choice(_CALM))
        await self.witness.sign(stage)
        await asyncio.sleep(self.chance.uniform(0, _LATEST if stage != "committed" else _LATEST / 6))

    def takes_a_start(self) -> bool:
        """Whether the next kill is to meet the bot while it starts."""
        return self.chance.random() < _AT_A_START

    async def waits_for_a_start(self) -> None:
        """Until any moment of a start."""
        await asyncio.sleep(self.chance.uniform(0, self.start * _SLOWEST))


@dataclass
class Histogram:
    """How many kills met an update at each stage, and how many updates that were."""

    kills: Counter[Stage] = field(default_factory=Counter)
    updates: Counter[Stage] = field(default_factory=Counter)
    all: list[Kill] = field(default_factory=list)

    def add(self, kill: Kill, stages: Counter[Stage]) -> None:
        """Counts a kill."""
        self.all.append(kill)
        self.updates.update(stages)
        self.kills.update(stages.keys())

    @property
    def in_flight(self) -> int:
        """The kills that met any update under way."""
        return len(self.all) - self.kills["idle"]
