"""Jobs in a table, and a small worker: for a database in a file, which one process works on."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.database import Database
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.queue import Queue
from bot.adapters.store.rows import seconds
from bot.adapters.store.tables import job_problems, jobs
from bot.service.jobs import IN_LANES, Handlers, Job, Queued, apart, wait_after
from bot.service.ports import StoreUnavailable

_LOOK_EVERY = 1.0
"""Seconds after which the table is looked at again."""
_AT_ONCE = 20
_SHUTDOWN = 3.0
"""Seconds that jobs have to come to an end when the bot is to stop."""

_ADD = Prepared(insert(jobs).values(tries=0, dead=False).returning(jobs.c.id))

log = structlog.get_logger()


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A job that is being done. Its row may be gone meanwhile: its `lane` is taken all the same."""

    lane: str | None
    task: asyncio.Task[Exception | None]


class TableQueue(Queue):
    """Jobs in the table `jobs`. A job that is done is deleted; one that is cut off is simply done again."""

    def __init__(self, database: Database, cipher: Cipher, now: Callable[[], datetime] = _now) -> None:
        super().__init__(database, cipher)
        self._now = now

    def add(self, connection: Connection, job: Job) -> int:
        """Adds a job."""
        values = {"kind": job.kind, "chat": job.chat, "ticket": job.ticket, "sink": job.sink, "post": job.post}
        ((number,),) = _ADD.rows(connection, {**values, "due": seconds(job.due or self._now())})
        return int(number)

    def drop(self, connection: Connection, job: Job) -> None:
        """Deletes them; one that is being done keeps the others of its lane waiting."""
        own = jobs.c.kind == job.kind, jobs.c.chat == job.chat, jobs.c.ticket == job.ticket, jobs.c.sink == job.sink
        for number in connection.execute(delete(jobs).where(*own).returning(jobs.c.id)).scalars().all():
            self.forget_problem(connection, number)

    def erase(self, connection: Connection, chat: str) -> None:
        """Deletes the jobs of a chat."""
        connection.execute(delete(jobs).where(jobs.c.chat == chat))

    def erase_old(self, connection: Connection, chat: str, before: int) -> None:
        """Deletes the old jobs of a chat."""
        gone = connection.execute(delete(jobs).where(jobs.c.chat == chat, jobs.c.due < before).returning(jobs.c.id))
        connection.execute(delete(job_problems).where(job_problems.c.job.in_(gone.scalars().all())))

    def everything(self, connection: Connection, chat: str) -> list[dict[str, Any]]:
        """The rows of a chat."""
        rows = connection.execute(select(jobs).where(jobs.c.chat == chat))
        return [dict(row) for row in rows.mappings()]

    async def work(self, handlers: Handlers) -> None:
        """Looks at the table again and again."""
        async with asyncio.TaskGroup() as group:
            for each in apart(handlers):
                group.create_task(self._work(each))

    async def _work(self, handlers: Handlers) -> None:
        begun: dict[int, _Begun] = {}
        try:
            while True:
                try:
                    await self._begin(handlers, begun)
                    await _until_one_ends(begun)
                except StoreUnavailable as error:
                    log.warning("store.unavailable", problem=str(error))
                    await asyncio.sleep(_LOOK_EVERY)
                except Exception:  # the next look may go better
                    log.exception("jobs.failed")
                    await asyncio.sleep(_LOOK_EVERY)
        finally:
            await _wind_up(begun)

    async def work_off(self, handlers: Handlers) -> Sequence[Exception]:
        """Does what is due, the oldest first, several at once."""
        failed: list[Exception] = []
        begun: dict[int, _Begun] = {}
        try:
            while True:
                await self._begin(handlers, begun)
                if not begun:
                    return failed
                failed += await _until_one_ends(begun)
        finally:
            await _wind_up(begun)

    async def _begin(self, handlers: Handlers, begun: dict[int, _Begun]) -> None:
        """Begins what is due and need not wait for others, as far as there is room."""
        for row in (await self._ready(handlers, begun))[: _AT_ONCE - len(begun)]:
            begun[row.id] = _Begun(_job(row).lane, asyncio.create_task(self._do(row, handlers)))

    async def _ready(self, handlers: Handlers, begun: dict[int, _Begun]) -> Sequence[Row[Any]]:
        """What could be begun now, the oldest first."""
        now = seconds(self._now())
        due = select(jobs.c.id).where(jobs.c.dead.is_(False), jobs.c.kind.in_(handlers), jobs.c.due <= now)
        if not await self._database.rows(due.where(jobs.c.id.not_in(begun)).limit(1)):
            return ()  # most of the time; those that wait for another try need not be gone through
        live = select(jobs).where(jobs.c.dead.is_(False), jobs.c.id.not_in(begun), jobs.c.kind.in_(handlers))
        loose = live.where(jobs.c.kind.not_in(IN_LANES), jobs.c.due <= now).order_by(jobs.c.due, jobs.c.id)
        ready = [*await self._database.rows(loose.limit(_AT_ONCE))]
        taken = {each.lane for each in begun.values()}
        for row in await self._database.rows(live.where(jobs.c.kind.in_(IN_LANES)).order_by(jobs.c.id)):
            lane = _job(row).lane
            if lane not in taken and row.due <= now:
                ready.append(row)
            taken.add(lane)
        return sorted(ready, key=lambda row: (row.due, row.id))

    async def _do(self, row: Row[Any], handlers: Handlers) -> Exception | None:
        job = _job(row)
        # Counted before it begins: one that ends the whole process is not to do so for ever.
        counted = update(jobs).where(jobs.c.id == row.id).values(tries=row.tries + 1)
        if not (await self._database.write(lambda connection: connection.execute(counted))).rowcount:
            return None
        try:
            await handlers[job.kind](row.id, job)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - kept for the operator, and tried again
            await self._failed(row, job, error)
            return error
        await self.forget(row.id)
        return None

    async def _failed(self, row: Row[Any], job: Job, error: Exception) -> None:
        tries, wait = row.tries + 1, wait_after(row.tries + 1, error)
        if not await self.note_problem(row.id, job, tries, error, dead=wait is None):
            await self.forget(row.id)
            return
        values = {"dead": True} if wait is None else {"due": seconds(self._now() + wait)}
        noted = update(jobs).where(jobs.c.id == row.id).values(tries=tries, **values)
        if not (await self._database.write(lambda connection: connection.execute(noted))).rowcount:
            await self.forget(row.id)

    async def queued(self) -> Sequence[Queued]:
        """All of them."""
        problems = await self.problems()
        rows = await self._database.rows(select(jobs).order_by(jobs.c.due, jobs.c.id))
        return [Queued(row.id, _job(row), _due(row), row.tries, row.dead, problems.get(row.id)) for row in rows]

    async def retry(self, job: int) -> bool:
        """Makes it due."""
        anew = update(jobs).where(jobs.c.id == job).values(due=seconds(self._now()), tries=0, dead=False)
        found = await self._database.write(lambda connection: connection.execute(anew))
        return bool(found.rowcount)

    async def forget(self, job: int) -> bool:
        """Deletes it."""

        def work(connection: Connection) -> bool:
            self.forget_problem(connection, job)
            return bool(connection.execute(delete(jobs).where(jobs.c.id == job)).rowcount)

        return await self._database.write(work)

    async def close(self) -> None:
        """Nothing is open."""


async def _until_one_ends(begun: dict[int, _Begun]) -> list[Exception]:
    """Waits for the first job to end, or a moment, for it may be that others are due then; how they failed.

    Raises:
        StoreUnavailable: one of them found no database.
    """
    if not begun:
        await asyncio.sleep(_LOOK_EVERY)
        return []
    tasks = [each.task for each in begun.values()]
    await asyncio.wait(tasks, timeout=_LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
    ended = [begun.pop(number).task for number, each in list(begun.items()) if each.task.done()]
    broken = [error for task in ended if (error := task.exception()) is not None]
    if broken:
        raise next((error for error in broken if isinstance(error, StoreUnavailable)), broken[0])
    return [failure for task in ended if (failure := task.result()) is not None]


async def _wind_up(begun: dict[int, _Begun]) -> None:
    """Lets what is being done come to its end, for a few seconds."""
    tasks = [each.task for each in begun.values()]
    if tasks:
        _, left = await asyncio.wait(tasks, timeout=_SHUTDOWN)
        for task in left:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _job(row: Row[Any]) -> Job:
    return Job(row.kind, row.chat, _due(row), row.ticket, row.sink, row.post, row.tries)


def _due(row: Row[Any]) -> datetime:
    return datetime.fromtimestamp(row.due, UTC)
