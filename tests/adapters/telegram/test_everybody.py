"""People walk the whole tree on Telegram, with the real process: undisturbed, killed, and with a Bot API that fails."""

import asyncio
import random
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.service.ticket_json import ticket_schema
from tests.botapi import BotApiServer, Person
from tests.chaos.nursery import Nursery
from tests.telegram_bot import CAUSES, ERROR, Action, BotProcess, acts, reads, script, tickets, webhook_settings

TWICE = {"answerCallbackQuery", "editMessageText", "editMessageReplyMarkup"}
"""What may be refused because it was done already, where the bot could not know."""
MODES = ("polling", "webhook")
WALKS = [(cause, language) for cause in CAUSES for language in ("fr", "en")]


def settings(mode: str) -> dict[str, str]:
    """The settings of a mode."""
    return webhook_settings() if mode == "webhook" else {}


async def everybody(api: BotApiServer) -> list[tuple[Person, str, list[Action]]]:
    """One person for each cause and language, with what they will do, and the cause."""
    return [(api.person(language_code=code), cause, list(await script(cause, code))) for cause, code in WALKS]


def chosen(person: Person) -> int:
    """How many choices stand in somebody's history."""
    return sum("\n\n✓ " in message.text for message in person.screen)


def check(person: Person, cause: str) -> None:
    """There is a ticket with all it must hold, and it is the same on the screen."""
    made = tickets(person)
    assert made
    assert len({ticket["reference"] for ticket in made}) == 1, "more than one ticket"
    ticket = made[0]
    Draft202012Validator(ticket_schema()).validate(ticket)
    assert ticket["cause"] == cause
    assert ticket["language"] == person.user["language_code"]
    assert ticket["error_message"] == {"text": ERROR, "shown": True, "redactions": []}
    assert ticket["attempt"]["at"] is not None
    shown = [message for message in person.screen if any(entity["type"] == "pre" for entity in message.entities)]
    assert ERROR in "".join(message.text for message in shown)


def open_choices(person: Person) -> list[str]:
    """The buttons of questions that somebody still sees."""
    shown = [button.value for message in person.screen for row in message.rows for button in row]
    return [data for data in shown if re.match(r"\d+:", data)]


@pytest.mark.parametrize("mode", MODES)
async def test_everybody_gets_a_ticket(mode: str, tmp_path: Path) -> None:
    """Ten causes in two languages at once: nothing refused, every button answered, every message replied to."""
    async with BotApiServer() as api:
        bot = BotProcess(api, tmp_path, **settings(mode))
        await bot.start()

        async def walk(person: Person, cause: str, actions: list[Action]) -> None:
            person.start()
            for action in actions:
                await reads(api, person, action)
                acts(person, action)
            pressed = sum(action.kind == "presses" for action in actions)
            await api.happened(lambda: len(tickets(person)) == 1 and chosen(person) == pressed, 120)
            check(person, cause)
            assert not person.unanswered
            await api.happened(lambda: not open_choices(person), 120)

        await asyncio.gather(*(walk(*each) for each in await everybody(api)))
        assert await bot.stop() == 0
        assert api.refused == []
        assert api.suspicious == []
        assert "Traceback" not in bot.log


@pytest.mark.parametrize("mode", MODES)
async def test_killed_between_any_two_messages(mode: str, nursery: Nursery, tmp_path: Path) -> None:
    """Killed and started again while each message is under way: everybody is answered, nothing is asked twice."""
    chance = random.Random(mode)  # noqa: S311 - for the moments of the kills
    async with BotApiServer() as api:
        api.limits.enabled = False
        bot = BotProcess(api, tmp_path, nursery.launch, **settings(mode))
        await bot.start()
        people = await everybody(api)
        for person, _, _ in people:
            person.start()
        for number in range(max(len(actions) for _, _, actions in people)):
            awake = [(person, actions[number]) for person, _, actions in people if number < len(actions)]
            await asyncio.gather(*(reads(api, person, action) for person, action in awake))
            for person, action in awake:
                acts(person, action)
            await asyncio.sleep(chance.uniform(0, 0.3))
            await bot.kill()
            await bot.start()
        await api.happened(lambda: all(tickets(person) for person, _, _ in people), 120)
        for person, cause, _ in people:
            check(person, cause)
        assert await bot.stop() == 0
        assert {call.method for call in api.refused} <= TWICE
        assert api.suspicious == []
        assert "Traceback" not in bot.log


@pytest.mark.parametrize("mode", MODES)
async def test_with_a_bot_api_that_fails(mode: str, tmp_path: Path) -> None:
    """One call in ten fails in some way: everything arrives all the same, if need be twice."""
    async with BotApiServer() as api:
        api.limits.enabled = False
        bot = BotProcess(api, tmp_path, **settings(mode))
        await bot.start()
        api.faults.by_chance(7, 0.1)

        async def walk(person: Person, cause: str, actions: list[Action]) -> None:
            person.start()
            for action in actions:
                await reads(api, person, action)
                acts(person, action)
            await api.happened(lambda: bool(tickets(person)), 120)
            check(person, cause)

        await asyncio.gather(*(walk(*each) for each in await everybody(api)))
        assert await bot.stop() == 0
        assert {call.method for call in api.refused} <= TWICE
        assert "Traceback" not in bot.log
