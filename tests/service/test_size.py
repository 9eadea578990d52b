"""What is kept of one conversation stays small, whatever somebody does and however long."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.adapters.store.codec import dump_session
from bot.engine.step import MAX_ATTACHMENTS, MAX_HELD, MAX_PUT_ASIDE
from bot.model.answer import Attachment
from bot.model.message import Reply
from bot.service.incoming import Commanded, Content, Edited, Pictured, Pressed, Said
from bot.understanding.understand import MAX_CHARACTERS
from tests.desk import lexicons
from tests.fakes import HandClock, MemoryStore, Person, conversation, said

LARGEST = 256 * 1024
"""Bytes of a session as it is stored, before it is encrypted."""
PAUSE = timedelta(hours=5)


def text_of(number: int) -> str:
    """As much as Telegram delivers in one message, different each time."""
    return (f"é {number} " + f"mot{number} " * 800)[:4_096]


def picture_of(number: int) -> Pictured:
    """A picture with as many words as can go with one."""
    return Pictured(Attachment("n" * 200 + ".png", "image/png", 1, f"telegram:photo:{number}", "é" * 1_024))


def anything(number: int, chance: random.Random, reply: Reply, clock: HandClock) -> Content:
    """What somebody does who does anything."""
    if reply.ended is not None:
        return Commanded(chance.choice(["restart", "restart", "back"]))
    match chance.randrange(8):
        case 0 | 1:
            return Said(text_of(number))
        case 2:
            return Commanded(chance.choice(["back", "restart", "help", "privacy", "status", "correct", "language"]))
        case 3:
            return picture_of(number)
        case 4:
            return Said(chance.choice(["il y a 10 min", "8h", "hier", "oui", "retour", "1"]))
        case 5 if chance.random() < 0.2:
            clock.passes(PAUSE)
            return Said(text_of(number))
        case _:
            return Pressed(chance.choice(reply.choices).id) if reply.choices else Said(text_of(number))


def words_while_away(number: int, chance: random.Random, reply: Reply, clock: HandClock) -> Content:
    """What somebody does who writes and writes, and never says whether to go on."""
    del chance, reply
    if number == 0:
        return Pressed("webmail")
    if number == 2:
        clock.passes(PAUSE)
    return Pressed("silent_redirect") if number == 1 else Said(text_of(number))


def pictures(number: int, chance: random.Random, reply: Reply, clock: HandClock) -> Content:
    """What somebody does who sends pictures, begins again, and takes that back."""
    del reply, clock
    return picture_of(number) if chance.random() < 0.8 else Commanded(chance.choice(["restart", "back"]))


Habit = Callable[[int, random.Random, Reply, HandClock], Content]


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(("habit", "turns"), [(anything, 1_000), (words_while_away, 200), (pictures, 600)])
def test_a_session_stays_small(habit: Habit, turns: int) -> None:
    """Below a quarter of a mebibyte at every moment of a long random walk."""
    chance = random.Random(3)  # noqa: S311 - what is done is chosen by chance
    store, clock = MemoryStore(), HandClock()
    person = Person(conversation(store, clock=clock, lexicons=lexicons()))

    async def walk() -> int:
        reply, largest = await person.opens("fr"), 0
        for number in range(turns):
            reply = await person.does(habit(number, chance, reply, clock))
            session = store.sessions[person.chat]
            largest = max(largest, len(dump_session(session).encode()))
            assert len(session.attachments) <= MAX_ATTACHMENTS
            store.tickets.clear()
        return largest

    assert 1_000 < asyncio.run(walk()) < LARGEST


async def does(*contents: Content | timedelta) -> tuple[MemoryStore, Person]:
    """Somebody who has done all this; a length of time is a silence."""
    store, clock = MemoryStore(), HandClock()
    person = Person(conversation(store, clock=clock))
    await person.opens("fr", "webmail")
    for content in contents:
        if isinstance(content, timedelta):
            clock.passes(content)
        else:
            await person.does(content)
    return store, person


async def test_what_is_written_after_a_pause_is_kept_within_bounds() -> None:
    """The first ten messages are; of the next it is said that they are not, and the question stays."""
    words = [Said(f"Erreur {number}") for number in range(MAX_HELD + 2)]
    store, person = await does(Pressed("browser_issue"), PAUSE, *words)
    held = store.sessions[person.chat].place.away or ()
    assert [each.words for each in held] == [f"Erreur {number}" for number in range(MAX_HELD)]
    last, before = person.heard[-1], person.heard[-3]
    assert said(last).startswith("Je garde ce que vous m’avez écrit d’abord")
    assert "venez d’écrire" not in said(last)
    assert not said(before).startswith("Je garde ce que vous m’avez écrit d’abord")
    assert [choice.id for choice in last.choices] == ["resume", "start_over"]


async def test_going_back_brings_back_as_many_pictures_as_are_kept() -> None:
    """Those of before come first; that the others are too many is said."""
    ten = [picture_of(number) for number in range(MAX_ATTACHMENTS)]
    more = [picture_of(number) for number in range(100, 103)]
    store, person = await does(Pressed("browser_issue"), *ten, Commanded("restart"), *more, Commanded("back"))
    assert store.sessions[person.chat].attachments == tuple(each.attachment for each in ten)
    assert "Je ne peux pas garder plus d’images" in said(person.heard[-1])


async def test_pictures_of_restarts_long_ago_are_forgotten() -> None:
    """Those of the last three times that somebody began again can come back."""
    rounds: list[Content] = []
    for number in range(9):
        rounds += [*[picture_of(number)] * MAX_ATTACHMENTS, Commanded("restart")]
    store, person = await does(Pressed("browser_issue"), *rounds)
    past = store.sessions[person.chat].past
    assert sum(len(place.pictures) for place in past) == MAX_PUT_ASIDE
    assert [place.pictures[0].file for place in past if place.pictures] == [f"telegram:photo:{n}" for n in (6, 7, 8)]


@pytest.mark.parametrize("before", [(), ("browser_issue", "no", "windows_firefox", "no")])
async def test_a_text_that_is_too_long_is_refused_and_not_kept(before: tuple[str, ...]) -> None:
    """Whoever sends ten million characters is told so, at a menu as at a question, and no more is looked at."""
    text = Said("Erreur 503 " * 1_000_000)
    store, person = await does(*map(Pressed, before), text)
    assert said(person.heard[-1]).startswith("C’est trop long pour moi.")
    assert len(dump_session(store.sessions[person.chat])) < MAX_CHARACTERS + 5_000


async def test_an_edit_that_is_too_long_changes_nothing() -> None:
    """The answer stays as it was, and the person is told to write it anew."""
    at = ("browser_issue", "no", "windows_firefox", "no")
    store, person = await does(*map(Pressed, at), Said("Erreur 503", "m"), Edited("x" * 1_000_000, "m"))
    assert "Je ne peux pas prendre en compte cette modification ici." in said(person.heard[-1])
    assert "Erreur 503" in dump_session(store.sessions[person.chat])
