"""The contract of what is kept of the support group's cases, by the real stores and the stand-in of the tests."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.store.sql import SqlStore
from bot.adapters.store.turn import ChatBusy
from bot.model.answer import Attachment
from bot.model.case import Case, Relay
from bot.model.message import Message, Reply, Words
from bot.service.cases import Action, CaseWrite, Posted
from bot.service.delivery import Addition, Delivery
from bot.service.jobs import GROUP, Job, JobFailed
from bot.service.ports import Store, WriteSet, WrittenAddition, WrittenTicket
from tests.desk import MONDAY
from tests.engine.test_step import after

REPLY = Reply((Message((Words("bonjour"),)),), (), None, "", "fr", 1)
AT_THE_GROUP = "telegram:-100"


@pytest.fixture
async def case(store: Store, written: WrittenTicket) -> Case:
    """The case of a ticket that goes to the group."""
    reference = written.ticket.reference
    async with store.turn("telegram:1", "1") as turn:
        deliveries = [Delivery(reference, "group")]
        await turn.commit(WriteSet(MONDAY, after()[0], REPLY, written, deliveries=deliveries))
    begun = await store.cases.begin(reference)
    assert begun is not None
    return begun


async def staff(store: Store, update: str, write: CaseWrite) -> None:
    """One of the staff does something."""
    async with store.turn(AT_THE_GROUP, update) as turn:
        await turn.attend(MONDAY, write)


async def jobs(store: Store) -> Sequence[Job]:
    """What is to be done."""
    return [each.job for each in await store.jobs.queued()]


async def test_a_ticket_becomes_a_case(store: Store, case: Case) -> None:
    """Once; it is found by its reference and by its person. There is none of a ticket that is not there."""
    assert case == Case(case.reference, "telegram:1")
    assert await store.cases.begin(case.reference) == case
    assert await store.cases.of(case.reference) == case
    assert list(await store.cases.of_chat("telegram:1")) == [case]
    assert list(await store.cases.of_chat("telegram:2")) == []
    assert await store.cases.begin("3333-3333") is None
    assert await store.cases.of("3333-3333") is None


async def test_tickets_for_the_group_are_jobs_of_their_own(store: Store, case: Case) -> None:
    """They take long: nothing else waits for them."""
    (job,) = await jobs(store)
    assert (job.kind, job.ticket, job.sink) == ("post", case.reference, "group")
    assert job.lane == f"case {case.reference}"
    assert replace(job, ticket=f"{case.reference}-2").lane == job.lane


async def test_what_staff_do_is_one_commit(store: Store, case: Case) -> None:
    """The case, what goes to the person, the trail and a job, with the update: it is known when it comes again."""
    picture = Attachment("photo.jpg", "image/jpeg", 3, "telegram:photo:F1", "")
    relay = Relay(case.reference, "words", "Bonjour <b>", picture, source=7)
    action = Action(MONDAY, case.reference, "wrote", "1234abcd")
    await staff(store, "1", CaseWrite(replace(case, state="asked", by="Ada"), [relay], action=action))
    async with store.turn(AT_THE_GROUP, "1") as turn:
        assert turn.repeated
        assert turn.session is None
        known = await turn.cases.of(case.reference)
    assert known == replace(case, state="asked", by="Ada", version=1)
    (kept,) = await store.cases.relays(case.reference)
    assert kept == replace(relay, id=kept.id)
    assert await store.cases.relay_of(7) == kept
    assert await store.cases.relay_of(8) is None
    (done,) = await store.cases.actions()
    assert done == replace(action, at=MONDAY.astimezone(UTC))
    post, *telling = await jobs(store)
    assert [(each.kind, each.chat, each.ticket) for each in telling] == [
        (kind, "telegram:1", case.reference) for kind in ("relay", "show")
    ]
    assert [each.lane == post.lane for each in telling] == [False, True], "whoever writes in a topic does so alone"


async def test_what_became_of_words_is_shown_by_a_job(store: Store, case: Case) -> None:
    """Of its own; there is none where nothing is kept any more."""
    before = len(await jobs(store))
    await store.cases.have_shown(case.reference)
    await store.cases.have_shown("3333-3333")
    *_, job = added = (await jobs(store))[before:]
    assert len(added) == 1
    assert (job.kind, job.chat, job.ticket) == ("show", "telegram:1", case.reference)


async def test_what_changes_nothing_is_one_commit(store: Store) -> None:
    """The update is known when it comes again, and staff are told once."""
    told = Job("refuse", GROUP, ticket="gone", post=7)
    for _ in range(2):
        async with store.turn(AT_THE_GROUP, "1") as turn:
            if not turn.repeated:
                await turn.decline(MONDAY, told)
    assert [(each.kind, each.chat, each.ticket, each.post) for each in await jobs(store)] == [
        ("refuse", GROUP, "gone", 7)
    ]


async def test_two_changes_at_once(store: Store, case: Case) -> None:
    """The second was made of what is no longer so: it leaves nothing, and may be made again of what is."""
    await staff(store, "1", CaseWrite(replace(case, state="taken", by="Ada")))
    with pytest.raises(ChatBusy):
        await staff(store, "2", CaseWrite(replace(case, state="resolved"), [Relay(case.reference, "resolved")]))
    async with store.turn(AT_THE_GROUP, "2") as turn:
        assert not turn.repeated
    assert list(await store.cases.relays(case.reference)) == []
    now = await store.cases.of(case.reference)
    assert now is not None
    assert now.state == "taken"
    await staff(store, "2", CaseWrite(replace(now, state="resolved")))


async def test_what_its_person_does(store: Store, case: Case) -> None:
    """It is committed with their own turn."""
    async with store.turn("telegram:1", "2") as turn:
        write = CaseWrite(
            replace(case, rating="good", ratings=2), action=Action(MONDAY, case.reference, "rated", "person")
        )
        await turn.commit(WriteSet(MONDAY, turn.session, REPLY, case=write))
    known = await store.cases.of(case.reference)
    assert known is not None
    assert (known.rating, known.ratings) == ("good", 2)
    with pytest.raises(ChatBusy):
        async with store.turn("telegram:1", "3") as turn:
            await turn.commit(WriteSet(MONDAY, turn.session, REPLY, case=write))
    async with store.turn("telegram:1", "3") as turn:
        assert not turn.repeated


async def test_where_the_group_has_it(store: Store, case: Case) -> None:
    """Notes of jobs are no changes of the case: whoever has read it before may still change it."""
    reference = case.reference
    await store.cases.note_place(reference, 5, 6)
    await store.cases.note_shown(reference, "digest")
    await store.cases.note_posted(reference, [Posted(reference, 0, 7), Posted(reference, 1, 8)])
    await staff(store, "1", CaseWrite(replace(case, state="taken", by="Ada")))
    known = await store.cases.of(reference)
    assert known == replace(case, state="taken", by="Ada", topic=5, header=6, shown="digest", version=1)
    for message in (6, 7, 8):
        assert await store.cases.at(message) == known
    assert await store.cases.at(9) is None
    await store.cases.note_posted(reference, [Posted(reference, 1, 9, edits=2)])
    assert list(await store.cases.posted(reference)) == [Posted(reference, 0, 7), Posted(reference, 1, 9, edits=2)]
    await store.cases.forget_posted(reference)
    assert list(await store.cases.posted(reference)) == []
    assert await store.cases.at(6) is None
    gone = await store.cases.of(reference)
    assert gone is not None
    assert (gone.topic, gone.header, gone.shown, gone.state) == (None, None, None, "taken")


async def test_how_far_a_relay_gets_while_it_is_edited(store: Store, case: Case) -> None:
    """Neither overwrites the other: then what was sent is known to say something else by now."""
    await staff(store, "1", CaseWrite(case, [Relay(case.reference, "words", "un", source=7)]))
    (relay,) = await store.cases.relays(case.reference)
    now = await store.cases.of(case.reference)
    assert now is not None
    await staff(store, "2", CaseWrite(now, edited=replace(relay, text="deux", revision=2)))
    await store.cases.note_relay(replace(relay, state="sent", targets=(11, 12), sent=1))
    (after_both,) = await store.cases.relays(case.reference)
    assert after_both == replace(relay, text="deux", revision=2, state="sent", targets=(11, 12), sent=1)
    assert after_both.changed
    assert await store.cases.relay_to("telegram:1", 12) == after_both
    assert await store.cases.relay_to("telegram:1", 13) is None
    assert await store.cases.relay_to("telegram:2", 12) is None


async def test_what_is_added_is_found_by_its_message(store: Store, case: Case) -> None:
    """And says what it says now, once it was edited."""
    message = Message((Words("x"),))
    for number, text in enumerate(("un", "deux"), 1):
        addition = Addition(number, text, (), MONDAY, f"{number}00")
        async with store.turn("telegram:1", f"1{number}") as turn:
            added = WrittenAddition(case.reference, addition, message)
            await turn.commit(WriteSet(MONDAY, turn.session, REPLY, addition=added))
    assert [each.text for each in await store.cases.additions(case.reference)] == ["un", "deux"]
    found = await store.cases.addition_of("telegram:1", "200")
    assert found is not None
    reference, addition = found
    assert (reference, addition.text) == (case.reference, "deux")
    assert await store.cases.addition_of("telegram:2", "200") is None
    async with store.turn("telegram:1", "20") as turn:
        edited = WrittenAddition(reference, replace(addition, text="trois", edits=1), message)
        await turn.commit(WriteSet(MONDAY, turn.session, REPLY, addition=edited))
        assert await turn.additions(reference) == 2
    assert [(each.text, each.edits) for each in await store.cases.additions(reference)] == [("un", 0), ("trois", 1)]


async def test_whoever_is_forgotten(store: Store, case: Case) -> None:
    """Nothing of the case is left but that the group is to be told; nor is what was done with it."""
    reference = case.reference
    await store.cases.note_place(reference, 5, 6)
    await store.cases.note_posted(reference, [Posted(reference, 0, 7)])
    action = Action(MONDAY, reference, "wrote", "1234abcd")
    await staff(store, "1", CaseWrite(case, [Relay(reference, "words", "un", source=7)], action=action))
    async with store.turn("telegram:1", "9") as turn:
        await turn.erase(MONDAY, REPLY)
    assert await store.cases.of(reference) is None
    assert await store.cases.at(6) is None
    assert await store.cases.at(7) is None
    assert list(await store.cases.relays(reference)) == []
    assert [(each.kind, each.chat, each.ticket, each.post) for each in await jobs(store)] == [
        ("farewell", GROUP, reference, 6)
    ]
    assert await store.cases.actions() == []


async def test_a_farewell_is_tried_again(store: Store, case: Case) -> None:
    """Though its person is gone."""
    await store.cases.note_place(case.reference, 5, 6)
    async with store.turn("telegram:1", "9") as turn:
        await turn.erase(MONDAY, REPLY)

    async def fails(number: int, job: Job) -> None:
        raise OSError(f"{number} {job.kind}")

    (failure,) = await store.jobs.work_off({"farewell": fails})
    assert isinstance(failure, OSError)
    (queued,) = await store.jobs.queued()
    assert (queued.job.kind, queued.tries) == ("farewell", 1)


async def test_farewells_grow_old(store: Store, case: Case) -> None:
    """Those that could not be said are not kept for ever; nor is why."""
    await store.cases.note_place(case.reference, 5, 6)
    async with store.turn("telegram:1", "9") as turn:
        await turn.erase(MONDAY, REPLY)

    async def fails(number: int, job: Job) -> None:
        raise JobFailed(f"{number} {job.kind}", hopeless=True)

    await store.jobs.work_off({"farewell": fails})
    now = datetime.now(UTC)
    await store.erase_before(now - timedelta(days=1))
    assert [each.dead for each in await store.jobs.queued()] == [True]
    await store.erase_before(now + timedelta(days=1))
    assert await store.jobs.queued() == []
    if isinstance(store, SqlStore):
        assert await store.jobs.problems() == {}


async def test_notes_about_what_is_gone(store: Store, case: Case) -> None:
    """They bring nothing back."""
    async with store.turn("telegram:1", "9") as turn:
        await turn.erase(MONDAY, REPLY)
    await store.cases.note_place(case.reference, 5, 6)
    await store.cases.note_shown(case.reference, "x")
    await store.cases.note_posted(case.reference, [Posted(case.reference, 0, 7)])
    await store.cases.note_relay(Relay(case.reference, "words", "un", id=1))
    assert await store.cases.of(case.reference) is None
    assert list(await store.cases.posted(case.reference)) == []
    assert list(await store.cases.relays(case.reference)) == []


async def test_old_cases_are_erased(store: Store, case: Case) -> None:
    """With their people or their tickets; the group is told so."""
    await store.cases.note_place(case.reference, 5, 6)
    await store.erase_before(MONDAY + timedelta(days=30))
    assert await store.cases.of(case.reference) is None
    assert [(each.kind, each.ticket, each.post) for each in await jobs(store)] == [("farewell", case.reference, 6)]


@pytest.mark.parametrize("side", ["staff", "person"])
async def test_a_case_in_which_something_is_done_is_not_old(store: Store, case: Case, side: str) -> None:
    """Whoever does it; nor is what belongs to it. It becomes old in its turn, though its person goes on talking."""
    reference, day = case.reference, timedelta(days=1)
    await store.cases.note_place(reference, 5, 6)
    await store.cases.note_posted(reference, [Posted(reference, 0, 7)])
    await staff(store, "1", CaseWrite(case, [Relay(reference, "words", "un", source=8)]))
    now = await store.cases.of(reference)
    assert now is not None
    if side == "staff":
        async with store.turn(AT_THE_GROUP, "2") as turn:
            await turn.attend(MONDAY + 20 * day, CaseWrite(replace(now, by="Ada")))
    else:
        addition = WrittenAddition(reference, Addition(1, "encore", (), MONDAY + 20 * day), REPLY.messages[0])
        async with store.turn("telegram:1", "2") as turn:
            await turn.commit(WriteSet(MONDAY + 20 * day, turn.session, REPLY, addition=addition))
    async with store.turn("telegram:1", "3") as turn:
        await turn.commit(WriteSet(MONDAY + 50 * day, turn.session, REPLY))
    assert await store.erase_before(MONDAY + 10 * day) == 0
    assert await store.cases.ticket(reference) is not None
    assert await store.shipment(reference, "group") is not None
    assert await store.cases.at(7) == await store.cases.of(reference)
    assert await store.cases.relay_of(8) is not None
    assert await store.erase_before(MONDAY + 40 * day) == 0
    assert await store.cases.ticket(reference) is None
    assert await store.cases.of(reference) is None
    assert [(each.kind, each.post) for each in await jobs(store) if each.kind == "farewell"] == [("farewell", 6)]


@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
async def test_a_person_gets_what_is_kept_of_their_cases(store: SqlStore, case: Case) -> None:
    """In clear, but for who of the staff did it, and where in their group; and it can be encrypted anew."""
    reference = case.reference
    await store.cases.note_place(reference, 9100711, 9100712)
    await store.cases.note_posted(reference, [Posted(reference, 0, 9100713)])
    action = Action(MONDAY, reference, "wrote", "1234abcd")
    relay = Relay(reference, "words", "un mot", source=9100714)
    await staff(store, "1", CaseWrite(replace(case, by="Ada", state="asked"), [relay], action=action))

    async def fails(number: int, job: Job) -> None:
        raise OSError(f"{number} {job.kind} glpi.inside.example")

    await store.jobs.work_off({"relay": fails})
    async with store.turn("telegram:1", "2") as turn:
        kept = await turn.everything()
    everything = json.loads(kept)
    assert everything["cases"][0]["content"]["state"] == "asked"
    assert everything["relays"][0]["content"]["text"] == "un mot"
    assert [each["action"] for each in everything["actions"]] == ["wrote"]
    assert len(everything["job_problems"]) == len(everything["case_messages"]) == 1
    assert not [
        each for each in ("Ada", "1234abcd", "9100711", "9100712", "9100713", "9100714", "inside") if each in kept
    ]
    assert await store.sealed() > 0
    async for _ in store.reseal():
        pass
    assert [each.text for each in await store.cases.relays(case.reference)] == ["un mot"]


async def test_a_message_that_nobody_noted(store: Store, case: Case) -> None:
    """As when the bot was killed right after it was sent: it belongs to the case whose topic it stands in."""
    await store.cases.note_place(case.reference, 5, 6)
    known = await store.cases.at(99, 5)
    assert known is not None
    assert known.reference == case.reference
    assert await store.cases.at(99, 4) is None
    assert await store.cases.at(99) is None


async def test_another_group(store: Store, case: Case) -> None:
    """Nothing is where it was: the same numbers mean something else there. The same group again changes nothing."""
    reference = case.reference
    await store.cases.settle(-100)
    await store.cases.note_place(reference, 5, 6)
    await store.cases.note_posted(reference, [Posted(reference, 0, 7)])
    await staff(store, "1", CaseWrite(case, [Relay(reference, "words", "un", source=8)]))
    await store.cases.settle(-100)
    assert await store.cases.at(7) is not None
    assert await store.cases.relay_of(8) is not None
    await store.cases.settle(-200)
    assert await store.cases.relay_of(8) is None
    assert [each.source for each in await store.cases.relays(reference)] == [None]
    assert await store.cases.at(6) is None
    assert await store.cases.at(7) is None
    assert list(await store.cases.posted(reference)) == []
    known = await store.cases.of(reference)
    assert known is not None
    assert (known.topic, known.header) == (None, None)


async def test_where_the_group_has_moved(store: Store) -> None:
    """Known by any number that it had; who has moved nowhere is where they were."""
    await store.cases.note_move(-100, -200)
    await store.cases.note_move(-100, -200)
    assert [await store.cases.moved(number) for number in (-100, -200, -300)] == [-200, -200, -300]


async def test_the_number_of_what_is_gone_is_nobody_elses(store: Store, case: Case, written: WrittenTicket) -> None:
    """A job that still does it notes nothing of what came after it."""
    await staff(store, "1", CaseWrite(case, [Relay(case.reference, "words", "un")]))
    (gone,) = await store.cases.relays(case.reference)
    async with store.turn("telegram:1", "9") as turn:
        await turn.erase(MONDAY, REPLY)
    other = replace(written, ticket=replace(written.ticket, reference="3333-3333"))
    async with store.turn("telegram:2", "1") as turn:
        await turn.commit(WriteSet(MONDAY, after()[0], REPLY, other))
    begun = await store.cases.begin("3333-3333")
    assert begun is not None
    await staff(store, "2", CaseWrite(begun, [Relay("3333-3333", "words", "deux")]))
    await store.cases.note_relay(replace(gone, state="sent"))
    (kept,) = await store.cases.relays("3333-3333")
    assert (kept.state, kept.id == gone.id) == ("waiting", False)
    await store.cases.note_relay(replace(gone, id=kept.id, state="sent"))
    assert [each.state for each in await store.cases.relays("3333-3333")] == ["waiting"]


async def test_the_ticket_of_a_case(store: Store, case: Case, written: WrittenTicket) -> None:
    """As it was made."""
    assert await store.cases.ticket(case.reference) == (written.ticket, written.message)
    assert await store.cases.ticket("3333-3333") is None
