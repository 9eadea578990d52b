"""Delivery to the bot's own address."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from tests.botapi import BotApiServer
from tests.botapi.conftest import Bot, Refuses

KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
SECRET = "s3cret_-"
WITH_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass(eq=False)
class Receiver:
    """The bot's address; what it answers can be set, and it can be made to wait."""

    url: str = ""
    got: list[tuple[str | None, dict[str, Any]]] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        """Takes an update."""
        self.got.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        await self.open.wait()
        return self.answers.pop(0) if self.answers else web.Response()

    @property
    def told(self) -> list[str]:
        """What was received, in short."""
        return [update.get("message", update.get("callback_query", {})).get("text", "press") for _, update in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A place to receive updates."""
    receiver = Receiver()
    receiver.open.set()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_are_delivered_in_order(api: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    """With the secret, those that waited first, each until it is taken."""
    person = api.person()
    person.says("a")
    assert await bot("setWebhook", url=receiver.url, secret_token=SECRET) is True
    person.says("b")
    receiver.answers = [web.Response(status=500), web.Response(status=204)]
    await api.happened(lambda: not api.pending)
    assert receiver.told == ["a", "a", "b"]
    assert {secret for secret, _ in receiver.got} == {SECRET}
    info = await bot("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == (receiver.url, 0)
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    assert await bot("getUpdates") == WITH_WEBHOOK
    await bot("deleteWebhook")
    assert (await bot("getWebhookInfo"))["url"] == ""
    assert await bot.updates() == []
    assert api.refused == []


async def test_presses_travel_beside_messages(api: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    """A chat's messages wait for each other, its presses and other chats do not."""
    person, other = api.person(), api.person()
    person.start()
    await bot("sendMessage", chat_id=person.id, text="?", reply_markup=KEYBOARD)
    await bot("setWebhook", url=receiver.url, drop_pending_updates=True)
    receiver.open.clear()
    person.says("a")
    person.says("b")
    person.presses("Yes")
    other.says("c")
    await asyncio.sleep(0.2)
    assert sorted(receiver.told) == ["a", "c", "press"]
    receiver.open.set()
    await api.happened(lambda: not api.pending)
    assert sorted(receiver.told) == ["a", "b", "c", "press"]


async def test_connections_are_limited(api: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    """No more at once than were asked for."""
    await bot("setWebhook", url=receiver.url, max_connections=2)
    receiver.open.clear()
    for _ in range(3):
        api.person().says("a")
    await asyncio.sleep(0.2)
    assert len(receiver.got) == 2
    receiver.open.set()
    await api.happened(lambda: not api.pending)


async def test_a_bot_that_is_not_there(api: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    """Updates wait until it is."""
    api.person().says("a")
    await bot("setWebhook", url="http://127.0.0.1:9/hook")
    await api.happened(lambda: api.webhook.last_error is not None)
    assert (await bot("getWebhookInfo"))["last_error_message"] == "Connection refused"
    await bot("setWebhook", url=receiver.url)
    await api.happened(lambda: not api.pending)
    assert receiver.told == ["a"]


async def test_a_call_in_the_answer(api: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    """It is made as any other."""
    person = api.person()
    receiver.answers = [web.json_response({"method": "sendMessage", "chat_id": person.id, "text": "hello"})]
    await bot("setWebhook", url=receiver.url)
    person.start()
    assert [message.text for message in await person.hears()] == ["hello"]


async def test_an_outage_holds_updates_back(api: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    """They come when it is over; one can come twice."""
    await bot("setWebhook", url=receiver.url)
    api.faults.outage_begins()
    person = api.person()
    person.says("a")
    await asyncio.sleep(0.1)
    assert receiver.got == []
    api.faults.outage_ends()
    await api.happened(lambda: not api.pending)
    api.faults.duplicate(receiver.got[0][1]["update_id"])
    await api.happened(lambda: not api.pending)
    assert receiver.got[0] == receiver.got[1]


async def test_a_webhook_ends_a_poll(api: BotApiServer, bot: Bot, receiver: Receiver) -> None:
    """The poll is told why."""
    poll = asyncio.create_task(bot("getUpdates", timeout=30))
    await api.happened(lambda: bool(api.calls))
    await bot("setWebhook", url=receiver.url)
    assert await poll == "Conflict: terminated by setWebhook request"


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"url": "ftp://a.fr"}, "invalid webhook URL specified"),
        ({"url": "http://a.fr"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://a.fr:81"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "https://a.fr", "secret_token": "é"}, "secret token contains unallowed characters"),
        ({"url": "https://a.fr", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_wrong_webhooks(refuses: Refuses, params: dict[str, Any], problem: str) -> None:
    """An address is https, or on this machine."""
    await refuses(f"Bad Request: {problem}", "setWebhook", **params)
