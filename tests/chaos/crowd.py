"""A crowd: people who walk to their tickets at their own pace, and remember what they did."""

import asyncio
import json
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.service.ticket_json import ticket_json
from tests.botapi import BotApiServer, Call, Message, Person
from tests.chaos.audit import Deed, Shown, Story, Ticket, Walk
from tests.chaos.canary import MARK, canary
from tests.telegram_bot import CAUSES, Action, walked

LANGUAGES = ("fr", "en")
_PATIENCE = 900.0
"""Seconds after which somebody who is not answered gives up."""
_MESSAGES = ("sendMessage", "sendDocument")


def _placeholder(number: int) -> str:
    return f"{MARK}zzzzzzzz-{'bcdfghjk'[number]}uvuvuvu"


_PLACES = [_placeholder(number) for number in range(6)]
_ANSWERS = {
    "error_message": f"Erreur <b>{_PLACES[0]}</b> & *gras* `code`\n«\xa0guillemets\xa0» {{nom}} %s 🙈",
    "attempt_time": "il y a 10 min",  # clear at any time of the day, unlike "yesterday"
    "web_address": f"https://messagerie.ac-aix-marseille.fr/{_PLACES[1]}/login",
    "identifier": f"prenom.{_PLACES[2]}",
    "environment": f"Firefox 140 sur Windows 11 {_PLACES[3]}",
    "text": f"imap.example.org, 993 {_PLACES[4]}",
}
_IN_VAIN = {"attempt_time": f"c’était {_PLACES[5]}"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody is going to do, and the ticket that it must lead to."""

    actions: Sequence[Action]
    ticket: Ticket

    def said_by(self, chance: random.Random, owner: str) -> "Plan":
        """The plan with words of this person's own."""
        words = {place: canary(chance, owner) for place in _PLACES}
        actions = [replace(each, cue=_filled(each.cue, words), what=_filled(each.what, words)) for each in self.actions]
        return Plan(actions, json.loads(_filled(json.dumps(self.ticket), words)))


def _filled(text: str, words: Mapping[str, str]) -> str:
    for place, word in words.items():
        text = text.replace(place, word)
    return text


class Plans:
    """The plans of all walks, each made once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, bool], Plan] = {}

    async def plan(self, cause: str, language: str, *, in_vain: bool) -> Plan:
        """The plan of a walk; with a time that is not understood at first, or without."""
        key = cause, language, in_vain
        if key not in self._made:
            actions, ticket = await walked(cause, language, _ANSWERS, _IN_VAIN if in_vain else None)
            self._made[key] = Plan(actions, json.loads(ticket_json(ticket)))
        return self._made[key]


@dataclass(eq=False)
class Walker:
    """Somebody, and what they did so far."""

    person: Person
    canary: str
    walks: list[Walk] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    queries: dict[int, str] = field(default_factory=dict)
    welcomed: set[int] = field(default_factory=set)
    forgets: Deed | None = None

    @cached_property
    def chat(self) -> str:
        """The chat, as the bot names it."""
        return f"telegram:{self.person.id}"

    def tickets(self) -> int:
        """How many different tickets are on the screen."""
        names = {document.name for message in self.person.screen if (document := message.document) is not None}
        return len([name for name in names if name.endswith(".json")])


@dataclass(eq=False)
class Crowd:
    """So many people at once: whoever has their ticket makes room for somebody else, until it is `over`."""

    api: BotApiServer
    chance: random.Random
    size: int
    pause: float = 0.5
    walkers: list[Walker] = field(default_factory=list)
    recent: deque[int] = field(default_factory=lambda: deque(maxlen=300))
    plans: Plans = field(default_factory=Plans)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def tickets(self) -> int:
        """How many walks have come to their end."""
        return sum(walk.finished for walker in self.walkers for walk in walker.walks)

    async def walk(self) -> None:
        """Lets them walk until it is over, and everybody has their ticket."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.size):
                group.create_task(self._keep_walking())

    async def _keep_walking(self) -> None:
        """One after the other."""
        begun = False
        while not begun or not self.over.is_set():
            begun = True
            await self._thinks(4)
            walker = self._newcomer()
            causes = self.chance.sample(CAUSES, self.chance.choice((1, 1, 2)))
            try:
                for number, cause in enumerate(causes):
                    if not (number and self.over.is_set()):
                        await self._walks(walker, cause)
                if self.chance.random() < 0.15:
                    await self._is_forgotten(walker)
            except NeverAnswered:
                return

    def _newcomer(self) -> Walker:
        person = self.api.person(language_code=self.chance.choice(LANGUAGES))
        walker = Walker(person, canary(self.chance))
        self.walkers.append(walker)
        return walker

    async def _walks(self, walker: Walker, cause: str) -> None:
        person = walker.person
        language = str(person.user["language_code"])
        drawn = await self.plans.plan(cause, language, in_vain=self.chance.random() < 0.3)
        plan = drawn.said_by(self.chance, walker.canary)
        walker.deeds = []
        walker.walks.append(Walk(walker.deeds, plan.ticket, finished=False))
        tickets = len(walker.walks)
        person.start()
        self._did(walker)
        for action in plan.actions:
            await self._reads(walker, action)
            await self._thinks()
            self._acts(walker, action)
        await self._until(lambda: walker.tickets() >= tickets)
        walker.walks[-1] = Walk(tuple(walker.deeds), plan.ticket)

    async def _reads(self, walker: Walker, action: Action) -> None:
        """Waits for what they will act upon; whoever is welcomed back, after what looked like hours, goes on."""
        person = walker.person

        def welcome() -> Message | None:
            found = _offered(person, "resume")
            return found[0] if found is not None and found[0].id not in walker.welcomed else None

        while not _asked(person, action):
            await self._until(lambda: _asked(person, action) or welcome() is not None)
            message = welcome()
            if message is not None and not _asked(person, action):
                walker.welcomed.add(message.id)
                self._acts(walker, Action("", "presses", "resume"))

    def _acts(self, walker: Walker, action: Action) -> None:
        """Does one thing; now and then presses twice, too quickly for the bot to take the button away."""
        person = walker.person
        if action.kind == "says":
            person.says(action.what)
            self._did(walker)
            return
        offered = _offered(person, action.what)
        if offered is None:
            raise NeverAnswered  # what was asked was taken away before they came to it
        message, data = offered
        pressed = person.presses_on(message, data)
        self._did(walker, query=pressed.id)
        if self.chance.random() < 0.15:
            again = person.presses_on(message, data)
            self._did(walker, query=again.id, empty=True)

    async def _is_forgotten(self, walker: Walker) -> None:
        """Asks to be forgotten, and reads that it is done. Nothing of what they did comes again after that."""
        before = len(walker.person.screen)
        for deed in [deed for walk in walker.walks for deed in walk.deeds]:
            while deed.update in self.recent:
                self.recent.remove(deed.update)
        walker.person.says("/forget")
        walker.forgets = Deed(self._newest(), self.api.world.clock())
        await self._until(lambda: len(walker.person.screen) > before)

    async def _until(self, done: Callable[[], bool]) -> None:
        if not await self.api.world.updates.bell.until(done, _PATIENCE):
            raise NeverAnswered

    def _did(self, walker: Walker, query: str | None = None, *, empty: bool = False) -> None:
        update = self._newest()
        walker.deeds.append(Deed(update, self.api.world.clock(), empty=empty))
        self.recent.append(update)
        if query is not None:
            walker.queries[update] = query

    def _newest(self) -> int:
        """The number of the update that was made last."""
        return self.api.world.updates.next_id - 1

    async def _thinks(self, times: float = 1) -> None:
        await asyncio.sleep(self.chance.expovariate(1 / (self.pause * times)))

    def stories(self) -> Sequence[Story]:
        """All that became of everybody."""
        calls = _calls(self.api.calls)
        return [self._story(walker, calls.get(walker.person.id, ())) for walker in self.walkers]

    def _story(self, walker: Walker, calls: Sequence[Call]) -> Story:
        queries, dropped = self.api.world.queries, self.api.world.updates.dropped

        def known(deed: Deed) -> Deed:
            query = walker.queries.get(deed.update)
            toasted = query is not None and queries[query].text != ""
            return replace(deed, toasted=toasted, dropped=deed.update in dropped)

        walks = [replace(walk, deeds=tuple(map(known, walk.deeds))) for walk in walker.walks]
        return Story(walker.chat, walks, [_shown(call) for call in calls], walker.canary, walker.forgets)


class NeverAnswered(Exception):
    """Somebody waited in vain; their walk stays unfinished."""


def _asked(person: Person, action: Action) -> bool:
    """Whether somebody has read what they will act upon."""
    shown = any(action.cue in message.text for message in person.screen[-3:])
    return shown and (action.kind == "says" or _offered(person, action.what) is not None)


def _offered(person: Person, choice: str) -> tuple[Message, str] | None:
    """The newest button that takes this choice."""
    for message in reversed(person.screen[-6:]):
        for button in (button for row in message.rows for button in row):
            if button.action == "callback_data" and button.value.endswith(f":{choice}"):
                return message, button.value
    return None


def _calls(calls: Sequence[Call]) -> Mapping[int, Sequence[Call]]:
    """The calls that put something on a screen, by chat."""
    found: dict[int, list[Call]] = {}
    for call in calls:
        if call.method in _MESSAGES and call.status == 200:
            found.setdefault(int(call.params["chat_id"]), []).append(call)
    return found


def _shown(call: Call) -> Shown:
    """What a call put on the screen."""
    sure = call.fault not in {"drop_after", "outage"}
    if call.method == "sendMessage":
        markup = json.dumps(call.params.get("reply_markup"), sort_keys=True)
        return Shown(call.time, f"{call.params['text']}\n{markup}", sure=sure)
    (file,) = call.uploads.values()
    text = file.data.decode()
    ticket = json.loads(text) if file.name.endswith(".json") and "guichet" not in file.name else None
    return Shown(call.time, f"{file.name}\n{text}", ticket, sure)
