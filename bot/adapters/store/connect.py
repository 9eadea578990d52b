"""From a URL to a database: SQLite in a file, or a PostgreSQL server."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.database import Database
from bot.adapters.store.migrate import UnusableDatabase, migrate
from bot.adapters.store.postgresql import CONNECT_ARGS, POOL_SIZE, PostgresDatabase
from bot.adapters.store.sqlite import SqliteDatabase
from bot.adapters.store.sqlite import bring_up_to_date as bring_up

_EXAMPLES = "sqlite:///bot.db or postgresql+psycopg://user:password@host/database"
_DRIVERS = {"sqlite": "sqlite", "sqlite+aiosqlite": "sqlite", "postgresql+psycopg": "postgresql+psycopg"}
"""What is spoken, by what may be written."""


async def connect(url: str, cipher: Cipher) -> Database:
    """Connects. Tables in a file are brought up to date; those on a server are to be of this version.

    Raises:
        UnusableDatabase: there is no such database, or it is not one this program can work with.
    """
    with _said_plainly():
        known = _known(url)
        if known.get_backend_name() == "sqlite":
            return await SqliteDatabase.connect(known, cipher)
        engine = create_async_engine(
            known, hide_parameters=True, connect_args=_connect_args(known), pool_size=POOL_SIZE, max_overflow=0
        )
        try:
            return await PostgresDatabase.connect(engine)
        except BaseException:
            await engine.dispose()
            raise


async def bring_up_to_date(url: str, cipher: Cipher) -> str | None:
    """Brings the tables of a database up to date; the version they were of before, None when there were none.

    Raises:
        UnusableDatabase: there is no such database, or it is of a newer program.
    """
    with _said_plainly():
        known = _known(url)
        do = bring_up if known.get_backend_name() == "sqlite" else migrate
        return await asyncio.to_thread(do, known, cipher)


@contextmanager
def _said_plainly() -> Iterator[None]:
    """What fails is said plainly."""
    try:
        yield
    except DBAPIError as error:
        raise UnusableDatabase(f"the database cannot be used: {str(error.orig).strip()}") from None
    except ImportError as error:  # the server's own library is missing
        raise UnusableDatabase(f"the database cannot be used: {error}") from None


def _known(url: str) -> URL:
    """The URL, with the driver that is used.

    Raises:
        UnusableDatabase: it is no URL of a database this program can work with.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UnusableDatabase(f"{error}; write a URL such as {_EXAMPLES}") from None
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None:
        raise UnusableDatabase(f"{parsed.drivername} is not supported; write a URL such as {_EXAMPLES}")
    return parsed.set(drivername=driver)


def _connect_args(url: URL) -> dict[str, object]:
    return {name: value for name, value in CONNECT_ARGS.items() if name not in url.query}
