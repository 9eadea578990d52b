"""`kill -9` at every step of a ticket in the support group: nothing is lost, and what is doubled is counted."""

import asyncio
import os
import re
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from bot.adapters.store.cipher import new_key
from tests.botapi import BotApiServer, Call, Person, contents
from tests.botapi.updates import Update
from tests.chaos.nursery import Nursery
from tests.support_desk import Agent, Room, plainly, support_group
from tests.telegram_bot import BotProcess

Step: TypeAlias = tuple[str, ...]
_CALLS = (
    *("createForumTopic", "sendMessage", "sendDocument", "sendPhoto", "editMessageText"),
    *("getChatMember", "answerCallbackQuery"),
)
_WRITTEN = re.compile(r", écrit le [^\n]*")
_PATIENCE = 90
_UNNOTED = 0.3
"""Seconds in which what was sent may not be noted yet."""


@dataclass
class Reaper:
    """Kills the bot at the first of each step since it was `armed`, right when the server gets to know of it.

    A call is carried out all the same, as its sender is gone only then; an update was handed out. `killed` counts
    the steps it was killed over, which come again; `perhaps` those just before them, that it may not have noted yet.
    """

    api: BotApiServer
    bot: BotProcess
    group: int
    armed: bool = False
    killed: Counter[Step] = field(default_factory=Counter)
    perhaps: Counter[Step] = field(default_factory=Counter)
    lately: list[tuple[float, Step]] = field(default_factory=list)
    done: Counter[Step] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.api.world.watching.append(self._sees)

    def _sees(self, what: Call | Update) -> None:
        step = self._step(what)
        if not self.armed or step is None:
            return
        self.done[step] += 1
        now = time.monotonic()
        self.lately = [(at, each) for at, each in self.lately if now - at < _UNNOTED]
        if self.killed[step] == 0 and self.bot.pid is not None:
            self.killed[step] += 1
            self.perhaps.update(each for _, each in self.lately)
            with suppress(ProcessLookupError):
                os.kill(self.bot.pid, signal.SIGKILL)
        self.lately.append((now, step))

    def _step(self, what: Call | Update) -> Step | None:
        """What is done; None for what is no part of what the group is about."""
        if isinstance(what, Update):
            # That it has opened a topic comes back to it: killed over each of these, it would open one after the other.
            of_its_own = "forum_topic_created" in what.body.get("message", {})
            return None if of_its_own else ("update", str(what.id))
        if what.method not in _CALLS:
            return None
        if what.method in ("getChatMember", "answerCallbackQuery"):
            return (what.method, str(what.params.get("user_id", "")))
        text = _WRITTEN.sub("", plainly(str(what.params.get("text", what.params.get("name", "")))))
        to_group = str(what.params["chat_id"]) == str(self.group)
        if not to_group and not text.startswith(("Support (", "L'équipe du support a")) and what.method != "sendPhoto":
            return None
        return (what.method, "group" if to_group else "person", text)

    def posted(self) -> dict[Step, range]:
        """How often each message was sent, but for the times that its sender was killed before it could note that."""
        sent = {step: count for step, count in self.done.items() if step[0].startswith(("send", "create"))}
        once = {step: count - self.killed[step] for step, count in sent.items()}
        return {step: range(count - self.perhaps[step], count + 1) for step, count in once.items()}


@asynccontextmanager
async def revived(bot: BotProcess) -> AsyncIterator[None]:
    """Whenever the bot is dead, it is started again."""

    async def keep() -> None:
        while True:
            await asyncio.sleep(0.05)
            if bot.pid is None:
                await bot.launch()

    keeping = asyncio.create_task(keep())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def _all_that_can_happen(agent: Agent, room: Room, ada: Person, bea: Person) -> None:
    """From a ticket that is sent to the group until it is rated."""
    group = room.group
    await room.has(f"{room.reference}.txt", _PATIENCE)
    await room.stands("pas encore pris en charge", _PATIENCE)
    room.presses(ada, "Prendre en charge")
    await room.stands("pris en charge par Ada", _PATIENCE)
    group.replies(ada, room.header, "Quelle version ?")
    question = await agent.reads("Quelle version ?", _PATIENCE)
    await room.stands("Ada attend la réponse de la personne", _PATIENCE)
    agent.person.says("La version 140 de Firefox")
    await room.shows("La version 140 de Firefox", _PATIENCE)
    photo = contents.photo(room.api.world, contents.PIXEL, "la capture")
    agent.person.sends_raw({"reply_to_message": question.json(), **photo})
    await room.has("photo.jpg", _PATIENCE)
    group.sends_photo(bea, "et vous, voyez-vous ceci ?", to=room.header)
    await agent.reads("voyez-vous ceci", _PATIENCE)
    await room.stands("Ada attend la réponse de la personne", _PATIENCE)
    room.presses(bea, "Clore")
    await agent.reads("a clos le ticket", _PATIENCE)
    await room.stands("clos", _PATIENCE)
    await agent.presses("reopen-", _PATIENCE)
    await room.stands("pas encore pris en charge", _PATIENCE)
    closed = agent.count("a clos le ticket")
    room.presses(bea, "Clore")
    await room.stands("clos", _PATIENCE)
    await room.api.happened(lambda: agent.count("a clos le ticket") > closed, _PATIENCE)
    await agent.presses("rate-", _PATIENCE)
    await room.stands("👍", _PATIENCE)


async def test_killed_at_every_step(nursery: Nursery, tmp_path: Path) -> None:
    """Ticket, taken, question, answer with a screenshot, resolved, reopened, resolved, rated: each step is done."""
    async with BotApiServer() as api:
        api.limits.enabled = False
        ada, bea = api.person(first_name="Ada"), api.person(first_name="Bea")
        group = support_group(api, ada, bea)
        bot = BotProcess(api, tmp_path, nursery.launch, support_chat=str(group.id), data_key=new_key())
        reaper = Reaper(api, bot, group.id)
        await bot.start()
        agent = Agent(api, api.person())
        async with revived(bot):
            reference = await agent.answers_everything()
            reaper.armed = True
            agent.press("send-group")
            await _all_that_can_happen(agent, Room(api, group, reference), ada, bea)
            reaper.armed = False
            agent.person.says("/status")
            await agent.reads(f"L'équipe du support a clos {reference}.", _PATIENCE)
        assert await bot.stop() == 0
        for step, counts in reaper.posted().items():
            assert (2 if "a clos le ticket" in step[2] else 1) in counts, step
        assert sum(reaper.killed.values()) > 25
        assert "Traceback" not in bot.log
