"""One trial: a bot is started, a crowd talks to it, and what it took is counted."""

import asyncio
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal

import aiohttp
import psutil

from benchmarks.botapi import BotApi
from benchmarks.people import STEPS, Crowd, Deliver, Latency, Person
from benchmarks.subjects import CORE, SECRET, Subject, running

Mode = Literal["polling", "webhook"]
_AGAIN = 0.2
"""Seconds after which an update that was not taken is posted again."""
_START = 60
"""Seconds that a bot has to start on a busy machine."""
_MANY = 1_000_000
_QUIET = 0.3
"""Seconds after which no more messages are expected, when the messages of each step are counted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to a bot. At a `rate`, so many updates a second are offered; without, as many as it takes."""

    mode: Mode
    people: int
    seconds: float
    warm_up: float
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: seconds of latency, updates a second, milliseconds of processor an update, and MiB."""

    subject: str
    plan: Plan
    rate: float
    latency: Latency
    cpu: float
    memory: float
    calls: float
    unanswered: int


class Failed(Exception):
    """The bot did not answer."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A Bot API that listens at `root`, and a folder of its own; the crowd that came last is told what is sent."""

    root: str
    folder: Path
    api: BotApi
    crowds: list[Crowd]

    def crowd(self, deliver: Deliver, owed: Sequence[int] | None = None) -> Crowd:
        """Another crowd, of people who were never there; `owed` is how many messages answer each of their steps."""
        made = Crowd(deliver, self.api.next_message, (len(self.crowds) + 1) * 1_000_000)
        made.owed = owed or made.owed
        self.crowds.append(made)
        return made


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """Sets one up, and takes it away."""
    crowds: list[Crowd] = []

    def sent(chat: int, number: int, buttons: Sequence[str]) -> None:
        crowds[-1].sent(chat, number, buttons)

    api = BotApi(sent)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with api.listening() as root:
            yield Stage(root, Path(folder), api, crowds)


async def trial(subject: Subject, plan: Plan, prepare: Callable[[Stage], Awaitable[None]] | None = None) -> Result:
    """Runs one; `prepare` is done first, before the bot is started."""
    async with staged() as stage, AsyncExitStack() as stack:
        root, folder = stage.root, stage.folder
        if prepare is not None:
            await prepare(stage)
        port = free_port() if plan.mode == "webhook" else None
        environment = subject.environment(root, folder, port)
        process = stack.enter_context(running(subject.command(root, folder, port), environment, folder / "log", CORE))
        deliver: Deliver = stage.api.hand_in
        if port is not None:
            deliver = await stack.enter_async_context(hook(stage.api, f"http://127.0.0.1:{port}/hook"))
            await until_listening(port)
        try:
            crowd = await rehearse(stage, deliver)
        except TimeoutError:
            raise Failed(f"{subject.name} does not answer:\n{(folder / 'log').read_text()[-2000:]}") from None
        return await _measure(subject, plan, crowd, stage.api, process)


async def _measure(subject: Subject, plan: Plan, crowd: Crowd, api: BotApi, process: psutil.Process) -> Result:
    offered = None
    if plan.rate is None:
        crowd.at_ease(plan.people)
    else:
        until = time.perf_counter() + plan.warm_up + plan.seconds
        offered = asyncio.create_task(crowd.at_rate(plan.rate, plan.people, until))
    await asyncio.sleep(plan.warm_up)
    crowd.seconds.clear()
    began, calls, used = time.perf_counter(), api.calls, _used(process)
    await asyncio.sleep(plan.seconds)
    took, calls, used = time.perf_counter() - began, api.calls - calls, _used(process) - used
    seconds = list(crowd.seconds)
    memory = process.memory_info().rss / 2**20
    unanswered = crowd.unanswered
    crowd.stop()
    if offered is not None:
        offered.cancel()
    if not seconds:
        raise Failed(f"{subject.name} answered nothing")
    number = len(seconds)
    return Result(
        subject.name,
        plan,
        number / took,
        Latency.of(seconds),
        used / number * 1000,
        memory,
        calls / number,
        unanswered,
    )


async def rehearse(stage: Stage, deliver: Deliver) -> Crowd:
    """Walks once at leisure, to count what the bot sends at each step; a crowd that knows it."""
    owed = []
    crowd = stage.crowd(deliver)
    crowd.stop()
    person = crowd.newcomer()
    for step in range(len(STEPS)):
        person.step = step
        owed.append(await settled(crowd, person))
    return stage.crowd(deliver, owed)


async def settled(crowd: Crowd, person: Person) -> int:
    """Has somebody take their next step, and waits until nothing more comes; how many messages came."""
    crowd.owed = [_MANY] * len(STEPS)
    crowd.act(person)
    async with asyncio.timeout(_START):
        while person.owed == _MANY:  # noqa: ASYNC110 - a walk at leisure
            await asyncio.sleep(0.01)
    last = -1
    while last != person.owed:
        last = person.owed
        await asyncio.sleep(_QUIET)
    return _MANY - person.owed


@asynccontextmanager
async def hook(api: BotApi, url: str) -> AsyncIterator[Deliver]:
    """Posts each update to the webhook, as Telegram does: a hundred connections at most, again until it is taken."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
    tasks: set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100), headers=headers) as session:

        async def post(raw: bytes) -> None:
            while True:
                async with session.post(url, data=raw) as answer:
                    await answer.read()
                    if answer.status == HTTPStatus.OK:
                        return
                await asyncio.sleep(_AGAIN)

        def deliver(update: dict[str, Any]) -> None:
            task = asyncio.ensure_future(post(api.numbered(update)[1]))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        yield deliver
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until_listening(port: int) -> None:
    """Waits until somebody listens at a port of this machine."""
    async with asyncio.timeout(_START):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
