"""Error messages that people send as pictures."""

from dataclasses import dataclass, field

import pytest

from bot.model.answer import Attachment, ErrorMessage
from bot.model.message import Reply, Verbatim
from bot.service.conversation import Conversation
from bot.service.incoming import Incoming, Pictured, Said
from bot.service.reading import ScreenText
from tests.desk import PARIS, catalog, lexicons, machine
from tests.fakes import CountedReferences, HandClock, MemoryJobs, MemoryStore, Person, said

TO_THE_QUESTION = ("webmail", "portal_saturated", "hours", "unreadable")
PICTURE = Attachment("écran.png", "image/png", 7, "kept/1")
MESSAGE = "Erreur 503\nService momentanément indisponible"


class Kept:
    """Pictures: the content is what stands in them."""

    async def read(self, attachment: Attachment) -> bytes | None:
        """The picture."""
        return MESSAGE.encode() if attachment.file == "kept/1" else None


@dataclass
class Eyes:
    """Reads what it is given, or nothing."""

    blind: bool = False
    seen: int = 0

    async def read(self, picture: bytes) -> ScreenText | None:
        """The text."""
        self.seen += 1
        return None if self.blind else ScreenText(picture.decode(), 0.9)


@dataclass
class Reporter:
    """Somebody at the question for the exact message."""

    eyes: Eyes = field(default_factory=Eyes)
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        self.store = MemoryStore(jobs=MemoryJobs(self.clock.now))
        self.talk = Conversation(
            machine(),
            catalog(),
            self.store,
            [],
            self.clock,
            CountedReferences(),
            PARIS,
            lexicons(),
            pictures=Kept(),
            reader=self.eyes,
        )
        self.person = Person(self.talk)

    async def at_the_question(self, language: str = "fr") -> None:
        """Comes to it."""
        await self.person.opens(language)
        for choice in TO_THE_QUESTION:
            await self.person.presses(choice)

    def error(self) -> ErrorMessage | None:
        """The message that was answered."""
        entry = self.store.sessions[self.person.chat].place.answer("error")
        return entry.value if entry is not None and isinstance(entry.value, ErrorMessage) else None


def shown(reply: Reply) -> str:
    """What was read, as it is shown to be copied."""
    (part,) = (part for message in reply.messages for part in message.parts if isinstance(part, Verbatim))
    return part.text


@pytest.mark.parametrize("yes", ["Oui, exactement", "oui", "1"])
async def test_a_message_that_was_read_right(yes: str) -> None:
    """It counts only once its person says so; then it is the exact message, recognised like any other."""
    reporter = Reporter()
    await reporter.at_the_question()
    read = await reporter.person.does(Pictured(PICTURE))
    assert shown(read) == MESSAGE
    assert [choice.id for choice in read.choices][:2] == ["read_right", "read_wrong"]
    assert reporter.error() is None
    after = await reporter.person.says(yes)
    error = reporter.error()
    assert error is not None
    assert error.text == MESSAGE
    assert error.signature is not None
    assert after.node == "webmail.report.when"
    assert "exactement" not in said(after)
    assert "read_right" not in [choice.id for choice in after.choices]


@pytest.mark.parametrize("no", ["non", "Non, je l'écris moi-même", "2"])
async def test_a_message_that_was_misread(no: str) -> None:
    """Its person copies it; the picture stays."""
    reporter = Reporter()
    await reporter.at_the_question()
    await reporter.person.does(Pictured(PICTURE))
    reply = await reporter.person.says(no)
    assert "copiez le message vous-même" in said(reply)
    assert "read_right" not in [choice.id for choice in reply.choices]
    await reporter.person.says("Erreur 504")
    assert reporter.error() == ErrorMessage("Erreur 504", signature=reporter.error().signature)  # type: ignore[union-attr]
    assert len(reporter.store.sessions[reporter.person.chat].attachments) == 1


async def test_a_message_that_is_corrected() -> None:
    """What they send instead is the message."""
    reporter = Reporter()
    await reporter.at_the_question("en")
    await reporter.person.does(Pictured(PICTURE))
    corrected = MESSAGE.replace("503", "502")
    await reporter.person.says(corrected)
    error = reporter.error()
    assert error is not None
    assert error.text == corrected


async def test_nothing_that_can_be_read() -> None:
    """The picture is kept, the question stays, and nothing is said of it."""
    reporter = Reporter(Eyes(blind=True))
    await reporter.at_the_question()
    before = len(reporter.person.heard)
    await reporter.person.does(Pictured(PICTURE))
    assert len(reporter.person.heard) == before + 1
    assert reporter.eyes.seen == 1
    await reporter.person.does(Pictured(Attachment("b.png", "image/png", 7, "gone/2")))
    assert reporter.eyes.seen == 1
    assert await reporter.store.jobs.queued() == []


async def test_a_picture_where_no_message_is_asked_for() -> None:
    """It is kept, and not read."""
    reporter = Reporter()
    await reporter.person.opens("fr")
    await reporter.person.does(Pictured(PICTURE))
    assert (reporter.eyes.seen, await reporter.store.jobs.queued()) == (0, [])


async def test_a_reading_that_comes_too_late() -> None:
    """The chat goes on while a picture is read; what it says then is not shown any more."""
    reporter = Reporter()
    await reporter.at_the_question()
    chat = reporter.person.chat
    await reporter.talk.take(Incoming(chat, "a", Pictured(PICTURE)))
    await reporter.talk.take(Incoming(chat, "b", Said("Erreur 504")))
    (job,) = await reporter.store.jobs.queued()
    assert not (await reporter.talk.readings.read(job.id, job.job)).replies
    assert reporter.error() is not None


async def test_a_reading_is_shown_once() -> None:
    """The same job again, after a crash, gives out only what was not sent."""
    reporter = Reporter()
    await reporter.at_the_question()
    await reporter.talk.take(Incoming(reporter.person.chat, "a", Pictured(PICTURE)))
    (job,) = await reporter.store.jobs.queued()
    (first,) = (await reporter.talk.readings.read(job.id, job.job)).replies
    assert first in (await reporter.talk.readings.read(job.id, job.job)).replies
    await reporter.store.mark_sent(reporter.person.chat, first.id)
    assert first not in (await reporter.talk.readings.read(job.id, job.job)).replies


async def test_a_secret_in_a_picture() -> None:
    """It is cut out before anything is kept or shown."""

    class Careless(Eyes):
        async def read(self, picture: bytes) -> ScreenText | None:
            return ScreenText(f"{picture.decode()}\nmot de passe : Soleil!2026x", 0.9)

    reporter = Reporter(Careless())
    await reporter.at_the_question()
    read = await reporter.person.does(Pictured(PICTURE))
    assert "Soleil" not in said(read)
    await reporter.person.presses("read_right")
    error = reporter.error()
    assert error is not None
    assert "Soleil" not in str(error.text)
    assert error.redactions


async def test_whoever_is_forgotten_is_shown_nothing() -> None:
    """The job finds nobody."""
    reporter = Reporter()
    await reporter.at_the_question()
    await reporter.talk.take(Incoming(reporter.person.chat, "a", Pictured(PICTURE)))
    (job,) = await reporter.store.jobs.queued()
    await reporter.person.commands("forget")
    assert not (await reporter.talk.readings.read(job.id, job.job)).replies
    assert reporter.eyes.seen == 0
