"""Jobs of procrastinate: for PostgreSQL, where any of several processes may do them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as Stored
from procrastinate.jobs import Status
from procrastinate.tasks import Task
from psycopg import AsyncConnection as Driver
from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.database import Database
from bot.adapters.store.queue import Queue
from bot.service.jobs import Handlers, Job, Kind, Queued, wait_after
from bot.service.ports import StoreUnavailable

_QUEUE = "guichet"
_CONCURRENCY = 4
_POLL, _HEARTBEAT = 5.0, 10.0
"""Seconds between looks for jobs that have become due, and between signs of life of a worker."""
_STALLED_AFTER = 30.0
"""Seconds after which a job whose worker gives no sign of life is done by another."""
_WAIT = 5.0
"""Seconds to wait when the server is not there."""
_SHUTDOWN = 3.0
_FAILED = (ConnectorException, OperationalError, PoolTimeout)

_ERASE = text("DELETE FROM procrastinate_jobs WHERE args->>'chat' = :chat AND status <> 'doing'")
_FORGET = text("DELETE FROM procrastinate_jobs WHERE id = :id AND queue_name LIKE 'guichet.%' AND status <> 'doing'")

log = structlog.get_logger()


class _Retry(BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Stored) -> RetryDecision | None:
        if isinstance(exception, _Retryable):
            wait = wait_after(job.attempts + 1)
            return None if wait is None else RetryDecision(retry_in={"seconds": round(wait.total_seconds())})
        return RetryDecision(retry_in={"seconds": round(_WAIT)})  # cut off, or the database went away


class _Retryable(Exception):
    """What a handler raised, without its words: procrastinate would log them."""


class ProcrastinateQueue(Queue):
    """Jobs in procrastinate's tables, added in the transaction of whoever asks for them."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        super().__init__(database, cipher)
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # it names chats; we tell of jobs ourselves
        url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=_CONCURRENCY, timeout=5))
        self._handlers: Handlers = {}
        self._failed: list[Exception] = []
        self._opened = False
        kinds: tuple[Kind, ...] = ("deliver", "look_in")
        self._tasks = {kind: self._task(kind) for kind in kinds}

    def _task(self, kind: Kind) -> Task[..., Any, ...]:
        """One kind of job, for procrastinate."""

        @self._app.task(name=f"{_QUEUE}.{kind}", queue=f"{_QUEUE}.{kind}", pass_context=True, retry=_Retry())
        async def task(context: JobContext, /, chat: str, ticket: str | None) -> None:
            del chat, ticket  # they are in the context
            await self.do(kind, context.job)

        return task

    async def add(self, connection: AsyncConnection, job: Job) -> int:
        """Adds a job in the transaction of this connection."""
        driver: Driver[Any] | None = (await connection.get_raw_connection()).driver_connection
        task = self._tasks[job.kind].configure(schedule_at=job.due, connection=driver)
        return await task.defer_async(chat=job.chat, ticket=job.ticket)

    async def erase(self, connection: AsyncConnection, chat: str) -> None:
        """Deletes the jobs of a chat; one that is being done finds nothing to do."""
        await connection.execute(_ERASE, {"chat": chat})

    async def work(self, handlers: Handlers) -> None:
        """Runs procrastinate's worker, and again when the server went away."""
        self._handlers = handlers
        while True:
            try:
                async with self._open() as app, asyncio.TaskGroup() as group:
                    group.create_task(self._run(app, wait=True))
                    group.create_task(self._rescue())
            except* _FAILED as errors:
                log.warning("store.unavailable", problem=str(errors.exceptions[0]))
            await asyncio.sleep(_WAIT)

    async def work_off(self, handlers: Handlers) -> Sequence[Exception]:
        """Lets the worker run until nothing is due."""
        self._handlers, self._failed = handlers, []
        async with self._reached() as app:
            await self._run(app, wait=False)
        return self._failed

    async def _run(self, app: App, *, wait: bool) -> None:
        await app.run_worker_async(
            queues=[f"{_QUEUE}.{kind}" for kind in self._handlers],
            wait=wait,
            concurrency=_CONCURRENCY,
            fetch_job_polling_interval=_POLL,
            update_heartbeat_interval=_HEARTBEAT,
            stalled_worker_timeout=_STALLED_AFTER,
            shutdown_graceful_timeout=_SHUTDOWN,
            install_signal_handlers=False,
            listen_notify=wait,
            delete_jobs="successful",
        )

    async def _rescue(self) -> None:
        """Jobs of a worker that is gone are to be done again."""
        while True:
            for stalled in await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER):
                await self._app.job_manager.retry_job(stalled)
            await asyncio.sleep(_STALLED_AFTER)

    async def do(self, kind: Kind, stored: Stored) -> None:
        """One job, as procrastinate calls it."""
        number, job = int(stored.id or 0), _job(kind, stored)
        try:
            await self._handlers[kind](number, job)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - kept for the operator, and tried again
            self._failed.append(error)
            tries = stored.attempts + 1
            await self.note_problem(number, job, tries, error, dead=wait_after(tries) is None)
            raise _Retryable from None
        await self._database.write(lambda connection: self.forget_problem(connection, number))

    async def queued(self) -> Sequence[Queued]:
        """All that are not done."""
        problems = await self.problems()
        async with self._reached() as app:
            lists = [await app.job_manager.list_jobs_async(task=task.name) for task in self._tasks.values()]
        waiting = [
            Queued(
                int(each.id or 0),
                _job(_kind(each), each),
                each.scheduled_at or datetime.now(UTC),
                each.attempts,
                each.status == Status.FAILED.value,
                problems.get(int(each.id or 0)),
            )
            for found in lists
            for each in found
            if each.status in (Status.TODO.value, Status.DOING.value, Status.FAILED.value)
        ]
        return sorted(waiting, key=lambda each: (each.due, each.id))

    async def retry(self, job: int) -> bool:
        """Makes it due now."""
        async with self._reached() as app:
            known = list(await app.job_manager.list_jobs_async(id=job))
            if not known or not known[0].task_name.startswith(_QUEUE) or known[0].status == Status.SUCCEEDED.value:
                return False
            anew = text("UPDATE procrastinate_jobs SET attempts = 0, scheduled_at = now() WHERE id = :id")
            if known[0].status == Status.FAILED.value:
                await app.job_manager.retry_job_by_id_async(job, datetime.now(UTC))
        await self._database.write(lambda connection: connection.execute(anew, {"id": job}))
        return True

    async def forget(self, job: int) -> bool:
        """Deletes it, unless it is being done."""

        async def work(connection: AsyncConnection) -> bool:
            await self.forget_problem(connection, job)
            return bool((await connection.execute(_FORGET, {"id": job})).rowcount)

        return await self._database.write(work)

    async def close(self) -> None:
        """Lets go of its connections."""
        if self._opened:
            await self._app.close_async()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[App]:
        """Its connections, opened when they are first needed."""
        if not self._opened:
            await self._app.open_async()
            self._opened = True
        yield self._app

    @asynccontextmanager
    async def _reached(self) -> AsyncIterator[App]:
        """Its connections; a server that is not there is `StoreUnavailable`."""
        try:
            async with self._open() as app:
                yield app
        except _FAILED as error:
            raise StoreUnavailable(f"the database does not answer as it should: {error}") from error


def _kind(stored: Stored) -> Kind:
    return "deliver" if stored.task_name.endswith(".deliver") else "look_in"


def _job(kind: Kind, stored: Stored) -> Job:
    kwargs: dict[str, Any] = stored.task_kwargs
    return Job(kind, kwargs["chat"], stored.scheduled_at, kwargs.get("ticket"))
