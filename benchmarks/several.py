"""Several processes on one PostgreSQL server: how much more they take, and what a restart of each costs people."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import run

import psycopg

from benchmarks.people import Crowd, Latency
from benchmarks.servers import Front, asked_of, in_front, postgresql, server_log
from benchmarks.subjects import OURS, ROOT, SUBJECTS, running
from benchmarks.trial import free_port, hook, rehearse, staged, until_listening

_OURS = SUBJECTS[0]
_WRITTEN = re.compile(r"^.*LOG: +(?:statement|execute [^:]*):", re.MULTILINE)
"""How each statement begins in the server's log."""


@dataclass
class Fleet:
    """Processes that run, each with a port of its own."""

    folder: Path
    root: str
    url: str
    ports: Sequence[int]
    _running: list[ExitStack] = field(default_factory=list)

    def start(self, number: int) -> None:
        """Starts one."""
        stack = ExitStack()
        port = self.ports[number]
        environment = _OURS.environment(self.root, self.folder, port) | {"BOT_DATABASE_URL": self.url}
        stack.enter_context(running(OURS, environment, self.folder / f"log{number}-{time.time():.0f}", core=None))
        if number == len(self._running):
            self._running.append(stack)
        else:
            self._running[number] = stack

    def stop(self, number: int) -> None:
        """Stops one as an operator does."""
        self._running[number].close()

    def close(self) -> None:
        """Stops all."""
        for stack in self._running:
            stack.close()


def _migrate(environment: Mapping[str, str]) -> None:
    run([*OURS[:-1], "migrate"], env=dict(environment), cwd=ROOT, check=True, capture_output=True)


@asynccontextmanager
async def fleet(processes: int, front: Front = "nginx") -> AsyncIterator[tuple[Fleet, Crowd]]:
    """Processes behind another server, on a database of their own; and people who are about to talk to them."""
    async with staged() as stage, AsyncExitStack() as stack:
        root, folder = stage.root, stage.folder
        url = stack.enter_context(postgresql(folder))
        port, *ports = (free_port() for _ in range(processes + 1))
        made = Fleet(folder, root, url, ports)
        environment = _OURS.environment(root, folder, port) | {"BOT_DATABASE_URL": url}
        await asyncio.to_thread(_migrate, environment)
        stack.enter_context(in_front(front, folder, port, ports))
        stack.callback(made.close)
        for number in range(processes):
            made.start(number)
        for each in ports:
            await until_listening(each)
        deliver = await stack.enter_async_context(hook(stage.api, f"http://127.0.0.1:{port}/hook"))
        yield made, await rehearse(stage, deliver)


@dataclass(frozen=True, slots=True)
class Rolled:
    """What a rolling restart came to."""

    restarts: int
    updates: int
    unanswered: int
    unexpected: int
    latency: Latency


async def rolling(processes: int, rate: float, seconds: float, front: Front = "nginx") -> Rolled:
    """Restarts one process after the other while updates come in; counts what was lost or said twice."""
    async with fleet(processes, front) as (made, crowd):
        until = time.perf_counter() + seconds
        offering = asyncio.create_task(crowd.at_rate(rate, 400, until))
        restarts = 0
        await asyncio.sleep(2)
        while time.perf_counter() < until - 5:
            number = restarts % processes
            await asyncio.to_thread(made.stop, number)
            made.start(number)
            await until_listening(made.ports[number])
            restarts += 1
            await asyncio.sleep(1)
        await offering
        crowd.stop()
        for _ in range(300):
            if not crowd.unanswered:
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(2)
        seconds_taken = crowd.seconds
        return Rolled(restarts, len(seconds_taken), crowd.unanswered, crowd.unexpected, Latency.of(seconds_taken))


@dataclass(frozen=True, slots=True)
class Shared:
    """What processes take together, and what an update costs the server."""

    rate: float
    latency: Latency
    transactions: float
    statements: float
    log_bytes: float
    longest_wait: float


async def together(processes: int, people: int, seconds: float) -> Shared:
    """Gives several processes all that they take."""
    async with fleet(processes) as (made, crowd):
        crowd.at_ease(people)
        await asyncio.sleep(2)
        crowd.seconds.clear()
        before, began = _counted(made.url), time.perf_counter()
        longest = await _longest_wait(made.url, seconds)
        took, after = time.perf_counter() - began, _counted(made.url)
        number = len(crowd.seconds)
        statements = await _statements(made, crowd)
        crowd.stop()
        transactions, log_bytes = ((late - early) / number for early, late in zip(before, after, strict=True))
        return Shared(number / took, Latency.of(crowd.seconds), transactions, statements, log_bytes, longest)


def _counted(url: str) -> tuple[float, float]:
    """Transactions that ended, and bytes of the server's log."""
    ((transactions,),) = asked_of(url, "SELECT sum(xact_commit + xact_rollback)::bigint FROM pg_stat_database")
    ((written,),) = asked_of(url, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")
    return float(str(transactions)), float(str(written))


async def _statements(made: Fleet, crowd: Crowd) -> float:
    """Statements for an update, the begin and end of transactions included: the server is told to write all of them."""
    _have_written(made.url, "all")
    await asyncio.sleep(1)
    number, begun = len(crowd.seconds), len(_WRITTEN.findall(server_log(made.folder)))
    await asyncio.sleep(3)
    number, begun = len(crowd.seconds) - number, len(_WRITTEN.findall(server_log(made.folder))) - begun
    _have_written(made.url, "none")
    return begun / number


def _have_written(url: str, which: str) -> None:
    asked_of(url, f"ALTER SYSTEM SET log_statement = '{which}'")
    asked_of(url, "SELECT pg_reload_conf()")


async def _longest_wait(url: str, seconds: float) -> float:
    """Looks again and again how long anybody waits for a lock; the longest, in seconds."""
    query = "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart)), 0) FROM pg_locks WHERE NOT granted"
    longest, until = 0.0, time.perf_counter() + seconds
    async with await psycopg.AsyncConnection.connect(url.replace("+psycopg", "")) as connection:
        while time.perf_counter() < until:  # in one transaction, so that it does not count
            row = await (await connection.execute(query)).fetchone()
            longest = max(longest, float(row[0]) if row is not None else 0.0)
            await asyncio.sleep(0.02)
    return longest
