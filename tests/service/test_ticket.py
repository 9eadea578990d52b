"""The ticket, its text, and what is worth copying of it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.model.answer import Attachment, ErrorMessage, Value
from bot.model.flow import End
from bot.model.message import Copyable, Message, Verbatim, Words
from bot.model.session import Entry, Place, Session
from bot.model.ticket import TicketAttempt, TicketError
from bot.service.incoming import Opened, Pictured
from bot.service.ports import WrittenTicket
from bot.service.ticket import ticket, ticket_message
from bot.service.voice import Voice
from tests.desk import MONDAY, PARIS, catalog
from tests.fakes import MemorySink, MemoryStore, Person, conversation
from tests.sample import sample, with_start

PICTURE = Attachment("capture.png", "image/png", 3, "attachments/x.png")
TYPED = ("Exemple", "Perdu", "boum", "8h30", "https://example.org/", "Non", "Mac", "jdupont")


async def written_ticket(
    said: Sequence[str] = TYPED, language: str = "fr", pictures: Sequence[Attachment] = ()
) -> WrittenTicket:
    """The ticket of somebody who says all this to the sample flow, and confirms."""
    sink = MemorySink()
    person = Person(conversation(MemoryStore(), sink, flows=with_start()))
    await person.does(Opened(language))
    for text in said:
        await person.says(text)
    for picture in pictures:
        await person.does(Pictured(picture))
    await person.presses("confirm")
    return WrittenTicket(sink.taken[0].ticket, sink.taken[0].message)


async def test_the_message_of_a_ticket() -> None:
    """The paragraphs of the template; the error message verbatim, set off; what to copy of it."""
    written = await written_ticket(pictures=(PICTURE, replace(PICTURE, caption="le\nmessage")))
    when = "lundi 22 juin 2026 à 08:30, heure de Paris («\u00a08h30\u00a0»)"
    assert written.message == Message(
        (
            Words(f"2222-2222 {when}"),
            Verbatim("message exact", "boum", "fin du message"),
            Words("capture.png, capture.png («\u00a0le message\u00a0»)"),
        ),
        (
            Copyable("Copier la référence", "2222-2222"),
            Copyable("Copier la version courte", "2222-2222 · Perdu · " + when.replace("\u00a0", " ") + " · boum"),
        ),
    )
    assert written.text.splitlines()[2:5] == ["----- message exact -----", "boum", "----- fin du message -----"]


async def test_a_ticket_without_a_message() -> None:
    """That none was shown is said in words."""
    written = await written_ticket((*TYPED[:2], "Aucun", "Aucune idée", *TYPED[4:]), "en")
    none_shown = "Exact message: none was shown, according to the user."
    assert written.message == Message(
        (Words("2222-2222 unknown time (“Aucune idée”)"), Words(none_shown)),
        (
            Copyable("Copy the reference", "2222-2222"),
            Copyable("Copy the short version", f"2222-2222 · Perdu · unknown time (“Aucune idée”) · {none_shown}"),
        ),
    )


@pytest.mark.parametrize("length", [150, 200, 5_000])
async def test_the_short_version_is_short(length: int) -> None:
    """On one line, and never more than can be copied in one gesture."""
    error = "x" * (length - 10) + "\n fin\tfin "
    written = await written_ticket((*TYPED[:2], error, *TYPED[3:]))
    short = written.message.copies[1].text
    when = "lundi 22 juin 2026 à 08:30, heure de Paris (« 8h30 »)"
    whole = f"2222-2222 · Perdu · {when} · {'x' * (length - 10)} fin fin"
    assert short == (whole if len(whole) <= 256 else whole[:255] + "…")
    assert len(short) <= 256
    assert written.ticket.error_message.text == error


@pytest.mark.parametrize(
    ("tried", "words"),
    [
        (("Autrement",), ""),
        (("à la récré", "Autrement"), "à la récré"),
        (("à la récré", "je crois"), "je crois"),
        (("Aucune idée",), "Aucune idée"),
    ],
)
async def test_a_time_that_stays_unknown(tried: Sequence[str], words: str) -> None:
    """The words of an attempt that nobody understood are not lost."""
    skipped = TYPED[5:] if "Autrement" in tried else TYPED[4:]
    written = await written_ticket((*TYPED[:3], *tried, *skipped))
    assert written.ticket.attempt == TicketAttempt(None, "unknown", words)


@pytest.mark.parametrize(
    ("choice", "value", "error", "french", "english"),
    [
        (
            "none",
            ErrorMessage(None),
            TicketError(None, shown=False),
            "Message exact\u00a0: aucun ne s’est affiché, d’après la personne.",
            "Exact message: none was shown, according to the user.",
        ),
        (
            "where",
            None,
            TicketError(None, shown=True),
            "Message exact\u00a0: non précisé.",
            "Exact message: not given.",
        ),
    ],
)
def test_no_message(choice: str, value: Value | None, error: TicketError, french: str, english: str) -> None:
    """That none was shown is what a person said; that none was given is not taken for it."""
    flow = sample().flows["sample"]
    end = flow.nodes["ticket"]
    assert isinstance(end, End)
    trail = (Entry("questions.error", (), "error", choice, value),)
    session = Session(Place("sample", "ticket", trail=trail), "fr", flow.digest, ended="ticket")
    for language, words in (("fr", french), ("en", english)):
        voice = Voice(catalog(), language, PARIS)
        made = ticket(flow, session, "K7RM-2XQ5", MONDAY, voice)
        assert made.error_message == error
        assert Words(words) in ticket_message(flow, end, session, made, voice).parts
