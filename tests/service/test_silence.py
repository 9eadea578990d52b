"""People who fall silent: reminded, and in the end let go, as the flows say."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.model.message import Reply
from bot.service.conversation import Conversation
from bot.service.incoming import Commanded, Content, Incoming, Opened, Pressed, Said
from bot.service.jobs import Job
from bot.service.taken import Taken
from tests.desk import MONDAY, PARIS, catalog, machine
from tests.fakes import CountedReferences, HandClock, MemoryJobs, MemoryStore, said

REMINDER, EXPIRY = timedelta(hours=4), timedelta(days=7)
OPEN = "Notre conversation est restée en suspens. Vous pouvez reprendre où vous en étiez quand vous voulez."
CLOSED = "Notre conversation est restée sans suite\xa0: je la ferme."


@dataclass
class Quiet:
    """Somebody who sometimes says nothing; what the bot says by itself is in `told`."""

    clock: HandClock = field(default_factory=HandClock)
    store: MemoryStore = field(init=False)
    talk: Conversation = field(init=False)
    told: list[Reply] = field(default_factory=list)
    updates: int = 0

    def __post_init__(self) -> None:
        self.store = MemoryStore(jobs=MemoryJobs(self.clock.now))
        self.talk = Conversation(
            machine(), catalog(), self.store, [], self.clock, CountedReferences(), PARIS, calls=True
        )

    async def does(self, *contents: Content) -> Taken:
        """Does this."""
        for content in contents:
            self.updates += 1
            taken = await self.talk.take(Incoming("telegram:1", str(self.updates), content))
        return taken

    async def is_silent(self, time: timedelta) -> list[str]:
        """Says nothing for so long; what the bot says by itself meanwhile."""
        before = len(self.told)
        end = self.clock.now() + time
        while self.clock.now() < end:
            self.clock.passes(min(timedelta(minutes=30), end - self.clock.now()))
            assert await self.store.jobs.work_off({"look_in": self._look_in}) == []
        return [said(reply) for reply in self.told[before:]]

    async def _look_in(self, number: int, job: Job) -> None:
        taken = await self.talk.look_ins.look_in(number, job.chat)
        if taken.reply is not None:
            self.told.append(taken.reply.reply)


MIDDLE = (Opened("fr", "webmail"), Pressed("browser_issue"))


async def test_reminded_once_then_let_go() -> None:
    """With the question, so that it can be answered at once; a week later the conversation is closed, with a word."""
    person = Quiet()
    asked = await person.does(*MIDDLE)
    assert await person.is_silent(REMINDER - timedelta(minutes=1)) == []
    (reminded,) = await person.is_silent(timedelta(days=2))
    assert reminded.startswith(OPEN)
    assert asked.reply is not None
    assert person.told[0].choices == asked.reply.reply.choices
    assert person.told[0].revision == asked.reply.reply.revision
    (closed,) = await person.is_silent(EXPIRY)
    assert closed.startswith(CLOSED)
    assert person.store.sessions["telegram:1"].ended == "abandoned"
    assert await person.is_silent(2 * EXPIRY) == []
    assert await person.store.jobs.queued() == []


async def test_the_question_of_a_reminder_can_be_answered() -> None:
    """The buttons are those of the question as it stands."""
    person = Quiet()
    await person.does(*MIDDLE)
    await person.is_silent(timedelta(hours=5))
    revision = person.told[0].revision
    answered = await person.does(Pressed(person.told[0].choices[0].id, revision))
    assert answered.notice is None
    assert answered.reply is not None


async def test_whoever_goes_on_is_reminded_of_the_next_silence_only() -> None:
    """The clock starts anew with everything that somebody says, after a reminder too."""
    person = Quiet()
    await person.does(*MIDDLE)
    for _ in range(3):
        assert await person.is_silent(timedelta(hours=3)) == []
        await person.does(Commanded("help"))
    assert len(await person.is_silent(timedelta(hours=5))) == 1
    await person.does(Commanded("help"))
    assert await person.is_silent(timedelta(hours=3)) == []
    assert len(await person.is_silent(timedelta(days=8))) >= 1
    assert person.store.sessions["telegram:1"].ended == "abandoned"


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param((Opened("fr"),), id="nothing answered"),
        pytest.param((*MIDDLE, Commanded("cancel")), id="ended"),
        pytest.param((*MIDDLE, Commanded("forget")), id="forgotten"),
    ],
)
async def test_who_is_left_in_peace(contents: tuple[Content, ...]) -> None:
    """Whoever has said nothing yet, is done, or is not known any more."""
    person = Quiet()
    await person.does(*contents)
    assert await person.is_silent(timedelta(days=10)) == []
    assert await person.store.jobs.queued() == []


async def test_the_same_job_again() -> None:
    """Killed after the commit: nothing is said twice, what was not sent is given out again."""
    person = Quiet()
    await person.does(*MIDDLE)
    (waiting,) = await person.store.jobs.queued()
    person.clock.passes(timedelta(hours=5))
    first = await person.talk.look_ins.look_in(waiting.id, "telegram:1")
    again = await person.talk.look_ins.look_in(waiting.id, "telegram:1")
    assert first.reply is not None
    assert again.reply is None
    assert first.reply in again.waiting
    assert len(await person.store.jobs.queued()) == 2


async def test_a_clock_that_jumps_back() -> None:
    """Nobody is reminded twice of one silence."""
    person = Quiet()
    await person.does(*MIDDLE)
    assert len(await person.is_silent(timedelta(hours=5))) == 1
    person.clock.passes(-timedelta(hours=1))
    assert await person.is_silent(timedelta(days=6)) == []


async def test_where_the_bot_cannot_speak_first() -> None:
    """In the terminal nobody is reminded, and no job waits for that."""
    store = MemoryStore()
    talk = Conversation(machine(), catalog(), store, [], HandClock(), CountedReferences(), PARIS)
    await talk.take(Incoming("terminal", "1", Opened("fr", "webmail")))
    await talk.take(Incoming("terminal", "2", Said("page blanche")))
    assert await store.jobs.queued() == []


async def test_in_the_persons_language() -> None:
    """The reminder is translated as everything else."""
    person = Quiet()
    await person.does(Opened("en", "webmail"), Pressed("browser_issue"))
    (reminded,) = await person.is_silent(timedelta(hours=5))
    assert "Our conversation is still open" in reminded
    assert person.clock.now() > MONDAY
