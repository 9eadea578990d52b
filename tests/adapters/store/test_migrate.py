"""The migrations."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.adapters.store import migrate as migrations
from bot.adapters.store.migrate import HEAD, UnusableDatabase, migrate
from bot.adapters.store.sql import SqlStore
from bot.adapters.store.tables import metadata

FOLDER = Path(migrations.__file__).parent / "migrations"


def test_head_is_the_newest_migration() -> None:
    """The constant that saves loading Alembic is true."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


async def test_migrations_make_the_tables(tmp_path: Path) -> None:
    """A migrated database has the tables the program works with, no more and no less; once is enough."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")

    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    for _ in range(2):
        await migrate(engine)
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    """The program says what it knows and what it found."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    store = await SqlStore.open(url)
    await store.close()
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnusableDatabase, match="of version 9999, this program knows 0002 at most; use a newer program"):
        await SqlStore.open(url)
    await engine.dispose()
