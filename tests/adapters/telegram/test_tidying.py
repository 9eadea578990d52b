"""In a crowd answers go first; what is only tidy comes after."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.adapters.telegram.tidying import Tidying
from tests.telegram_bot import Stage, channel, presses

CROWD = 40
SLOW = 2.0
"""Seconds that most answers take."""
EDITS = ("editMessageText", "editMessageReplyMarkup")


class Room:
    """Where it may be crowded; what was done in it, in order."""

    def __init__(self) -> None:
        self.crowded = False
        self.done: list[str] = []
        self.tidying = Tidying(lambda: self.crowded, lambda _: asyncio.sleep(0.001))

    async def do(self, name: str, problem: Exception | None = None) -> None:
        """Something is to be tidied in a chat of this name."""

        async def work() -> None:
            if problem is not None:
                raise problem
            self.done.append(name)

        await self.tidying.do(name, work)

    async def empties(self) -> None:
        """The crowd goes, and there is time."""
        self.crowded = False
        await asyncio.sleep(0.1)


async def test_at_other_times_it_is_done_at_once() -> None:
    """Before whoever asks for it goes on."""
    room = Room()
    await room.do("a")
    assert room.done == ["a"]


async def test_in_a_crowd_it_is_put_off() -> None:
    """Until the crowd has gone; then it is done in order, once."""
    room = Room()
    room.crowded = True
    for name in "abc":
        await room.do(name)
    await asyncio.sleep(0.01)
    assert room.done == []
    await room.empties()
    assert room.done == ["a", "b", "c"]
    room.crowded = True
    await room.do("d")
    await room.empties()
    assert room.done == ["a", "b", "c", "d"]


async def test_a_chat_that_is_erased() -> None:
    """Nothing more is done in it."""
    room = Room()
    room.crowded = True
    for name in "aba":
        await room.do(name)
    room.tidying.drop("a")
    await room.empties()
    assert room.done == ["b"]


async def test_what_fails_is_told() -> None:
    """The rest is done all the same."""
    room = Room()
    room.crowded = True
    with capture_logs() as logged:
        await room.do("a", ValueError("bug"))
        await room.do("b")
        await room.empties()
    assert room.done == ["b"]
    assert [entry["event"] for entry in logged] == ["telegram.not_tidied"]


async def test_at_the_end_what_waits_is_done() -> None:
    """As far as there is time; in a crowd that stays there is none."""
    room = Room()
    await room.tidying.drain(1)
    room.crowded = True
    for name in "ab":
        await room.do(name)
    room.crowded = False
    await room.tidying.drain(5)
    assert room.done == ["a", "b"]
    room.crowded = True
    await room.do("c")
    await room.tidying.drain(0.01)
    await room.empties()
    assert room.done == ["a", "b"]


async def test_what_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits behind it is done."""
    monkeypatch.setattr("bot.adapters.telegram.tidying._PATIENCE", 0.02)
    room = Room()
    room.crowded = True
    await room.tidying.do("a", lambda: asyncio.sleep(60))
    await room.do("b")
    with capture_logs() as logged:
        await room.empties()
    assert room.done == ["b"]
    assert [entry["event"] for entry in logged] == ["telegram.not_tidied"]


async def test_more_than_can_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has waited for longest is left undone."""
    monkeypatch.setattr("bot.adapters.telegram.tidying._MOST", 2)
    room = Room()
    room.crowded = True
    with capture_logs() as logged:
        for name in "abc":
            await room.do(name)
    await room.empties()
    assert room.done == ["b", "c"]
    assert [entry["event"] for entry in logged] == ["telegram.not_tidied"]


async def test_a_crowd_on_telegram() -> None:
    """Everybody is answered before any old button goes; in the end all are gone."""
    async with Stage() as api, channel(api, api.store):
        people = [api.person() for _ in range(CROWD)]
        for person in people:
            person.start()
        await api.rest(*people)
        before = len(api.calls)
        api.faults.delay(SLOW / 4, "sendMessage", times=10)
        api.faults.delay(SLOW, "sendMessage", times=CROWD - 10)
        for person in people:
            presses(person, "webmail")
        await api.happened(lambda: len(api.called(*EDITS)) >= CROWD)
        await api.rest(*people)
        calls = api.calls[before:]
        answers = [call.time for call in calls if call.method == "sendMessage"]
        tidied = [call.time for call in calls if call.method in EDITS]
        assert len(answers) == len(tidied) == CROWD
        assert min(tidied) >= max(answers) + SLOW / 2
