"""Statements that go to the driver as they are: they do, and fail, as those that SQLAlchemy executes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.adapters.store.connect import connect
from bot.adapters.store.database import Database
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.tables import marks
from bot.service.ports import StoreUnavailable
from tests.desk import CIPHER
from tests.postgres import Postgres

ADD = Prepared(insert(marks).returning(marks.c.at))
MOVE = Prepared(update(marks).where(marks.c.name == bindparam("of"), marks.c.at < bindparam("before")))
FIND = Prepared(select(marks.c.name, marks.c.at).where(marks.c.name.startswith("a"), marks.c.at > bindparam("after")))


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of its own, of either kind."""
    postgres = request.param == "postgresql"
    url = request.getfixturevalue("postgres").database() if postgres else f"sqlite:///{tmp_path / 'bot.db'}"
    opened = await connect(url, CIPHER)
    yield opened
    await opened.close()


async def test_what_it_writes_and_finds(database: Database) -> None:
    """Whatever the order of the values; what is given back, and how many rows there were."""

    def work(connection: Connection) -> list[object]:
        added = [ADD.rows(connection, {"at": number, "name": f"a'{number}"}) for number in range(3)]
        moved = MOVE.count(connection, {"before": 2, "of": "a'1", "at": 7})
        late = MOVE.count(connection, {"before": 2, "of": "a'1", "at": 8})
        return [added, moved, late, sorted(tuple(row) for row in FIND.rows(connection, {"after": 0}))]

    expected = [[[(0,)], [(1,)], [(2,)]], 1, 0, [("a'1", 7), ("a'2", 2)]]
    added, *others = await database.write(work)
    assert [[tuple(row) for row in rows] for rows in added] == expected[0]  # type: ignore[attr-defined]
    assert others == expected[1:]


async def test_a_value_that_is_missing(database: Database) -> None:
    """It is never taken for nothing, however often."""
    for _ in range(2):
        with pytest.raises(KeyError, match="before"):
            await database.write(lambda connection: MOVE.count(connection, {"of": "a", "at": 1}))


async def test_what_is_there_already(database: Database) -> None:
    """It is refused as by SQLAlchemy, which does not add its values; nothing of that unit is left."""

    def work(connection: Connection) -> None:
        ADD.count(connection, {"name": "a secret", "at": 1})
        ADD.count(connection, {"name": "a secret", "at": 2})

    with pytest.raises(IntegrityError) as told:
        await database.write(work)
    assert told.value.params is None
    assert await database.read(lambda connection: FIND.rows(connection, {"after": 0})) == []


async def test_a_connection_that_is_gone(postgres: Postgres) -> None:
    """It is not used again; the next unit has another."""
    url = postgres.database()
    database = await connect(url, CIPHER)
    gone: list[Connection] = []

    def work(connection: Connection) -> None:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        postgres.execute(f"SELECT pg_terminate_backend({number})", url)
        gone.append(connection)
        try:
            FIND.rows(connection, {"after": 0})
        except DBAPIError:
            assert connection.invalidated
            raise

    with pytest.raises(StoreUnavailable):
        await database.write(work)
    assert len(gone) == 1
    assert await database.read(lambda connection: FIND.rows(connection, {"after": 0})) == []
    await database.close()
