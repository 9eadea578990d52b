"""From a URL to a database: SQLite in a file, or a PostgreSQL server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.database import Database
from bot.adapters.store.migrate import UnusableDatabase, migrate
from bot.adapters.store.postgresql import CONNECT_ARGS, POOL_SIZE, PostgresDatabase
from bot.adapters.store.sqlite import SqliteDatabase
from bot.adapters.store.sqlite import bring_up_to_date as bring_up

_EXAMPLES = "sqlite+aiosqlite:///bot.db or postgresql+psycopg://user:password@host/database"


async def connect(url: str, cipher: Cipher) -> Database:
    """Connects. Tables in a file are brought up to date; those on a server are to be of this version.

    Raises:
        UnusableDatabase: there is no such database, or it is not one this program can work with.
    """
    async with _usable(url) as engine:
        if engine.dialect.name == "sqlite":
            return await SqliteDatabase.connect(engine, cipher)
        return await PostgresDatabase.connect(engine)


async def bring_up_to_date(url: str, cipher: Cipher) -> str | None:
    """Brings the tables of a database up to date; the version they were of before, None when there were none.

    Raises:
        UnusableDatabase: there is no such database, or it is of a newer program.
    """
    async with _usable(url) as engine:
        before = await (bring_up if engine.dialect.name == "sqlite" else migrate)(engine, cipher)
        await engine.dispose()
        return before


@asynccontextmanager
async def _usable(url: str) -> AsyncIterator[AsyncEngine]:
    """The engine of a URL; it is let go of when the block fails, and what fails is said plainly."""
    engine = _engine(url)
    try:
        yield engine
    except DBAPIError as error:
        await engine.dispose()
        raise UnusableDatabase(f"the database cannot be used: {str(error.orig).strip()}") from None
    except BaseException:
        await engine.dispose()
        raise


def _engine(url: str) -> AsyncEngine:
    """The engine of a URL; nothing is connected yet.

    Raises:
        UnusableDatabase: it is no URL of a database this program can work with.
    """
    try:
        engine = create_async_engine(url, hide_parameters=True, **_options(url))
    except (SQLAlchemyError, ImportError) as error:
        raise UnusableDatabase(f"{error}; write a URL such as {_EXAMPLES}") from None
    if (engine.dialect.name, engine.dialect.driver) not in (("sqlite", "aiosqlite"), ("postgresql", "psycopg")):
        raise UnusableDatabase(f"{engine.dialect.name}+{engine.dialect.driver} is not supported; write {_EXAMPLES}")
    return engine


def _options(url: str) -> dict[str, Any]:
    """What an engine is made with beyond what is usual."""
    if not url.startswith("postgresql"):
        return {}
    own = {name: value for name, value in CONNECT_ARGS.items() if name not in make_url(url).query}
    return {"connect_args": own, "pool_size": POOL_SIZE, "max_overflow": 0}
