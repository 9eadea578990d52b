"""What people do with a ticket that is made."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.model.answer import Attachment
from bot.model.message import Reply
from bot.model.picture import MAX_BYTES
from bot.service.conversation import Conversation
from bot.service.deliveries import forget_job
from bot.service.delivery import Accepted, Parcel, SinkName, Undelivered
from bot.service.incoming import Commanded, Incoming, Opened, Pictured, Said
from bot.service.jobs import MOST_TRIES
from bot.service.pictures import PictureUnavailable
from bot.service.taken import Taken
from tests.desk import PARIS, catalog, machine
from tests.fakes import CountedReferences, HandClock, MemoryJobs, MemorySink, MemoryStore, Person, said

TO_THE_TICKET = ("webmail", "portal_saturated", "hours", "unreadable", "no_message", "just_now", "confirm")
PICTURE = Attachment("écran.png", "image/png", 7, "kept/1")


@dataclass
class Mailbox(MemorySink):
    """Takes parcels, unless it is told how to fail."""

    name: SinkName = "email"
    destination: str = "support@example.org"
    failing: list[Exception] = field(default_factory=list)
    again: list[bool] = field(default_factory=list)

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Takes a parcel."""
        self.again.append(again)
        if self.failing:
            raise self.failing.pop(0)
        self.taken.append(parcel)
        return Accepted("4711")


@dataclass
class Kept:
    """Pictures that are there, those that are gone, and those that cannot be had now."""

    asked: list[str] = field(default_factory=list)

    async def read(self, attachment: Attachment) -> bytes | None:
        """The picture."""
        self.asked.append(attachment.file)
        if attachment.file.startswith("later/"):
            raise PictureUnavailable("not now")
        if attachment.file.startswith("large/"):
            return bytes(MAX_BYTES // 2)
        return b"picture" if attachment.file == "kept/1" else None


@dataclass
class Desk:
    """Somebody with a ticket, and a mailbox that takes it when they say so."""

    mailbox: Mailbox = field(default_factory=Mailbox)
    clock: HandClock = field(default_factory=HandClock)
    kept: Kept = field(default_factory=Kept)

    def __post_init__(self) -> None:
        self.store = MemoryStore(jobs=MemoryJobs(self.clock.now))
        self.talk = Conversation(
            machine(),
            catalog(),
            self.store,
            [self.mailbox],
            self.clock,
            CountedReferences(),
            PARIS,
            pictures=self.kept,
        )
        self.person = Person(self.talk)

    async def ticket(self, language: str = "fr") -> Reply:
        """Comes to the ticket."""
        await self.person.opens(language)
        for choice in TO_THE_TICKET:
            await self.person.presses(choice)
        return self.person.heard[-1]

    async def ticket_with(self, *pictures: Attachment) -> None:
        """Comes to the ticket, with these pictures."""
        await self.person.opens("fr")
        await self.person.presses("webmail")
        for picture in pictures:
            await self.person.does(Pictured(picture))
        for choice in TO_THE_TICKET[1:]:
            await self.person.presses(choice)

    async def work(self) -> list[str]:
        """Does the jobs that are due; what the person hears of it."""
        before = len(self.person.heard)
        told, _ = await self.talk.deliveries.work_off()
        for pending in told:
            await self.person.send(pending.reply)
            await self.store.mark_sent(self.person.chat, pending.id)
        return [said(reply) for reply in self.person.heard[before:]]

    async def asks(self, content: Said | Pictured | Commanded) -> Taken:
        """Says something, and reads the answer, without waiting for what comes of it."""
        taken = await self.talk.take(Incoming(self.person.chat, f"x{next(self.person.updates)}", content))
        for pending in taken.replies:
            await self.store.mark_sent(self.person.chat, pending.id)
        return taken


async def test_nothing_is_sent_unless_its_person_says_so() -> None:
    """Where a ticket could go is told beside the button, and nothing waits to go there."""
    desk = Desk()
    reply = await desk.ticket()
    assert reply.closing is not None
    assert "support@example.org" in said(Reply((reply.closing,), (), None, "", "fr", 0))
    assert [offer.id for offer in reply.offers] == ["send-email-2222-2222", "add-2222-2222", "other-ways-2222-2222"]
    assert (await desk.work(), desk.mailbox.taken, await desk.store.jobs.queued()) == ([], [], [])


async def test_where_it_would_go_is_told_wherever_it_is_offered() -> None:
    """And with what; not any more once it has gone."""
    desk = Desk()
    await desk.ticket()
    for name in ("ticket", "other-ways", "by-phone", "by-mail"):
        reply = await desk.person.commands(name)
        assert "send-email-2222-2222" in [offer.id for offer in reply.offers], name
        assert "vos images iront alors au support (support@example.org)" in _all(reply), name
    await desk.person.commands("add-2222-2222")
    added = await desk.person.says("un mot de plus")
    for reply in (added, await desk.person.commands("ticket"), await desk.person.commands("by-mail")):
        assert "ce que vous avez ajouté iront alors au support (support@example.org)" in _all(reply)
    await desk.person.commands("send-email-2222-2222")
    for reply in (desk.person.heard[-2], desk.person.heard[-1], await desk.person.commands("ticket")):
        assert "iront alors" not in _all(reply)


async def test_the_path_of_a_folder_is_not_told() -> None:
    """It is a secret of whoever runs the bot; people read whose folder it is."""
    failing: list[Exception] = [Undelivered("disk full") for _ in range(3)]
    desk = Desk(Mailbox(name="folder", destination="/srv/secret", failing=failing))
    told = [_all(await desk.ticket())]
    contents = (Commanded("send-folder"), Commanded("status"), Commanded("add"), Said("un mot de plus"))
    for content in contents:
        told += [_all(pending.reply) for pending in (await desk.asks(content)).replies]
    for _ in range(5):
        told += await desk.work()
        desk.clock.passes(timedelta(hours=1))
    assert not any("/srv" in words for words in told)
    for words in (
        "iront alors au support (le dossier du support)",
        "au support (le dossier du support). Je vous préviendrai",
        "2222-2222 est en route (le dossier du support)",
        "là où est parti le ticket : le dossier du support",
        "parvenu au support (le dossier du support)",
        "2222-2222 est bien arrivé (le dossier du support)",
        "2222-2222-1 est bien arrivé (le dossier du support)",
    ):
        assert any(words in each.replace("\u00a0", " ") for each in told), words


def _all(reply: Reply) -> str:
    """What a reply says, above the ticket and below."""
    closing = [reply.closing] if reply.closing is not None else []
    return said(replace(reply, messages=(*reply.messages, *closing)))


@pytest.mark.parametrize(("language", "words"), [("fr", "Envoyer par courriel"), ("en", "send by e-mail, please")])
async def test_a_ticket_is_sent(language: str, words: str) -> None:
    """By its button or by words; it is told when it has arrived, and with which number."""
    desk = Desk()
    await desk.ticket(language)
    await desk.person.says(words)
    first, second = desk.person.heard[-2:]
    assert "2222-2222" in said(first)
    assert "4711" in said(second)
    (parcel,) = desk.mailbox.taken
    assert (parcel.id, parcel.ticket.reference, desk.mailbox.again) == ("2222-2222", "2222-2222", [False])
    assert parcel.subject.startswith("Ticket 2222-2222")


async def test_it_is_sent_once() -> None:
    """However often the button is pressed; how far it has got is told instead."""
    desk = Desk()
    await desk.ticket()
    for _ in range(3):
        await desk.person.commands("send-email-2222-2222")
    assert len(desk.mailbox.taken) == 1
    assert "4711" in said(desk.person.heard[-1])
    assert "4711" in said(await desk.person.commands("status"))


async def test_a_ticket_that_is_not_theirs() -> None:
    """A button of somebody else's ticket, or of one that is gone, sends nothing."""
    desk = Desk()
    await desk.ticket()
    other = Person(desk.talk, "another")
    await other.opens("fr")
    for name in ("send-email-2222-2222", "add-2222-2222", "send-email", "add"):
        assert "Je n’ai plus ce ticket" in said(await other.commands(name)).replace("'", "’")
    assert desk.mailbox.taken == []


@pytest.mark.parametrize("name", ["send-email-2222-2222", "add-2222-2222", "other-ways", "reopen-2222-2222"])
async def test_a_ticket_that_was_erased(name: str) -> None:
    """Its old buttons send nothing, and nobody is led to believe that they do."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("forget")
    told = said(await desk.person.commands(name)).replace("’", "'")
    assert told == "Je n'ai plus ce ticket. S'il est encore visible plus haut, transférez-le vous-même au support."
    assert desk.store.sessions == {}
    assert "Très bien" in said(await desk.person.commands("add-nothing"))


async def test_a_door_that_is_closed() -> None:
    """A button for a sink that the operator has closed since."""
    desk = Desk()
    await desk.ticket()
    assert "Transférez-le vous-même" in said(await desk.person.commands("send-glpi-2222-2222"))
    assert await desk.store.jobs.queued() == []


async def test_a_delivery_that_takes_long() -> None:
    """Its person is told once, and again when it has arrived; the sink is told that it is not the first time."""
    desk = Desk(Mailbox(failing=[Undelivered("no answer") for _ in range(4)]))
    await desk.ticket()
    await desk.asks(Said("Envoyer par courriel"))
    told = []
    for _ in range(6):
        told += await desk.work()
        desk.clock.passes(timedelta(hours=1))
    late, arrived = told
    assert "pas encore parvenu au support (support@example.org)" in late
    assert "est bien arrivé" in arrived
    assert desk.mailbox.again == [False, True, True, True, True]
    assert len(desk.mailbox.taken) == 1


@pytest.mark.parametrize("hopeless", [True, False])
async def test_a_delivery_that_is_given_up(*, hopeless: bool) -> None:
    """Its person is told to forward it; the operator may try it again, and so may they."""
    desk = Desk(Mailbox(failing=[Undelivered("refused", hopeless=hopeless) for _ in range(MOST_TRIES)]))
    await desk.ticket()
    await desk.asks(Said("Envoyer par courriel"))
    told = []
    for _ in range(1 if hopeless else MOST_TRIES):
        told += await desk.work()
        desk.clock.passes(timedelta(hours=2))
    assert "je n’ai pas pu transmettre" in told[-1].lower().replace("'", "’")
    (given_up,) = await desk.store.jobs.queued()
    assert given_up.dead
    desk.mailbox.failing.clear()
    await desk.person.says("Envoyer par courriel")
    assert "4711" in said(desk.person.heard[-1])
    assert desk.mailbox.again[-1], "what was tried before may have arrived"
    await desk.store.jobs.retry(given_up.id)
    assert (await desk.work(), len(desk.mailbox.taken)) == ([], 1)


async def test_something_is_added() -> None:
    """Under the same reference, once more, and with what came with it; it goes where the ticket went."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("send-email-2222-2222")
    invited = await desk.person.commands("add-2222-2222")
    assert "support@example.org" in said(invited)
    assert [offer.id for offer in invited.offers] == ["add-nothing"]
    await desk.person.says("C'était avec Firefox, pas avec Chrome.")
    await desk.person.commands("add-2222-2222")
    await desk.person.does(Pictured(PICTURE))
    first, second = desk.mailbox.taken[1:]
    assert (first.id, second.id) == ("2222-2222-1", "2222-2222-2")
    assert "C'était avec Firefox, pas avec Chrome." in first.text
    assert (first.number, second.number) == ("4711", "4711")
    (enclosed,) = second.enclosures
    assert (enclosed.name, enclosed.media_type, enclosed.content) == ("2222-2222-2-1.png", "image/png", b"picture")


async def test_words_that_came_with_a_picture() -> None:
    """Stand in the addition once."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("send-email-2222-2222")
    await desk.person.commands("add-2222-2222")
    await desk.person.does(Pictured(replace(PICTURE, caption="la fenêtre grise")))
    text = desk.mailbox.taken[-1].text
    assert text.count("la fenêtre grise") == 1
    assert "Pièces jointes : écran.png" in text.replace("\u00a0", " ").replace("\u2068", "").replace("\u2069", "")


async def test_what_was_added_before_goes_with_the_ticket() -> None:
    """Somebody who carries their ticket adds something, then has it all sent."""
    desk = Desk()
    await desk.ticket()
    await desk.person.says("ajouter quelque chose")
    reply = await desk.person.says("un mot de plus")
    assert "Transférez aussi ce message" in said(reply)
    assert "un mot de plus" in said(reply)
    assert desk.mailbox.taken == []
    await desk.person.commands("send-email-2222-2222")
    assert [parcel.id for parcel in desk.mailbox.taken] == ["2222-2222", "2222-2222-1"]


async def test_what_is_added_where_the_ticket_could_not_be_handed_over() -> None:
    """Its person is told to forward that too; it goes with the ticket if they have that sent again."""
    desk = Desk(Mailbox(failing=[Undelivered("refused", hopeless=True)]))
    await desk.ticket()
    await desk.asks(Said("Envoyer par courriel"))
    await desk.work()
    assert "Vous le transférerez ensuite" in said(await desk.person.commands("add-2222-2222"))
    reply = await desk.person.says("un mot de plus")
    assert "Transférez aussi ce message" in said(reply)
    assert "send-email-2222-2222" in [offer.id for offer in reply.offers]
    assert await desk.work() == []
    await desk.person.commands("send-email-2222-2222")
    assert [parcel.id for parcel in desk.mailbox.taken] == ["2222-2222", "2222-2222-1"]


async def test_a_secret_is_cut_out_of_what_is_added() -> None:
    """And they are told so."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("add-2222-2222")
    reply = await desk.person.says("mon mot de passe est Soleil!2026x")
    assert "Soleil!2026x" not in said(reply)
    assert "mot de passe" in said(reply)
    (_, added) = desk.store.additions["2222-2222-1"]
    assert "Soleil" not in added.addition.text


@pytest.mark.parametrize("words", ["rien à ajouter", "recommencer", "où en suis-je ?", "merci"])
async def test_who_adds_nothing_after_all(words: str) -> None:
    """Says so, or goes on with something else; nothing is added."""
    desk = Desk()
    await desk.ticket()
    await desk.person.commands("add-2222-2222")
    await desk.person.says(words)
    assert desk.store.additions == {}


async def test_a_picture_that_is_gone() -> None:
    """The ticket goes out all the same, and says which is missing."""
    desk = Desk()
    await desk.ticket_with(PICTURE, Attachment("../x.PNG", "image/png", 7, "gone/2"))
    await desk.person.commands("send-email")
    (parcel,) = desk.mailbox.taken
    assert [each.name for each in parcel.enclosures] == ["2222-2222-1.png"]
    assert parcel.missing == ("../x.PNG",)


async def test_whoever_is_forgotten_gets_no_delivery() -> None:
    """A job that is left finds nothing to do."""
    desk = Desk(Mailbox(failing=[Undelivered("no answer")]))
    await desk.ticket()
    await desk.asks(Said("Envoyer par courriel"))
    await desk.work()
    await desk.person.commands("forget")
    desk.clock.passes(timedelta(hours=1))
    assert await desk.work() == []
    assert desk.mailbox.taken == []


async def test_a_picture_that_cannot_be_had() -> None:
    """After three tries, the ticket goes out without it."""
    desk = Desk()
    await desk.ticket_with(PICTURE, Attachment("x.png", "image/png", 7, "later/2"))
    await desk.asks(Said("Envoyer par courriel"))
    for _ in range(2):
        await desk.work()
        assert desk.mailbox.taken == []
        desk.clock.passes(timedelta(hours=1))
    await desk.work()
    (parcel,) = desk.mailbox.taken
    assert ([len(each.content) for each in parcel.enclosures], parcel.missing) == ([7], ("x.png",))


async def test_more_pictures_than_a_parcel_holds() -> None:
    """They are not fetched, and named as missing; a smaller one after them still goes along."""
    desk = Desk()
    large = [Attachment(f"{number}.png", "image/png", MAX_BYTES // 2, f"large/{number}") for number in range(3)]
    await desk.ticket_with(large[0], PICTURE, *large[1:])
    await desk.person.commands("send-email")
    (parcel,) = desk.mailbox.taken
    assert [len(each.content) for each in parcel.enclosures] == [MAX_BYTES // 2, 7]
    assert parcel.missing == ("1.png", "2.png")
    assert desk.kept.asked == ["large/0", "kept/1"]


@dataclass
class Slow(Mailbox):
    """Takes parcels slowly, and knows how many it was given at once."""

    at_once: int = 0
    most: int = 0

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Takes a parcel."""
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        for _ in range(9):
            await asyncio.sleep(0)
        self.at_once -= 1
        return await super().deliver(parcel, again=again)


@pytest.mark.parametrize(("pictures", "most"), [((PICTURE,), 1), ((), 2)])
async def test_one_parcel_with_pictures_at_a_time(pictures: tuple[Attachment, ...], most: int) -> None:
    """They are large; without any, nobody waits for another."""
    mailbox = Slow()
    desk = Desk(mailbox)
    people = [Person(desk.talk, chat) for chat in ("one", "another")]
    for desk.person in people:
        await desk.ticket_with(*pictures)
    for desk.person in people:
        await desk.asks(Said("Envoyer par courriel"))
    waiting = await desk.store.jobs.queued()
    await asyncio.gather(*(desk.talk.deliveries.deliver(each.id, each.job) for each in waiting))
    assert (len(mailbox.taken), mailbox.most) == (2, most)


async def test_a_sink_that_takes_no_enclosures() -> None:
    """No picture is fetched for it, and none is missing."""
    desk = Desk(Mailbox(encloses=False))
    await desk.ticket_with(PICTURE, Attachment("x.png", "image/png", 7, "later/2"))
    await desk.person.commands("send-email")
    (parcel,) = desk.mailbox.taken
    assert (parcel.enclosures, parcel.missing, desk.kept.asked) == ((), (), [])


async def test_a_desk_that_asks_to_be_left_alone_for_long() -> None:
    """Its person is told at the first try: nothing more is known for an hour."""
    desk = Desk(Mailbox(failing=[Undelivered("busy", after=timedelta(hours=1))]))
    await desk.ticket()
    await desk.asks(Said("Envoyer par courriel"))
    (late,) = await desk.work()
    assert "pas encore parvenu" in late


async def test_a_delivery_that_is_given_up_twice() -> None:
    """Tried again by the operator, in vain: it is not on its way any more."""
    desk = Desk(Mailbox(failing=[Undelivered("refused", hopeless=True)]))
    await desk.ticket()
    await desk.asks(Said("Envoyer par courriel"))
    await desk.work()
    (given_up,) = await desk.store.jobs.queued()
    await desk.store.jobs.retry(given_up.id)
    desk.mailbox.failing += [Undelivered("no answer"), Undelivered("refused", hopeless=True)]
    for _ in range(2):
        assert await desk.work() == []
        desk.clock.passes(timedelta(hours=1))
    assert [each.state for _, each in desk.store.deliveries.values()] == ["failed"]


async def test_a_job_that_is_forgotten() -> None:
    """What it was to hand on is not on its way any more, and can be sent again."""
    desk = Desk(Mailbox(failing=[Undelivered("no answer")]))
    await desk.ticket()
    await desk.asks(Said("Envoyer par courriel"))
    await desk.work()
    (waiting,) = await desk.store.jobs.queued()
    assert await forget_job(desk.store, waiting.id)
    assert not await forget_job(desk.store, waiting.id)
    assert [each.state for _, each in desk.store.deliveries.values()] == ["failed"]
    await desk.person.says("Envoyer par courriel")
    assert "4711" in said(desk.person.heard[-1])


async def test_a_delivery_that_ends_the_bot_again_and_again() -> None:
    """It is given up, without another try."""
    desk = Desk()
    await desk.ticket()
    await desk.asks(Said("Envoyer par courriel"))
    (waiting,) = await desk.store.jobs.queued()
    done = await desk.talk.deliveries.deliver(waiting.id, replace(waiting.job, tries=MOST_TRIES))
    assert desk.mailbox.taken == []
    assert "je n’ai pas pu transmettre" in said(done.taken.replies[0].reply).lower().replace("'", "’")
    assert [each.state for _, each in desk.store.deliveries.values()] == ["failed"]


async def test_whoever_is_forgotten_while_a_ticket_is_handed_over() -> None:
    """Nothing of the delivery comes back, nor is anything said about it, though they have begun again."""
    desk = Desk()

    class Forgetful(Mailbox):
        async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
            await desk.talk.take(Incoming(desk.person.chat, "f", Commanded("forget")))
            await desk.talk.take(Incoming(desk.person.chat, "g", Opened("fr")))
            return await super().deliver(parcel, again=again)

    desk.mailbox = Forgetful()
    desk.__post_init__()
    await desk.ticket()
    await desk.asks(Said("Envoyer par courriel"))
    assert await desk.work() == []
    assert len(desk.mailbox.taken) == 1
    assert desk.store.deliveries == {}
