"""What each part takes, by itself: `make micro`. No time is asserted: machines differ, and this one is never alone."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bot.adapters.store.sql import SqlStore
from bot.engine.step import begin, step
from bot.flowfile.library import load
from bot.model import inputs as i
from bot.model.answer import AttemptTime, ErrorMessage
from bot.model.effects import Effect
from bot.model.session import Session
from bot.service.expect import expectation
from bot.service.interpret import Interpreter
from bot.service.ports import WriteSet
from bot.service.render import Renderer
from bot.service.voice import Voice, Voices
from tests.desk import CIPHER, MONDAY, PARIS, ROOT, catalog, lexicons, machine

ERROR = i.Answer(ErrorMessage("Une erreur s'est produite : votre session a expiré (code 0x80070005)."))
TIME = i.Answer(AttemptTime(MONDAY - timedelta(hours=2), "minute", "8h30"))
WAY: tuple[i.Input, ...] = (i.Choose("webmail"), i.Choose("portal_saturated"), i.Choose("hours"))
"""From the start to where the address is asked for."""


def at(*inputs: i.Input) -> tuple[Session, tuple[Effect, ...]]:
    """Where these lead, and what the last of them asks for."""
    session, effects = begin(machine(), "fr", MONDAY)
    for given in inputs:
        session, effects = step(machine(), session, given, MONDAY)
    return session, effects


@pytest.mark.parametrize(
    ("before", "given"),
    [((), WAY[0]), (WAY[:1], WAY[1]), (WAY, i.Choose("unreadable")), ((*WAY, i.Choose("unreadable")), ERROR)],
    ids=["choice of a flow", "choice of a cause", "choice", "error message"],
)
def test_step(benchmark: BenchmarkFixture, before: tuple[i.Input, ...], given: i.Input) -> None:
    """One step of the state machine."""
    session, _ = at(*before)
    after, _ = benchmark(step, machine(), session, given, MONDAY)
    assert after.revision > session.revision


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (WAY[:1], "mon mot de passe a expiré"),
        (WAY[:1], "quand je me connecte ça revient toujours sur la page de connexion sans rien dire"),
        (WAY[:2], "2"),
        ((*WAY, i.Choose("unreadable")), "Une erreur s'est produite : votre session a expiré (code 0x80070005)."),
        ((*WAY, i.Choose("unreadable"), ERROR), "hier à 8h15"),
    ],
    ids=["few words", "many words", "number", "error message", "time"],
)
def test_understanding(benchmark: BenchmarkFixture, before: tuple[i.Input, ...], words: str) -> None:
    """What a text means, where somebody stands."""
    session, _ = at(*before)
    interpreter = Interpreter(machine(), lexicons(), Voices(catalog(), PARIS))
    interpreter.prepare()
    expected = expectation(machine(), session, Voices(catalog(), PARIS), MONDAY)
    heard = benchmark(interpreter.input, session, words, expected, MONDAY)
    assert not isinstance(heard, i.Miss)


@pytest.mark.parametrize(
    "before",
    [WAY[:1], WAY, (*WAY, i.Choose("unreadable"), ERROR, TIME)],
    ids=["menu", "advice", "summary"],
)
def test_render(benchmark: BenchmarkFixture, before: tuple[i.Input, ...]) -> None:
    """The reply to one step."""
    session, effects = at(*before)
    voice = Voice(catalog(), "fr", PARIS)
    reply = benchmark(lambda: Renderer(machine(), session, MONDAY, voice).reply(effects))
    assert reply.messages


def test_loading(benchmark: BenchmarkFixture) -> None:
    """All flow files, read, checked and put together."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "flows").glob("*.yaml"))}
    assert benchmark(load, texts).flows


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """A loop."""
    with asyncio.Runner() as opened:
        yield opened


def test_store(benchmark: BenchmarkFixture, tmp_path: Path, runner: asyncio.Runner) -> None:
    """One turn on a file, alone: read, commit on the disk, mark as sent."""
    store = runner.run(SqlStore.open(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER))
    session, effects = at(*WAY)
    reply = Renderer(machine(), session, MONDAY, Voice(catalog(), "fr", PARIS)).reply(effects)
    numbers = count(1)

    async def turn() -> None:
        async with store.turn("telegram:1", str(next(numbers))) as held:
            pending = await held.commit(WriteSet(MONDAY, session, reply))
        await store.mark_sent("telegram:1", pending.id, "{}")

    def run() -> None:
        runner.run(turn())

    benchmark(run)
    runner.run(store.close())


def test_store_together(benchmark: BenchmarkFixture, tmp_path: Path, runner: asyncio.Runner) -> None:
    """A hundred people's turns at once: what waits shares a commit. Of all hundred."""
    store = runner.run(SqlStore.open(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER))
    session, effects = at(*WAY)
    reply = Renderer(machine(), session, MONDAY, Voice(catalog(), "fr", PARIS)).reply(effects)
    numbers = count(1)

    async def turn(person: int) -> None:
        chat = f"telegram:{person}"
        async with store.turn(chat, str(next(numbers))) as held:
            pending = await held.commit(WriteSet(MONDAY, session, reply))
        await store.mark_sent(chat, pending.id, "{}")

    async def all_turns() -> None:
        await asyncio.gather(*map(turn, range(100)))

    def run() -> None:
        runner.run(all_turns())

    benchmark(run)
    runner.run(store.close())
