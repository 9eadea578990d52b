"""One update's walk, with everything around it in memory."""

from dataclasses import replace

import pytest

from bot.adapters.clock import FixedClock
from bot.model.answer import Attachment
from bot.model.message import Reply
from bot.service.conversation import Conversation, NoFreeReference
from bot.service.incoming import Content, Incoming, Opened, Pictured, Said
from bot.service.ports import WrittenTicket
from tests.desk import MONDAY, PARIS, catalog, machine
from tests.fakes import CountedReferences, MemorySink, MemoryStore, Person, conversation, said
from tests.sample import with_start

TO_THE_SUMMARY = ["webmail", "portal_saturated", "hours", "unreadable", "no_message", "just_now"]


async def at_summary(person: Person, language: str = "fr") -> Reply:
    """Somebody who only has to confirm."""
    reply = await person.opens(language)
    for choice in TO_THE_SUMMARY:
        reply = await person.presses(choice)
    return reply


async def test_first_words_say_what_the_bot_is() -> None:
    """What it is, that it is not official, what it never asks for, and what the choices are."""
    reply = await Person(conversation()).opens("fr")
    words = said(reply)
    assert "assistant automatique" in words
    assert "pas un service officiel" in words
    assert "Je ne demande jamais de mot de passe" in words
    assert [choice.id for choice in reply.choices] == ["webmail", "wifi"]
    assert (reply.expects, reply.node, reply.ended) == ("choice", "start.service", None)


async def test_the_same_update_is_taken_once() -> None:
    """A repeated update changes nothing and says nothing."""
    store = MemoryStore()
    person = Person(conversation(store))
    await person.opens()
    talk = person.conversation
    for _ in range(2):
        await talk.handle(Incoming("somebody", "7", Said("Messagerie académique")), person)
    assert [reply.node for reply in person.heard] == ["start.service", "webmail.cause"]


class Broken:
    """A channel that cannot send."""

    async def send(self, reply: Reply) -> None:
        """Fails."""
        raise ConnectionError(reply.node)


@pytest.mark.parametrize("content", [Opened(), Said("wifi")])
async def test_what_was_not_sent_is_sent_again(content: Content) -> None:
    """The same update, a new one, or the user coming back: the reply goes out, once."""
    person = Person(conversation())
    await person.opens()
    lost = Incoming("somebody", "lost", Said("Messagerie académique"))
    with pytest.raises(ConnectionError):
        await person.conversation.handle(lost, Broken())
    assert person.heard[-1].node == "start.service"
    await person.conversation.handle(Incoming("somebody", "next", content), person)
    expected = ["webmail.cause"] if isinstance(content, Opened) else ["webmail.cause", "webmail.cause"]
    assert [reply.node for reply in person.heard[1:]] == expected
    await person.conversation.handle(lost, person)
    assert len(person.heard) == 1 + len(expected)


async def test_chats_do_not_mix() -> None:
    """Each has its own conversation."""
    talk = conversation()
    one, other = Person(talk, "one"), Person(talk, "other")
    await one.opens("fr")
    await other.opens("en")
    await one.presses("wifi")
    assert said(await other.presses("webmail")).startswith("What is happening?")
    assert said(one.heard[-1]).startswith("Que se passe-t-il avec le Wi-Fi")


async def test_ticket_is_committed_then_handed_on() -> None:
    """The sink gets the ticket and its text before the user is told."""
    sink = MemorySink()
    person = Person(conversation(sink=sink))
    await at_summary(person)
    reply = await person.presses("confirm")
    assert reply.ended == "ticket"
    assert reply.ticket is not None
    assert sink.taken == [WrittenTicket(reply.ticket, reply.messages[-1])]
    assert reply.ticket.reference in said(reply)


async def test_a_sink_that_fails_does_not_silence_the_bot() -> None:
    """The user gets the ticket; it stays undelivered, to be handed on later."""

    class Full(MemorySink):
        async def deliver(self, ticket: WrittenTicket) -> None:
            raise OSError(28, "No space left on device", ticket.ticket.reference)

    store = MemoryStore()
    person = Person(conversation(store, Full()))
    await at_summary(person)
    with pytest.raises(OSError, match="No space left"):
        await person.presses("confirm")
    assert person.heard[-1].ended == "ticket"
    sink = MemorySink()
    await conversation(store, sink).deliver()
    assert len(sink.taken) == 1
    assert await store.undelivered() == []


async def test_a_reference_that_is_taken_is_not_given_twice() -> None:
    """Another is tried; after several the bot gives up rather than mix tickets."""
    store = MemoryStore()
    talk = conversation(store)
    one, other = Person(talk, "one"), Person(talk, "other")
    for person in (one, other):
        await at_summary(person)
    await one.presses("confirm")
    talk._references = CountedReferences()  # noqa: SLF001 - gives the same references again
    reply = await other.presses("confirm")
    assert reply.ticket is not None
    assert set(store.tickets) == {"2222-2222", reply.ticket.reference}


async def test_no_free_reference() -> None:
    """When every reference is taken, nothing is written, and the error says where it happened."""

    class Stuck(CountedReferences):
        def new(self) -> str:
            return "2222-2222"

    store = MemoryStore()
    talk = Conversation(machine(), catalog(), store, MemorySink(), FixedClock(MONDAY), Stuck(), PARIS)
    one, other = Person(talk, "one"), Person(talk, "other")
    for person in (one, other):
        await at_summary(person)
    await one.presses("confirm")
    with pytest.raises(NoFreeReference) as raised:
        await other.presses("confirm")
    assert raised.value.__notes__ == ["while taking update 8 of chat other"]
    assert store.sessions["other"].ended is None


async def test_coming_back() -> None:
    """An open conversation is gone on with, in the language asked for; an ended one begins anew."""
    talk = conversation()
    person = Person(talk)
    await person.opens("fr")
    await person.presses("webmail")
    assert (await person.opens()).node == "webmail.cause"
    english = await person.opens("en")
    assert (english.node, english.language) == ("webmail.cause", "en")
    assert said(english).startswith("What is happening?")
    await person.commands("cancel")
    again = await person.opens()
    assert (again.node, again.language) == ("start.service", "en")


async def test_a_flow_can_be_asked_for() -> None:
    """It is entered behind the greeting; a conversation in another flow is left for it."""
    person = Person(conversation())
    assert (await person.opens("fr", "wifi")).node == "wifi.cause"
    assert "assistant automatique" in said(person.heard[-1])
    assert (await person.opens("fr", "webmail")).node == "webmail.cause"
    assert (await person.opens("fr", "webmail")).node == "webmail.cause"
    assert not said(person.heard[-1]).startswith("Bonjour")


async def test_whoever_writes_first_is_greeted() -> None:
    """Nothing is understood before the bot has introduced itself."""
    reply = await Person(conversation()).says("bonjour")
    assert reply.node == "start.service"
    assert reply.language == "fr"


async def test_commands() -> None:
    """By name: those of the bot, the language, and the interrupts."""
    person = Person(conversation())
    await person.opens("fr")
    await person.presses("webmail")
    assert (await person.commands("language")).language == "en"
    assert (await person.commands("language", "fr")).language == "fr"
    assert (await person.commands("language", "de")).language == "en"
    assert "always" not in said(await person.commands("privacy"))
    assert (await person.commands("human")).node == "webmail.human.offer"
    assert (await person.commands("back")).node == "webmail.cause"
    refused = await person.commands("nonsense")
    assert said(refused).startswith("I cannot show you that here.")


async def test_language_can_change_in_the_middle_of_anything() -> None:
    """The place, the answers and the choices stay; the words change."""
    person = Person(conversation())
    before = await at_summary(person)
    after = await person.says("english")
    assert [choice.id for choice in after.choices] == [choice.id for choice in before.choices]
    assert "This is what your ticket will say." in said(after)
    ticket = (await person.presses("confirm")).ticket
    assert ticket is not None
    assert ticket.language == "en"


async def test_pictures_go_with_the_ticket() -> None:
    """Sent at any question."""
    person = Person(conversation())
    await at_summary(person)
    picture = Attachment("capture.png", "image/png", 3, "attachments/x.png")
    assert said(await person.does(Pictured(picture))).startswith("Je garde votre image.")
    assert said(await person.does(Pictured(picture))).startswith("Je garde vos 2 images.")
    ticket = (await person.presses("confirm")).ticket
    assert ticket is not None
    assert ticket.attachments == (picture, picture)
    assert "Pièces jointes : capture.png, capture.png" in said(person.heard[-1]).replace("\u00a0", " ")


async def test_an_edited_flow_recalls_where_one_stands() -> None:
    """What was said to a question that is gone is not taken for an answer to another."""
    store = MemoryStore()
    person = Person(conversation(store))
    await person.opens("fr")
    await person.presses("webmail")
    session = store.sessions["somebody"]
    store.sessions["somebody"] = replace(session, digest="old", place=replace(session.place, node="gone"))
    reply = await person.says("Mot de passe expiré")
    assert said(reply).startswith("Les questions viennent d’être mises à jour.")
    assert reply.node == "webmail.cause"


async def test_other_flows_than_the_shipped_ones() -> None:
    """Nothing in the code knows a service."""
    talk = Conversation(
        with_start(), catalog(), MemoryStore(), MemorySink(), FixedClock(MONDAY), CountedReferences(), PARIS
    )
    person = Person(talk)
    await person.opens()
    assert said(await person.presses("other")) == "Fini."
