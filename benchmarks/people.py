"""People who talk to the bot: each walks the eight steps once, then somebody else takes their place."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

STEPS: tuple[str | None, ...] = (
    "/start",
    None,
    None,
    "Une erreur s'est produite : votre session a expiré (code 0x80070005).",
    "hier à 8h15",
    "J'ai déjà vidé le cache du navigateur, sans résultat.",
    None,
    None,
)
"""What is written at each step; None is the first button of the question."""

Deliver = Callable[[dict[str, Any]], None]
"""Hands an update to the bot."""


@dataclass(slots=True)
class Person:
    """One who talks now: the step they are at, and what they still wait for."""

    chat: int
    step: int = 0
    owed: int = 0
    since: float = 0.0
    question: int = 0
    button: str = ""


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from an update to its last message: half of them, 99 in 100, and all took no longer."""

    p50: float
    p99: float
    slowest: float

    def __str__(self) -> str:
        return f"p50 {self.p50 * 1000:.0f} ms, p99 {self.p99 * 1000:.0f} ms"

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Self:
        """Of at least one."""
        ordered = sorted(seconds)
        return cls(ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)], ordered[-1])


class Crowd:
    """Everybody who talks at one time.

    `owed` is how many messages answer each step. At ease, each takes the next step as soon as they are answered; at a
    `rate`, so many updates a second are offered, by whoever was answered longest ago.
    """

    def __init__(self, deliver: Deliver, next_message: Callable[[], int], first: int = 1_000_000) -> None:
        self.owed: Sequence[int] = [1] * len(STEPS)
        self.seconds: list[float] = []
        """What each answer took."""
        self.unexpected = 0
        """Messages that nobody waited for."""
        self._deliver, self._next_message, self._next_chat = deliver, next_message, first
        self._people: dict[int, Person] = {}
        self._idle: asyncio.Queue[Person] | None = None

    @property
    def unanswered(self) -> int:
        """How many wait for an answer."""
        return sum(person.owed > 0 for person in self._people.values())

    def sent(self, chat: int, number: int, buttons: Sequence[str]) -> None:
        """A message came."""
        person = self._people.get(chat)
        if person is None or person.owed <= 0:
            self.unexpected += 1
            return
        if buttons:
            person.question, person.button = number, buttons[0]
        person.owed -= 1
        if person.owed:
            return
        self.seconds.append(time.perf_counter() - person.since)
        person.step += 1
        if person.step == len(STEPS):
            del self._people[chat]
            person = self.newcomer()
        if self._idle is None:
            self.act(person)
        else:
            self._idle.put_nowait(person)

    def at_ease(self, people: int) -> None:
        """So many begin, and go on by themselves."""
        for _ in range(people):
            self.act(self.newcomer())

    async def at_rate(self, rate: float, people: int, until: float) -> None:
        """Offers so many updates a second until this moment, spread evenly."""
        self._idle = asyncio.Queue()
        for _ in range(people):
            self._idle.put_nowait(self.newcomer())
        due = time.perf_counter()
        while due < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            person = await self._idle.get()
            self.act(person, due)
            due += 1 / rate

    def stop(self) -> None:
        """Nobody takes another step."""
        self._idle = asyncio.Queue()

    def act(self, person: Person, since: float | None = None) -> None:
        """Somebody takes their next step. `since` is when they meant to."""
        person.owed = self.owed[person.step]
        person.since = time.perf_counter() if since is None else since
        self._deliver(self._update(person))

    def newcomer(self) -> Person:
        """Somebody who was not there before."""
        self._next_chat += 1
        person = self._people[self._next_chat] = Person(self._next_chat)
        return person

    def _update(self, person: Person) -> dict[str, Any]:
        own = {"id": person.chat, "first_name": "Camille"}
        sender = {**own, "is_bot": False, "language_code": "fr"}
        chat = {**own, "type": "private"}
        text = STEPS[person.step]
        now = int(time.time())
        if text is None:
            asked = {"message_id": person.question, "chat": chat, "date": now, "text": "?"}
            query = {"id": f"{person.chat}-{person.step}", "from": sender, "chat_instance": "1"}
            return {"callback_query": {**query, "message": asked, "data": person.button}}
        message = {"message_id": self._next_message(), "from": sender, "chat": chat, "date": now, "text": text}
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        return {"message": message}
