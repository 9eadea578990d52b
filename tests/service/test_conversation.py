"""One update's walk, with everything around it in memory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.clock import FixedClock
from bot.model.answer import Attachment, AttemptTime
from bot.model.message import Message, Reply, Words
from bot.service.conversation import Conversation, NoFreeReference
from bot.service.delivery import Accepted, Parcel
from bot.service.incoming import (
    Commanded,
    Content,
    Edited,
    Incoming,
    Opened,
    Pictured,
    Pressed,
    Returned,
    Said,
    Strayed,
)
from bot.service.ports import SetAside
from bot.service.taken import Taken
from tests.desk import MONDAY, PARIS, catalog, machine
from tests.fakes import CountedReferences, HandClock, MemorySink, MemoryStore, Person, conversation, said
from tests.sample import with_start
from tests.service.test_render import plainly

TYPED = ("Exemple", "Exemple", "Perdu", "boum", "8h30", "https://example.org/", "Non", "Mac", "jdupont")
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
    assert [(parcel.ticket, parcel.message) for parcel in sink.taken] == [(reply.ticket, reply.messages[-1])]
    assert reply.ticket.reference in said(reply)


async def test_a_sink_that_fails_does_not_silence_the_bot() -> None:
    """The user gets the ticket; it stays undelivered, to be handed on later."""

    class Full(MemorySink):
        async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
            del again
            raise OSError(28, "No space left on device", parcel.id)

    store = MemoryStore()
    person = Person(conversation(store, Full()))
    await at_summary(person)
    with pytest.raises(OSError, match="No space left"):
        await person.presses("confirm")
    assert person.heard[-1].ended == "ticket"
    sink = MemorySink()
    await conversation(store, sink).deliveries.work_off()
    assert sink.taken == []
    (waiting,) = await store.jobs.queued()
    await store.jobs.retry(waiting.id)
    await conversation(store, sink).deliveries.work_off()
    assert len(sink.taken) == 1
    assert [each.state for _, each in store.deliveries.values()] == ["taken"]


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
    talk = Conversation(machine(), catalog(), store, [MemorySink()], FixedClock(MONDAY), Stuck(), PARIS)
    one, other = Person(talk, "one"), Person(talk, "other")
    for person in (one, other):
        await at_summary(person)
    await one.presses("confirm")
    with pytest.raises(NoFreeReference) as raised:
        await other.presses("confirm")
    assert raised.value.__notes__ == ["while taking update 8"]
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
        with_start(), catalog(), MemoryStore(), [MemorySink()], FixedClock(MONDAY), CountedReferences(), PARIS
    )
    person = Person(talk)
    await person.opens()
    assert said(await person.presses("other")) == "Fini."


async def test_taking_is_not_sending() -> None:
    """Each update gives its own reply, which waits until the channel marks it; a repeated one what waits."""
    store = MemoryStore()
    talk = conversation(store)
    first = await talk.take(Incoming("somebody", "1", Opened("fr")))
    second = await talk.take(Incoming("somebody", "2", Pressed("webmail")))
    assert first.reply is not None
    assert second.reply is not None
    assert (first.reply.reply.node, second.reply.reply.node) == ("start.service", "webmail.cause")
    assert first == Taken(first.reply, None, None, "start.service")
    again = await talk.take(Incoming("somebody", "2", Pressed("webmail")))
    assert again == Taken(waiting=(first.reply, second.reply))
    assert await store.take_over("") == {"somebody": [first.reply, second.reply]}
    await store.mark_sent("somebody", first.reply.id, "receipt 1")
    assert await store.take_over("") == {"somebody": [second.reply]}
    assert (await talk.take(Incoming("somebody", "3", Commanded("back")))).receipt == "receipt 1"


async def test_a_word_in_passing_is_no_reply() -> None:
    """A choice of an earlier question: the channel gets what waits, and a word to show or not."""
    store = MemoryStore()
    person = Person(conversation(store))
    await person.opens("fr")
    await person.presses("webmail")
    await person.does(Pressed("wifi", 1))
    assert [reply.node for reply in person.heard] == ["start.service", "webmail.cause"]
    await person.conversation.take(Incoming("somebody", "x", Commanded("language", "en")))
    stale = await person.conversation.take(Incoming("somebody", "y", Pressed("wifi", 1)))
    notice = "That question has already been answered. The one that is open is the last one below."
    assert stale == Taken(None, notice, None, "webmail.cause")
    await person.conversation.handle(Incoming("somebody", "z", Pressed("wifi", 1)), person)
    assert [reply.language for reply in person.heard] == ["fr", "fr", "en"]


@pytest.mark.parametrize(
    ("opened", "nodes"),
    [
        (Opened("fr", "webmail"), ["webmail.cause"]),
        (Opened("en"), ["webmail.cause", "webmail.cause"]),
        (Opened(flow="wifi"), ["webmail.cause", "wifi.cause"]),
        (Opened(cause="network_missing"), ["webmail.cause", "wifi.place"]),
    ],
)
async def test_a_link_is_followed_while_a_reply_waits(opened: Opened, nodes: list[str]) -> None:
    """Coming back to the conversation as it is needs no other reply; whoever wants something else gets it."""
    person = Person(conversation())
    await person.conversation.take(Incoming("somebody", "0", Opened("fr", "webmail")))
    await person.does(opened)
    assert [reply.node for reply in person.heard] == nodes


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "I could not take in your last message, sorry. Please send it again, or write “help”."),
        (
            "fr",
            "Excusez-moi, je n’ai pas pu traiter votre dernier message. Renvoyez-le, ou écrivez «\u00a0aide\u00a0».",
        ),
    ],
)
async def test_what_cannot_be_taken_is_set_aside(language: str, words: str) -> None:
    """Once, and the person is told, once; the conversation stands where it stood, and begins where there is none."""
    store = MemoryStore()
    talk = conversation(store)
    letter = SetAside("somebody", "7", '{"update_id": 7}', "ValueError: bug", MONDAY)
    taken = await talk.set_aside(letter, language)
    reply = Reply((Message((Words(words),)),), (), None, "", language, 0)
    assert taken.reply is not None
    assert taken.reply.reply == reply
    assert await talk.set_aside(letter, language) == Taken()
    assert store.letters == [letter]
    assert store.sessions == {}
    assert await talk.take(Incoming("somebody", "7", Said("encore"))) == Taken(waiting=(taken.reply,))
    opened = await talk.take(Incoming("somebody", "8", Opened()))
    assert opened.node == "start.service"


async def test_what_cannot_be_taken_may_be_nobodys() -> None:
    """Where there is nobody to tell, nobody is told; the language may be unknown."""
    store = MemoryStore()
    talk = conversation(store)
    letter = SetAside("", "7", "{", "ValueError: bug", MONDAY)
    assert await talk.set_aside(letter, tell=False) == Taken()
    assert (store.letters, store.replies) == ([letter], {})
    told = await talk.set_aside(replace(letter, update="8"), "de")
    assert told.reply is not None
    assert told.reply.reply.language == "fr"


async def test_where_others_listen_there_is_no_conversation() -> None:
    """The way to a private chat is told once, in the language of who spoke."""
    store = MemoryStore()
    talk = conversation(store)
    stray = Incoming("group", "strayed", Strayed("https://t.me/guichet_bot"), language="en")
    taken = await talk.take(stray)
    words = "I only answer in private, where nobody else reads along. Write to me here: https://t.me/guichet_bot"
    reply = Reply((Message((Words(words),)),), (), None, "", "en", 0)
    assert taken.reply is not None
    assert taken.reply.reply == reply
    await store.mark_sent("group", taken.reply.id, "receipt")
    assert await talk.take(stray) == Taken()
    assert await talk.take(replace(stray, language="fr")) == Taken()
    assert await store.active_since(MONDAY - timedelta(days=1)) == []
    await store.forget_updates(MONDAY + timedelta(days=1))
    assert await talk.take(stray) == Taken()


@pytest.mark.parametrize(
    ("written", "text", "at"),
    [
        (MONDAY, "il y a 10 min", MONDAY - timedelta(minutes=10)),
        (MONDAY + timedelta(minutes=25), "il y a 10 min", MONDAY + timedelta(minutes=15)),
        (MONDAY + timedelta(minutes=30), "à l'instant", MONDAY + timedelta(minutes=25)),
        (None, "à l'instant", MONDAY + timedelta(minutes=25)),
    ],
)
async def test_times_count_from_when_they_were_written(written: datetime | None, text: str, at: datetime) -> None:
    """An update may be late by minutes, or by a clock ahead of ours: but never is a time later than now."""
    clock, store = HandClock(), MemoryStore()
    person = Person(conversation(store, clock=clock, flows=with_start()))
    for said_before in TYPED[:4]:
        await person.says(said_before)
    clock.passes(timedelta(minutes=25))
    incoming = Incoming("somebody", "late", Said(text, "m1"), written.astimezone(UTC) if written else None)
    taken = await person.conversation.take(incoming)
    entry = store.sessions["somebody"].place.answer("when")
    assert entry is not None
    assert entry.value == AttemptTime(at, "minute", text)
    assert taken.node == "sample.questions.address"
    assert store.seen["somebody"] == clock.instant


async def test_an_edit_counts_from_when_it_was_made() -> None:
    """And a ticket from when it is made."""
    clock, store = HandClock(), MemoryStore()
    person = Person(conversation(store, clock=clock))
    await at_summary(person)
    await person.presses("correct-attempt")
    await person.does(Said("il y a 10 min", "m1"))
    clock.passes(timedelta(hours=1))
    edited = Incoming("somebody", "e", Edited("il y a 5 min", "m1"), MONDAY + timedelta(minutes=2))
    await person.conversation.handle(edited, person)
    confirmed = Incoming("somebody", "c", Pressed("confirm"), MONDAY + timedelta(minutes=3))
    await person.conversation.handle(confirmed, person)
    made = person.heard[-1].ticket
    assert made is not None
    assert (made.attempt.at, made.attempt.words) == (MONDAY - timedelta(minutes=3), "il y a 5 min")
    assert made.created_at == clock.instant


async def test_a_late_update_is_no_pause() -> None:
    """What was written before the long wait was written without one."""
    clock = HandClock()
    person = Person(conversation(clock=clock, flows=with_start()))
    for text in TYPED[:4]:
        await person.says(text)
    clock.passes(timedelta(hours=6))
    late = Incoming("somebody", "late", Said("8h30"), MONDAY + timedelta(minutes=1))
    await person.conversation.handle(late, person)
    assert person.heard[-1].node == "sample.questions.address"


def without_sink(store: MemoryStore, clock: HandClock) -> Conversation:
    """The shipped bot, whose tickets nobody takes but their people."""
    return Conversation(machine(), catalog(), store, [], clock, CountedReferences(), PARIS)


async def test_without_a_sink_a_ticket_is_delivered_from_the_start() -> None:
    """The person carries it; nothing waits for a sink that may come one day."""
    store = MemoryStore()
    person = Person(without_sink(store, HandClock()))
    await at_summary(person)
    reply = await person.presses("confirm")
    assert reply.ticket is not None
    assert list(store.tickets) == [reply.ticket.reference]
    assert store.deliveries == {}
    await person.conversation.deliveries.work_off()
    sink = MemorySink()
    await conversation(store, sink).deliveries.work_off()
    assert sink.taken == []


async def test_how_things_stand() -> None:
    """Where one is, and the last ticket; by command or by words, in the middle and after the end."""
    person = Person(conversation(flows=with_start()))
    await person.opens("fr")
    assert plainly(await person.commands("status")) == (
        "Nous en sommes ici : la première question\n\nVous n'avez pas encore de ticket.\n\nLequel ?"
    )
    for text in TYPED[1:]:
        await person.says(text)
    reply = await person.says("où en suis-je ?")
    assert plainly(reply).startswith(
        "Nous en sommes ici : Exemple › Perdu › Récapitulatif\n\nVous n'avez pas encore de ticket.\n\nVoici."
    )
    made = (await person.presses("confirm")).ticket
    assert made is not None
    last = (
        f"Votre dernier ticket : {made.reference}, préparé le lundi 22 juin 2026 à 10:30, heure de Paris.\n\n"
        "Il n'a été remis qu'à vous. Pour le revoir, écrivez « ticket »."
    )
    reply = await person.commands("status")
    assert plainly(reply) == (
        f"{last}\n\nCette conversation est terminée. Écrivez « ticket » pour revoir votre dernier ticket, "
        "ou « recommencer » pour en ouvrir une autre."
    )
    assert (reply.ticket, reply.ended) == (None, "ticket")
    await person.commands("restart")
    reply = await person.commands("status")
    assert plainly(reply) == f"Nous en sommes ici : la première question\n\n{last}\n\nLequel ?"


async def test_the_last_ticket_again() -> None:
    """The very same message, as the last; of several the newest; in the middle the question stays open."""
    clock = HandClock()
    person = Person(conversation(clock=clock, flows=with_start()))
    await person.opens("fr")
    reply = await person.says("ticket")
    assert plainly(reply) == "Vous n'avez pas encore de ticket.\n\nLequel ?"
    assert reply.ticket is None
    made = []
    for _ in range(2):
        for text in (*TYPED[1:], "Créer"):
            reply = await person.says(text)
        made.append(reply)
        await person.opens()
        clock.passes(timedelta(minutes=1))
    newest = made[1].ticket
    assert newest is not None
    words = f"Voici votre dernier ticket, {newest.reference}."
    reply = await person.commands("ticket")
    assert reply.messages == (Message((Words(f"{words}\n\nLequel\u202f?"),)), made[1].messages[-1])
    assert (reply.ticket, [choice.id for choice in reply.choices]) == (newest, ["sample", "other"])
    clock.passes(timedelta(days=1))
    assert (await person.says("mon ticket")).messages == reply.messages
    await person.commands("cancel")
    reply = await person.commands("ticket")
    assert reply.messages == (Message((Words(words),)), made[1].messages[-1])
    assert (reply.ticket, reply.ended, reply.choices) == (newest, "abandoned", ())


async def test_an_absence_disturbs_only_who_is_in_the_middle() -> None:
    """Whose conversation is over, or has not begun, hears nothing."""
    store = MemoryStore()
    talk = conversation(store)
    await talk.take(Incoming("somebody", "1", Opened("fr")))
    await talk.take(Incoming("somebody", "2", Commanded("cancel")))
    assert await talk.take(Incoming("somebody", "away", Returned())) == Taken()
    assert await talk.take(Incoming("stranger", "away", Returned())) == Taken()
    assert "stranger" not in store.sessions


async def test_pictures_sent_together_are_answered_together() -> None:
    """Each reply names the album, so that a channel can show the last alone."""
    person = Person(conversation())
    await person.opens("fr")
    picture = Attachment("capture.png", "image/png", 3, "attachments/x.png")
    for _ in range(2):
        await person.does(Pictured(picture, "album"))
    assert [reply.album for reply in person.heard] == [None, "album", "album"]
