"""Brings a database up to the version this program works with."""

import re
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from bot.adapters.store.cipher import Cipher
from bot.model.error import BotError

HEAD = "0010"
"""The newest migration. Known here so that a database that is up to date is opened without loading Alembic."""


class UnusableDatabase(BotError):
    """The database cannot be opened, or was written by a newer version of this program."""


def version_of(url: URL) -> str | None:
    """The version its tables are of; None when there are none."""
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool)
    with engine.connect() as connection:
        return _version(connection)


def require_head(connection: Connection) -> None:
    """Makes sure that the tables are those this program works with.

    Raises:
        UnusableDatabase: they are not.
    """
    version = _version(connection)
    if version is None:
        raise UnusableDatabase("the database has no tables yet; make them with: python -m bot migrate")
    if version != HEAD:
        raise UnusableDatabase(f"the database is of version {version}, this program works with {HEAD}; {_way(version)}")


def _way(version: str) -> str:
    older = re.fullmatch(r"\d{4}", version) and version < HEAD
    return "bring it up to date with: python -m bot migrate" if older else "use a newer program"


def migrate(url: URL, cipher: Cipher) -> str | None:
    """Runs the migrations that the database has not seen, all or none; the cipher is for what was in clear before.

    Processes that do so at the same time wait for each other. Gives the version it was of before.

    Raises:
        UnusableDatabase: its version is unknown here.
    """
    before = version_of(url)
    if before == HEAD:
        return before
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool)
    in_a_file = engine.dialect.name == "sqlite"
    if in_a_file:
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", _begin)
    with engine.begin() as connection:
        if not in_a_file:
            connection.execute(_ONE_AT_A_TIME)
            connection.execute(_NOT_IN_THE_WAY)
        _upgrade(connection, cipher)
    if in_a_file:
        _leave_no_traces(url)
    return before


_NOT_IN_THE_WAY = text("SET LOCAL lock_timeout = '5s'")
"""A change of a table that waits for somebody has everybody else wait behind it."""
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('guichet migrations', 0))")


def _leave_no_traces(url: URL) -> None:
    """What was deleted or overwritten stands in free pages and in the log of SQLite until it is made to go."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.exec_driver_sql(statement)


def _leave_transactions_to_us(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """SQLite's driver would commit at every change of a table: a kill in between would leave half a migration."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: Connection, cipher: Cipher) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes.update(connection=connection, cipher=cipher)
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        version = _version(connection)
        message = f"the database is of version {version}, this program knows {HEAD} at most; use a newer program"
        raise UnusableDatabase(message) from error
