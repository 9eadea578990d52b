"""The support group: a person and two of the staff, from the ticket to the rating."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.store.sql import SqlStore
from bot.adapters.telegram.bot import Address, Bot
from bot.adapters.telegram.group_chat import GroupChat
from bot.adapters.telegram.limiter import FairRateLimiter
from bot.adapters.telegram.request import PooledRequest
from bot.model.case import Case
from bot.service.jobs import Handlers
from bot.service.ports import StoreUnavailable, WrittenAddition
from bot.service.staff import CannotTell, Member
from tests.botapi import BotApiServer, Group, Message, Person
from tests.desk import CIPHER
from tests.fakes import MemoryStore, MemoryTurn
from tests.postgres import Postgres
from tests.support_desk import CHOICES, Agent, Room, plainly, serving, support_group
from tests.telegram_bot import Stage, hastily


@dataclass
class Scene:
    """A group with two of the staff, and somebody with a ticket in it."""

    api: Stage
    group: Group
    ada: Person
    bea: Person
    agent: Agent
    reference: str = ""
    room: Room = field(init=False)

    @property
    def store(self) -> MemoryStore:
        """What is kept."""
        return self.api.store

    @property
    def case(self) -> Case:
        """How the ticket stands."""
        return self.store.cases.kept[self.reference]

    async def has_ticket(self) -> None:
        """The ticket is in the group, whole."""
        self.reference = await self.agent.sends_ticket()
        self.room = Room(self.api, self.group, self.reference)
        await self.room.has(f"{self.reference}.txt")
        await self.agent.reads("est bien arrivé (Assistance)")

    async def rests(self) -> None:
        """Until everything that happened is dealt with."""

        async def idle() -> None:
            while self.store.replies or any(not each.dead for each in self.store.jobs.waiting.values()):  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(0.01)

        async with asyncio.timeout(20):
            await asyncio.gather(self.group.settled(0.05), self.agent.person.settled(0.05))
            await idle()
            await asyncio.gather(self.group.settled(0.05), self.agent.person.settled(0.05))

    async def has_failed(self) -> None:
        """Until a job has failed, and waits to be done again."""
        async with asyncio.timeout(20):
            while not any(each.problem for each in self.store.jobs.waiting.values()):  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(0.01)

    async def tries_again(self) -> None:
        """What waits to be done again is done at once, until nothing waits."""
        for each in [*self.store.jobs.waiting]:
            await self.store.jobs.retry(each)
        await self.rests()

    def lines(self) -> list[str]:
        """The first lines of what the bot says in the topic."""
        return [plainly(message.text).split("\n")[0] for message in self.room.screen]


@pytest.fixture
async def api() -> AsyncIterator[Stage]:
    """A server."""
    async with Stage() as stage:
        yield stage


@pytest.fixture
async def scene(api: Stage) -> AsyncIterator[Scene]:
    """The bot serves the group."""
    ada, bea = api.person(first_name="Ada"), api.person(first_name="Bea")
    group = support_group(api, ada, bea)
    async with serving(api, api.store, group.id):
        yield Scene(api, group, ada, bea, Agent(api, api.person()))
    assert api.suspicious == []
    assert api.refused == []


def last(person: Person) -> str:
    """The last thing the bot said to somebody."""
    return plainly(person.last.text)


async def test_a_ticket_from_beginning_to_end(scene: Scene) -> None:
    """Sent, taken, asked, answered with a screenshot, resolved, reopened, resolved again and rated."""
    await scene.has_ticket()
    room, agent, ada, bea = scene.room, scene.agent, scene.ada, scene.bea
    assert plainly(room.header.text).startswith(
        f"{scene.reference} · Portail lent ou saturé · pas encore pris en charge\nRépondez à l'un de ces messages"
    )
    assert room.topic is not None
    assert room.topic.name == f"{scene.reference} · Portail lent ou saturé"
    text = room.screen[1]
    assert text.text.startswith(f"Ticket {scene.reference}")

    room.presses(ada, "Prendre en charge")
    await room.shows("pris en charge par Ada")
    assert [button.text for row in room.header.rows for button in row] == ["Reprendre", "Réponses", "Clore"]

    asked = scene.group.replies(ada, text, "Quelle version de <b>Firefox</b> ?")
    await agent.reads(f"Support ({scene.reference}) :\n\nQuelle version de <b>Firefox</b> ?")
    await room.shows("Ada attend la réponse de la personne")
    assert "Ada" not in last(agent.person)
    assert asked.topic == room.topic.id

    agent.person.says("La version 140, ci-joint la capture")
    shown = await room.shows("La version 140, ci-joint la capture")
    assert plainly(shown.text).startswith("Complément 1\n")
    await room.shows("pris en charge par Ada")
    agent.person.replies(agent.person.screen[0], "rien à voir")
    question = next(m for m in agent.person.screen if "Quelle version" in m.text)
    agent.person.sends_raw({"reply_to_message": question.json(), **_photo(scene.api)})
    await scene.rests()
    assert any(message.document is not None and message.document.name == "photo.jpg" for message in room.screen)

    room.presses(bea, "Clore")
    await agent.reads(f"a clos le ticket {scene.reference}")
    await room.offers("Rouvrir")
    await agent.presses("reopen-")
    await agent.reads("est rouvert")
    await room.shows("pas encore pris en charge")
    room.presses(bea, "Prendre en charge")
    await room.shows("pris en charge par Bea")
    room.presses(bea, "Clore")
    await room.offers("Rouvrir")
    await scene.rests()
    await agent.presses("rate-")
    await room.shows("👍")
    await agent.reads("Merci de votre retour. Si le problème n'est pas réglé")
    await scene.rests()
    assert (scene.case.state, scene.case.rating, scene.case.by) == ("resolved", "good", "Bea")
    trail = [action.name for action in scene.store.cases.done]
    assert trail == ["took", "wrote", "resolved", "reopened", "took", "resolved", "rated"]
    assert {action.who for action in scene.store.cases.done if action.name in ("reopened", "rated")} == {"person"}
    assert len({action.who for action in scene.store.cases.done}) == 3
    assert len(room.group.topics) == 1


def _photo(api: BotApiServer) -> dict[str, object]:
    from tests.botapi import contents  # noqa: PLC0415 - only here

    return contents.photo(api.world, contents.PIXEL, "la capture")


async def test_what_staff_say_among_themselves_stays_there(scene: Scene) -> None:
    """A message that replies to nothing, or to a colleague, is nobody else's business."""
    await scene.has_ticket()
    before = len(scene.agent.person.screen)
    note = scene.group.says(scene.ada, "encore lui", topic=scene.room.topic)
    scene.group.replies(scene.bea, note, "oui")
    scene.group.says(scene.ada, "bonjour à tous")
    await scene.rests()
    assert len(scene.agent.person.screen) == before
    assert scene.store.cases.sent == []
    assert len(scene.group.screen_of(None)) == 0


async def test_ready_made_answers(scene: Scene) -> None:
    """They go out in the person's language, and the group sees what was sent; the choice can be put away."""
    await scene.has_ticket()
    room = scene.room
    room.presses(scene.ada, "Réponses")
    await room.offers("Retour")
    room.presses(scene.ada, "Retour")
    await room.offers("Réponses")
    room.presses(scene.ada, "Réponses")
    await room.offers("Demander une capture")
    room.presses(scene.ada, "Demander une capture")
    await scene.agent.reads("Pouvez-vous nous envoyer une capture d'écran")
    await room.shows("Envoyé à la personne :\nPouvez-vous nous envoyer une capture d'écran")
    await room.shows("Ada attend la réponse de la personne")
    await scene.rests()
    assert [action.name for action in scene.store.cases.done] == ["answered"]


async def test_a_group_without_topics(api: Stage) -> None:
    """The header comes first, all the rest replies to it; what staff reply goes to the right person."""
    ada = api.person(first_name="Ada")
    group = support_group(api, ada, forum=False)
    async with serving(api, api.store, group.id):
        agents = [Agent(api, api.person()) for _ in range(2)]
        references = [await agent.sends_ticket() for agent in agents]
        for agent in agents:
            await agent.reads("est bien arrivé (Assistance)")
        headers = {r: next(m for m in group.screen if m.text.startswith(r)) for r in references}
        for message in group.screen:
            if message not in headers.values():
                head = message.body["reply_to_message"]["message_id"]
                assert any(head == each.id for each in headers.values())
        for agent, reference in zip(agents, references, strict=True):
            group.replies(ada, headers[reference], f"à propos de {reference} ?")
            assert f"à propos de {reference}" in (await agent.reads(f"Support ({reference})")).text
        await api.rest(group, *(agent.person for agent in agents))
    assert [len([m for m in agent.person.screen if "à propos" in m.text]) for agent in agents] == [1, 1]
    assert [call.error for call in api.refused] == ["Bad Request: the chat is not a forum"] * 2


async def test_nobody_reads_what_is_meant_for_somebody_else(api: Stage) -> None:
    """A message that names another's ticket, posted right before a kill and so not noted, leads to nobody.

    Where the same happened to a header, which is the bot's own, it leads to its person.
    """
    ada = api.person(first_name="Ada")
    group = support_group(api, ada, forum=False)
    async with serving(api, api.store, group.id):
        agents = [Agent(api, api.person()) for _ in range(2)]
        first, second = [await agent.sends_ticket() for agent in agents]
        for agent in agents:
            await agent.reads("est bien arrivé (Assistance)")
        await agents[0].is_going_to_add()
        agents[0].person.says(f"{'é' * 4_020}\n\n{second} · {'x' * 60}")
        await api.rest(group, *(agent.person for agent in agents))
        end = group.screen[-1]
        assert end.text.startswith(f"{second} · ")
        header = next(each for each in group.screen if each.text.startswith(f"{second} · Portail"))
        api.store.cases.shown.clear()
        api.store.cases.kept[second] = replace(api.store.cases.kept[second], header=None)
        group.replies(ada, end, "Passez au bureau 12")
        group.replies(ada, header, "Et vous ?")
        await agents[1].reads(f"Support ({second}) :\n\nEt vous ?")
        await api.rest(group, *(agent.person for agent in agents))
    assert not any("bureau 12" in each.text for agent in agents for each in agent.person.screen)
    assert first in api.store.cases.kept
    api.calls.clear()


async def test_topics_are_turned_off(scene: Scene) -> None:
    """What comes then stands in the chat, in reply to the header; staff and person still reach each other."""
    await scene.has_ticket()
    header = scene.room.header
    scene.group.turns_topics_off()
    for words in ("une première chose", "et une seconde"):
        await scene.agent.is_going_to_add()
        scene.agent.person.says(words)
        await scene.rests()
        said = next(m for m in scene.group.screen if words in m.text)
        assert said.body["reply_to_message"]["message_id"] == header.id
    scene.group.replies(scene.ada, said, "bien vu")
    await scene.agent.reads("bien vu")
    await scene.rests()


async def test_a_topic_that_was_deleted_is_made_again(scene: Scene) -> None:
    """Whole: header, ticket, and all that was added, in their order; buttons work there."""
    await scene.has_ticket()
    await scene.agent.is_going_to_add()
    scene.agent.person.says("une première chose")
    await scene.rests()
    topic = scene.room.topic
    assert topic is not None
    scene.group.deletes_topic(topic)
    await scene.agent.is_going_to_add()
    scene.agent.person.says("et une seconde")
    await scene.room.shows("et une seconde")
    await scene.rests()
    assert scene.room.topic is not topic
    assert scene.lines()[1].startswith(f"Ticket {scene.reference}")
    assert [line for line in scene.lines() if line.startswith("Complément")] == ["Complément 1"]
    assert "une première chose" in scene.room.screen[-1].text
    scene.room.presses(scene.ada, "Prendre en charge")
    await scene.room.shows("pris en charge par Ada")
    await scene.rests()
    scene.api.calls[:] = [call for call in scene.api.calls if "thread not found" not in call.error]


async def test_an_edit_after_the_topic_was_deleted(scene: Scene) -> None:
    """All is made anew, as it reads now, and once."""
    await scene.has_ticket()
    await scene.agent.is_going_to_add()
    wrote = scene.agent.person.says("C'était Chrome")
    await scene.rests()
    topic = scene.room.topic
    assert topic is not None
    scene.group.deletes_topic(topic)
    scene.agent.person.edits(wrote.id, "C'était Firefox")
    await scene.room.shows("C'était Firefox")
    await scene.rests()
    assert scene.room.topic is not topic
    assert [line for line in scene.lines() if "Complément" in line] == ["Complément 1 (modifié)"]
    scene.api.calls.clear()


async def test_edits_of_a_long_text(scene: Scene) -> None:
    """It changes where it stands, however often it is edited; a reply to its end finds its person."""
    await scene.has_ticket()
    await scene.agent.is_going_to_add()
    wrote = scene.agent.person.says("court")
    await scene.rests()
    for letter in "αβγ":
        scene.agent.person.edits(wrote.id, f"{letter * 2_100} {letter * 1_995}")
        await scene.rests()
    first, last = [message for message in scene.room.screen if "γ" in message.text]
    assert (first.text + last.text).count("γ") == 2_100 + 1_995
    assert not any("α" in message.text or "β" in message.text for message in scene.room.screen)
    assert scene.store.cases.shown[scene.reference, f"{scene.reference}-1", 1].message == last.id
    scene.agent.person.edits(wrote.id, "de nouveau court")
    await scene.rests()
    assert (first.text.endswith("de nouveau court"), last.text) == (True, "…")


async def test_a_header_that_was_deleted_is_posted_again(scene: Scene) -> None:
    """When something changes."""
    await scene.has_ticket()
    scene.group.deletes(scene.room.header)
    text = next(message for message in scene.room.screen if message.text.startswith("Ticket"))
    scene.group.replies(scene.ada, text, "Bonjour")
    await scene.room.shows("Ada attend la réponse de la personne")
    await scene.rests()
    scene.room.presses(scene.bea, "Clore")
    await scene.agent.reads("a clos le ticket")
    await scene.rests()
    gone = [call for call in scene.api.calls if "message to edit not found" in call.error]
    assert len(gone) == 1, "it is edited in vain once, then posted anew"
    assert "clos" in plainly(scene.room.header.text)
    scene.api.calls.remove(gone[0])


async def test_a_group_that_becomes_a_supergroup(api: Stage) -> None:
    """As it does when topics are turned on: it is followed, and what comes up next is made anew there."""
    ada = api.person(first_name="Ada")
    group = api.group("Assistance", members=[ada])
    group.adds_bot(ada)
    async with serving(api, api.store, group.id):
        agent = Agent(api, api.person())
        reference = await agent.sends_ticket()
        await agent.reads("est bien arrivé (Assistance)")
        forum = group.turns_topics_on()
        forum.promotes_bot(ada)
        await agent.is_going_to_add()
        agent.person.says("encore ceci")
        room = Room(api, forum, reference)
        await room.shows("encore ceci")
        assert room.screen[0].text.startswith(reference)
        forum.replies(ada, room.screen[-1], "merci")
        await agent.reads("merci")
        await api.rest(forum, agent.person)
    assert not any("message" in call.error for call in api.refused)
    assert api.store.cases.group == forum.id


async def test_a_group_that_moved_before_the_bot_starts_again(api: Stage) -> None:
    """Though BOT_SUPPORT_CHAT says its old number: what staff reply to arrives, as nothing was forgotten again."""
    ada = api.person(first_name="Ada")
    group = api.group("Assistance", members=[ada])
    group.adds_bot(ada)
    agent = Agent(api, api.person())
    async with serving(api, api.store, group.id):
        forum = group.turns_topics_on()
        forum.promotes_bot(ada)
        room = Room(api, forum, await agent.sends_ticket())
        await room.has(f"{room.reference}.txt")
        await api.rest(forum, agent.person)
    async with serving(api, api.store, group.id):
        forum.replies(ada, room.header, "Bonjour")
        await agent.reads("Bonjour")
        await api.rest(forum, agent.person)
    assert len(forum.topics) == 1


async def test_a_group_whose_move_another_process_has_heard_of(api: Stage) -> None:
    """It is recognised when it speaks."""
    ada = api.person(first_name="Ada")
    group = api.group("Assistance", members=[ada])
    group.adds_bot(ada)
    agent = Agent(api, api.person())
    async with serving(api, api.store, group.id):
        forum = group.turns_topics_on()
        forum.promotes_bot(ada)
        room = Room(api, forum, await agent.sends_ticket())
        await room.has(f"{room.reference}.txt")
        await api.rest(forum, agent.person)
    cases, moves = api.store.cases, dict(api.store.cases.moves)
    cases.moves.clear()
    cases.group = group.id
    async with serving(api, api.store, group.id):
        cases.moves, cases.group = moves, forum.id
        room.presses(ada, "Prendre en charge")
        await room.stands("pris en charge par Ada")
        await api.rest(forum, agent.person)


@dataclass
class Ahead:
    """A hasty clock that can be put forward."""

    by: float = 0.0

    def __call__(self) -> float:
        """What it shows."""
        return hastily() + self.by


async def test_a_group_that_becomes_public(api: Stage) -> None:
    """Anybody could be staff then: nothing is posted in it, and nothing that is done in it counts, until it is not."""
    ada, clock = api.person(first_name="Ada"), Ahead()
    group = support_group(api, ada)
    async with serving(api, api.store, group.id, monotonic=clock):
        agent = Agent(api, api.person())
        room = Room(api, group, await agent.sends_ticket())
        await room.has(f"{room.reference}.txt")
        await api.rest(group, agent.person)
        group.chat.named["username"] = "assistance"
        clock.by += 601
        query = room.presses_of(ada, "Prendre en charge")
        await api.happened(lambda: query.answered is not None)
        assert "Rien n'a été fait" in plainly(query.text)
        await agent.is_going_to_add()
        agent.person.says("une première chose")
        jobs = api.store.jobs.waiting
        async with asyncio.timeout(20):
            while not any("make it private" in (each.problem or "") for each in jobs.values()):  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(0.01)
        assert not any("une première chose" in message.text for message in room.screen)
        del group.chat.named["username"]
        clock.by += 601
        for number in list(jobs):
            await api.store.jobs.retry(number)
        await room.shows("une première chose")
        room.presses(ada, "Prendre en charge")
        await room.stands("pris en charge par Ada")
        await api.rest(group, agent.person)


async def test_what_cannot_be_the_group(api: Stage) -> None:
    """A public group, or a channel: the operator is told what to do, and nobody is staff."""
    request = PooledRequest()
    await request.initialize()
    bot = Bot(Address(api.url, api.token), request, FairRateLimiter())
    public, channel = api.group("Assistance", username="assistance"), api.channel("Annonces")
    for chat, todo in ((public, "make it private"), (channel, "make a private group")):
        chat.adds_bot(api.person())
        found = GroupChat(bot, chat.id, api.store.cases)
        await found.title()
        assert found.unfit is not None
        assert todo in found.unfit
        with pytest.raises(CannotTell):
            await found.includes(Member(None, "Assistance", "aaaaaaaa"))
    await request.shutdown()


async def test_a_bot_that_may_not_open_topics(api: Stage) -> None:
    """The ticket waits; the operator is told what to do; once it may, the ticket is there."""
    ada = api.person(first_name="Ada")
    group = support_group(api, ada)
    group.promotes_bot(ada, without=["can_manage_topics"])
    async with serving(api, api.store, group.id):
        agent = Agent(api, api.person())
        reference = await agent.sends_ticket()

        async with asyncio.timeout(20):
            while not any(each.problem for each in api.store.jobs.waiting.values()):  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(0.01)
        (job,) = [each for each in api.store.jobs.waiting.values() if each.job.kind == "post"]
        assert job.problem is not None
        assert "make it an administrator who manages topics" in job.problem
        group.promotes_bot(ada)
        await api.store.jobs.retry(job.id)
        await Room(api, group, reference).has(f"{reference}.txt")


async def test_a_person_who_has_blocked_the_bot(scene: Scene) -> None:
    """Staff are told, below what they wrote; the person may come back, and what is written then arrives."""
    await scene.has_ticket()
    scene.agent.person.blocks()
    wrote = scene.group.replies(scene.ada, scene.room.header, "Bonjour ?")
    told = await scene.room.shows("Non remis : la personne a bloqué le robot")
    assert told.body["reply_to_message"]["message_id"] == wrote.id
    await scene.rests()
    scene.agent.person.unblocks()
    scene.group.replies(scene.ada, told, "Êtes-vous là ?")
    await scene.agent.reads("Êtes-vous là ?")
    await scene.rests()
    assert not any("Bonjour ?" in message.text for message in scene.agent.person.screen)
    scene.api.calls[:] = [call for call in scene.api.calls if "blocked" not in call.error]


async def test_edits_of_staff(scene: Scene) -> None:
    """The person's message says what staff's says, marked as edited; a longer text than before comes anew."""
    await scene.has_ticket()
    wrote = scene.group.replies(scene.ada, scene.room.header, "Version 139 ?")
    got = await scene.agent.reads("Version 139 ?")
    scene.group.edits(wrote, "Version 140 ?")
    await scene.agent.reads("Version 140 ?")
    await scene.rests()
    assert plainly(got.text) == f"Support ({scene.reference}), message modifié :\n\nVersion 140 ?"
    scene.group.edits(wrote, "é" * 4_090)
    await scene.rests()
    pieces = [m.text for m in scene.agent.person.screen if "éééé" in m.text]
    assert sum(piece.count("é") for piece in pieces) == 4_091
    assert [action.name for action in scene.store.cases.done] == ["wrote", "edited", "edited"]


async def test_edits_of_what_is_among_staff(scene: Scene) -> None:
    """Stay among them, though something that was passed on once had the same number."""
    await scene.has_ticket()
    scene.group.replies(scene.ada, scene.room.header, "Version 139 ?")
    got = await scene.agent.reads("Version 139 ?")
    await scene.rests()
    note = scene.group.says(scene.bea, "encore lui", topic=scene.room.topic)
    cases = scene.store.cases
    cases.sent = [replace(each, source=note.id) for each in cases.sent]
    scene.group.edits(note, "encore lui, quelle plaie")
    await scene.rests()
    assert "Version 139 ?" in got.text


async def test_an_edit_of_what_is_sent_by_half(scene: Scene) -> None:
    """The words were sent, the picture was not: the person has both in the end, the words as they are now."""
    await scene.has_ticket()
    scene.api.faults.server_error("sendPhoto")
    wrote = scene.group.sends_photo(scene.ada, "Version 139 ?", to=scene.room.header)
    got = await scene.agent.reads("Version 139 ?")
    await scene.has_failed()
    scene.group.edits(wrote, "Version 140 ?")
    await scene.group.settled(0.05)
    await scene.tries_again()
    assert plainly(got.text) == f"Support ({scene.reference}), message modifié :\n\nVersion 140 ?"
    assert [each.id for each in scene.agent.person.screen if "Version 1" in each.text] == [got.id]
    assert "photo" in scene.agent.person.last.body


async def test_edits_of_the_person(scene: Scene) -> None:
    """The message in the group says what the person's says, marked as edited."""
    await scene.has_ticket()
    await scene.agent.is_going_to_add()
    wrote = scene.agent.person.says("C'était Chrome")
    shown = await scene.room.shows("C'était Chrome")
    await scene.rests()
    scene.agent.person.edits(wrote.id, "C'était Firefox <b>")
    await scene.agent.reads("L'équipe du support le voit")
    await scene.rests()
    assert plainly(shown.text) == "Complément 1 (modifié)\nC'était Firefox <b>"
    assert len([m for m in scene.room.screen if "Complément" in m.text]) == 1
    scene.agent.person.edits(wrote.id, "C'était Firefox <b>")
    await scene.rests()
    assert len([m for m in scene.agent.person.screen if "L'équipe du support le voit" in plainly(m.text)]) == 1


async def test_what_a_person_writes_without_being_asked(scene: Scene) -> None:
    """A reply to what support wrote always goes there; a plain text only while support waits for it."""
    await scene.has_ticket()
    scene.agent.person.says("ça marche toujours pas sur mon ordinateur")
    await scene.rests()
    assert not any("ça marche" in message.text for message in scene.room.screen)
    scene.group.replies(scene.ada, scene.room.header, "Sur quel appareil ?")
    question = await scene.agent.reads("Sur quel appareil ?")
    await scene.rests()
    scene.agent.person.says("sur un mac du collège")
    await scene.room.shows("sur un mac du collège")
    await scene.rests()
    scene.agent.person.says("et sinon rien de neuf")
    await scene.room.shows("rien de neuf")
    await scene.rests()
    scene.agent.person.replies(question, "merci")
    await scene.room.shows("merci")
    await scene.rests()
    scene.agent.person.start()
    await scene.rests()
    scene.agent.person.replies(question, "c'est un MacBook")
    await scene.room.shows("c'est un MacBook")
    await scene.rests()


async def test_only_members_act(scene: Scene) -> None:
    """Whoever has just left does nothing any more, by button or in words; it is said to them where that can be done."""
    await scene.has_ticket()
    query = scene.room.presses_of(scene.bea, "Prendre en charge")
    scene.group.replies(scene.bea, scene.room.header, "Un mot encore")
    scene.group.leaves(scene.bea)
    await scene.rests()
    assert not any("Un mot encore" in message.text for message in scene.agent.person.screen)
    assert plainly(query.text) == "Seuls les membres de ce groupe peuvent le faire."
    assert (scene.case.state, scene.store.cases.done) == ("open", [])


async def test_nothing_is_done_when_it_cannot_be_told_who_is_a_member(scene: Scene) -> None:
    """Neither by button nor in words, and both are told so."""
    await scene.has_ticket()
    scene.api.faults.server_error("getChatMember", times=2)
    query = scene.ada.presses_on(scene.room.header, "Prendre en charge")
    await scene.rests()
    assert "Rien n'a été fait" in plainly(query.text)
    wrote = scene.group.replies(scene.ada, scene.room.header, "Bonjour")
    told = await scene.room.shows("Non transmis : je n'ai pas pu vérifier")
    assert told.body["reply_to_message"]["message_id"] == wrote.id
    await scene.rests()
    assert (scene.case.state, scene.store.cases.done) == ("open", [])
    assert not any("Bonjour" in m.text for m in scene.agent.person.screen if "Support" in m.text)


async def test_nobody_waits_long_for_who_is_a_member(scene: Scene) -> None:
    """What takes longer than some seconds cannot be told: staff are told so, and everybody else goes on."""
    await scene.has_ticket()
    scene.api.faults.delay(6, "getChatMember")
    query = scene.ada.presses_on(scene.room.header, "Prendre en charge")
    await scene.api.happened(lambda: query.answered is not None, 15)
    assert "Rien n'a été fait" in plainly(query.text)
    scene.api.faults.too_many("getChatMember", retry_after=3_600)
    query = scene.ada.presses_on(scene.room.header, "Prendre en charge")
    await scene.api.happened(lambda: query.answered is not None)
    assert "Rien n'a été fait" in plainly(query.text)
    await scene.rests()


@dataclass
class Broken(MemoryStore):
    """A store that fails at what happens in the group, for these reasons."""

    group: str = ""
    failing: list[Exception] = field(default_factory=list)

    def __repr__(self) -> str:
        """In a few words: tracebacks show all that they pass."""
        return f"a store that fails {len(self.failing)} times"

    @asynccontextmanager
    async def turn(self, chat: str, update: str) -> AsyncIterator[MemoryTurn]:
        """Holds the chat, or fails."""
        if chat == self.group and self.failing:
            raise self.failing.pop(0)
        async with super().turn(chat, update) as turn:
            yield turn


async def test_what_the_bot_fails_to_take(api: Stage) -> None:
    """Staff are told: below what they wrote, or in answer to their press; the operator has it to look at."""
    api.store = store = Broken()
    ada = api.person(first_name="Ada")
    group = support_group(api, ada)
    async with serving(api, store, group.id):
        agent = Agent(api, api.person())
        room = Room(api, group, await agent.sends_ticket())
        await room.has(f"{room.reference}.txt")
        store.group, store.failing = f"telegram:{group.id}", [RuntimeError("a mistake") for _ in range(6)]
        wrote = group.replies(ada, room.header, "Bonjour")
        told = await room.shows("Non transmis : quelque chose n'a pas marché")
        assert told.body["reply_to_message"]["message_id"] == wrote.id
        query = room.presses_of(ada, "Prendre en charge")
        await api.happened(lambda: query.answered is not None)
        assert plainly(query.text) == "Quelque chose n'a pas marché ici. Rien n'a été fait ; réessayez."
        await api.rest(group, agent.person)
    assert len(store.letters) == 2


async def test_what_staff_write_arrives_in_order(api: Stage) -> None:
    """Though the database takes the first of two only the second time."""
    api.store = store = Broken()
    ada = api.person(first_name="Ada")
    group = support_group(api, ada)
    async with serving(api, store, group.id):
        agent = Agent(api, api.person())
        room = Room(api, group, await agent.sends_ticket())
        await room.has(f"{room.reference}.txt")
        store.group, store.failing = f"telegram:{group.id}", [StoreUnavailable("locked")]
        for words in ("une première chose", "et une seconde"):
            group.replies(ada, room.header, words)
        await agent.reads("une première chose")
        await agent.reads("et une seconde")
    texts = [plainly(message.text) for message in agent.person.screen if "Support (" in message.text]
    assert [text.split("\n")[-1] for text in texts] == ["une première chose", "et une seconde"]


async def test_an_edit_of_which_it_cannot_be_told_who_made_it(scene: Scene) -> None:
    """Is not passed on, and that is said; made once more, it is."""
    await scene.has_ticket()
    wrote = scene.group.replies(scene.ada, scene.room.header, "Version 139 ?")
    got = await scene.agent.reads("Version 139 ?")
    await scene.rests()
    scene.api.faults.server_error("getChatMember")
    scene.group.edits(wrote, "Version 140 ?")
    told = await scene.room.shows("Non transmis : je n'ai pas pu vérifier")
    assert told.body["reply_to_message"]["message_id"] == wrote.id
    assert "Version 139 ?" in got.text
    scene.group.edits(wrote, "Version 141 ?")
    await scene.agent.reads("Version 141 ?")
    await scene.rests()


async def test_anonymous_administrators_are_members(scene: Scene) -> None:
    """Channels that speak in the group, and other bots, are not."""
    await scene.has_ticket()
    channel = scene.api.channel("Annonces")
    scene.group.replies(channel, scene.room.header, "Achetez")
    scene.group.replies(scene.group, scene.room.header, "Bonjour de nous tous")
    await scene.agent.reads("Bonjour de nous tous")
    await scene.room.shows("Assistance attend la réponse de la personne")
    await scene.rests()
    assert not any("Achetez" in message.text for message in scene.agent.person.screen)


async def test_what_cannot_be_passed_on(scene: Scene) -> None:
    """A voice message is not; a document of any kind is, with its words."""
    await scene.has_ticket()
    voice = {"voice": {"file_id": "V", "file_unique_id": "UV", "duration": 3}}
    scene.group.sends_raw(scene.ada, voice, to=scene.room.header)
    await scene.room.shows("Non transmis : je ne transmets que des textes")
    scene.group.sends_document(scene.ada, "notice.pdf", "application/pdf", b"%PDF", "La notice", to=scene.room.header)
    await scene.agent.reads("La notice")
    await scene.rests()
    assert scene.agent.person.documents["notice.pdf"] == b"%PDF"


async def test_links_behind_words_of_staff(scene: Scene) -> None:
    """Are written out, as the person gets words alone."""
    await scene.has_ticket()
    link = {"type": "text_link", "offset": 3, "length": 7, "url": "https://ac-aix-marseille.fr/aide"}
    words = {"text": "👉 la page ici, merci", "entities": [link]}
    scene.group.sends_raw(scene.ada, words, to=scene.room.header)
    await scene.agent.reads("👉 la page (https://ac-aix-marseille.fr/aide) ici, merci")
    await scene.rests()


async def test_what_telegram_does_not_take(scene: Scene) -> None:
    """Staff are told at once, and what they write next goes out; where the group cannot show something, it says so."""
    await scene.has_ticket()
    scene.api.faults.bad("sendPhoto", chat=scene.agent.person.id)
    wrote = scene.group.sends_photo(scene.ada, "Cherchez ceci", to=scene.room.header)
    told = await scene.room.shows("Non remis : Telegram ne prend pas ce message")
    assert told.body["reply_to_message"]["message_id"] == wrote.id
    scene.group.replies(scene.ada, scene.room.header, "Le voyez-vous ?")
    await scene.agent.reads("Le voyez-vous ?")
    scene.api.faults.bad("sendPhoto", chat=scene.group.id)
    scene.agent.person.sends_photo("voici")
    await scene.room.shows("Un fichier de ce ticket ne peut pas être affiché ici")
    await scene.rests()
    scene.agent.person.says("et la suite")
    await scene.rests()
    assert len([message for message in scene.room.screen if "ne peut pas être affiché" in plainly(message.text)]) == 1
    scene.api.calls.clear()


async def test_moves_that_are_not_possible(scene: Scene) -> None:
    """Two press at the same moment: one of them is told that the other was quicker."""
    await scene.has_ticket()
    queries = [scene.room.presses_of(who, "Prendre en charge") for who in (scene.ada, scene.bea)]
    await scene.rests()
    assert [plainly(query.text) for query in queries] == ["", "Ada s'en occupe déjà."]
    query = scene.room.presses_of(scene.ada, "Reprendre")
    await scene.rests()
    assert plainly(query.text) == "Vous vous en occupez déjà."
    query = scene.room.presses_of(scene.bea, "Reprendre")
    await scene.room.stands("pris en charge par Bea")
    await scene.rests()
    assert (plainly(query.text), [each.name for each in scene.store.cases.done]) == ("", ["took", "took"])
    queries = [scene.room.presses_of(who, "Clore") for who in (scene.ada, scene.bea)]
    await scene.rests()
    assert [plainly(query.text) for query in queries] == ["", "Ce ticket est clos. Rouvrez-le d'abord."]
    assert len([m for m in scene.agent.person.screen if "a clos le ticket" in m.text]) == 1


async def test_where_tickets_stand(scene: Scene) -> None:
    """As the person is told when they ask."""
    await scene.has_ticket()
    agent = scene.agent
    agent.person.says("/status")
    await agent.reads(f"L'équipe du support a bien reçu {scene.reference} ; personne ne l'a encore pris en charge.")
    scene.room.presses(scene.ada, "Prendre en charge")
    await scene.rests()
    agent.person.says("/status")
    await agent.reads(f"Quelqu'un de l'équipe du support s'occupe de {scene.reference}.")
    await scene.rests()


async def test_whoever_asks_to_be_forgotten(scene: Scene) -> None:
    """The group is told, in the place of the header; nothing can be done with it any more, and nothing is kept."""
    await scene.has_ticket()
    header = scene.room.header
    scene.group.replies(scene.ada, header, "Bonjour")
    await scene.agent.reads("Bonjour")
    await scene.rests()
    scene.agent.person.says("/forget")
    await scene.agent.reads("dans son groupe")
    await scene.rests()
    farewells = [each for each in scene.room.screen if "Je ne garde plus rien de ce ticket" in plainly(each.text)]
    assert [each.id == header.id for each in farewells] == [True, False]
    assert farewells[1].body["reply_to_message"]["message_id"] == header.id
    assert header.rows == ()
    assert (scene.store.cases.kept, scene.store.cases.sent, scene.store.cases.shown) == ({}, [], {})
    before = len(scene.agent.person.screen)
    wrote = scene.group.replies(scene.ada, header, "Êtes-vous là ?")
    told = await scene.room.shows("Non transmis : je ne garde plus rien de ce ticket")
    assert told.body["reply_to_message"]["message_id"] == wrote.id
    await scene.rests()
    assert len(scene.agent.person.screen) == before


@pytest.mark.parametrize("method", ["createForumTopic", "sendMessage"])
async def test_whoever_asks_to_be_forgotten_while_the_ticket_is_posted(scene: Scene, method: str) -> None:
    """Nothing more of it is posted; what is there begins with the request to delete it."""
    reference = scene.reference = await scene.agent.answers_everything()
    scene.room = Room(scene.api, scene.group, reference)
    scene.api.faults.delay(2, method, chat=scene.group.id)
    seen = len(scene.api.calls)
    scene.agent.press("send-group")
    await scene.api.happened(
        lambda: any(
            call.method == method and str(call.params["chat_id"]) == str(scene.group.id)
            for call in scene.api.calls[seen:]
        )
    )
    scene.agent.person.says("/forget")
    await scene.agent.reads("dans son groupe")
    await scene.rests()
    assert all("Je ne garde plus rien de ce ticket" in line for line in scene.lines())
    assert scene.lines()


async def test_what_people_write_is_data(scene: Scene) -> None:
    """In the group no word of theirs becomes markup, and no address becomes a link; a long text arrives whole."""
    await scene.has_ticket()
    await scene.agent.is_going_to_add()
    words = "<b>gras</b> [lien](http://x.example) https://evil.example/x @all /start " + "é" * 4_000
    scene.agent.person.says(words)
    await scene.room.shows("<b>gras</b>")
    await scene.rests()
    shown = [message for message in scene.room.screen if "Complément" in message.text or "éé" in message.text]
    assert "".join(message.text for message in shown).removeprefix("Complément 1\n") == words
    kinds = {entity["type"] for message in shown for entity in message.entities}
    assert kinds <= {"blockquote", "code"}
    assert _codes(shown[0]) == ["[lien](http://x.example)", "https://evil.example/x", "@all", "/start"]


async def test_what_people_write_into_a_ticket_is_data(scene: Scene) -> None:
    """In the group it calls nobody and leads nowhere."""
    agent = scene.agent
    agent.person.start()
    for choice in (*CHOICES[:-1], "remark"):
        await agent.presses(choice)
    agent.person.says("voir @everyone /forget tg://resolve?domain=evil_bot merci")
    await agent.reads("evil_bot merci")
    await agent.presses("confirm")
    await agent.presses("send-group")
    await agent.reads("est bien arrivé (Assistance)")
    (topic,) = scene.group.topics
    ticket = next(message for message in scene.group.screen_of(topic) if message.text.startswith("Ticket "))
    assert _codes(ticket) == ["@everyone", "/forget", "tg://resolve?domain=evil_bot"]


def _codes(message: Message) -> list[str]:
    spans = [(e["offset"], e["offset"] + e["length"]) for e in message.entities if e["type"] == "code"]
    return [message.text[first:last] for first, last in spans]


async def test_additions_that_wait_share_a_message(scene: Scene) -> None:
    """Where they fit; one that comes late says when it was written; a picture comes right after its words."""
    await scene.has_ticket()
    room, agent = scene.room, scene.agent
    blocked = asyncio.Event()
    deliver = scene.store.jobs.work_off

    async def waits(handlers: Handlers) -> Sequence[Exception]:
        await blocked.wait()
        return await deliver(handlers)

    scene.store.jobs.work_off = waits  # type: ignore[method-assign]
    for words in ("un", "deux", "trois " + "é" * 4_080, "quatre"):
        await agent.is_going_to_add()
        agent.person.says(words)
        await agent.person.settled(0.1)
    await agent.person.settled(0.1)
    old = {name: (chat, _an_hour_ago(added)) for name, (chat, added) in scene.store.additions.items() if "-1" in name}
    scene.store.additions |= old
    blocked.set()
    await room.shows("quatre")
    await scene.rests()
    posts = [plainly(m.text) for m in room.screen if m.text.startswith("Complément")]
    assert [post.count("Complément") for post in posts] == [2, 1, 1]
    assert posts[0].startswith("Complément 1, écrit le ")
    assert posts[0].endswith("\nun\n\nComplément 2\ndeux")
    assert sum("trois" in message.text for message in room.screen) == 1


def _an_hour_ago(added: WrittenAddition) -> WrittenAddition:
    earlier = added.addition.created_at - timedelta(hours=1)
    return replace(added, addition=replace(added.addition, created_at=earlier))


async def test_fifty_people_at_once(api: Stage) -> None:
    """No ticket mixes with another, on either side: what is replied to one comes to its person alone, and back."""
    ada, bea = api.person(first_name="Ada"), api.person(first_name="Bea")
    group = support_group(api, ada, bea)
    async with serving(api, api.store, group.id):
        agents = [Agent(api, api.person()) for _ in range(50)]
        references = await asyncio.gather(*(agent.sends_ticket(120) for agent in agents))
        rooms = [Room(api, group, reference) for reference in references]
        for room in rooms:
            await room.has(f"{room.reference}.txt", 120)
        for number, room in enumerate(rooms):
            group.replies((ada, bea)[number % 2], room.screen[1], f"Question pour {room.reference}")
        for agent, room in zip(agents, rooms, strict=True):
            await agent.reads(f"Support ({room.reference}) :\n\nQuestion pour {room.reference}", 60)
            agent.person.says(f"Voici ma réponse pour {room.reference}")
        for room in rooms:
            await room.shows(f"Voici ma réponse pour {room.reference}", 120)
        assert len(set(references)) == len(group.topics) == 50
        for agent, room in zip(agents, rooms, strict=True):
            others = set(references) - {room.reference}
            assert not any(other in message.text for other in others for message in agent.person.screen)
            assert not any(other in message.text for other in others for message in room.screen)
            assert [m.text.count("Voici ma réponse") for m in room.screen if "Complément" in m.text] == [1]


async def test_a_case_that_is_opened_again_after_its_topic_was_deleted(scene: Scene) -> None:
    """Staff tidy up what is resolved; who opens it again is heard all the same."""
    await scene.has_ticket()
    scene.room.presses(scene.ada, "Clore")
    await scene.room.stands("clos")
    await scene.rests()
    assert scene.room.topic is not None
    scene.group.deletes_topic(scene.room.topic)
    await scene.agent.presses("reopen-")
    await scene.room.has(f"{scene.reference}.txt")
    await scene.room.stands("pas encore pris en charge")
    await scene.rests()
    gone = ("message to edit not found", "thread not found")
    scene.api.calls[:] = [call for call in scene.api.calls if not any(words in call.error for words in gone)]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_on_a_database(database: str, api: Stage, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """As in memory: to the group, to the person, back, and closed."""
    server: Postgres | None = request.getfixturevalue("postgres") if database == "postgresql" else None
    store = await SqlStore.open(server.database() if server else f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    ada = api.person(first_name="Ada")
    group = support_group(api, ada)
    async with serving(api, store, group.id):
        agents = [Agent(api, api.person()) for _ in range(3)]
        references = await asyncio.gather(*(agent.sends_ticket() for agent in agents))
        for agent, reference in zip(agents, references, strict=True):
            room = Room(api, group, reference)
            await room.has(f"{reference}.txt")
            wrote = group.replies(ada, room.header, f"À propos de {reference}")
            await agent.reads(f"À propos de {reference}")
            await room.stands("Ada attend la réponse de la personne")
            group.edits(wrote, f"Au sujet de {reference}")
            await agent.reads(f"Au sujet de {reference}")
            said = agent.person.says("je réessaie ce soir")
            await room.shows("je réessaie ce soir")
            await room.stands("pris en charge par Ada")
            agent.person.edits(said.id, "je réessaie demain")
            await room.shows("je réessaie demain")
            room.presses(ada, "Clore")
            await agent.presses("rate-")
            await room.stands("👍")
    names = [action.name for action in await store.cases.actions()]
    assert names == ["wrote", "edited", "resolved", "rated"] * 3
    await store.close()
    assert api.refused == []
