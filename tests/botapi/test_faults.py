"""Every way in which the line to Telegram fails."""

import asyncio
import time

import aiohttp
import pytest

from tests.botapi import BotApiServer
from tests.botapi.conftest import Bot


@pytest.fixture
def chat(api: BotApiServer) -> int:
    """Somebody who has started the bot."""
    person = api.person()
    person.start()
    return person.id


async def test_errors_on_purpose(api: BotApiServer, bot: Bot, chat: int) -> None:
    """They have no effect, and do not count as the bot's own."""
    api.faults.too_many("sendMessage", retry_after=0)
    api.faults.server_error()
    api.faults.forbidden(chat)
    assert await bot("getMe") == "Internal Server Error"
    assert await bot("sendMessage", chat_id=chat, text="a") == "Too Many Requests: retry after 0"
    assert await bot("sendMessage", chat_id=chat, text="b") == "Forbidden: bot was blocked by the user"
    assert isinstance(await bot("sendMessage", chat_id=chat, text="c"), dict)
    assert [call.fault for call in api.calls] == ["server_error", "too_many", "forbidden", ""]
    assert api.refused == []
    assert api.calls[1].answer["parameters"] == {"retry_after": 0}


async def test_a_page_of_a_proxy(api: BotApiServer, bot: Bot) -> None:
    """It is no JSON."""
    api.faults.server_error("getMe", code=502, page=True)
    async with bot.session.get(f"{api.url}/bot{api.token}/getMe") as response:
        assert (response.status, response.content_type) == (502, "text/html")


async def test_lost_connections(api: BotApiServer, bot: Bot, chat: int) -> None:
    """Before the call had an effect, or after it: the bot cannot know."""
    person = api.world.chats[chat]
    api.faults.drop_before("sendMessage")
    with pytest.raises(aiohttp.ClientError):
        await bot("sendMessage", chat_id=chat, text="a")
    assert len(person.messages) == 1
    api.faults.drop_after("sendMessage")
    with pytest.raises(aiohttp.ClientError):
        await bot("sendMessage", chat_id=chat, text="b")
    assert person.messages[2].text == "b"
    assert [call.fault for call in api.calls] == ["drop_before", "drop_after"]


async def test_a_lost_answer_to_a_poll(api: BotApiServer, bot: Bot, chat: int) -> None:
    """The updates come again."""
    api.faults.drop_after("getUpdates")
    with pytest.raises(aiohttp.ClientError):
        await bot.updates()
    assert [update["message"]["chat"]["id"] for update in await bot.updates()] == [chat]


async def test_a_delay(api: BotApiServer, bot: Bot) -> None:
    """The answer comes late."""
    api.faults.delay(0.1, "getMe")
    start = time.monotonic()
    assert (await bot("getMe"))["is_bot"]
    assert time.monotonic() - start >= 0.1


async def test_an_outage(api: BotApiServer, bot: Bot, chat: int) -> None:
    """Nothing gets through, not even what was waiting; afterwards all is as before."""
    await bot.updates(offset=api.pending[0]["update_id"] + 1)
    poll = asyncio.create_task(bot.updates(timeout=30))
    await api.happened(lambda: len(api.called("getUpdates")) == 2)
    api.faults.outage_begins()
    with pytest.raises(aiohttp.ClientError):
        await poll
    with pytest.raises(aiohttp.ClientError):
        await bot("sendMessage", chat_id=chat, text="a")
    api.faults.outage_ends()
    assert isinstance(await bot("sendMessage", chat_id=chat, text="b"), dict)
    assert [call.fault for call in api.calls] == ["", "outage", "outage", ""]


async def test_an_update_that_comes_twice(api: BotApiServer, bot: Bot) -> None:
    """With the same id, even though it was confirmed."""
    api.person().says("a")
    (update,) = await bot.updates()
    assert await bot.updates(offset=update["update_id"] + 1) == []
    api.faults.duplicate(update["update_id"])
    assert await bot.updates(offset=update["update_id"] + 1, timeout=1) == [update]
    assert await bot.updates(offset=update["update_id"] + 1) == []


async def test_chance_can_be_had_again(api: BotApiServer, bot: Bot) -> None:
    """The same seed gives the same faults."""
    runs = []
    for _ in range(2):
        before = len(api.calls)
        api.faults.by_chance(7, 0.5, kinds=("too_many", "server_error"))
        for _ in range(20):
            await bot("getMe")
        api.faults.clear()
        runs.append([call.fault for call in api.calls[before:]])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {"", "too_many", "server_error"}
