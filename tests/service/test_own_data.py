"""What people can ask about what is kept of them."""

import json

import pytest

from bot.adapters.references import RandomReferences
from bot.service.conversation import Conversation
from bot.service.incoming import Commanded, Content, Incoming, Opened, Pictured, Pressed, Said
from bot.service.own_data import Keeping, request_of
from tests.desk import PARIS, catalog, machine
from tests.fakes import HandClock, MemoryStore, Person
from tests.service.test_render import plainly
from tests.service.test_ticket import PICTURE

CANARY = "canari-jaune-4711"


def talking(store: MemoryStore, keeping: Keeping | None = None) -> Conversation:
    """The shipped bot."""
    return Conversation(machine(), catalog(), store, [], HandClock(), RandomReferences(), PARIS, None, keeping)


async def told(store: MemoryStore, language: str = "fr", chat: str = "somebody") -> Person:
    """Somebody who has said the canary, up to the ticket."""
    person = Person(talking(store), chat=chat)
    await person.opens(language)
    for choice in ("webmail", "other"):
        await person.presses(choice)
    await person.says(f"Il y a {CANARY}")
    await person.presses("no")
    for words in (CANARY, f"Erreur {CANARY}"):
        await person.says(words)
    await person.presses("just_now")
    assert (await person.presses("confirm")).ticket is not None
    return person


@pytest.mark.parametrize(
    ("content", "request_"),
    [
        (Commanded("mydata"), "mydata"),
        (Commanded("forget"), "forget"),
        (Commanded("help"), None),
        (Said("Mes données"), "mydata"),
        (Said("bonjour, je veux effacer mes données svp"), "forget"),
        (Said("oubliez-moi !"), "forget"),
        (Said("Forget me, please"), "forget"),
        (Said("oubliez-moi ça"), None),
        (Said("mes données ont disparu"), None),
        (Pressed("forget"), None),
        (Pictured(PICTURE), None),
    ],
)
def test_what_is_asked(content: Content, request_: str | None) -> None:
    """By a command, or in words that say nothing else."""
    assert request_of(content) == request_


async def test_somebody_gets_all_that_is_kept() -> None:
    """As a file; the conversation goes on where it stood."""
    store = MemoryStore()
    person = await told(store)
    await person.says("recommencer")
    reply = await person.says("mes données")
    assert plainly(reply).startswith("Voici tout ce que je garde sur vous")
    assert reply.file is not None
    kept = json.loads(reply.file.text)
    assert CANARY in json.dumps(kept["tickets"])
    assert len(kept["conversations"]) == 1
    assert kept["tickets"][0]["content"]["reference"] in store.tickets
    assert (await person.presses("webmail")).node == "webmail.cause"


async def test_whoever_asks_again_and_again() -> None:
    """Gets one file: while it waits to be sent there is no other, and none is in another."""
    store = MemoryStore()
    person = await told(store)
    talk = talking(store)
    for number in range(20):
        await talk.take(Incoming(person.chat, f"asks-{number}", Commanded("mydata")))
    waiting = [pending.reply for _, pending in store.replies.values()]
    assert [reply.file is not None for reply in waiting] == [True, *[False] * 19]
    assert plainly(waiting[-1]).startswith("Ce que je garde sur vous est en route")


async def test_nothing_is_kept_of_somebody_new() -> None:
    """They are told so by an empty file, in their language."""
    person = Person(talking(MemoryStore()))
    reply = await person.commands("mydata")
    assert reply.file is not None
    kept = json.loads(reply.file.text)
    assert (kept["conversations"], kept["tickets"]) == ([], [])


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_somebody_is_forgotten(language: str) -> None:
    """At once, wherever they stand; it is said what cannot be reached; whoever writes again begins anew."""
    store = MemoryStore()
    other, person = await told(store, chat="other"), await told(store, language)
    reply = await person.commands("forget")
    assert plainly(reply).startswith({"fr": "C'est fait : j'ai effacé", "en": "It is done: I have erased"}[language])
    assert person.chat not in {*store.sessions, *store.seen, *(chat for chat, _ in store.tickets.values())}
    assert CANARY not in repr([pending for chat, pending in store.replies.values() if chat == person.chat])
    assert (await person.does(Opened(language))).node == "start.service"
    assert other.chat in store.sessions


@pytest.mark.parametrize(
    ("keeping", "words"),
    [
        (Keeping(30), ("30 jours après votre dernier message", "Vos tickets ne vont qu'à vous")),
        (Keeping(30, contact="dpd@example.org {x}"), ("Contact : dpd@example.org {x}.",)),
        (
            Keeping(1, {"email": "desk@example.org", "glpi": "glpi.example.org", "folder": "/srv/tickets"}),
            (
                "1 jour après votre dernier message",
                "il part alors au support (desk@example.org, glpi.example.org ou le dossier du support)",
            ),
        ),
    ],
)
async def test_people_are_told_how_this_bot_is_set_up(keeping: Keeping, words: tuple[str, ...]) -> None:
    """At the end of what the desk says of privacy."""
    person = Person(talking(MemoryStore(), keeping))
    await person.opens("fr")
    said = plainly(await person.commands("privacy"))
    for each in (*words, "oubliez-moi", "n'est pas un service officiel"):
        assert each in said
