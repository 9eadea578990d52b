"""Polling: offsets, waiting, conflicts, and what is too old."""

import asyncio
from typing import Any

import pytest

from tests.botapi import BotApiServer
from tests.botapi.conftest import Bot, Clock

OTHER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


def texts(updates: list[dict[str, Any]]) -> list[str]:
    """What messages say."""
    return [update["message"]["text"] for update in updates]


async def test_an_offset_confirms_what_is_below(api: BotApiServer, bot: Bot) -> None:
    """Until then, updates come again and again; ids are in a row."""
    person = api.person()
    for text in ("a", "b", "c"):
        person.says(text)
    first = await bot.updates(limit=2)
    assert texts(first) == ["a", "b"]
    assert texts(await bot.updates()) == ["a", "b", "c"]
    assert texts(await bot.updates(offset=first[1]["update_id"])) == ["b", "c"]
    assert [update["message"]["text"] for update in api.pending] == ["b", "c"]
    assert first[1]["update_id"] == first[0]["update_id"] + 1
    assert await bot.updates(offset=first[1]["update_id"] + 2) == []
    assert api.pending == []


async def test_a_negative_offset_keeps_the_last(api: BotApiServer, bot: Bot) -> None:
    """All earlier ones are forgotten."""
    person = api.person()
    for text in ("a", "b", "c"):
        person.says(text)
    assert texts(await bot.updates(offset=-1)) == ["c"]
    assert texts(await bot.updates()) == ["c"]


async def test_an_offset_far_ahead_confirms_nothing(api: BotApiServer, bot: Bot) -> None:
    """Ids start anew after a week without updates; an offset of before then does no harm."""
    person = api.person()
    person.says("a")
    old = (await bot.updates())[0]["update_id"] + 1
    await bot.updates(offset=old)
    api.world.updates.renumber(5)
    person.says("b")
    assert texts(await bot.updates(offset=old)) == ["b"]
    assert await bot.updates(offset=6) == []


async def test_a_poll_waits(api: BotApiServer, bot: Bot) -> None:
    """It wakes as soon as there is an update, and else ends in time."""
    poll = asyncio.create_task(bot.updates(timeout=30))
    await api.happened(lambda: bool(api.calls))
    api.person().says("a")
    assert texts(await poll) == ["a"]
    assert await bot.updates(offset=api.pending[0]["update_id"] + 1, timeout=0) == []


async def test_the_older_poll_ends(api: BotApiServer, bot: Bot) -> None:
    """Two at once are in conflict."""
    older = asyncio.create_task(bot("getUpdates", timeout=30))
    await api.happened(lambda: bool(api.calls))
    newer = asyncio.create_task(bot.updates(timeout=30))
    assert await older == OTHER
    api.person().says("a")
    assert texts(await newer) == ["a"]
    assert [call.status for call in api.calls] == [409, 200]
    assert api.refused == []


async def test_a_poll_ends_when_the_bot_is_gone(api: BotApiServer, bot: Bot) -> None:
    """What comes later waits for the next bot."""
    poll = asyncio.create_task(bot.updates(timeout=30))
    await api.happened(lambda: bool(api.calls))
    poll.cancel()
    await api.happened(lambda: api.calls[0].status == 200)
    api.person().says("a")
    assert texts(await bot.updates()) == ["a"]


async def test_old_updates_are_dropped(api: BotApiServer, bot: Bot, clock: Clock) -> None:
    """Messages after 24 hours, presses after 150 seconds, inline queries after 30."""
    person = api.person()
    person.start()
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
    await bot("sendMessage", chat_id=person.id, text="?", reply_markup=keyboard)
    person.presses("Yes")
    api.inject({"inline_query": {"id": "1"}})
    left = []
    for seconds in (0, 31, 120, 86_300):
        clock.now += seconds
        left.append(len(await bot.updates()))
    assert left == [3, 2, 1, 0]


async def test_only_what_the_bot_wants(api: BotApiServer, bot: Bot) -> None:
    """The kinds are remembered for what comes next."""
    person = api.person()
    person.says("a")
    assert texts(await bot.updates(allowed_updates=["my_chat_member"])) == ["a"]
    person.says("b")
    person.blocks()
    updates = await bot.updates(offset=api.pending[0]["update_id"] + 1)
    assert [set(update) - {"update_id"} for update in updates] == [{"my_chat_member"}]


@pytest.mark.parametrize("assign", [True, False])
async def test_anything_can_be_injected(api: BotApiServer, bot: Bot, *, assign: bool) -> None:
    """Even what Telegram would never send."""
    number = api.inject({"update_id": 7, "message": {"nonsense": [None]}}, assign=assign)
    assert await bot.updates() == [{"update_id": number, "message": {"nonsense": [None]}}]
    assert (number == 7) is not assign
