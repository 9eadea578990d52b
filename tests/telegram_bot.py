"""The bot on Telegram, for tests: the real process, or the channel in the test's own loop; and people who use it."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol

from bot.adapters.clock import SystemClock
from bot.adapters.references import RandomReferences
from bot.adapters.telegram.bot import Address
from bot.adapters.telegram.channel import Hook, TelegramChannel
from bot.adapters.telegram.limiter import Sleep
from bot.model.lexicon import Lexicon
from bot.model.ticket import Ticket
from bot.service.conversation import Conversation
from bot.service.delivery import Sink
from bot.service.incoming import Opened
from bot.service.pictures import Pictures
from bot.service.ports import Clock, Store
from bot.service.reading import Reader
from tests.botapi import BotApiServer, Channel, Group, Person, Query
from tests.desk import PARIS, ROOT, catalog, machine
from tests.fakes import MemoryStore, conversation, said
from tests.fakes import Person as InMemory
from tests.process import unmeasured

SECRET = "a-secret_of-the-hook"
SUMMARY = "webmail.report.summary"
CAUSES = list(machine().flows["webmail"].causes)
ERROR = (
    "<b>Erreur</b> & <script>alert('x')</script> *gras* _souligné_ `code` [lien](http://x.example)\n"
    '  "guillemets" {nom} {{0}} %s ${HOME} שגיאה خطأ 🙈👩‍💻\n----- fin du message -----\n'
) + "é" * 3_300
ANSWERS = {
    "error_message": ERROR,
    "attempt_time": "il y a 10 min",
    "web_address": "https://messagerie.ac-aix-marseille.fr/login?ticket=ST-1-secret#x",
    "identifier": "prenom.nom",
    "environment": "Firefox 140 sur Windows 11",
    "text": "imap.example.org, 993",
    "photo": "je n'en ai pas",
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing somebody does: `cue` are the last words they must have read before, `what` a choice or a text."""

    cue: str
    kind: Literal["presses", "says"]
    what: str


class Running(Protocol):
    """A process that was started."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def returncode(self) -> int | None:
        """How it ended, None while it runs."""

    def kill(self) -> None:
        """Ends it at once."""

    def terminate(self) -> None:
        """Asks it to end."""

    async def wait(self) -> int:
        """Waits for its end; the exit code."""


Launch = Callable[[Mapping[str, str], Path], Awaitable[Running]]
"""Starts a bot with this environment, and all it writes goes to the end of this file."""


async def from_nothing(environment: Mapping[str, str], log: Path) -> Running:
    """As an operator starts it."""
    with log.open("ab") as written:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment, stdout=written, stderr=written
        )


class BotProcess:
    """`python -m bot run`, on a data folder of its own; what it logs is in `log`. It ends with its server at latest."""

    def __init__(self, api: BotApiServer, data: Path, launch: Launch = from_nothing, /, **settings: str) -> None:
        self._api, self._log, self._launch = api, data / "log.txt", launch
        self._environment = {
            **unmeasured(os.environ),
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": api.token,
            "BOT_API_URL": api.url,
            "BOT_DATA_DIR": str(data),
            **{f"BOT_{name.upper()}": value for name, value in settings.items()},
        }
        self._process: Running | None = None

    async def start(self) -> None:
        """Starts, and waits until it receives."""
        seen = len(self._api.calls)
        await self.launch()
        receiving = ("getUpdates", "setWebhook")
        await self._api.happened(lambda: any(call.method in receiving for call in self._api.calls[seen:]), 60)

    async def launch(self) -> None:
        """Starts, and waits for nothing."""
        self._api.before_closing(self._end)
        self._process = await self._launch(self._environment, self._log)

    @property
    def pid(self) -> int | None:
        """The number of the process while it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def kill(self) -> None:
        """Ends the process at once, as a power cut would."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def _end(self) -> None:
        """Leaves nothing running, whatever became of the test."""
        if self._process is not None and self._process.returncode is None:
            await self.kill()

    async def stop(self) -> int:
        """Asks it to stop; the exit code."""
        assert self._process is not None
        self._process.terminate()
        async with asyncio.timeout(15):
            return await self._process.wait()

    @property
    def log(self) -> str:
        """All that was written on its standard output and error."""
        return self._log.read_text(encoding="utf-8")


def free_port() -> int:
    """A port nobody listens at."""
    import socket  # noqa: PLC0415 - only here

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def webhook_settings() -> dict[str, str]:
    """The settings of a webhook on this machine."""
    port = free_port()
    return {
        "webhook_url": f"http://127.0.0.1:{port}/hook",
        "webhook_listen": f"127.0.0.1:{port}",
        "webhook_secret": SECRET,
    }


Mode = Literal["polling", "webhook"]
MODES: Sequence[Mode] = ("polling", "webhook")


def hook_of(mode: Mode) -> Hook | None:
    """Where the channel listens in this mode."""
    port = free_port()
    return Hook(f"http://127.0.0.1:{port}/hook", "127.0.0.1", port, SECRET) if mode == "webhook" else None


_HASTE = 100


async def briefly(seconds: float) -> None:
    """A sleep that takes a hundredth of its time."""
    await asyncio.sleep(seconds / _HASTE)


def hastily() -> float:
    """A clock as fast as such sleeps are: else whatever keeps a pace would wait longer and longer."""
    return time.monotonic() * _HASTE


@dataclass
class Time:
    """A clock that moves only when somebody sleeps, or when it is told to; while it `stands`, only the latter."""

    now_at: datetime
    slept: list[float] = field(default_factory=list)
    stands: bool = False

    def now(self) -> datetime:
        """The present instant."""
        return self.now_at

    def seconds(self) -> float:
        """The present instant, as seconds since 1970."""
        return self.now_at.timestamp()

    def passes(self, seconds: float) -> None:
        """Moves on."""
        self.now_at = datetime.fromtimestamp(self.seconds() + seconds, self.now_at.tzinfo)

    async def sleep(self, seconds: float) -> None:
        """Sleeps as long as it says, in no time."""
        self.slept.append(seconds)
        if not self.stands:
            self.passes(seconds)
        await asyncio.sleep(0.001)


class Stage(BotApiServer):
    """A Bot API server, and the memory of a bot that runs beside it in this loop."""

    def __init__(self, clock: Callable[[], float] | None = None, *, inline: bool = False) -> None:
        super().__init__(clock=clock)
        self.world.inline_mode = inline
        self.limits.enabled = False
        self.store = MemoryStore()

    async def rest(self, *people: Person | Group | Channel) -> None:
        """Waits until all that these people did is taken, and all that is to be said to it is sent."""
        async with asyncio.timeout(20):
            await asyncio.gather(*(person.settled(0.02) for person in people))
            while self.store.replies:  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(0.005)
            await asyncio.gather(*(person.settled(0.05) for person in people))


@asynccontextmanager
async def channel(
    api: BotApiServer,
    store: Store | None = None,
    clock: Clock | None = None,
    sleep: Sleep = briefly,
    monotonic: Callable[[], float] = hastily,
    hook: Hook | None = None,
    words: Mapping[str, Lexicon] | None = None,
    retention: timedelta | None = None,
    sinks: Sequence[Sink] = (),
    pictures: Pictures | None = None,
    reader: Reader | None = None,
) -> AsyncIterator["asyncio.Task[None]"]:
    """The channel in this loop, with nothing to slow it down unless told otherwise; gives its task."""
    store, clock = store or MemoryStore(), clock or SystemClock(PARIS)
    talk = Conversation(
        machine(),
        catalog(),
        store,
        sinks,
        clock,
        RandomReferences(),
        PARIS,
        words,
        pictures=pictures,
        reader=reader,
    )
    telegram = TelegramChannel(
        Address(api.url, api.token), hook, talk, store, catalog(), clock, machine().flows, sleep, monotonic, retention
    )
    stopping = asyncio.Event()
    running = asyncio.create_task(telegram.run(stopping))
    seen = len(api.calls)
    receiving = ("getUpdates", "setWebhook")
    begun = asyncio.create_task(api.happened(lambda: any(c.method in receiving for c in api.calls[seen:])))
    await asyncio.wait({begun, running}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if running.done():
            await running
        await begun
        yield running
    finally:
        begun.cancel()
        stopping.set()
        await running


async def script(cause: str, language: str) -> Sequence[Action]:
    """What somebody does whom no advice helps, from the first question about this cause to the ticket."""
    actions, _ = await walked(cause, language)
    return actions


async def walked(
    cause: str, language: str, answers: Mapping[str, str] = ANSWERS, in_vain: Mapping[str, str] | None = None
) -> tuple[Sequence[Action], Ticket]:
    """The script of a walk, and the ticket it ends with; `in_vain` is what is said first to some questions."""
    person = InMemory(conversation())
    reply = await person.does(Opened(language))
    actions: list[Action] = []
    vain = dict(in_vain or {})
    refused = False
    while reply.ended is None:
        paragraphs = said(reply).split("\n\n")
        if reply.expects == "choice":
            cue = "" if reply.node == SUMMARY else paragraphs[-1]
            actions.append(Action(cue, "presses", unhelped(cause, [choice.id for choice in reply.choices])))
            reply = await person.presses(actions[-1].what)
        else:
            expects = str(reply.expects)
            cue = paragraphs[0] if refused else "\n\n".join(paragraphs[-2:])
            refused = expects in vain
            actions.append(Action(cue, "says", vain.pop(expects, answers[expects])))
            reply = await person.says(actions[-1].what)
    assert reply.ended == "ticket"
    assert isinstance(reply.ticket, Ticket)
    return actions, reply.ticket


def unhelped(cause: str, ids: list[str]) -> str:
    """The choice of somebody whom no advice helps."""
    wanted = ("webmail", cause, "confirm", "back_again", "no", "few_tries", "cannot")
    return next((choice for choice in wanted if choice in ids), ids[0])


def _data(person: Person, choice: str) -> Iterator[str]:
    for message in reversed(person.screen):
        for shown in (button for row in message.rows for button in row):
            if shown.action == "callback_data" and shown.value.endswith((f":{choice}", f"!{choice}")):
                yield shown.value


def offers(person: Person, choice: str) -> bool:
    """Whether there is a button for this choice on the screen."""
    return any(_data(person, choice))


def button(person: Person, choice: str) -> str:
    """The data of the newest button that takes this choice, as the person sees it."""
    found = next(_data(person, choice), None)
    assert found is not None, f"nobody offers {choice}; there are {person.buttons}"
    return found


def presses(person: Person, choice: str) -> Query:
    """Takes a choice by its id."""
    return person.presses(button(person, choice))


def acts(person: Person, action: Action) -> None:
    """Does one thing of a script."""
    if action.kind == "presses":
        presses(person, action.what)
    else:
        person.says(action.what)


async def reads(api: BotApiServer, person: Person, action: Action, patience: float = 120) -> None:
    """Waits until the person has read what they will act upon."""

    def asked() -> bool:
        recent = [message for message in person.screen[-3:] if action.cue in message.text]
        return bool(recent) and (action.kind == "says" or offers(person, action.what))

    await api.happened(asked, patience)


def tickets(person: Person) -> list[dict[str, Any]]:
    """The tickets on somebody's screen."""
    return [json.loads(data) for name, data in person.documents.items() if name.endswith(".json")]
