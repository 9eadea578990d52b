"""What both queues of jobs have in common: one is a table, the other is procrastinate's."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import Connection, delete, insert, select

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.database import Database
from bot.adapters.store.tables import conversations, job_problems
from bot.service.jobs import GROUP, Handlers, Job, Queued

log = structlog.get_logger()


class Queue(ABC):
    """Jobs, and how they failed."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database, self._cipher = database, cipher

    @abstractmethod
    def add(self, connection: Connection, job: Job) -> int:
        """Adds a job in the transaction of a connection; its number, which is never given again."""

    @abstractmethod
    def drop(self, connection: Connection, job: Job) -> None:
        """Deletes all jobs that do what this one does, unless one is being done just now."""

    @abstractmethod
    def erase(self, connection: Connection, chat: str) -> None:
        """Deletes the jobs of a chat."""

    @abstractmethod
    def erase_old(self, connection: Connection, chat: str, before: int) -> None:
        """Deletes the jobs of a chat that were due before this instant, in seconds, with how they failed."""

    @abstractmethod
    def everything(self, connection: Connection, chat: str) -> list[dict[str, Any]]:
        """What is kept of the jobs of a chat."""

    @abstractmethod
    async def work(self, handlers: Handlers) -> None:
        """As `Jobs` say."""

    @abstractmethod
    async def work_off(self, handlers: Handlers) -> Sequence[Exception]:
        """As `Jobs` say."""

    @abstractmethod
    async def queued(self) -> Sequence[Queued]:
        """As `Jobs` say."""

    @abstractmethod
    async def retry(self, job: int) -> bool:
        """As `Jobs` say."""

    @abstractmethod
    async def forget(self, job: int) -> bool:
        """As `Jobs` say."""

    @abstractmethod
    async def close(self) -> None:
        """Lets go of what it has opened."""

    async def note_problem(self, number: int, job: Job, tries: int, error: Exception, *, dead: bool) -> bool:
        """Keeps how a job failed, for the operator; the log tells no more than what kind of error it was.

        False, and nothing is kept, where the chat was erased meanwhile: there is nothing more to be done then.
        """
        told = {"job": number, "kind": job.kind, "tries": tries, "problem": type(error).__name__}
        if dead:
            log.error("job.given_up", **told)
        else:
            log.warning("job.failed", **told)
        content = self._cipher.seal(f"{type(error).__name__}: {error}")

        def work(connection: Connection) -> bool:
            own = select(conversations.c.chat).where(conversations.c.chat == job.chat).with_for_update()
            if job.chat != GROUP and connection.execute(own).one_or_none() is None:
                return False
            connection.execute(delete(job_problems).where(job_problems.c.job == number))
            connection.execute(insert(job_problems).values(job=number, chat=job.chat, content=content))
            return True

        return await self._database.write(work)

    async def problems(self) -> dict[int, str]:
        """How each job that failed did so the last time."""
        rows = await self._database.rows(select(job_problems.c.job, job_problems.c.content))
        return {row.job: self._cipher.open(row.content) for row in rows}

    def forget_problem(self, connection: Connection, number: int) -> None:
        """Of a job that is done or gone."""
        connection.execute(delete(job_problems).where(job_problems.c.job == number))
