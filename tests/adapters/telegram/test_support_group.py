"""The support group: a person and two of the staff, from the ticket to the rating."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.model.case import Case
from tests.botapi import BotApiServer, Group, Person
from tests.fakes import MemoryStore
from tests.support_desk import Agent, Room, plainly, serving, support_group
from tests.telegram_bot import Stage


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
    assert [button.text for row in room.header.rows for button in row] == ["Réponses", "Clore"]

    asked = scene.group.replies(ada, text, "Quelle version de <b>Firefox</b> ?")
    await agent.reads(f"Support ({scene.reference}) :\n\nQuelle version de <b>Firefox</b> ?")
    await room.shows("en attente de la personne (Ada)")
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
    await agent.reads("Merci. S'il manque finalement quelque chose")
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
    await room.shows("en attente de la personne (Ada)")
    await scene.rests()
    assert [action.name for action in scene.store.cases.done] == ["answered"]
