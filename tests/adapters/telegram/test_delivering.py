"""A ticket that is sent to support from Telegram, by a real mail server and a webhook."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.adapters.sinks.email import EmailSink
from bot.adapters.sinks.smtp_account import SmtpAccount
from bot.adapters.telegram.bot import Address
from bot.adapters.telegram.pictures import TelegramPictures
from bot.service.delivery import Accepted, Delivery, Parcel
from bot.service.mailbox import mailboxes
from bot.service.ports import WriteSet
from bot.service.reading import ScreenText
from bot.service.replies import line
from bot.service.ticket_mail import Correspondents
from bot.service.voice import Voices
from tests.adapters.telegram.test_conversing import TO_THE_ERROR, begins, does, plainly, seen
from tests.botapi import Message, Person
from tests.desk import MONDAY, PARIS, catalog
from tests.fakes import MemorySink
from tests.mail_server import HOST, MailServer, authority, mail_server
from tests.telegram_bot import MODES, Stage, channel, hook_of, tickets

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
BETWEEN = Correspondents(mailboxes("Guichet <bot@example.org>")[0], mailboxes("desk@example.net"))


@dataclass
class Eyes:
    """Reads the same in every picture."""

    text: str = "Erreur 503"
    seen: list[bytes] = field(default_factory=list)

    async def read(self, picture: bytes) -> ScreenText | None:
        """The text."""
        self.seen.append(picture)
        return ScreenText(self.text, 0.9)


@dataclass
class Scene:
    """A Bot API server, a mail server, somebody who can read, and the bot between them."""

    api: Stage
    desk: MailServer
    eyes: Eyes


@pytest.fixture(params=MODES)
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    """All of it, in this loop."""
    eyes = Eyes()
    async with Stage() as api, mail_server() as desk, TelegramPictures(Address(api.url, api.token)) as pictures:
        account = SmtpAccount(host=HOST, port=desk.port, security="none", between=BETWEEN)
        sink = EmailSink(account, Voices(catalog(), PARIS), authority().trust())
        hook = hook_of(request.param)
        async with channel(api, api.store, hook=hook, sinks=[sink], pictures=pictures, reader=eyes):
            yield Scene(api, desk, eyes)
        assert api.refused == []
        assert api.suspicious == []


async def hears(scene: Scene, person: Person, words: str) -> None:
    """Waits until somebody reads this."""
    await scene.api.happened(lambda: words in seen(person))


def presses_offer(person: Person, message: Message, label: str) -> None:
    """Takes what can be done with a ticket."""
    (value,) = (row[0].value for row in message.rows if row[0].text == label)
    person.presses_on(message, value)


async def test_from_the_picture_to_the_mail(scene: Scene) -> None:
    """The message is read in a screenshot and confirmed; the ticket goes by mail, with the picture; more is added."""
    api = scene.api
    person = await begins(api, *TO_THE_ERROR)
    person.sends_photo(data=PNG)
    await hears(scene, person, "Est-ce exactement ce qui s'affiche")
    assert scene.eyes.seen == [PNG]
    await does(api, person, "read_right", "just_now", "confirm")
    made = tickets(person)[0]
    assert made["error_message"]["text"] == "Erreur 503"
    closing = person.last
    assert "desk@example.net" in closing.text
    presses_offer(person, closing, "Envoyer par courriel")
    await hears(scene, person, "est bien arrivé")
    (mail,) = scene.desk.mails()
    assert made["reference"] in str(mail["Subject"])
    pictures = [part for part in mail.iter_attachments() if part.get_content_maintype() == "image"]
    assert [part.get_payload(decode=True) for part in pictures] == [PNG]
    sending = next(m for m in person.screen if plainly(m.text).startswith("J'envoie le ticket"))
    presses_offer(person, sending, "Ajouter quelque chose")
    await hears(scene, person, "Que voulez-vous ajouter")
    person.says("C'était avant 9 h.")
    await api.happened(lambda: len(scene.desk.mails()) == 2)
    second = scene.desk.mails()[1]
    assert second["In-Reply-To"] == mail["Message-ID"]
    await api.happened(lambda: any(f"{made['reference']}-1 est bien arrivé" in plainly(m.text) for m in person.screen))


async def test_a_desk_that_refuses(scene: Scene) -> None:
    """The person is told to forward the ticket; the operator sees why."""
    api = scene.api
    scene.desk.answers["MAIL"] = "550 5.7.1 not from you"
    person = await begins(api, *TO_THE_ERROR)
    person.says("Erreur 503")
    await api.rest(person)
    await does(api, person, "just_now", "confirm")
    closing = person.last
    presses_offer(person, closing, "Envoyer par courriel")
    await hears(scene, person, "Transférez-le vous-même")
    (job,) = await api.store.jobs.queued()
    assert job.dead
    assert "550" in str(job.problem)
    assert scene.desk.mails() == []


async def test_a_group_that_is_not_set_any_more(scene: Scene) -> None:
    """A ticket that waits for it is given up, and its person is told."""
    api = scene.api
    person = await begins(api, *TO_THE_ERROR)
    person.says("Erreur 503")
    await api.rest(person)
    await does(api, person, "just_now", "confirm")
    ((chat, written),) = api.store.tickets.values()
    async with api.store.turn(chat, "x") as turn:
        asked = [Delivery(written.ticket.reference, "group")]
        await turn.commit(
            WriteSet(MONDAY, turn.session, line("Bonjour", Voices(catalog(), PARIS).of("fr")), deliveries=asked)
        )
    await hears(scene, person, "Transférez-le vous-même")
    (job,) = await api.store.jobs.queued()
    assert job.dead


@dataclass
class Slow(MemorySink):
    """Takes a parcel only when it is let."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Takes a parcel."""
        self.begun.set()
        await self.over.wait()
        return await super().deliver(parcel, again=again)


async def test_a_ticket_that_is_handed_over_when_the_bot_is_to_stop() -> None:
    """It arrives before the bot ends, and its person is told: cut off, it would be handed over again."""
    sink = Slow(name="email")
    async with Stage() as api:
        async with channel(api, api.store, sinks=[sink]):
            person = await begins(api, *TO_THE_ERROR)
            person.says("Erreur 503")
            await api.rest(person)
            await does(api, person, "just_now", "confirm")
            presses_offer(person, person.last, "Envoyer par courriel")
            await asyncio.wait_for(sink.begun.wait(), 30)
            asyncio.get_running_loop().call_later(0.5, sink.over.set)
        assert len(sink.taken) == 1
        assert any("est bien arrivé" in plainly(each.text) for each in person.screen)
        assert await api.store.jobs.queued() == []
