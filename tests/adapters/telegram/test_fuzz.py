"""Updates as Telegram never sends them: none breaks the bot, none gets stuck, and everybody can go on talking."""

import asyncio
import io
import json
import random
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

from bot.adapters.store.sql import SqlStore
from bot.adapters.telegram.shape import Misshapen, read
from bot.model.error import BotError
from tests.botapi import Person
from tests.desk import CIPHER, MONDAY
from tests.telegram_bot import MODES, SECRET, Mode, Stage, Time, channel, hook_of, offers, presses, tickets

BATCHES, SIZE = 3, 80
MARK = "canari"
"""Stands in every text that is planted: the log must not have it."""
JUNK: Sequence[Any] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**53 + 1, -(2**62), 2**63, 10**400, 1.5, 1e308, float("nan"), float("inf")),
    *("", MARK, f"{MARK}\ud800\0\u202e", f"{MARK} " * 2_000, "7", "/start", "!", "9:webmail"),
    *([], [[]], [MARK], [None], {}, {MARK: MARK}, {"id": MARK}, {"id": True}, {"id": -5, "type": "private"}),
    *("private", "group", "supergroup", "channel", "sender", MARK + "\n" * 50),
)


def nested(depth: int) -> Any:
    """Lists in lists."""
    value: Any = MARK
    for _ in range(depth):
        value = [value] if depth % 2 else {"chat": value}
    return value


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in some JSON."""
    if path:
        yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in list(pairs):
        yield from places(item, (*path, name))


def spoiled(update: dict[str, Any], chance: random.Random, *, numbered: bool) -> dict[str, Any]:
    """The update with one to three things left out, or replaced by something else."""
    update = deepcopy(update)
    for _ in range(chance.randint(1, 3)):
        found = [path for path in places(update) if numbered or path != ("update_id",)]
        path = chance.choice(found) if found else None
        if path is None:
            break
        holder: Any = update
        for step in path[:-1]:
            holder = holder[step]
        match chance.randrange(8):
            case 0 | 1:
                del holder[path[-1]]
            case 2:
                holder[path[-1]] = nested(chance.choice([3, 40, 70, 200]))
            case 3 if isinstance(holder[path[-1]], int):
                holder[path[-1]] = -holder[path[-1]]
            case _:
                holder[path[-1]] = deepcopy(chance.choice(JUNK))
    return update


async def soon(_: float) -> None:
    """A sleep that takes no time to speak of."""
    await asyncio.sleep(0.005)


async def everything(api: Stage, person: Person) -> list[dict[str, Any]]:
    """One update of each kind that people cause, as Telegram tells of it."""
    group, posts = api.group("Salle des profs"), api.channel("Annonces")
    person.start("otp_blocked-fr")
    await person.settled()
    presses(person, "human")
    message = person.says(f"{MARK} https://messagerie.ac-aix-marseille.fr/x hier 22h")
    person.edits(message.id, f"{MARK} 8h15")
    person.replies(message, f"/language en {MARK}")
    person.forwards(MARK)
    person.sends_photo(caption=MARK)
    person.sends_album(2, MARK)
    person.sends_document(f"{MARK}.png", "image/png", caption=MARK)
    person.sends_document(f"{MARK}.txt")
    for send in (person.sends_sticker, person.sends_voice, person.sends_contact, person.sends_poll, person.sends_venue):
        send()
    group.adds_bot(person)
    group.says(person, MARK)
    group.migrates()
    posts.adds_bot(person)
    posts.posts(MARK)
    person.types(MARK)
    await person.settled()
    return [update.body for update in api.world.updates.given.values()]


async def to_a_ticket(api: Stage, person: Person) -> None:
    """A whole conversation, from the beginning to a ticket."""
    before = len(tickets(person))
    person.says("/restart")
    await person.settled(0.05)
    asked = any(button.value.endswith(":webmail") for row in person.buttons for button in row)
    for choice in (*(["webmail"] if asked else []), "browser_issue", "no", "windows_firefox", "no"):
        await takes(api, person, choice)
    person.says("Erreur 503")
    for choice in ("just_now", "confirm"):
        await takes(api, person, choice)
    await api.happened(lambda: len(tickets(person)) == before + 1)


async def takes(api: Stage, person: Person, choice: str) -> None:
    """Takes a choice as soon as it is offered."""
    await api.happened(lambda: offers(person, choice))
    presses(person, choice)
    await person.settled(0.05)


@pytest.mark.parametrize("mode", MODES)
async def test_spoiled_updates(mode: Mode, tmp_path: Path, logs_to: Callable[..., None]) -> None:
    """A webhook answers 200 or 400, polling confirms; after each batch, whoever they came from gets a ticket."""
    chance = random.Random(7)  # noqa: S311 - what is spoiled is chosen by chance
    output, time, hook = io.StringIO(), Time(MONDAY), hook_of(mode)
    store = await SqlStore.open(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    logs_to("DEBUG", (), output)
    async with Stage(time.seconds, inline=True) as api, channel(api, store, time, soon, time.seconds, hook) as running:
        person = api.person()
        samples = await everything(api, person)
        assert len(samples) > 20
        answered: set[int] = set()
        async with aiohttp.ClientSession(headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as session:

            async def post(body: bytes) -> None:
                assert hook is not None
                async with session.post(hook.url, data=body) as answer:
                    answered.add(answer.status)
                    assert MARK not in await answer.text()

            for _ in range(BATCHES):
                batch = [spoiled(chance.choice(samples), chance, numbered=hook is not None) for _ in range(SIZE)]
                if hook is not None:
                    await asyncio.gather(*(post(json.dumps(update).encode()) for update in batch))
                else:
                    for update in batch:
                        api.inject(update, assign=True)
                    await api.happened(lambda: not api.pending)
                await person.settled(0.05)
                time.passes(60)
                await to_a_ticket(api, person)
                time.passes(60)
        assert answered <= {200, 400}
        assert not running.done()
        assert not [call for call in api.refused if call.status != 400]
    async with store.turn(f"telegram:{person.id}", "") as turn:
        assert not await turn.waiting()
    await store.close()
    logged = output.getvalue()
    assert MARK not in logged
    assert "update.set_aside" in logged
    assert str(person.id) not in logged


MESSAGE: dict[str, Any] = {
    "message_id": 1,
    "date": 1_782_000_000,
    "chat": {"id": 7, "type": "private"},
    "from": {"id": 7, "is_bot": False},
    "text": MARK,
}


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("text", 5, "message.text: string_type"),
        ("text", [MARK], "message.text: string_type"),
        ("message_id", "1", "message.message_id: int_type"),
        ("message_id", True, "message.message_id: int_type"),
        ("date", -1, "message.date: greater_than_equal"),
        ("date", 2**32, "message.date: less_than"),
        ("chat", {"id": 2**53 + 1, "type": "private"}, "message.chat.id: less_than_equal"),
        ("chat", {"id": "7", "type": "private"}, "message.chat.id: int_type"),
        ("from", MARK, "message.from: model_type"),
        ("from", {"id": 7, "is_bot": False, "language_code": ["fr"]}, "message.from.language_code: string_type"),
        ("entities", {}, "message.entities: list_type"),
        ("entities", [{"type": "url", "offset": -1, "length": 1}], "message.entities.0.offset: greater_than_equal"),
        ("photo", [{"file_id": 5}], "message.photo.0.file_id: string_type"),
        ("document", {"file_id": "a", "file_size": "1"}, "message.document.file_size: int_type"),
        ("media_group_id", 5, "message.media_group_id: string_type"),
    ],
)
def test_what_has_another_type_is_refused(field: str, value: object, told: str) -> None:
    """With the place and what is wrong there, never with what stood there."""
    read({"update_id": 1, "message": MESSAGE})
    with pytest.raises(Misshapen) as refused:
        read({"update_id": 1, "message": {**MESSAGE, field: value}})
    assert str(refused.value) == told


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("id", 5, "inline_query.id: string_type"),
        ("from", None, "inline_query.from: model_type"),
        ("from", {"id": "7", "is_bot": False}, "inline_query.from.id: int_type"),
        ("query", [MARK], "inline_query.query: string_type"),
        ("query", MARK * 1_000, "inline_query.query: string_too_long"),
        ("offset", 5, "inline_query.offset: string_type"),
    ],
)
def test_inline_queries_of_another_shape_are_refused(field: str, value: object, told: str) -> None:
    """As all that is read."""
    query = {"id": "1", "from": {"id": 7, "is_bot": False}, "query": MARK, "offset": "", "chat_type": "group"}
    read({"update_id": 1, "inline_query": query})
    with pytest.raises(Misshapen) as refused:
        read({"update_id": 1, "inline_query": {**query, field: value}})
    assert str(refused.value) == told


def test_a_traceback_repeats_nobody(logs_to: Callable[..., None]) -> None:
    """Of errors that are not ours the log has the kind and the place, of ours the words too; causes come first."""
    output = io.StringIO()
    logs_to("INFO", (), output)
    try:
        try:
            int(MARK)
        except ValueError as error:
            error.add_note("while taking update 5")
            raise BotError("our own words") from error
    except BotError:
        structlog.get_logger("bot.test").exception("failed")
    (line,) = output.getvalue().splitlines()
    told = json.loads(line)["exception"]
    assert MARK not in told.replace("int(MARK)", "")
    first, last = told.split("\n\n")
    assert first.endswith("\nValueError\nwhile taking update 5")
    assert last.endswith("\nBotError: our own words")
    assert "test_fuzz.py" in first
