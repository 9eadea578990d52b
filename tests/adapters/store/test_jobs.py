"""The contract of the jobs: a table on SQLite, procrastinate on PostgreSQL, and the stand-in of the tests."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.adapters.store.sql import SqlStore
from bot.engine.step import begin
from bot.model.message import Message, Reply, Words
from bot.service.delivery import Delivery
from bot.service.jobs import KINDS, MOST_TRIES, Job, JobFailed, Queued, wait_after
from bot.service.ports import Store, WriteSet, WrittenTicket
from tests.desk import CIPHER, MONDAY, machine
from tests.fakes import MemoryStore
from tests.postgres import Postgres, running


def reply() -> Reply:
    """A reply."""
    return Reply((Message((Words("Bonjour"),)),), (), "choice", "flow.node", "fr", 1)


async def commit(store: Store, update: str, **write: object) -> None:
    """One turn of a chat, with what it asks for."""
    async with store.turn("a", update) as turn:
        ticket = write.get("ticket")
        asked = [Delivery(ticket.ticket.reference, "folder")] if isinstance(ticket, WrittenTicket) else []
        session = begin(machine(), "fr", MONDAY)[0]
        await turn.commit(WriteSet(MONDAY, session, reply(), deliveries=asked, **write))  # type: ignore[arg-type]


async def happened(done: Callable[[], bool]) -> None:
    """Waits until something is so."""
    async with asyncio.timeout(30):
        while not done():  # noqa: ASYNC110 - what is looked at tells nobody
            await asyncio.sleep(0.02)


async def test_a_ticket_is_delivered(store: Store, written: WrittenTicket) -> None:
    """The job comes with the turn, holds names only, is done once, and is gone then."""
    await commit(store, "1", ticket=written)
    (waiting,) = await store.jobs.queued()
    assert (waiting.job.kind, waiting.job.chat, waiting.job.ticket) == ("deliver", "a", written.ticket.reference)
    assert (waiting.tries, waiting.dead, waiting.problem) == (0, False, None)
    done: list[Job] = []

    async def deliver(number: int, job: Job) -> None:
        assert number == waiting.id
        done.append(job)

    for _ in range(2):
        assert await store.jobs.work_off({"deliver": deliver}) == []
    assert [job.ticket for job in done] == [written.ticket.reference]
    assert await store.jobs.queued() == []


async def test_a_turn_that_fails_leaves_no_job(store: Store, written: WrittenTicket) -> None:
    """Neither does one that is only begun."""
    await commit(store, "1", ticket=written)
    await store.jobs.forget((await store.jobs.queued())[0].id)
    with pytest.raises(Exception, match=written.ticket.reference):
        await commit(store, "2", ticket=written, look_in=MONDAY)
    assert await store.jobs.queued() == []


async def test_what_fails_is_tried_again(store: Store, written: WrittenTicket) -> None:
    """Later; how it failed is kept for the operator, and its words are not in the log."""
    await commit(store, "1", ticket=written)

    async def deliver(_: int, job: Job) -> None:
        raise OSError(28, "canary of a full disk", job.ticket)

    with capture_logs() as logged:
        failed = await store.jobs.work_off({"deliver": deliver})
    assert [type(error) for error in failed] == [OSError]
    (waiting,) = await store.jobs.queued()
    wait = waiting.due - datetime.now(UTC)
    assert timedelta(seconds=3) < wait < timedelta(seconds=20)
    assert (waiting.tries, waiting.dead) == (1, False)
    assert "canary of a full disk" in (waiting.problem or "")
    assert "canary" not in json.dumps(logged)
    assert await store.jobs.work_off({"deliver": deliver}) == []


async def test_a_job_that_is_given_up(store: Store, written: WrittenTicket) -> None:
    """After the last try it waits for the operator, who can have it tried again, or forget it."""
    await commit(store, "1", ticket=written)
    good = False

    async def deliver(_: int, __: Job) -> None:
        if not good:
            raise RuntimeError("refused")

    (first,) = await store.jobs.queued()
    for _ in range(MOST_TRIES):
        await make_due(store, first.id)
        await store.jobs.work_off({"deliver": deliver})
    (dead,) = await store.jobs.queued()
    assert (dead.tries, dead.dead, dead.problem) == (MOST_TRIES, True, "RuntimeError: refused")
    assert await store.jobs.work_off({"deliver": deliver}) == []
    assert await store.jobs.retry(first.id)
    (again,) = await store.jobs.queued()
    assert (again.dead, again.due <= datetime.now(UTC)) == (False, True)
    good = True
    assert await store.jobs.work_off({"deliver": deliver}) == []
    assert await store.jobs.queued() == []
    assert not await store.jobs.retry(first.id)
    assert not await store.jobs.forget(first.id)


async def make_due(store: Store, job: int) -> None:
    """Lets the time pass that a job waits for."""
    if isinstance(store, MemoryStore):
        known = store.jobs.waiting[job]
        store.jobs.waiting[job] = Queued(job, known.job, MONDAY, known.tries, known.dead, known.problem)
        return
    assert isinstance(store, SqlStore)
    shared = store._database.shared  # noqa: SLF001 - time passes nowhere else
    change = "UPDATE procrastinate_jobs SET scheduled_at = now()" if shared else "UPDATE jobs SET due = 0"
    await store._database.write(lambda connection: connection.execute(text(change)))  # noqa: SLF001


async def test_only_what_is_due_and_asked_for_is_done(store: Store, written: WrittenTicket) -> None:
    """Others are left for later, or for whoever can do them."""
    await commit(store, "1", ticket=written, look_in=datetime.now(UTC) + timedelta(hours=1))
    done: list[str] = []

    async def do(_: int, job: Job) -> None:
        done.append(job.kind)

    await store.jobs.work_off({"look_in": do})
    assert done == []
    await store.jobs.work_off({"deliver": do, "look_in": do})
    assert done == ["deliver"]
    assert [each.job.kind for each in await store.jobs.queued()] == ["look_in"]


async def test_a_chat_is_looked_in_on_once(store: Store) -> None:
    """No other job is added while one waits, unless that would come too late; it does nothing then."""
    soon, later = (datetime.now(UTC) + timedelta(hours=hours) for hours in (1, 2))
    for number, due in enumerate((later, later, soon, later)):
        await commit(store, str(number), look_in=due)
    first, second = sorted(each.id for each in await store.jobs.queued())
    async with store.turn("a", "x") as turn:
        assert not turn.claim_look_in(first)
        assert turn.claim_look_in(second)
        await turn.look_in_later(later)
    third = max(each.id for each in await store.jobs.queued())
    async with store.turn("a", "y") as turn:
        assert [turn.claim_look_in(number) for number in (first, second, third)] == [False, False, True]
        await turn.look_in_later(None)
    async with store.turn("a", "z") as turn:
        assert not turn.claim_look_in(third)
    await commit(store, "5", look_in=later)
    assert len(await store.jobs.queued()) == 4


async def test_the_worker(store: Store, written: WrittenTicket) -> None:
    """It does what comes while it runs, and goes on after a failure, until it is cancelled."""
    done: list[str] = []

    async def do(_: int, job: Job) -> None:
        done.append(job.kind)
        if job.kind == "look_in":
            raise RuntimeError("refused")

    working = asyncio.create_task(store.jobs.work({"deliver": do, "look_in": do}))
    await commit(store, "1", look_in=MONDAY)
    await happened(lambda: "look_in" in done)
    await commit(store, "2", ticket=written)
    async with asyncio.timeout(30):
        while len(await store.jobs.queued()) > 1:  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.02)
    assert "deliver" in done
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    (waiting,) = await store.jobs.queued()
    assert (waiting.job.kind, waiting.tries) == ("look_in", 1)


async def test_jobs_go_with_their_chat(store: Store, written: WrittenTicket) -> None:
    """Whoever asks to be forgotten leaves none behind, nor how one failed."""
    await commit(store, "1", ticket=written, look_in=MONDAY + timedelta(days=3_000))

    async def deliver(_: int, __: Job) -> None:
        raise RuntimeError("canary")

    await store.jobs.work_off({"deliver": deliver})
    async with store.turn("a", "2") as turn:
        await turn.erase(MONDAY, reply())
    assert await store.jobs.queued() == []
    if isinstance(store, SqlStore):
        assert await store.jobs.problems() == {}


async def test_a_job_that_fails_while_its_chat_is_erased(store: Store, written: WrittenTicket) -> None:
    """Nothing is left of it: neither the job, nor how it failed."""
    await commit(store, "1", ticket=written)

    async def deliver(_: int, __: Job) -> None:
        async with store.turn("a", "2") as turn:
            await turn.erase(MONDAY, reply())
        raise RuntimeError("canary")

    await store.jobs.work_off({"deliver": deliver})
    assert await store.jobs.queued() == []
    if isinstance(store, SqlStore):
        assert await store.jobs.problems() == {}


async def test_jobs_are_handed_over(store: Store) -> None:
    """Whoever asks for all that is kept about them gets what waits for them as well."""
    await commit(store, "1", look_in=datetime.now(UTC) + timedelta(hours=1))
    async with store.turn("a", "2") as turn:
        assert len(json.loads(await turn.everything())["jobs"]) == 1


async def test_a_server_that_is_away(written: WrittenTicket) -> None:
    """While it is, the worker can be ended; as soon as it is back, jobs are done."""
    with running() as own:
        store = await SqlStore.open(own.database(), CIPHER)
        await commit(store, "1", ticket=written)
        done: list[Job] = []

        async def deliver(_: int, job: Job) -> None:
            done.append(job)

        own.server.stop()
        first = asyncio.create_task(store.jobs.work({"deliver": deliver}))
        await asyncio.sleep(6)
        first.cancel()
        await asyncio.wait({first}, timeout=10)
        assert first.cancelled()
        second = asyncio.create_task(store.jobs.work({"deliver": deliver}))
        await asyncio.sleep(1)
        await asyncio.to_thread(own.server.ensure_postgres_running)
        await happened(lambda: bool(done))
        own.server.stop()
        second.cancel()
        await asyncio.wait({second}, timeout=15)
        assert second.done()
        await asyncio.to_thread(own.server.ensure_postgres_running)
        await store.close()


async def test_a_worker_that_is_gone(postgres: Postgres, written: WrittenTicket) -> None:
    """What it was doing is done by another one, after a while."""
    url = postgres.database()
    store = await SqlStore.open(url, CIPHER)
    await commit(store, "1", ticket=written)
    await postgres.beside("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '31 s')", url)
    await postgres.beside(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers)", url
    )
    done: list[Job] = []

    async def deliver(_: int, job: Job) -> None:
        done.append(job)

    working = asyncio.create_task(store.jobs.work({"deliver": deliver}))
    await happened(lambda: bool(done))
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await store.close()
    assert [job.ticket for job in done] == [written.ticket.reference]


def test_the_waits_between_tries() -> None:
    """Longer and longer, an hour at most; most of a day in all."""
    failure = RuntimeError("refused")
    waits = [wait_after(tries, failure) for tries in range(1, MOST_TRIES)]
    assert waits == sorted(wait for wait in waits if wait)
    assert (waits[0], waits[-1]) == (timedelta(seconds=10), timedelta(hours=1))
    assert timedelta(hours=20) < sum(filter(None, waits), timedelta()) < timedelta(hours=24)
    assert wait_after(MOST_TRIES, failure) is None


def test_a_failure_that_says_when_to_come_back() -> None:
    """It is heeded, within reason, and never shortens a wait; what is hopeless is given up at once."""
    minute = timedelta(minutes=1)
    assert wait_after(1, JobFailed("busy", after=minute)) == minute
    assert wait_after(9, JobFailed("busy", after=minute)) == wait_after(9, RuntimeError())
    assert wait_after(1, JobFailed("busy", after=timedelta(days=99))) == timedelta(hours=6)
    assert wait_after(1, JobFailed("no such group", hopeless=True)) is None
    assert wait_after(MOST_TRIES, JobFailed("busy", after=minute)) is None


async def test_a_job_that_is_hopeless(store: Store, written: WrittenTicket) -> None:
    """It is given up at once, and done all the same when the operator says so."""

    async def hopeless(_: int, __: Job) -> None:
        raise JobFailed("no such group", hopeless=True)

    await commit(store, "1", ticket=written)
    await store.jobs.work_off({"deliver": hopeless})
    (given_up,) = await store.jobs.queued()
    assert (given_up.dead, given_up.tries, given_up.problem) == (True, 1, "JobFailed: no such group")
    assert not await store.jobs.work_off({"deliver": hopeless})
    assert await store.jobs.retry(given_up.id)
    done: list[Job] = []

    async def deliver(_: int, job: Job) -> None:
        done.append(job)

    await store.jobs.work_off({"deliver": deliver})
    assert len(done) == 1
    assert await store.jobs.queued() == []


async def test_a_job_knows_how_often_it_has_failed(store: Store, written: WrittenTicket) -> None:
    """So that whoever does it can tell the first time from the last."""
    tries: list[int] = []

    async def deliver(_: int, job: Job) -> None:
        tries.append(job.tries)
        raise ConnectionError("refused")

    await commit(store, "1", ticket=written)
    await store.jobs.work_off({"deliver": deliver})
    (waiting,) = await store.jobs.queued()
    assert (tries, waiting.job.sink) == ([0], "folder")
    assert waiting.tries == 1


async def test_a_job_that_is_to_come_back_later(store: Store, written: WrittenTicket) -> None:
    """Not before the time that the failure names."""

    async def busy(_: int, __: Job) -> None:
        raise JobFailed("busy", after=timedelta(minutes=10))

    await commit(store, "1", ticket=written)
    await store.jobs.work_off({"deliver": busy})
    (waiting,) = await store.jobs.queued()
    assert not waiting.dead
    assert waiting.due - datetime.now(UTC) > timedelta(minutes=9)


async def holds(store: Store, *deliveries: Delivery, update: str = "x") -> None:
    """One more turn of the chat, which asks for these."""
    async with store.turn("a", update) as turn:
        assert turn.session is not None
        await turn.commit(WriteSet(MONDAY, turn.session, reply(), deliveries=deliveries))


async def ended(working: "asyncio.Task[None]") -> None:
    """A worker is told to stop, and does."""
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working


async def test_a_slow_peer_holds_up_nobody_else(database: Store, written: WrittenTicket) -> None:
    """While one delivery hangs, others are made, and other kinds of jobs are done."""
    await commit(database, "1", ticket=written, picture="p")
    over, done = asyncio.Event(), set[str]()

    async def do(_: int, job: Job) -> None:
        if job.sink == "folder":
            await over.wait()
        done.add(job.sink or job.kind)

    working = asyncio.create_task(database.jobs.work(dict.fromkeys(KINDS, do)))
    await happened(lambda: "read" in done)
    await holds(database, Delivery(written.ticket.reference, "email"), Delivery(written.ticket.reference, "group"))
    await happened(lambda: done == {"read", "email", "group"})
    over.set()
    await happened(lambda: "folder" in done)
    await ended(working)


async def test_jobs_of_one_lane(store: Store, written: WrittenTicket) -> None:
    """They are done one at a time and in order, also where the first one fails; those of another need not wait."""
    reference = written.ticket.reference
    await commit(store, "1", ticket=written)
    await holds(store, *(Delivery(f"{reference}-1", sink) for sink in ("folder", "email")), update="2")
    tries: list[tuple[str | None, str | None]] = []

    async def deliver(_: int, job: Job) -> None:
        tries.append((job.sink, job.ticket))
        if tries.count(("folder", reference)) == 1 and job.sink == "folder":
            raise ConnectionError("refused")

    await store.jobs.work_off({"deliver": deliver})
    assert sorted(tries, key=str) == [("email", f"{reference}-1"), ("folder", reference)]
    await make_due(store, (await store.jobs.queued())[0].id)
    await make_due(store, (await store.jobs.queued())[-1].id)
    tries = [("folder", reference)]
    await store.jobs.work_off({"deliver": deliver})
    assert tries[1:] == [("folder", reference), ("folder", f"{reference}-1")]
    assert await store.jobs.queued() == []


async def test_what_is_asked_for_again_has_one_job(store: Store, written: WrittenTicket) -> None:
    """In place of the one that was given up: done both, they could both be taken."""

    async def hopeless(_: int, __: Job) -> None:
        raise JobFailed("no such group", hopeless=True)

    await commit(store, "1", ticket=written)
    await store.jobs.work_off({"deliver": hopeless})
    (dead,) = await store.jobs.queued()
    await holds(store, Delivery(written.ticket.reference, "folder", "renewed"))
    (anew,) = await store.jobs.queued()
    assert anew.id != dead.id
    assert (anew.dead, anew.problem) == (False, None)
    assert not await store.jobs.retry(dead.id)


async def test_what_is_under_way_ends_before_the_worker(database: Store, written: WrittenTicket) -> None:
    """What is being handed over when the bot is to stop is not cut off, and no other is begun."""
    await commit(database, "1", ticket=written, picture="p")
    begun, over, done = asyncio.Event(), asyncio.Event(), list[str]()

    async def deliver(_: int, job: Job) -> None:
        begun.set()
        await over.wait()
        done.append(job.kind)

    working = asyncio.create_task(database.jobs.work({"deliver": deliver}))
    await asyncio.wait_for(begun.wait(), 30)
    working.cancel()
    asyncio.get_running_loop().call_soon(over.set)
    with pytest.raises(asyncio.CancelledError):
        await working
    assert done == ["deliver"]
    assert [each.job.kind for each in await database.jobs.queued()] == ["read"]


async def test_a_job_that_is_cut_off_counts_its_try(written: WrittenTicket, tmp_path: Path) -> None:
    """Else one that ends the process would do so at each start, for ever."""
    store = await SqlStore.open(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    await commit(store, "1", ticket=written)
    begun = asyncio.Event()

    async def deliver(_: int, __: Job) -> None:
        begun.set()
        await asyncio.Event().wait()

    working = asyncio.create_task(store.jobs.work({"deliver": deliver}))
    await asyncio.wait_for(begun.wait(), 30)
    (cut_off,) = await store.jobs.queued()
    await ended(working)
    await store.close()
    assert cut_off.tries == 1
