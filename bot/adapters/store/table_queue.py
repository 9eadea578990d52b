"""Jobs in a table, and a small worker: for a database in a file, which one process works on."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.database import Database
from bot.adapters.store.queue import Queue
from bot.adapters.store.rows import seconds
from bot.adapters.store.tables import job_problems, jobs
from bot.service.jobs import Handlers, Job, Queued, apart, wait_after
from bot.service.ports import StoreUnavailable

_LOOK_EVERY = 1.0
"""Seconds after which the table is looked at again."""
_AT_ONCE = 20

log = structlog.get_logger()


def _now() -> datetime:
    return datetime.now(UTC)


class TableQueue(Queue):
    """Jobs in the table `jobs`. A job that is done is deleted; one that is cut off is simply done again."""

    def __init__(self, database: Database, cipher: Cipher, now: Callable[[], datetime] = _now) -> None:
        super().__init__(database, cipher)
        self._now = now

    async def add(self, connection: AsyncConnection, job: Job) -> int:
        """Adds a job."""
        values = {"kind": job.kind, "chat": job.chat, "ticket": job.ticket, "sink": job.sink, "post": job.post}
        due = seconds(job.due or self._now())
        added = await connection.execute(
            insert(jobs).values(**values, due=due, tries=0, dead=False).returning(jobs.c.id)
        )
        return int(added.scalar_one())

    async def erase(self, connection: AsyncConnection, chat: str) -> None:
        """Deletes the jobs of a chat."""
        await connection.execute(delete(jobs).where(jobs.c.chat == chat))

    async def erase_old(self, connection: AsyncConnection, chat: str, before: int) -> None:
        """Deletes the old jobs of a chat."""
        gone = await connection.execute(
            delete(jobs).where(jobs.c.chat == chat, jobs.c.due < before).returning(jobs.c.id)
        )
        await connection.execute(delete(job_problems).where(job_problems.c.job.in_(gone.scalars().all())))

    async def everything(self, connection: AsyncConnection, chat: str) -> list[dict[str, Any]]:
        """The rows of a chat."""
        rows = await connection.execute(select(jobs).where(jobs.c.chat == chat))
        return [dict(row) for row in rows.mappings()]

    async def work(self, handlers: Handlers) -> None:
        """Looks at the table again and again."""
        async with asyncio.TaskGroup() as group:
            for each in apart(handlers):
                group.create_task(self._work(each))

    async def _work(self, handlers: Handlers) -> None:
        while True:
            try:
                await self.work_off(handlers)
            except StoreUnavailable as error:
                log.warning("store.unavailable", problem=str(error))
            except Exception:  # the next look may go better
                log.exception("jobs.failed")
            await asyncio.sleep(_LOOK_EVERY)

    async def work_off(self, handlers: Handlers) -> Sequence[Exception]:
        """Does what is due, the oldest first, several at once."""
        failed: list[Exception] = []
        due = select(jobs).where(jobs.c.dead.is_(False), jobs.c.kind.in_(handlers)).order_by(jobs.c.due, jobs.c.id)
        while rows := await self._database.rows(due.where(jobs.c.due <= seconds(self._now())).limit(_AT_ONCE)):
            done = await asyncio.gather(*(self._do(row, handlers) for row in rows), return_exceptions=True)
            for error in done:
                if isinstance(error, StoreUnavailable) or (error is not None and not isinstance(error, Exception)):
                    raise error
                if error is not None:
                    failed.append(error)
        return failed

    async def _do(self, row: Row[Any], handlers: Handlers) -> Exception | None:
        job = _job(row)
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
        await self._database.write(lambda connection: connection.execute(noted))

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

        async def work(connection: AsyncConnection) -> bool:
            await self.forget_problem(connection, job)
            return bool((await connection.execute(delete(jobs).where(jobs.c.id == job))).rowcount)

        return await self._database.write(work)

    async def close(self) -> None:
        """Nothing is open."""


def _job(row: Row[Any]) -> Job:
    return Job(row.kind, row.chat, _due(row), row.ticket, row.sink, row.post, row.tries)


def _due(row: Row[Any]) -> datetime:
    return datetime.fromtimestamp(row.due, UTC)
