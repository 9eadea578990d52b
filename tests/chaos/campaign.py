"""A campaign: the real bot, a crowd, so many kills, whatever else goes wrong; then the audit."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.adapters.store.cipher import Cipher
from tests.botapi import BotApiServer
from tests.chaos.audit import Findings, Kill, audit, timeline
from tests.chaos.balancer import Balancer
from tests.chaos.canary import MARK
from tests.chaos.crowd import Crowd
from tests.chaos.database import Damaged, Database
from tests.chaos.fleet import Fleet
from tests.chaos.kills import Aim, Histogram, Witness
from tests.chaos.weather import Weather
from tests.telegram_bot import SECRET, BotProcess, Launch, Mode, from_nothing, webhook_settings

TWICE = frozenset({"answerCallbackQuery", "editMessageText", "editMessageReplyMarkup"})
"""What may be refused because it was done already, where the bot could not know."""
_LONGEST, _LONGEST_KILL = 600.0, 40.0
"""Seconds after which it is broken off, for everything and more for each kill."""
TOKEN = "1234:a_Token-that-stands-nowhere-else"


@dataclass(frozen=True, slots=True)
class Setting:
    """What is to happen: so many kills among so many people, as the seed has it.

    Calls go wrong with the probability `faults`; every so many kills there is some `weather`, or none with 0. With
    several `processes`, they stand behind one webhook, and each kill meets one of them.
    """

    mode: Mode
    kills: int
    seed: int
    people: int = 20
    faults: float = 0.05
    weather: int = 12
    processes: int = 1


@dataclass(slots=True)
class Outcome:
    """What came of it. `traces` is where words were found that must not be there, `wrong` all else.

    `timelines` is what happened to those who were concerned. `seconds` is how long the kills took, all together;
    `doubled` how many updates came to two processes at the same moment.
    """

    setting: Setting
    histogram: Histogram = field(default_factory=Histogram)
    findings: Findings = field(default_factory=Findings)
    weather: Counter[str] = field(default_factory=Counter)
    traces: Sequence[str] = ()
    wrong: list[str] = field(default_factory=list)
    timelines: Sequence[str] = ()
    seconds: float = 0.0
    doubled: int = 0

    @property
    def problems(self) -> Sequence[str]:
        """All that must not be."""
        return [*map(str, self.findings.violations), *(f"found in {trace}" for trace in self.traces), *self.wrong]


class Campaign:
    """One campaign, on one database; `launch` is how the bot is started."""

    def __init__(self, setting: Setting, database: Database, cipher: Cipher, launch: Launch = from_nothing) -> None:
        self._setting, self._database, self._cipher, self._launch = setting, database, cipher, launch
        self._chance = random.Random(setting.seed)  # noqa: S311 - chance to be had again
        self.outcome = Outcome(setting)

    async def run(self, killed: Callable[[], None] = lambda: None) -> Outcome:
        """Until the last of the people has their ticket; `killed` is told of every kill."""
        try:
            async with asyncio.timeout(_LONGEST + self._setting.kills * _LONGEST_KILL):
                await self._run(killed)
        except* (AssertionError, TimeoutError, Damaged) as errors:
            self.outcome.wrong += [f"broken off: {error!r}" for error in errors.exceptions]
        return self.outcome

    async def _run(self, killed: Callable[[], None]) -> None:
        setting = self._setting
        async with BotApiServer(TOKEN) as api, Balancer(setting.processes, self._dice()) as balancer:
            api.limits.enabled = False
            bots = self._bots(api, balancer)
            crowd = Crowd(api, self._dice(), setting.people)
            weather = Weather(api, bots, self._database, self._dice(), self._database.folder / "log.txt")
            fleet = Fleet(bots, self._database, balancer if setting.processes > 1 else None)
            await self._database.prepare()
            begun = time.monotonic()
            for number in range(len(bots)):
                await fleet.starts(number)
            start = (time.monotonic() - begun) / len(bots)
            api.faults.by_chance(setting.seed, setting.faults)
            async with asyncio.TaskGroup() as group:
                walking = group.create_task(crowd.walk())
                repeating = group.create_task(self._repeats(api, crowd))
                await self._kills(api, fleet, crowd, weather, start, killed)
                crowd.over.set()
                await walking
                repeating.cancel()
            self.outcome.weather, self.outcome.doubled = weather.had, balancer.doubled
            api.faults.clear()
            await self._rests(api, crowd)
            if any(await asyncio.gather(*(bot.stop() for bot in bots))):
                self.outcome.wrong.append("it did not stop as it should")
            self._judge(api, crowd, "".join(bot.log for bot in bots))

    def _bots(self, api: BotApiServer, balancer: Balancer) -> Sequence[BotProcess]:
        """As many as are to run; each of several has a folder of its own."""
        setting, folder = self._setting, self._database.folder
        folders = [folder / str(number) for number in range(setting.processes)] if setting.processes > 1 else [folder]
        bots = []
        for number, own in enumerate(folders):
            own.mkdir(exist_ok=True)
            hook = {} if setting.mode == "polling" else balancer.settings(number)
            hook = hook if setting.processes > 1 or not hook else webhook_settings()
            settings = {**hook, **self._database.settings(number)}
            bots.append(BotProcess(api, own, self._launch, log_level="debug", **settings))
        return bots

    def _dice(self) -> random.Random:
        """Chance of its own, for one of the parts."""
        return random.Random(self._chance.random())  # noqa: S311 - chance to be had again

    async def _kills(
        self,
        api: BotApiServer,
        fleet: Fleet,
        crowd: Crowd,
        weather: Weather,
        start: float,
        killed: Callable[[], None],
    ) -> None:
        """All kills, with some weather between; a start takes so many seconds."""
        begun = time.monotonic()
        setting, chance = self._setting, self._dice()
        witness = Witness(api)
        aim = Aim(self._dice(), witness, start)
        starting, victim = False, 0
        for number in range(1, setting.kills + 1):
            if setting.weather and number % setting.weather == 0 and not starting:
                await weather.changes()
            victim = victim if starting else chance.randrange(setting.processes)
            await (aim.waits_for_a_start() if starting else aim.waits())
            if fleet.ended:
                self.outcome.wrong.append("it ended by itself")
                return
            seen = await fleet.loses(victim)
            done = {walker.chat: walker.deeds[-1].at for walker in crowd.walkers if walker.deeds}
            own = fleet.handed(victim)
            self.outcome.histogram.add(Kill(api.world.clock(), seen.waiting), witness.stages(seen, done, own))
            witness.forget(own)
            starting = number < setting.kills and aim.takes_a_start()
            await fleet.starts(victim, wait=not starting)
            killed()
            self.outcome.seconds = time.monotonic() - begun

    async def _repeats(self, api: BotApiServer, crowd: Crowd) -> None:
        """Delivers updates again: those of a moment ago, and old ones."""
        chance = self._dice()
        while True:
            await asyncio.sleep(chance.expovariate(3))
            updates = api.world.updates
            waiting = {update.id for update in updates.waiting}
            delivered = [number for number in crowd.recent if number in updates.given and number not in waiting]
            if delivered:
                api.faults.duplicate(chance.choice(delivered))

    async def _rests(self, api: BotApiServer, crowd: Crowd) -> None:
        """Waits until everything is taken, and everything is sent."""
        await api.happened(lambda: not api.pending, 60)
        async with asyncio.timeout(240):
            for walker in crowd.walkers:
                await walker.person.settled(0.3, 60)
            await self._database.rests()
            for walker in crowd.walkers:
                await walker.person.settled(0.3, 60)

    def _judge(self, api: BotApiServer, crowd: Crowd, log: str) -> None:
        """Compares what people did with what is kept, and looks for what must be nowhere."""
        outcome = self.outcome
        stories = crowd.stories()
        kept = self._database.kept(self._cipher)
        kills = outcome.histogram.all
        outcome.findings = audit(stories, kept, kills)
        concerned = {violation.chat for violation in outcome.findings.violations}
        outcome.timelines = [line for each in stories if each.chat in concerned for line in timeline(each, kept, kills)]
        outcome.traces = self._database.traces(MARK)
        outcome.wrong += [f"the log holds {what}" for what in (TOKEN, TOKEN.split(":")[1], SECRET) if what in log]
        outcome.wrong += [f"refused: {call.method}: {call.error}" for call in api.refused if call.method not in TWICE]
        outcome.wrong += [f"suspicious: {what}" for what in api.suspicious]
        if "Traceback" in log:
            outcome.wrong.append("a traceback in the log")
