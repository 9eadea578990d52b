"""Jobs of procrastinate: for PostgreSQL, where any of several processes may do them."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
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
from sqlalchemy import Connection, delete, text

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.database import Database
from bot.adapters.store.queue import Queue
from bot.adapters.store.tables import job_problems
from bot.service.jobs import KINDS, Handlers, Job, Kind, Queued, apart, wait_after
from bot.service.ports import StoreUnavailable

_QUEUE = "guichet"
_CONNECTIONS, _AT_ONCE = 4, 10
"""Connections to the server, and jobs of those kinds that need not wait for others; a job that runs keeps none."""
_POLL, _HEARTBEAT = 5.0, 10.0
"""Seconds between looks for jobs that have become due, and between signs of life of a worker."""
_STALLED_AFTER = 30.0
"""Seconds after which a job whose worker gives no sign of life is done by another."""
_WAIT = 5.0
"""Seconds to wait when the server is not there."""
_SHUTDOWN, _WHOLE_JOB = 3.0, 600.0
"""Seconds that jobs have to come to an end, when the bot is to stop and when it does nothing else."""
_FAILED = (ConnectorException, OperationalError, PoolTimeout)

_ERASE = text("DELETE FROM procrastinate_jobs WHERE args->>'chat' = :chat AND status <> 'doing'")
_ERASE_OLD = text(
    "DELETE FROM procrastinate_jobs WHERE args->>'chat' = :chat AND status <> 'doing' AND coalesce(scheduled_at,"
    " (SELECT max(at) FROM procrastinate_events WHERE job_id = procrastinate_jobs.id)) < to_timestamp(:before)"
    " RETURNING id"
)
_EVERYTHING = text(
    "SELECT id, task_name, status::text, scheduled_at::text, attempts, args->>'ticket' AS ticket, args->>'sink' AS sink"
    " FROM procrastinate_jobs WHERE args->>'chat' = :chat"
)
_DROP = text(
    "DELETE FROM procrastinate_jobs WHERE task_name = :task AND status <> 'doing' AND args->>'chat' = :chat"
    " AND args->>'ticket' = :ticket AND args->>'sink' = :sink RETURNING id"
)
_FORGET = text("DELETE FROM procrastinate_jobs WHERE id = :id AND queue_name LIKE 'guichet.%' AND status <> 'doing'")

log = structlog.get_logger()


class _Retry(BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Stored) -> RetryDecision | None:
        del job
        if isinstance(exception, _Retryable):
            wait = exception.wait
            return None if wait is None else RetryDecision(retry_in={"seconds": round(wait.total_seconds())})
        return RetryDecision(retry_in={"seconds": round(_WAIT)})  # cut off, or the database went away


class _Retryable(Exception):
    """What a handler raised, without its words: procrastinate would log them. It is tried again after `wait`."""

    def __init__(self, wait: timedelta | None) -> None:
        super().__init__()
        self.wait = wait


class ProcrastinateQueue(Queue):
    """Jobs in procrastinate's tables, added in the transaction of whoever asks for them."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        super().__init__(database, cipher)
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # it names chats; we tell of jobs ourselves
        url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=_CONNECTIONS, timeout=5))
        self._handlers: Handlers = {}
        self._failed: list[Exception] | None = None
        self._running: dict[int, int] = {}
        self._begun = 0
        self._unfinished: set[int | None] = set()
        self._workers: set[int | None] = set()
        self._opened = False
        self._tasks = {kind: self._task(kind) for kind in KINDS}
        self._names = {task.name for task in self._tasks.values()}

    def _task(self, kind: Kind) -> Task[..., Any, ...]:
        """One kind of job, for procrastinate."""

        @self._app.task(name=f"{_QUEUE}.{kind}", queue=f"{_QUEUE}.{kind}", pass_context=True, retry=_Retry())
        async def task(
            context: JobContext, /, chat: str, ticket: str | None, sink: str | None = None, post: int | None = None
        ) -> None:
            del chat, ticket, sink, post  # they are in the context
            await self.do(kind, context.job)

        return task

    def add(self, connection: Connection, job: Job) -> int:
        """Adds a job in the transaction of this connection."""
        task = self._tasks[job.kind]

        async def defer(driver: Driver[Any]) -> int:
            deferrer = task.configure(schedule_at=job.due, connection=driver, lock=job.lane)
            return await deferrer.defer_async(chat=job.chat, ticket=job.ticket, sink=job.sink, post=job.post)

        with _said_plainly():
            number: int = connection.connection.run_async(defer)
        return number

    def drop(self, connection: Connection, job: Job) -> None:
        """Deletes them; one that is being done keeps the others of its lane waiting."""
        same = {"task": self._tasks[job.kind].name, "chat": job.chat, "ticket": job.ticket, "sink": job.sink}
        for number in connection.execute(_DROP, same).scalars().all():
            self.forget_problem(connection, number)

    def erase(self, connection: Connection, chat: str) -> None:
        """Deletes the jobs of a chat; one that is being done finds nothing to do."""
        connection.execute(_ERASE, {"chat": chat})

    def erase_old(self, connection: Connection, chat: str, before: int) -> None:
        """Deletes the old jobs of a chat, but for those that are being done."""
        gone = connection.execute(_ERASE_OLD, {"chat": chat, "before": before}).scalars().all()
        connection.execute(delete(job_problems).where(job_problems.c.job.in_(gone)))

    def everything(self, connection: Connection, chat: str) -> list[dict[str, Any]]:
        """The rows of a chat."""
        rows = connection.execute(_EVERYTHING, {"chat": chat})
        return [dict(row) for row in rows.mappings()]

    async def work(self, handlers: Handlers) -> None:
        """Runs procrastinate's worker, and again, with other connections, when the server went away."""
        self._handlers = handlers
        while True:
            try:
                with _said_plainly():
                    await self._work()
            except StoreUnavailable as error:
                log.warning("store.unavailable", problem=str(error))
            await self.close()
            await asyncio.sleep(_WAIT)

    async def _work(self) -> None:
        app = await self._open()
        parts = [asyncio.create_task(self._run(app, each, wait=True)) for each in apart(self._handlers)]
        parts.append(asyncio.create_task(self._look_after(app)))
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in done:
                part.result()
        finally:
            for part in parts:
                part.cancel()
            ended, _ = await asyncio.wait(parts, timeout=_SHUTDOWN + 1)
            await asyncio.gather(*ended, return_exceptions=True)

    async def work_off(self, handlers: Handlers) -> Sequence[Exception]:
        """Lets the worker run until nothing is due: it ends where all that is left waits for others of its lane."""
        failed: list[Exception] = []
        self._handlers, self._failed = handlers, failed
        begun = -1
        with _said_plainly():
            while begun != self._begun:
                begun = self._begun
                await self._run(await self._open(), handlers, wait=False)
        self._failed = None
        return failed

    async def _run(self, app: App, handlers: Handlers, *, wait: bool) -> None:
        await app.run_worker_async(
            queues=[f"{_QUEUE}.{kind}" for kind in handlers],
            wait=wait,
            concurrency=_AT_ONCE,
            fetch_job_polling_interval=_POLL,
            update_heartbeat_interval=_HEARTBEAT,
            stalled_worker_timeout=_STALLED_AFTER,
            shutdown_graceful_timeout=_SHUTDOWN if wait else _WHOLE_JOB,
            install_signal_handlers=False,
            listen_notify=wait,
            delete_jobs="successful",
        )

    async def _look_after(self, app: App) -> None:
        """Says that the worker is there while it does jobs: its own way of doing so ends for good at one failure.

        Now and then, jobs whose worker is gone are put back.
        """
        for beat in count():
            for worker in {*self._running.values()}:
                await app.job_manager.update_heartbeat(worker)
            if beat % (_STALLED_AFTER // _HEARTBEAT) == 0:
                await self._rescue(app)
            await asyncio.sleep(_HEARTBEAT)

    async def _rescue(self, app: App) -> None:
        """Jobs of a worker that is gone are to be done again; so are those whose end could not be written down."""
        stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER)
        doing = await app.job_manager.list_jobs_async(status=Status.DOING.value)
        unfinished = [job for job in doing if job.worker_id in self._workers and job.id not in self._running]
        for job in (*stalled, *(job for job in unfinished if job.id in self._unfinished)):
            if job.task_name in self._names and job.id not in self._running:
                with suppress(ConnectorException):  # it was finished just now
                    await app.job_manager.retry_job(job)
        self._unfinished = {job.id for job in unfinished}

    async def do(self, kind: Kind, stored: Stored) -> None:
        """One job, as procrastinate calls it."""
        number, job = int(stored.id or 0), _job(kind, stored)
        self._begun += 1
        self._running[number] = stored.worker_id or 0
        self._workers.add(stored.worker_id)
        try:
            await self._do(kind, number, job, stored.attempts + 1)
        finally:
            del self._running[number]

    async def _do(self, kind: Kind, number: int, job: Job, tries: int) -> None:
        try:
            await self._handlers[kind](number, job)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - kept for the operator, and tried again
            if self._failed is not None:
                self._failed.append(error)
            wait = wait_after(tries, error)
            if await self.note_problem(number, job, tries, error, dead=wait is None):
                raise _Retryable(wait) from None
        else:
            await self._database.write(lambda connection: self.forget_problem(connection, number))

    async def queued(self) -> Sequence[Queued]:
        """All that are not done."""
        problems = await self.problems()
        with _said_plainly():
            app = await self._open()
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
        with _said_plainly():
            app = await self._open()
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

        def work(connection: Connection) -> bool:
            self.forget_problem(connection, job)
            return bool(connection.execute(_FORGET, {"id": job}).rowcount)

        return await self._database.write(work)

    async def close(self) -> None:
        """Lets go of its connections."""
        if self._opened:
            self._opened = False
            await self._app.close_async()

    async def _open(self) -> App:
        """Its connections, opened when they are first needed."""
        if not self._opened:
            try:
                await self._app.open_async()
            except BaseException:
                await self._app.close_async()  # else it would keep a pool that never opens
                raise
            self._opened = True
        return self._app


@contextmanager
def _said_plainly() -> Iterator[None]:
    """A server that is not there is `StoreUnavailable`."""
    try:
        yield
    except _FAILED as error:
        reason = str(error.__cause__ or error).strip()
        raise StoreUnavailable(f"the database does not answer as it should: {reason}") from error


def _kind(stored: Stored) -> Kind:
    return next(kind for kind in KINDS if stored.task_name == f"{_QUEUE}.{kind}")


def _job(kind: Kind, stored: Stored) -> Job:
    kwargs: dict[str, Any] = stored.task_kwargs
    named = kwargs.get("ticket"), kwargs.get("sink"), kwargs.get("post")
    return Job(kind, kwargs["chat"], stored.scheduled_at, *named, stored.attempts)
