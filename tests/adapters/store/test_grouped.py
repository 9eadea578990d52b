"""Units of work that are committed together."""

import asyncio
import resource
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError

from bot.adapters.store.connect import connect
from bot.adapters.store.database import Database
from bot.adapters.store.grouped import Work
from bot.adapters.store.lock import file_of, held
from bot.adapters.store.migrate import UnusableDatabase
from bot.adapters.store.sqlite import SqliteDatabase
from bot.adapters.store.tables import marks
from bot.service.ports import StoreUnavailable
from tests.desk import CIPHER, ROOT


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A database of its own."""
    opened = await connect(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    yield opened
    await opened.close()


def noting(name: str, problem: Exception | None = None) -> Work[str]:
    """Notes a mark, and gives its name; with a problem, fails afterwards."""

    def work(connection: Connection) -> str:
        connection.execute(marks.insert().values(name=name, at=0))
        if problem is not None:
            raise problem
        return name

    return work


async def noted(database: Database) -> set[str]:
    """The marks there are."""
    return {row.name for row in await database.rows(marks.select())}


def commits(engine: Engine) -> list[None]:
    """Grows with each commit."""
    seen: list[None] = []
    event.listen(engine, "commit", lambda _: seen.append(None))
    return seen


@pytest.mark.parametrize("brief", [True, False])
async def test_what_waits_is_committed_at_once(database: Database, *, brief: bool) -> None:
    """Each gets what comes of its own work; many people at the same moment cost a few commits."""
    seen = commits(cast("SqliteDatabase", database).engine)
    names = [str(number) for number in range(250)]
    assert await asyncio.gather(*(database.write(noting(name), brief=brief) for name in names)) == names
    assert await noted(database) == set(names)
    assert len(seen) < 10


@pytest.mark.parametrize("brief", [True, False])
async def test_what_fails_takes_nothing_with_it(database: Database, *, brief: bool) -> None:
    """Nothing of it is left, and the others are committed."""
    works = [noting("a"), noting("b", ValueError("bug")), noting("c")]
    done = await asyncio.gather(*(database.write(each, brief=brief) for each in works), return_exceptions=True)
    assert [str(each) for each in done] == ["a", "bug", "c"]
    assert await noted(database) == {"a", "c"}


async def test_a_disk_that_fails_while_traces_are_removed(database: Database) -> None:
    """It is told as any other failure of the database, and the next time goes well."""
    await database.write(noting("a"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(StoreUnavailable, match="log of the database"):
            await database.leave_no_traces()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    await database.leave_no_traces()
    assert await noted(database) == {"a"}


@pytest.mark.parametrize("brief", [True, False])
async def test_a_database_that_fails_fails_all(database: Database, *, brief: bool) -> None:
    """Nobody is told that it went well, and nothing is there; the next go well again."""
    gone = OperationalError("statement", {}, Exception("disk full"))
    done = await asyncio.gather(
        *(database.write(work, brief=brief) for work in (noting("a"), noting("b", gone), noting("c"))),
        return_exceptions=True,
    )
    assert [type(each) for each in done] == [StoreUnavailable] * 3
    assert await noted(database) == set()
    assert await database.write(noting("d"), brief=brief) == "d"


@pytest.mark.parametrize("brief", [True, False])
async def test_whoever_stops_waiting_stops_nothing(database: Database, *, brief: bool) -> None:
    """The work is done, and nobody is bothered when it fails."""
    works = noting("a"), noting("b", ValueError("bug"))
    waiting = [asyncio.create_task(database.write(work, brief=brief)) for work in works]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await database.write(noting("c"))
    assert await noted(database) == {"a", "c"}


async def test_what_is_read_is_not_changed_by_others_before_it_is_written(tmp_path: Path, database: Database) -> None:
    """A unit of work has the database to itself from its first statement on, among processes too."""
    other = create_engine(f"sqlite:///{tmp_path / 'bot.db'}", connect_args={"timeout": 0})

    def work(connection: Connection) -> int:
        connection.execute(marks.select())
        with other.connect() as intruder, pytest.raises(OperationalError, match="locked"):
            intruder.execute(text("INSERT INTO marks VALUES ('x', 0)"))
        return 1

    assert await database.write(work) == 1
    other.dispose()


async def test_nobody_waits_for_the_file_in_the_loop(tmp_path: Path, database: Database) -> None:
    """While another program writes to it, and be it for long, all else goes on."""
    other = create_engine(f"sqlite:///{tmp_path / 'bot.db'}")
    await database.write(noting("before"))
    with other.connect() as intruder:
        intruder.exec_driver_sql("BEGIN IMMEDIATE")
        writing = asyncio.create_task(database.write(noting("a"), brief=True))
        for _ in range(20):
            await asyncio.sleep(0.005)
        assert not writing.done()
        intruder.exec_driver_sql("ROLLBACK")
    assert await writing == "a"
    other.dispose()


def test_a_database_is_held_by_one(tmp_path: Path) -> None:
    """Until it lets go."""
    path = tmp_path / "bot.db"
    tries = (
        "from pathlib import Path\nfrom bot.adapters.store.lock import held\n"
        f"with held(Path({str(path)!r})): print('held')"
    )

    def other() -> "subprocess.CompletedProcess[str]":
        return subprocess.run([sys.executable, "-c", tries], cwd=ROOT, capture_output=True, text=True, check=False)

    with held(path):
        with held(path):  # whoever holds it may do so within
            pass
        refused = other()
        assert (refused.stdout, refused.returncode) == ("", 1)
        assert "AlreadyRunning: another process is running on" in refused.stderr
    assert other().stdout == "held\n"


async def test_the_tables_are_not_changed_under_a_process_that_runs(tmp_path: Path) -> None:
    """A newer program says so, whichever command it is asked for."""
    path = tmp_path / "bot.db"
    holding = (
        f"import sys\nfrom pathlib import Path\nfrom bot.adapters.store.lock import held\n"
        f"with held(Path({str(path)!r})): print('held', flush=True); sys.stdin.read()"
    )
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", holding, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    with pytest.raises(UnusableDatabase, match=r"another process is running on .* stop that one first"):
        await connect(f"sqlite:///{path}", CIPHER)
    await holder.communicate(b"")
    database = await connect(f"sqlite:///{path}", CIPHER)
    await database.close()


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:////data/bot.db", "/data/bot.db"),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("postgresql+psycopg://localhost/guichet", None),
    ],
)
def test_the_file_of_a_database(url: str, file: str | None) -> None:
    """A server has none."""
    assert file_of(url) == (None if file is None else Path(file))
