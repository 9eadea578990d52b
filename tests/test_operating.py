"""What operators look at and change: the version of the database, the jobs."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine

from bot.adapters.store.migrate import HEAD
from bot.bootstrap.storage import open_store
from bot.cli import main
from bot.model.case import Relay
from bot.service.cases import Action, CaseWrite
from bot.service.delivery import Accepted, Parcel
from bot.settings import Settings
from tests.desk import MONDAY
from tests.fakes import MemorySink, Person, conversation
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database of each kind, set up for commands."""
    server: Postgres | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    empty = server.empty() if server else f"sqlite:///{tmp_path / 'bot.db'}"
    monkeypatch.setenv("BOT_DATABASE_URL", empty)
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path))
    return empty


def run(*arguments: str) -> Result:
    """What a command does."""
    return CliRunner().invoke(main, list(arguments))


def test_the_tables_are_made_and_brought_up_to_date(url: str) -> None:
    """It says what it was of before; again, it has nothing to do."""
    first, again = run("migrate"), run("migrate")
    assert (first.exit_code, first.stderr) == (0, f"The database is of version {HEAD}; there were no tables.\n")
    assert (again.exit_code, again.stderr) == (0, f"The database is of version {HEAD}.\n")

    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    newer = run("migrate")
    assert newer.exit_code == 2
    assert "the database is of version 9999" in newer.stderr


def test_a_job_that_fails_is_seen_and_tried_again(url: str) -> None:
    """With its number, what it is about, when it is due and how it failed; then it is due at once, or gone."""
    assert url
    run("migrate")

    async def failed() -> tuple[int, str]:
        store = await open_store(Settings())

        class Away(MemorySink):
            async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
                del again
                raise ConnectionError(f"the desk does not take {parcel.id}")

        person = Person(conversation(store, Away()))
        await person.opens("fr")
        for choice in ("webmail", "portal_saturated", "hours", "unreadable", "no_message", "just_now"):
            await person.presses(choice)
        with pytest.raises(ConnectionError):
            await person.presses("confirm")
        (waiting,) = await store.jobs.queued()
        await store.close()
        return waiting.id, str(waiting.job.ticket)

    number, reference = asyncio.run(failed())
    shown = run("jobs")
    assert shown.exit_code == 0
    assert shown.stdout.startswith(f"{number}  hand on ticket {reference} by folder  (due 20")
    assert shown.stdout.endswith(f", 1 try): ConnectionError: the desk does not take {reference}\n")
    assert shown.stderr == "1 job\n"
    assert run("jobs", "retry", str(number)).stderr == f"Job {number} is due now.\n"
    assert ", 1 try" not in run("jobs").stdout
    assert run("jobs", "forget", str(number)).stderr == f"Job {number} is forgotten.\n"
    assert (run("jobs").stdout, run("jobs").stderr) == ("", "0 jobs\n")
    gone = run("jobs", "retry", str(number))
    assert (gone.exit_code, gone.stderr) == (2, f"there is no job {number} that waits; see: python -m bot jobs\n")


def test_what_was_done_in_the_support_group_is_printed(url: str) -> None:
    """A JSON object a line, with a pseudonym and nobody's words."""
    assert url
    run("migrate")

    async def acted() -> str:
        store = await open_store(Settings())
        sink = MemorySink()
        person = Person(conversation(store, sink))
        await person.opens("fr")
        for choice in ("webmail", "portal_saturated", "hours", "unreadable", "no_message", "just_now", "confirm"):
            await person.presses(choice)
        reference = sink.taken[0].ticket.reference
        case = await store.cases.begin(reference)
        assert case is not None
        action = Action(MONDAY, reference, "wrote", "5f0c3a9e")
        async with store.turn("telegram:-1", "1") as turn:
            await turn.attend(MONDAY, CaseWrite(case, [Relay(reference, "words", "un mot")], action=action))
        await store.close()
        return reference

    reference = asyncio.run(acted())
    shown = run("actions")
    assert (shown.exit_code, shown.stderr) == (0, "1 action\n")
    assert json.loads(shown.stdout) == {
        "at": "2026-06-22T08:30:00+00:00",
        "reference": reference,
        "action": "wrote",
        "who": "5f0c3a9e",
    }
    listed = run("jobs").stdout
    assert f"tell a person what support says about {reference}" in listed
    assert f"show the support group what is new of {reference}" in listed
