"""Tickets that people pass on themselves, by phone or by mail."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.store.codec import dump_reply, load_reply
from bot.engine.machine import Machine
from bot.model.answer import Attachment
from bot.model.message import Reply
from bot.model.reference import ALPHABET, LENGTH, reference
from bot.model.ticket import TicketError
from bot.service.by_hand import dictation
from bot.service.incoming import Pictured
from bot.service.plain import plain
from bot.service.voice import Voice
from tests.desk import PARIS, catalog, machine
from tests.fakes import Person, conversation, said
from tests.parcels import parcel

TO_THE_ERROR = ("webmail", "portal_saturated", "hours", "unreadable")
CHARACTERS = st.text(st.sampled_from(ALPHABET), min_size=LENGTH, max_size=LENGTH)
FRENCH, ENGLISH = Voice(catalog(), "fr", PARIS), Voice(catalog(), "en", PARIS)


async def with_ticket(language: str = "fr", error: str = "Erreur 503", flows: Machine | None = None) -> Person:
    """Somebody who has just made a ticket."""
    person = Person(conversation(flows=flows))
    await person.opens(language)
    for choice in TO_THE_ERROR:
        await person.presses(choice)
    await person.says(error)
    for choice in ("just_now", "confirm"):
        await person.presses(choice)
    return person


def plainly(text: str) -> str:
    """Text with plain spaces and apostrophes, and without the marks that keep texts of two directions apart."""
    return text.translate({0xA0: " ", 0x202F: " ", 0x2019: "'", 0x2068: None, 0x2069: None})


def ids(reply: Reply) -> list[str]:
    """What is on offer."""
    return [offer.id for offer in reply.offers]


def mail_of(reply: Reply) -> EmailMessage:
    """The mail that goes with a reply, as a mail program reads it."""
    assert reply.file is not None
    read = message_from_bytes(reply.file.text.encode("ascii"), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def body_of(mail: EmailMessage) -> str:
    """What a mail says."""
    body = mail.get_body()
    assert body is not None
    text: str = body.get_content()
    return text.replace("\r\n", "\n").strip()


async def test_one_button_for_all_of_it() -> None:
    """Below a ticket there are few; it leads to a button for each way, with the others still there."""
    person = await with_ticket()
    assert ids(person.heard[-1]) == ["add-2222-2222", "other-ways-2222-2222"]
    assert [offer.label for offer in person.heard[-1].offers][-1] == "Le transmettre autrement"
    reply = await person.commands("other-ways-2222-2222")
    assert plainly(said(reply)) == "Comment voulez-vous transmettre le ticket 2222-2222 ?"
    assert [(offer.id, offer.label) for offer in reply.offers] == [
        ("by-phone-2222-2222", "Le dicter au téléphone"),
        ("by-mail-2222-2222", "Courriel à envoyer vous-même"),
        ("add-2222-2222", "Ajouter quelque chose"),
    ]
    for way in ("by-phone-2222-2222", "by-mail-2222-2222"):
        assert ids(await person.commands(way)) == ["add-2222-2222", "other-ways-2222-2222"]


async def test_what_is_read_out_on_the_phone() -> None:
    """The reference letter by letter, then what is asked: the trouble, when, and the message."""
    french, english = await with_ticket("fr", "Erreur\n 503"), await with_ticket("en", "Erreur\n 503")
    assert plainly(said(await french.commands("by-phone-2222-2222"))) == (
        "Ticket 2222-2222, à dicter au téléphone :\n\n"
        "Référence, lettre par lettre : 2, 2, 2, 2 – 2, 2, 2, 2\n"
        "Problème : Portail lent ou saturé\n"
        "Moment de l'essai : lundi 22 juin 2026 à 10:30, heure de Paris (« À l'instant »)\n"
        "Message affiché : « Erreur 503 »"
    )
    assert plainly(said(await english.commands("by-phone-2222-2222"))) == (
        "Ticket 2222-2222, to be read out on the phone:\n\n"
        "Reference, letter by letter: 2, 2, 2, 2 – 2, 2, 2, 2\n"
        "Problem: Portal slow or overloaded\n"
        "Time of the attempt: Monday, 22 June 2026 at 10:30, Paris time (“Just now”)\n"
        "Message shown: “Erreur 503”"
    )


@given(CHARACTERS)
def test_every_reference_can_be_spelled(characters: str) -> None:
    """In the words that radio operators use; what is heard gives the reference again."""
    whole = reference(characters)
    made = replace(parcel().ticket, reference=whole)
    for voice, words in ((FRENCH, " comme "), (ENGLISH, " as in ")):
        line = plain(dictation(made, None, voice)).splitlines()[2]
        groups = plainly(line).split(": ", 1)[1].split(" – ")
        heard = [[each.split(words) for each in group.split(", ")] for group in groups]
        assert "-".join("".join(first for first, *_ in group) for group in heard) == whole
        spelled = [(first, rest) for group in heard for first, *rest in group]
        assert all(rest == [] if first.isdigit() else rest[0].startswith(first) for first, rest in spelled)


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (TicketError(None, shown=False), "Message affiché : aucun"),
        (TicketError(None, shown=True), "Message affiché : non relevé"),
        (TicketError("x" * 160, shown=True), f"Message affiché : « {'x' * 160} »"),
        (TicketError("x" * 161, shown=True), f"Message affiché : « {'x' * 159}… » (en entier dans le ticket)"),
        (TicketError("{cause} <b>\n%s\x1b", shown=True), "Message affiché : « {cause} <b> %s\x1b »"),
    ],
)
def test_the_message_that_is_read_out(told: TicketError, line: str) -> None:
    """As much of it as can be read out, on one line; or that there is none."""
    made = replace(parcel().ticket, error_message=told)
    assert plainly(plain(dictation(made, machine().flows["webmail"], FRENCH))).splitlines()[-1] == line


def test_a_flow_that_is_gone() -> None:
    """Leaves a cause without a name, and no error."""
    assert "Problème : non déterminée" in plainly(plain(dictation(parcel().ticket, None, FRENCH)))


async def test_a_mail_to_be_sent() -> None:
    """A draft that holds the ticket; nobody's address is made up, and what the file is for is said."""
    person = await with_ticket()
    reply = await person.commands("by-mail-2222-2222")
    assert reply.file is not None
    assert reply.file.name == "2222-2222.eml"
    assert plainly(said(reply)) == (
        "Voici le ticket 2222-2222 sous forme de courriel : ouvrez le fichier dans une messagerie qui fonctionne, "
        "ajoutez l'adresse du support et envoyez-le. Si le fichier ne s'ouvre pas, copiez plutôt le ticket dans un "
        "nouveau courriel."
    )
    mail = mail_of(reply)
    assert (mail["X-Unsent"], mail["To"], mail["From"]) == ("1", None, None)
    assert plainly(mail["Subject"]) == "Ticket 2222-2222 : Portail lent ou saturé"
    ticket = next(each for each in person.heard if each.ticket is not None).messages[-1]
    assert body_of(mail) == plain(ticket)
    assert [part.get_filename() for part in mail.iter_attachments()] == ["2222-2222.json", "message-exact.txt"]


async def test_a_mail_to_the_desk() -> None:
    """Where the desk has said what its address is; in the language of the ticket."""
    known = {
        name: replace(flow, settings={**flow.settings, "support_email": setting})
        for name, flow in machine().flows.items()
        if (setting := replace(flow.settings["support_email"], value="support@example.org"))
    }
    person = await with_ticket("en", flows=Machine(known))
    await person.commands("language", "fr")
    reply = await person.commands("by-mail-2222-2222")
    assert "Il est déjà adressé au support" in plainly(said(reply))
    mail = mail_of(reply)
    assert mail["To"] == "support@example.org"
    assert mail["Subject"] == "Ticket 2222-2222: Portal slow or overloaded"


async def test_what_is_not_in_the_mail_is_said() -> None:
    """Pictures, and what was added later."""
    person = Person(conversation())
    await person.opens("fr")
    await person.presses("webmail")
    await person.does(Pictured(Attachment("a.png", "image/png", 7, "kept/1")))
    for choice in (*TO_THE_ERROR[1:], "no_message", "just_now", "confirm"):
        await person.presses(choice)
    await person.commands("add")
    await person.says("C'était avec Firefox.")
    told = plainly(said(await person.commands("by-mail")))
    assert "Vos images n'y sont pas" in told
    assert "Ce que vous avez ajouté ensuite n'y est pas" in told


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("le transmettre autrement", None),
        ("le dicter au téléphone, s'il vous plaît", None),
        ("Courriel à envoyer vous-même", "2222-2222.eml"),
        ("e-mail it yourself", "2222-2222.eml"),
    ],
)
async def test_words_do_as_well(words: str, name: str | None) -> None:
    """In either language, after the ticket."""
    person = await with_ticket()
    reply = await person.says(words)
    assert "2222-2222" in said(reply)
    assert (reply.file.name if reply.file else None) == name


@pytest.mark.parametrize("way", ["other-ways", "by-phone", "by-mail"])
async def test_only_ones_own(way: str) -> None:
    """Nobody else's ticket, by whatever reference, and none where there is none; the conversation stands."""
    talk = conversation()
    owner, other = Person(talk), Person(talk, "another")
    await owner.opens("fr")
    for choice in (*TO_THE_ERROR, "no_message", "just_now", "confirm"):
        await owner.presses(choice)
    await other.opens("fr")
    for name in (way, f"{way}-2222-2222", f"{way}-nonsense"):
        reply = await other.commands(name)
        assert plainly(said(reply)).startswith("Je n'ai plus ce ticket.")
        assert reply.file is None
    assert "2222-2222" in said(await owner.commands(way))
    assert (await other.presses("webmail")).node == "webmail.cause"


async def test_the_mail_comes_through_the_store_as_it_is() -> None:
    """A reply is kept as JSON until it is sent: its lines end as they did, whatever the message was."""
    person = await with_ticket("fr", "Erreur 🙈 שגיאה\r\n=?utf-8?q?x?= .\n.\nFrom ici \x1b[31m\x00")
    reply = await person.commands("by-mail-2222-2222")
    assert reply.file is not None
    assert reply.file.text.isascii()
    assert reply.file.text.count("\n") == reply.file.text.count("\r\n") > 20
    assert load_reply(dump_reply(reply)) == reply
