"""Which ticket something is meant for: none that its person is not talking of, and nothing is swallowed."""

from datetime import timedelta
from itertools import count

import pytest

from bot.model.answer import Attachment
from bot.service.incoming import Commanded, Content, Opened, Pictured, Pressed, Said, Unreadable
from bot.service.react import PAUSE
from bot.service.staff import StaffPressed
from tests.fakes import said
from tests.service.test_counter import Desk
from tests.service.test_desk import ADA, CHOICES, HEADER, Office

PICTURES = count(1)


def picture(album: str | None = None, caption: str = "") -> Pictured:
    """A picture like no other."""
    number = next(PICTURES)
    return Pictured(Attachment(f"{number}.png", "image/png", 7, f"kept/{number}", caption), album, f"p{number}")


async def additions(office: Office, reference: str) -> list[str]:
    """What was added to a ticket: texts, and names of pictures."""
    found = await office.store.cases.additions(reference)
    return [each.text or each.attachments[0].name for each in found]


async def asked(office: Office, words: str = "Quelle version ?", reference: str | None = None) -> None:
    """Support has written, and the person has it."""
    await office.writes(ADA, words, reference)
    await office.works()


async def test_what_was_announced_is_forgotten_after_a_pause() -> None:
    """Who comes back days later with something new does not add it to the ticket."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("add-2222-2222")
    await desk.person.says("merci")
    desk.clock.passes(timedelta(days=3))
    await desk.person.says("Erreur 503 Service Unavailable depuis ce matin")
    assert desk.store.additions == {}
    desk.clock.passes(-PAUSE)
    assert desk.store.sessions["somebody"].adding is None


@pytest.mark.parametrize("aside", [Said("merci"), Unreadable("voice")])
async def test_what_was_announced_still_counts_after_small_talk(aside: Content) -> None:
    """Or after something that the bot cannot read, where no question is open."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("add-2222-2222")
    await desk.person.does(aside)
    await desk.person.says("c'était avec Firefox")
    assert [added.addition.text for _, added in desk.store.additions.values()] == ["c'était avec Firefox"]


@pytest.mark.parametrize(
    "instead",
    [Pressed("webmail"), Commanded("help"), Commanded("other-ways-2222-2222"), Commanded("mydata"), Said("bonjour"),
     Opened()],
)  # fmt: skip
async def test_what_was_announced_is_over_once_something_else_is_wanted(instead: Content) -> None:
    """Somebody has begun anew, is about to add something to the old ticket, and goes on with the new conversation."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("restart")
    await desk.person.commands("add-2222-2222")
    await desk.person.does(instead)
    await desk.person.says("Erreur 503 Service Unavailable")
    assert desk.store.additions == {}


async def test_a_whole_album_is_added() -> None:
    """And is answered in one message, as it goes onward by itself."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("send-email-2222-2222")
    await desk.person.commands("add-2222-2222")
    for _ in range(4):
        before = len(desk.person.heard)
        await desk.person.does(picture("album"))
        reply = desk.person.heard[before]
        assert reply.album == "album"
        assert len(reply.messages) == 1
        assert reply.closing is None
    assert [parcel.id for parcel in desk.mailbox.taken] == ["2222-2222", *(f"2222-2222-{n}" for n in range(1, 5))]


async def test_an_album_that_is_passed_on_by_hand() -> None:
    """Each of its pictures is answered with what is to be forwarded."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("add-2222-2222")
    for number in (1, 2):
        reply = await desk.person.does(picture("album"))
        assert reply.album is None
        assert f"complément {number}" in said(reply)


async def test_a_picture_after_the_words() -> None:
    """It belongs to the same ticket, if it comes soon; so does the rest of an album, whatever else is talked of."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("add-2222-2222")
    await desk.person.says("voici la capture")
    desk.clock.passes(timedelta(minutes=2))
    await desk.person.does(picture("album"))
    await desk.person.commands("restart")
    await desk.person.presses("webmail")
    await desk.person.does(picture("album"))
    assert len(desk.store.additions) == 2, "the new conversation has a picture now"
    await desk.person.does(picture())
    assert len(desk.store.sessions["somebody"].attachments) == 2


async def test_a_picture_long_after_the_words() -> None:
    """Is none of the ticket's."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("add-2222-2222")
    await desk.person.says("voici la capture")
    desk.clock.passes(timedelta(minutes=4))
    await desk.person.does(picture())
    assert len(desk.store.additions) == 1


async def test_the_whole_answer_reaches_support() -> None:
    """An album, or words and then a picture."""
    office = Office()
    reference = await office.opens()
    await asked(office)
    for _ in range(3):
        assert "complément" not in await office.does(picture("a")), "nobody has to forward it"
    await office.says("voilà les trois captures")
    assert len(await additions(office, reference)) == 4


async def test_hello_to_support_that_waits() -> None:
    """Days later: what is said after it is the answer."""
    office = Office()
    reference = await office.opens()
    await asked(office)
    office.clock.passes(timedelta(days=2))
    told = await office.says("Bonjour")
    assert told.startswith("Bonjour")
    assert "attend votre réponse" in told
    await office.says("j'ai encore l'erreur 503 ce matin")
    assert await additions(office, reference) == ["j'ai encore l'erreur 503 ce matin"]


@pytest.mark.parametrize("end", [["annuler"], ["bonjour"]])
async def test_an_answer_where_the_last_conversation_has_no_ticket(end: list[str]) -> None:
    """It was given up, or nothing was answered in it yet."""
    office = Office()
    reference = await office.opens()
    await office.does(Commanded("restart"))
    for words in end:
        await office.says(words)
    await asked(office)
    await office.says("zut, rien à faire, ça refuse toujours")
    assert await additions(office, reference) == ["zut, rien à faire, ça refuse toujours"]


async def test_another_trouble_while_support_waits() -> None:
    """Somebody who begins anew and takes a choice, by its button, number or words, is answering that question."""
    office = Office()
    reference = await office.opens()
    await asked(office)
    await office.does(Commanded("restart"))
    await office.says("1")
    await office.says("zut, rien à faire, ça refuse toujours")
    assert await additions(office, reference) == []


async def test_an_answer_to_what_was_written_after_the_end() -> None:
    """Support writes about a ticket that it has closed: the answer reaches it."""
    office = Office()
    reference = await office.opens()
    await office.staff(StaffPressed(ADA, HEADER, "resolve"))
    await asked(office, "Finalement, est-ce que ça marche ?")
    await office.says("non, pas du tout")
    assert await additions(office, reference) == ["non, pas du tout"]


async def test_what_is_announced_goes_before_what_is_asked() -> None:
    """Also in reply to the bot's own words about that, which say which ticket it is."""
    office = Office()
    waits = await office.opens()
    await office.does(Commanded("restart"))
    for choice in CHOICES:
        await office.does(Pressed(choice))
    mine = next(name for name in office.store.tickets if name != waits)
    await asked(office)
    await office.does(Commanded(f"add-{mine.lower()}"))
    await office.does(Said("pour celui-là", "900", to="899", about=mine))
    assert await additions(office, mine) == ["pour celui-là"]
    assert await additions(office, waits) == []
    await office.does(Commanded(f"add-{mine.lower()}"))
    (relay,) = office.store.cases.sent
    await office.does(Said("et ceci pour vous", "901", to=str(relay.targets[0])))
    assert await additions(office, waits) == ["et ceci pour vous"]


async def test_of_two_tickets_the_one_that_was_written_about_last() -> None:
    """Whichever is newer; and what follows an answer goes after it, until support writes about the other."""
    office = Office()
    older = await office.opens()
    office.clock.passes(timedelta(hours=1))
    newer = await office.opens()
    assert older != newer
    await asked(office, "Un ?", newer)
    await asked(office, "Deux ?", older)
    await office.says("la réponse à deux")
    await office.says("et encore un mot")
    assert await additions(office, older) == ["la réponse à deux", "et encore un mot"]
    await asked(office, "Et celui-ci ?", newer)
    await office.says("la réponse à un")
    assert await additions(office, newer) == ["la réponse à un"]
