"""An hour without Telegram, an hour without the bot; clocks simulated."""

import asyncio
from datetime import timedelta

from tests.botapi import Person
from tests.desk import MONDAY
from tests.telegram_bot import Stage, Time, channel, offers, presses, tickets

HOUR = timedelta(hours=1)
TO_THE_ERROR = ("webmail", "browser_issue", "no", "windows_firefox", "no")
EXCUSE = "J’ai été indisponible un moment, pardon."


async def at_the_error(api: Stage) -> Person:
    """Somebody who is asked for the message."""
    person = api.person()
    person.start()
    await api.rest(person)
    for choice in TO_THE_ERROR:
        presses(person, choice)
        await api.rest(person)
    return person


async def to_the_ticket(api: Stage, person: Person) -> None:
    """Goes on to the ticket."""
    for choice in ("no_message", "just_now", "confirm"):
        if offers(person, choice):
            presses(person, choice)
            await api.rest(person)
    assert len(tickets(person)) == 1


async def test_an_hour_without_telegram() -> None:
    """What was to be said is said, what was written is taken, what was pressed in vain is asked again."""
    clock = Time(MONDAY)
    async with Stage(clock.seconds) as api:
        async with channel(api, api.store, clock, sleep=clock.sleep, monotonic=clock.seconds):
            waiting, writing, pressing = [await at_the_error(api) for _ in range(3)]
            api.faults.server_error("sendMessage", times=1)
            waiting.says("Erreur 500")
            await api.happened(lambda: any(call.status == 500 for call in api.calls))
            api.faults.outage_begins()
            began = clock.now()
            writing.says("Erreur 501")
            presses(pressing, "no_message")
            async with asyncio.timeout(60):
                while clock.now() - began < HOUR:  # noqa: ASYNC110 - time goes by because the bot waits
                    await asyncio.sleep(0.001)
            api.faults.outage_ends()
            await api.happened(lambda: all(offers(person, "just_now") for person in (waiting, writing)), 20)
            await api.happened(lambda: any(EXCUSE in message.text for message in pressing.screen), 20)
            assert offers(pressing, "no_message")
            for person in (waiting, writing, pressing):
                await api.rest(person)
                await to_the_ticket(api, person)
        texts = [tickets(person)[0]["error_message"]["text"] for person in (waiting, writing, pressing)]
        assert texts == ["Erreur 500", "Erreur 501", None]
        assert api.refused == []


async def test_an_hour_without_the_bot() -> None:
    """Started again, it goes on with everybody where they stood; nobody who was not in the middle is disturbed."""
    clock = Time(MONDAY)
    async with Stage(clock.seconds) as api:
        async with channel(api, api.store, clock):
            long_ago = await at_the_error(api)
            for _ in range(15):
                clock.passes(100)
                api.person().start()
                await api.happened(lambda: not api.pending)
            writing, pressing, gone = [await at_the_error(api) for _ in range(3)]
            gone.says("/cancel")
            await api.rest(gone)
        clock.passes(HOUR.total_seconds())
        writing.says("Erreur 501")
        presses(pressing, "no_message")
        clock.passes(HOUR.total_seconds())
        quiet = len(long_ago.screen), len(gone.screen)
        async with channel(api, api.store, clock):
            await api.happened(lambda: any(EXCUSE in message.text for message in pressing.screen), 20)
            await api.happened(lambda: offers(writing, "just_now"), 20)
            for person in (writing, pressing):
                await api.rest(person)
                await to_the_ticket(api, person)
        assert (len(long_ago.screen), len(gone.screen)) == quiet
        ticket = tickets(writing)[0]
        assert ticket["error_message"]["text"] == "Erreur 501"
        assert api.refused == []


async def test_a_time_is_counted_from_when_it_was_written() -> None:
    """Somebody wrote "ten minutes ago" while the bot was away for an hour."""
    clock = Time(MONDAY)
    async with Stage(clock.seconds) as api:
        async with channel(api, api.store, clock):
            person = await at_the_error(api)
            presses(person, "no_message")
            await api.rest(person)
        person.says("il y a 10 min")
        clock.passes(HOUR.total_seconds())
        async with channel(api, api.store, clock):
            await api.happened(lambda: offers(person, "confirm"), 20)
            await api.rest(person)
            presses(person, "confirm")
            await api.happened(lambda: bool(tickets(person)), 20)
        assert tickets(person)[0]["attempt"]["at"] == "2026-06-22T10:20:00+02:00"
