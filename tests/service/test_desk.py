"""What staff and a ticket's person do, in any order: no message is lost, and none goes to anybody else."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.case import Case
from bot.model.message import Words
from bot.model.ticket import Ticket
from bot.service.case_moves import MOVES
from bot.service.conversation import Conversation
from bot.service.delivery import Accepted, Parcel, Sink, SinkName
from bot.service.desk import Desk
from bot.service.incoming import Commanded, Content, Incoming, Opened, Pressed, Said
from bot.service.jobs import Handlers, Job, JobFailed, apart
from bot.service.relays import Relays
from bot.service.staff import Member, Note, Staffed, StaffEdited, StaffPressed, StaffWrote, Telling, Unreached
from bot.service.voice import Voices
from tests.desk import PARIS, catalog, machine, shipped
from tests.fakes import CountedReferences, HandClock, MemoryJobs, MemoryStore, said

CHOICES = ("webmail", "portal_saturated", "hours", "unreadable", "no_message", "just_now", "confirm")
ADA, BEA = Member(1, "Ada", "aaaaaaaa"), Member(2, "Bea", "bbbbbbbb")
HEADER = 1


@dataclass
class Room:
    """A group in memory, with one case: what was said in it, and what fails."""

    store: MemoryStore
    said: list[Note] = field(default_factory=list)
    shown: list[Case] = field(default_factory=list)
    parted: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)
    name: SinkName = "group"
    destination: str = "Assistance"
    encloses: bool = False

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Posts a ticket."""
        del again
        reference = parcel.ticket.reference
        await self.store.cases.begin(reference)
        await self.store.cases.note_place(reference, None, HEADER)
        return Accepted()

    async def close(self) -> None:
        """Nothing is open."""

    async def includes(self, who: Member) -> bool:
        """Everybody is in it."""
        return who in (ADA, BEA)

    async def follow(self, number: int) -> None:
        """It never moves."""

    async def show(self, case: Case, ticket: Ticket) -> None:
        """Shows how it stands."""
        del ticket
        self._fail()
        self.shown.append(case)

    async def say(self, case: Case, note: Note, to: int | None = None) -> int:
        """Says something."""
        del case, to
        self._fail()
        self.said.append(note)
        return 1_000 + len(self.said)

    async def rewrite(self, case: Case) -> None:
        """Nothing was posted that could be."""

    async def refuse(self, message: int, words: str) -> None:
        """Says why something was not passed on."""
        self.refused.append((message, words))

    async def part(self, reference: str, header: int) -> None:
        """Says that nothing is kept."""
        del reference
        self.parted.append(header)

    def _fail(self) -> None:
        if self.failing:
            raise self.failing.pop(0)


@dataclass
class Wire:
    """The way to people, in memory: what they have, by the number of the message."""

    has: dict[int, str] = field(default_factory=dict)
    failing: list[Exception] = field(default_factory=list)

    async def send(self, chat: str, telling: Telling, sent: int) -> AsyncIterator[int]:
        """Sends one message."""
        del chat
        if sent == 0:
            self._fail()
            number = len(self.has) + 1
            self.has[number] = _words(telling)
            yield number

    async def change(self, chat: str, targets: Sequence[int], telling: Telling) -> bool:
        """Changes it."""
        del chat
        self._fail()
        self.has[targets[0]] = _words(telling)
        return True

    def _fail(self) -> None:
        if self.failing:
            raise self.failing.pop(0)


def _words(telling: Telling) -> str:
    return "\n".join(part.text for part in telling.message.parts if isinstance(part, Words))


class Office:
    """A bot with a support group and other places where tickets go, one person, and their ticket in the group."""

    def __init__(self, *others: Sink) -> None:
        clock = HandClock()
        self.store = MemoryStore(jobs=MemoryJobs(clock.now))
        self.room, self.wire = Room(self.store), Wire()
        voices = Voices(catalog(), PARIS)
        self.desk = Desk(self.store, self.room, voices, clock, shipped().answers)
        self.relays = Relays(self.store, self.room, self.wire, voices)
        self.talk = Conversation(
            machine(), catalog(), self.store, [self.room, *others], clock, CountedReferences(), PARIS, desk=self.desk
        )
        self.clock, self.updates, self.messages = clock, count(1), count(100)

    async def opens(self) -> str:
        """The ticket is made, and in the group; its reference."""
        contents: list[Content] = [Opened("fr"), *map(Pressed, CHOICES), Commanded("send-group")]
        for content in contents:
            await self.does(content)
        await self.works()
        return list(self.store.cases.kept)[-1]

    async def does(self, content: Content) -> str:
        """The person does something; what they are told."""
        taken = await self.talk.take(Incoming("telegram:1", str(next(self.updates)), content))
        return "\n\n".join(said(pending.reply) for pending in taken.replies)

    async def says(self, text: str) -> str:
        """The person writes something; what they are told."""
        return await self.does(Said(text, str(next(self.messages))))

    async def works(self) -> Sequence[Exception]:
        """All jobs that are due are done; how some of them failed."""

        async def deliver(number: int, job: Job) -> None:
            failure = (await self.talk.deliveries.deliver(number, job)).failure
            if failure is not None:
                raise failure

        relays = self.relays
        handlers: Handlers = {
            "post": deliver,
            "deliver": deliver,
            "relay": relays.relay,
            "show": relays.show,
            "farewell": relays.farewell,
            "refuse": relays.refuse,
        }
        return await self.store.jobs.work_off(handlers)

    async def staff(self, content: Staffed) -> str | None:
        """One of the staff does something; what they are told in passing."""
        return (await self.talk.take(Incoming("telegram:-1", str(next(self.updates)), content))).notice

    async def writes(self, who: Member, text: str, reference: str | None = None) -> int:
        """One of the staff writes to the person, about one of several tickets; the number of the message."""
        message = next(self.messages)
        await self.staff(StaffWrote(who, message, HEADER if reference is None else 0, text, about=reference))
        return message

    async def adds(self, reference: str, text: str) -> None:
        """The person adds something to their ticket."""
        await self.does(Commanded(f"add-{reference.lower()}"))
        await self.says(text)


DEEDS = st.one_of(
    st.tuples(st.just("press"), st.sampled_from([ADA, BEA]), st.sampled_from([*MOVES, "answer-screenshot", "x"])),
    st.tuples(st.just("write"), st.sampled_from([ADA, BEA]), st.just("")),
    st.tuples(st.just("add"), st.none(), st.just("")),
    st.tuples(st.just("follow up"), st.none(), st.sampled_from(["reopen-{}", "rate-{}-good", "rate-{}-bad"])),
    st.tuples(st.just("work"), st.none(), st.just("")),
    st.tuples(st.just("fail"), st.none(), st.sampled_from(["person", "group"])),
)


@given(st.lists(DEEDS, max_size=25))
@settings(max_examples=60, deadline=None)
def test_no_message_is_lost(deeds: list[tuple[str, Member | None, str]]) -> None:
    """Whatever is done in whatever order, and however often sending fails.

    What staff wrote is with the person, in order, once; what the person added is kept, in order; and the group is shown
    how the case stands.
    """

    async def done() -> None:
        office = Office()
        reference = await office.opens()
        wrote: list[str] = []
        added: list[str] = []
        for kind, who, what in deeds:
            match kind, who:
                case "press", Member():
                    await office.staff(StaffPressed(who, HEADER, what))
                case "write", Member():
                    wrote.append(f"¶ {len(wrote)} {who.name}")
                    await office.writes(who, wrote[-1])
                case "add", _:
                    added.append(f"complément {len(added)} bis")
                    await office.adds(reference, added[-1])
                case "follow up", _:
                    await office.does(Commanded(what.format(reference.lower())))
                case "work", _:
                    await office.works()
                case _:
                    side = office.wire.failing if what == "person" else office.room.failing
                    side.append(JobFailed("away"))
        for _ in range(60):
            for each in list(office.store.jobs.waiting.values()):
                await office.store.jobs.retry(each.id)
            await office.works()
        assert office.store.jobs.waiting == {}
        got = [text.split("\n\n")[1] for text in office.wire.has.values() if "¶" in text]
        assert got == wrote
        assert [each.text for each in await office.store.cases.additions(reference)] == added
        case = office.store.cases.kept[reference]
        told = [each for each in office.room.shown if each.version == case.version]
        assert told or case.version == 0

    asyncio.run(done())


async def test_the_same_update_again_changes_nothing() -> None:
    """As when the bot was killed before it could say that it has it."""
    office = Office()
    reference = await office.opens()
    wrote = StaffWrote(ADA, 100, HEADER, "Bonjour")
    for _ in range(2):
        await office.talk.take(Incoming("telegram:-1", "77", wrote))
    await office.works()
    assert len(office.store.cases.sent) == 1
    assert len(office.wire.has) == 1
    assert office.store.cases.kept[reference].state == "asked"


async def test_a_person_who_cannot_be_reached_for_long() -> None:
    """Is given up at last, and the group is told."""
    office = Office()
    await office.opens()
    office.wire.failing += [JobFailed("away")] * 40
    await office.writes(ADA, "Bonjour")
    for _ in range(40):
        await office.works()
        for number, each in list(office.store.jobs.waiting.items()):
            office.store.jobs.waiting[number] = type(each)(
                each.id, each.job, office.store.jobs.now(), each.tries, each.dead, each.problem
            )
    assert [each.refusal for each in office.store.cases.sent] == ["unreachable"]
    office.wire.failing.clear()
    await office.writes(ADA, "Encore ?")
    await office.works()
    assert ["Non remis" in note.words for note in office.room.said] == [True]
    assert len(office.wire.has) == 1


async def test_words_do_not_wait_for_the_group() -> None:
    """Which takes few messages a minute: it is told by jobs that are apart from those that tell people."""
    office = Office()
    await office.opens()
    await office.writes(ADA, "Bonjour")
    ours, theirs = apart({"relay": office.relays.relay, "show": office.relays.show})
    await office.store.jobs.work_off(ours)
    assert (len(office.wire.has), office.room.shown) == (1, [])
    await office.store.jobs.work_off(theirs)
    assert [each.state for each in office.room.shown] == ["asked"]


async def test_a_ready_made_answer_that_is_not_sent() -> None:
    """Is shown when it was sent, or else with why it was not; in neither case twice."""
    office = Office()
    await office.opens()
    office.wire.failing += [JobFailed("away")]
    await office.staff(StaffPressed(ADA, HEADER, "answer-screenshot"))
    await office.works()
    assert office.room.said == []
    for each in list(office.store.jobs.waiting):
        await office.store.jobs.retry(each)
    await office.works()
    assert ["Envoyé à la personne" in note.words for note in office.room.said] == [True]
    office.wire.failing += [Unreached("blocked")]
    await office.staff(StaffPressed(ADA, HEADER, "answer-screenshot"))
    await office.works()
    sent, refused = office.room.said
    assert "Non remis" in refused.words
    assert refused.quoted == sent.quoted
    assert len(office.wire.has) == 1


async def test_an_edit_that_cannot_be_delivered() -> None:
    """The person has blocked the bot meanwhile: the group is told."""
    office = Office()
    await office.opens()
    message = await office.writes(ADA, "Bonjour")
    await office.works()
    office.wire.failing.append(Unreached("blocked"))
    await office.staff(StaffEdited(ADA, message, "Bonsoir"))
    await office.works()
    assert ["bloqué" in note.words for note in office.room.said] == [True]
    assert list(office.wire.has.values()) == [next(iter(office.wire.has.values()))]


async def test_somebody_who_is_not_of_the_group() -> None:
    """Does nothing, by button, in words or by an edit."""
    office = Office()
    reference = await office.opens()
    stranger = Member(9, "Zoé", "zzzzzzzz")
    mine = await office.writes(ADA, "Bonjour")
    assert await office.staff(StaffPressed(stranger, HEADER, "resolve")) is not None
    await office.writes(stranger, "Achetez")
    await office.staff(StaffEdited(stranger, mine, "Achetez"))
    await office.works()
    assert office.store.cases.kept[reference].state == "asked"
    assert [each.text for each in office.store.cases.sent] == ["Bonjour"]


async def test_the_same_rating_again() -> None:
    """Is thanked for, and nothing is written or shown anew."""
    office = Office()
    reference = await office.opens()
    await office.staff(StaffPressed(ADA, HEADER, "resolve"))
    for name in ("good", "good", "bad"):
        assert "Merci" in await office.does(Commanded(f"rate-{reference.lower()}-{name}"))
    await office.works()
    assert [action.name for action in office.store.cases.done] == ["resolved", "rated", "rated"]
    case = office.store.cases.kept[reference]
    assert (case.rating, case.ratings, case.version) == ("bad", 2, 3)
    for name in ("good", "bad", "good"):
        await office.does(Commanded(f"rate-{reference.lower()}-{name}"))
    assert office.store.cases.kept[reference].version == 5
