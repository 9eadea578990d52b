"""Whoever sends far more than a person would is told once and then not heard; nobody else notices, and no person is."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.adapters.telegram.flood import BURST, CALM, CHATS, INTERVAL, Floods
from tests.desk import PARIS
from tests.fakes import WeakStore
from tests.telegram_bot import MODES, Mode, Stage, Time, channel, hook_of, offers, presses

MONDAY = datetime(2026, 6, 22, 8, 15, tzinfo=PARIS)
TOLD = {"fr": "J’ai du mal à suivre", "en": "That is a lot at once"}
TALK = ("webmail", "browser_issue", "no", "windows_firefox", "no")


async def soon(_: float) -> None:
    """A sleep that takes no time to speak of: only the test says when time passes."""
    await asyncio.sleep(0.005)


def beside(api: Stage, time: Time, mode: Mode = "polling") -> AbstractAsyncContextManager[object]:
    """The bot beside its server, at a time that stands still unless the test moves it."""
    return channel(api, api.store, time, sleep=soon, monotonic=time.seconds, hook=hook_of(mode))


def floods(logged: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The floods that are in the log."""
    return [entry for entry in logged if str(entry["event"]).startswith("flood")]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", ["fr", "en"])
async def test_one_polite_answer_then_silence(mode: Mode, language: str) -> None:
    """All is confirmed, buttons stop waiting, the log has one line without a name; after half a minute all is well."""
    time = Time(MONDAY)
    with capture_logs() as logged:
        async with Stage(time.seconds) as api, beside(api, time, mode):
            flooder = api.person(language_code=language)
            flooder.start()
            await api.rest(flooder)
            for number in range(200):
                flooder.says(f"spam {number}")
            await api.rest(flooder)
            for _ in range(20):
                flooder.presses_on(flooder.screen[0], "1:webmail")
            await api.rest(flooder)
            await api.happened(lambda: not flooder.unanswered)
            assert api.pending == []
            assert len(flooder.screen) == BURST + 1
            assert flooder.last.text.startswith(TOLD[language])
            assert sum(message.text.startswith(TOLD[language]) for message in flooder.screen) == 1
            assert flooder.toasts == []
            assert len(floods(logged)) == 1
            assert str(flooder.id) not in str(floods(logged))
            time.passes(CALM * INTERVAL)
            flooder.says("/restart")
            await api.rest(flooder)
            assert offers(flooder, "webmail")
            assert api.store.letters == []


async def test_the_open_question_can_still_be_answered_afterwards() -> None:
    """What was said before the flood stands, and so do the buttons of the question that was open."""
    time = Time(MONDAY)
    async with Stage(time.seconds) as api, beside(api, time):
        person = api.person()
        person.start()
        await api.rest(person)
        for choice in TALK:
            presses(person, choice)
            await api.rest(person)
        for _ in range(BURST):
            person.sends_sticker()
        await api.rest(person)
        assert person.last.text.startswith(TOLD["fr"])
        time.passes(CALM * INTERVAL)
        person.says("Erreur 503 : service indisponible")
        await api.rest(person)
        presses(person, "just_now")
        await api.rest(person)
        assert offers(person, "confirm")


async def test_nobody_else_notices() -> None:
    """Somebody's whole conversation goes its way while another sends without end."""
    time = Time(MONDAY)
    async with Stage(time.seconds) as api, beside(api, time):
        flooder, person = api.person(), api.person()
        for number in range(300):
            flooder.says(f"spam {number}")
        person.start()
        await api.rest(person)
        for choice in TALK:
            for number in range(50):
                flooder.says(f"more {number}")
            presses(person, choice)
            await api.rest(person)
        person.says("Erreur 503")
        await api.rest(person, flooder)
        assert offers(person, "just_now")
        assert not any(message.text.startswith(TOLD["fr"]) for message in person.screen)
        assert len([chat for chat, _ in api.store.updates if chat.endswith(str(flooder.id))]) == BURST + 1


@pytest.mark.parametrize("mode", MODES)
async def test_a_bad_monday_is_no_flood(mode: Mode) -> None:
    """An album of ten pictures, a long text that Telegram splits, and a dozen taps and words, all in one moment."""
    time = Time(MONDAY)
    with capture_logs() as logged:
        async with Stage(time.seconds) as api, beside(api, time, mode):
            person = api.person()
            person.start()
            await api.rest(person)
            question = person.last
            person.sends_album(10, "voilà")
            for _ in range(5):
                person.says("Erreur : " + "é" * 4_000)
            for word in ("allo ?", "svp", "c'est urgent", "ça ne marche pas", "help", "retour"):
                person.says(word)
            for _ in range(6):
                person.presses_on(question, "Messagerie académique")
            await api.rest(person)
            assert floods(logged) == []
            assert len([entry for entry in logged if entry["event"] == "update.taken"]) == 28


async def test_what_waited_while_the_bot_was_away_did_not_come_at_once() -> None:
    """Sixty messages of a day are taken as sixty messages of a day."""
    time = Time(MONDAY)
    with capture_logs() as logged:
        async with Stage(time.seconds) as api:
            person = api.person()
            for number in range(60):
                person.says(f"allo {number} ?")
                time.passes(300)
            async with beside(api, time):
                await api.rest(person)
                assert len(api.store.updates) == 60
    assert floods(logged) == []


async def test_what_could_not_be_kept_does_not_count_when_it_comes_again() -> None:
    """A database that refuses forty times makes no flood of one message."""
    time = Time(MONDAY)

    with capture_logs() as logged:
        async with Stage(time.seconds) as api:
            api.store = WeakStore(failing_turns=tuple(range(1, 41)))
            async with beside(api, time):
                person = api.person()
                person.start()
                await api.rest(person)
                assert offers(person, "webmail")
                assert next(api.store.turns) > 41
    assert floods(logged) == []


async def test_a_loud_group_is_told_nothing() -> None:
    """Where others listen the bot says its one line, however much is written there."""
    time = Time(MONDAY)
    async with Stage(time.seconds) as api, beside(api, time):
        group, person = api.group("Salle des profs"), api.person()
        group.adds_bot(person)
        for number in range(3 * BURST):
            group.says(person, f"bonjour {number}")
        await api.rest(group)
        assert api.pending == []
        assert len(group.screen) == 1


def fed(moments: Sequence[float]) -> list[str]:
    """How a chat stands at each of these moments."""
    known, found = Floods(), []
    for moment in moments:
        standing = known.standing("a", moment)
        known.note("a", moment, standing)
        found.append(str(standing))
    return found


@given(st.lists(st.floats(INTERVAL, 600), max_size=200), st.integers(0, BURST))
def test_no_pace_that_a_person_keeps_is_a_flood(pauses: Sequence[float], burst: int) -> None:
    """A burst, then one update every two seconds for as long as they like."""
    moments = [0.0] * burst
    for pause in pauses:
        moments.append(moments[-1] + pause if moments else pause)
    assert set(fed(moments)) <= {"calm"}


@given(st.lists(st.floats(0, 4), min_size=1, max_size=300))
def test_a_flood_is_told_once_and_ends_by_calm_alone(pauses: Sequence[float]) -> None:
    """Between two that are told, there were places for half a minute of quiet."""
    moments = [sum(pauses[: number + 1]) for number in range(len(pauses))]
    found = fed(moments)
    begun = [moment for moment, standing in zip(moments, found, strict=True) if standing == "begins"]
    assert all(later - earlier >= CALM * INTERVAL for earlier, later in pairwise(begun))
    for before, after in pairwise(found):
        assert (before, after) not in {("calm", "floods"), ("begins", "begins"), ("floods", "begins")}


def test_somebody_who_keeps_asking_calmly_is_heard_again() -> None:
    """A word every ten seconds is no flood any more, within a minute."""
    found = fed([0.0] * (BURST + 1) + [10.0 * number for number in range(1, 7)])
    assert found[BURST] == "begins"
    assert found[-1] == "calm"


def test_a_bounded_memory() -> None:
    """The chat that was quiet for longest is forgotten; one that floods is not, as long as it goes on."""
    known = Floods()
    for _ in range(BURST + 1):
        known.note("flood", 0, known.standing("flood", 0))
    for number in range(2 * CHATS):
        known.note(str(number), 0, known.standing(str(number), 0))
        if number % 1_000 == 0:
            known.note("flood", 0, known.standing("flood", 0))
    assert len(known) == CHATS
    assert known.standing("flood", 0) == "floods"
