"""`python -m bot run`: how it starts, what it says when it cannot, how it stops, what it never says."""

import asyncio
import json
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest

from tests.botapi import BotApiServer
from tests.chaos.nursery import Nursery
from tests.telegram_bot import MODES, SECRET, BotProcess, free_port, offers, presses, webhook_settings
from tests.test_discretion import PLANTED, written_files

TOKEN = "1234:TEST"
SECRET_NEEDED = (
    "BOT_WEBHOOK_SECRET is needed with BOT_WEBHOOK_URL: 16 to 256 letters, digits, - and _ "
    "(for example the output of: openssl rand -hex 32)\n"
)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "BOT_TOKEN is not set; @BotFather on Telegram gives you one (see the README)\n"),
        (
            {"BOT_TOKEN": "no-token"},
            "BOT_TOKEN does not look like a token: digits, a colon, then letters, digits, - and _\n",
        ),
        (
            {"BOT_TOKEN": TOKEN, "BOT_WEBHOOK_URL": "https://bot.example.org/hook"},
            SECRET_NEEDED,
        ),
        (
            {"BOT_TOKEN": TOKEN, "BOT_API_URL": "telegram.org"},
            "BOT_API_URL: this is not the root of a server; write for example https://api.telegram.org\n",
        ),
        (
            {"BOT_TOKEN": TOKEN, "BOT_WEBHOOK_URL": "bot.example.org"},
            "BOT_WEBHOOK_URL: this is not an address; write for example https://bot.example.org/telegram\n",
        ),
        (
            {"BOT_TOKEN": TOKEN, "BOT_WEBHOOK_LISTEN": "8080"},
            "BOT_WEBHOOK_LISTEN: write a host and a port, for example 127.0.0.1:8080 or 0.0.0.0:8080\n",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(settings: dict[str, str], words: str, nursery: Nursery) -> None:
    """With the exit code of a wrong command, and no traceback."""
    done = nursery.run("run", **settings)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", words)


async def test_a_token_that_telegram_refuses(nursery: Nursery, tmp_path: Path) -> None:
    """One line that says what to do, and an exit code; the token is not in it."""
    async with BotApiServer(token=TOKEN) as api:
        settings = {"BOT_TOKEN": f"{TOKEN}S", "BOT_API_URL": api.url, "BOT_DATA_DIR": str(tmp_path)}
        done = await asyncio.to_thread(nursery.run, "run", **settings)
    words = "Telegram refuses the token in BOT_TOKEN; copy it again from @BotFather (it may have been revoked)\n"
    told = [line for line in done.stderr.splitlines(keepends=True) if '"event":"reading.' not in line]
    assert (done.returncode, told) == (1, [words])


async def test_an_address_that_is_taken(nursery: Nursery, tmp_path: Path) -> None:
    """One line, and an exit code."""
    async with BotApiServer(token=TOKEN) as api:
        settings = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": api.url,
            "BOT_DATA_DIR": str(tmp_path),
            "BOT_WEBHOOK_URL": "http://127.0.0.1/hook",
            "BOT_WEBHOOK_LISTEN": api.url.removeprefix("http://"),
            "BOT_WEBHOOK_SECRET": SECRET,
        }
        done = await asyncio.to_thread(nursery.run, "run", **settings)
        assert done.returncode == 1
        assert f"cannot listen at {settings['BOT_WEBHOOK_LISTEN']}" in done.stderr
        assert "Traceback" not in done.stderr


async def test_an_unreachable_server_is_waited_for(tmp_path: Path) -> None:
    """It says so in one line a try, and starts when the server is there; it can be stopped meanwhile."""
    async with BotApiServer() as api:
        api.faults.outage_begins()
        bot = BotProcess(api, tmp_path)
        started = asyncio.create_task(bot.start())
        await api.happened(lambda: len(api.calls) > 1)
        api.faults.outage_ends()
        await started
        assert await bot.stop() == 0
        lines = [json.loads(line) for line in bot.log.splitlines()]
        events = {line["event"] for line in lines} - {"reading.on"}
        assert events == {"telegram.unreachable", "telegram.started", "telegram.stopped"}


async def test_another_program_with_the_same_token(nursery: Nursery, tmp_path: Path) -> None:
    """It is explained, and tried again until the other has gone."""
    async with BotApiServer() as api:
        one, other = (BotProcess(api, tmp_path / name, nursery.launch) for name in ("1", "2"))
        for bot, name in ((one, "1"), (other, "2")):
            (tmp_path / name).mkdir()
            await bot.start()
        await api.happened(lambda: "telegram.conflict" in one.log + other.log)
        assert "only one of them can" in one.log + other.log
        assert await one.stop() == 0
        person = api.person()
        person.start()
        await api.happened(lambda: offers(person, "webmail"))
        assert await other.stop() == 0


async def test_a_second_process_on_the_same_database(nursery: Nursery, tmp_path: Path) -> None:
    """It is refused in one line: it would answer people twice. What only looks may look."""
    async with BotApiServer() as api:
        bot = BotProcess(api, tmp_path, nursery.launch)
        await bot.start()
        settings = {"BOT_TOKEN": api.token, "BOT_API_URL": api.url, "BOT_DATA_DIR": str(tmp_path)}
        second = await asyncio.to_thread(nursery.run, "run", **settings)
        words = f"another process is running on {tmp_path / 'bot.db'}; stop it first\n"
        assert (second.returncode, second.stderr) == (2, words)
        assert await bot.stop() == 0


async def test_it_stops_in_time_and_loses_nothing(nursery: Nursery, tmp_path: Path) -> None:
    """Told to stop while Telegram is slow, it goes within ten seconds; what was not sent goes out at the next start."""
    async with BotApiServer() as api:
        bot = BotProcess(api, tmp_path, nursery.launch)
        await bot.start()
        person = api.person()
        api.faults.server_error("sendMessage", times=1_000)
        person.start()
        await api.happened(lambda: bool(api.called("sendMessage")))
        began = asyncio.get_running_loop().time()
        assert await bot.stop() == 0
        assert asyncio.get_running_loop().time() - began < 10
        assert '"unsent":1' in bot.log
        assert not api.pending
        api.faults.clear()
        await bot.start()
        await api.happened(lambda: offers(person, "webmail"))
        presses(person, "webmail")
        await api.happened(lambda: offers(person, "expired_password"))
        assert len(person.screen) == 2
        assert await bot.stop() == 0


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_the_token_is_never_said(mode: str, nursery: Nursery, tmp_path: Path) -> None:
    """With everything logged, and with calls that fail in every way, tracebacks included."""
    async with BotApiServer() as api:
        api.limits.enabled = False
        settings = webhook_settings() if mode == "webhook" else {}
        bot = BotProcess(api, tmp_path, nursery.launch, log_level="debug", **settings)
        await bot.start()
        person = api.person()
        api.faults.by_chance(3, 0.4)
        for number in range(15):
            person.says(f"canari {number}")
            api.inject({"message": {"message_id": number, "chat": {"id": person.id}, "from": 5, "text": "canari"}})
        await asyncio.sleep(2)
        api.faults.clear()
        assert await bot.stop() == 0
        assert "Traceback" in bot.log, "no traceback was provoked"
        assert api.token not in bot.log
        assert api.token.split(":")[1] not in bot.log
        assert SECRET not in bot.log
        assert "canari" not in bot.log


async def test_a_webhook_knows_telegram_by_its_secret(nursery: Nursery, tmp_path: Path) -> None:
    """Anything else is turned away, and a body that is no update is not taken."""
    async with BotApiServer() as api, aiohttp.ClientSession() as session:
        settings = webhook_settings()
        bot = BotProcess(api, tmp_path, nursery.launch, **settings)
        await bot.start()
        url, header = settings["webhook_url"], "X-Telegram-Bot-Api-Secret-Token"
        update = {"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}
        good = {header: SECRET}

        async def answer(method: str, address: str = url, **request: object) -> int:
            async with session.request(method, address, **request) as response:  # type: ignore[arg-type]
                return response.status

        assert await answer("POST", json=update) == 403
        assert await answer("POST", json=update, headers={header: "wrong é"}) == 403
        assert await answer("GET", headers=good) == 405
        assert await answer("POST", url + "/x", json=update, headers=good) == 404
        assert await answer("POST", data=b"{", headers=good) == 400
        assert await answer("POST", json=[1], headers=good) == 400
        assert await answer("POST", json={"update_id": "x"}, headers=good) == 400
        assert await answer("POST", data=b"[" * 100_000, headers=good) == 400
        assert await answer("POST", data=BytesIO(b"x" * 2_000_000), headers=good) == 413
        assert await answer("POST", json=update, headers=good) == 200
        assert await bot.stop() == 0


async def test_a_database_that_takes_nothing(nursery: Nursery, tmp_path: Path) -> None:
    """Nothing is confirmed until it can be committed; then everything is taken."""
    import sqlite3  # noqa: PLC0415 - only here

    async with BotApiServer() as api:
        bot = BotProcess(api, tmp_path, nursery.launch)
        await bot.start()
        locked = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
        locked.execute("BEGIN IMMEDIATE")
        person = api.person()
        person.start()
        await api.happened(lambda: "store.unavailable" in bot.log)
        assert api.pending
        locked.execute("ROLLBACK")
        locked.close()
        await api.happened(lambda: offers(person, "webmail"))
        assert await bot.stop() == 0
        assert "Traceback" not in bot.log


async def test_free_ports_differ() -> None:
    """Two webhooks of the tests do not meet."""
    assert free_port() != free_port()


@pytest.mark.parametrize("mode", MODES)
async def test_no_secret_is_kept_logged_or_sent(mode: str, nursery: Nursery, tmp_path: Path) -> None:
    """One of each kind, as texts, an edit, a caption and an update that cannot be taken; the message is taken away."""
    planted = {each["kind"]: each for each in reversed(PLANTED) if len(each["secret"]) >= 6}
    assert len(planted) > 10
    async with BotApiServer() as api:
        api.limits.enabled = False
        bot = BotProcess(
            api, tmp_path, nursery.launch, log_level="debug", **(webhook_settings() if mode == "webhook" else {})
        )
        await bot.start()
        said = [api.person().says(each["text"]) for each in planted.values()]
        await api.happened(lambda: all(message.deleted for message in said), 30)
        person = api.person()
        person.start()
        edited = person.says("Erreur 503")
        await person.settled()
        person.edits(edited.id, planted["password"]["text"])
        person.sends_photo(caption=planted["password"]["text"])
        broken = {
            "message_id": 900,
            "chat": {"id": person.id, "type": "private"},
            "from": 5,
            "text": planted["jwt"]["text"],
        }
        api.inject({"message": broken})
        await person.settled()
        await api.happened(lambda: "update.set_aside" in bot.log)
        assert await bot.stop() == 0
        kept = [content for _, content in written_files(tmp_path)]
        sent = [json.dumps(call.params, ensure_ascii=False).encode() for call in api.calls]
        for each in planted.values():
            for form in (each["secret"], json.dumps(each["secret"])[1:-1]):
                assert not [text for text in (*kept, *sent) if form.encode() in text], each
        assert not [call for call in api.refused if call.method != "deleteMessage"]
