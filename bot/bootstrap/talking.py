"""A bot on its database, talking in a terminal or on Telegram."""

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.adapters.catalog.gettext import GettextCatalog
from bot.bootstrap.desk import checked_machine, known, lexicons, read_desk
from bot.bootstrap.hours import hours_of
from bot.bootstrap.reader import installed_reader
from bot.bootstrap.sinks import open_sinks, sink_secrets
from bot.bootstrap.storage import alone, open_store
from bot.bootstrap.support_group import SupportDesk, open_support_group
from bot.bootstrap.telegram import hook_of, limiter_of, token_of
from bot.engine.machine import Machine
from bot.service.conversation import Conversation
from bot.service.delivery import SinkName
from bot.service.mailbox import support_address
from bot.service.own_data import WORDS as OWN_DATA
from bot.service.own_data import Keeping
from bot.service.pictures import Pictures
from bot.service.ports import Clock, Store
from bot.settings import Settings
from bot.understanding.commands import COMMANDS

if TYPE_CHECKING:
    from bot.adapters.console.own_files import OwnFiles
    from bot.adapters.telegram.limiter import FairRateLimiter

Face: TypeAlias = Literal["jsonl", "pipe", "terminal"]
"""How the terminal channel talks: with a script, on a pipe, or with a person."""
_PICTURES = "attachments"
"""The folder, within the data folder, of the pictures that are given in the terminal."""

_NEW_BEFORE_A_SEARCH = 20_000, 20, 20
"""New objects before garbage is looked for among them, and such searches before one among those that stayed: nearly all
that an update makes is gone by itself."""


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that is ready to talk."""

    conversation: Conversation
    machine: Machine
    catalog: GettextCatalog
    store: Store
    clock: Clock
    support: SupportDesk | None = None
    files: "OwnFiles | None" = None


@asynccontextmanager
async def open_bot(
    settings: Settings,
    pictures: Pictures,
    now: datetime | None = None,
    *,
    own: bool = False,
    limiter: "FairRateLimiter | None" = None,
) -> AsyncIterator[Bot]:
    """Builds the bot on its database and closes it afterwards; `now` makes time stand still.

    It is this user's `own` when it talks in the terminal: its key is made where there is none, and every ticket is also
    written into a folder, as files. `pictures` is where those that people sent are read from, `limiter` what keeps
    Telegram's limits: without one there is no support group, which is on Telegram alone.

    Raises:
        CannotStart: something keeps it from starting.
    """
    from bot.adapters.clock import FixedClock, SystemClock
    from bot.adapters.console.own_files import OwnFiles
    from bot.adapters.references import RandomReferences

    desk = read_desk(settings)
    machine = checked_machine(desk)
    catalog = GettextCatalog(desk.catalogues, settings.language)
    zone = ZoneInfo(settings.timezone)
    own_folder = settings.tickets_dir or settings.data_dir / "tickets"
    folder = own_folder if own else settings.tickets_dir
    always: list[SinkName] = ["folder"] if own else []
    reader = installed_reader()
    async with AsyncExitStack() as stack:
        store = await open_store(settings, own=own)
        stack.push_async_callback(store.close)
        sinks = [
            *await stack.enter_async_context(
                open_sinks(settings, catalog, folder, support_address(machine.flows.values()))
            )
        ]
        clock = FixedClock(now.astimezone(zone)) if now else SystemClock(zone)
        support = None
        if settings.support_chat is not None and limiter is not None:
            opened = open_support_group(
                settings, settings.support_chat, store, catalog, clock, machine.flows, desk.loaded.answers, limiter
            )
            support = await stack.enter_async_context(opened)
            if support.chat.unfit is None:
                sinks.insert(0, support.sink)
        doors = {sink.name: sink.destination for sink in sinks if sink.name not in always}
        if reader is not None and not own:
            await reader.look()
        conversation = Conversation(
            machine,
            catalog,
            store,
            sinks,
            clock,
            RandomReferences(),
            zone,
            lexicons(desk, catalog),
            Keeping(settings.retention_days, doors, settings.contact),
            always=always,
            pictures=pictures,
            reader=reader,
            hours=hours_of(settings, catalog.languages),
            calls=not own,
            desk=support.desk if support is not None else None,
        )
        files = OwnFiles(store, own_folder, settings.data_dir / _PICTURES) if own else None
        if now is None:  # a trial at another time must not erase what is old only then
            await _erase_before(store, files, clock.now() - timedelta(days=settings.retention_days))
        yield Bot(conversation, machine, catalog, store, clock, support, files)


async def _erase_before(store: Store, files: "OwnFiles | None", instant: datetime) -> None:
    """Erases what is older; the files first, as long as it is known which tickets they are of."""
    from bot.adapters.console.own_files import FilesLeft

    try:
        if files is not None:
            await files.erase_before(instant)
    except FilesLeft as error:
        sys.stderr.write(f"{error}\n")
    await store.erase_before(instant)


async def talk(
    settings: Settings,
    face: Face,
    language: str | None,
    flow: str | None,
    now: datetime | None,
) -> None:
    """Talks on this terminal until the input ends.

    Raises:
        CannotStart: something keeps it from starting, an unknown language or flow included.
    """
    from bot.adapters.console.front import Front, chat
    from bot.adapters.console.pictures import KeptPictures
    from bot.adapters.console.streams import utf8_streams
    from bot.adapters.logs import set_up_logs

    set_up_logs("ERROR", sink_secrets(settings))
    pictures = KeptPictures(settings.data_dir / _PICTURES)
    async with open_bot(settings, pictures, now, own=True) as bot:
        known("language", language, bot.catalog.languages)
        known("flow", flow, bot.machine.on_offer)
        source, target = utf8_streams()
        front: Front
        if face == "jsonl":
            from bot.adapters.console.jsonl import JsonLines

            interrupts = {name for each in bot.machine.flows.values() for name in each.interrupts}
            commands = {*COMMANDS, "language", *OWN_DATA, *interrupts}
            front = JsonLines(source, target, pictures, commands, bot.catalog.languages)
        elif face == "pipe":
            from bot.adapters.console.pipe import Pipe

            front = Pipe(source, target, pictures)
        else:
            from bot.adapters.console.terminal import Terminal

            front = Terminal(pictures)
        gc.freeze()  # what is there by now stays; what comes of talking does not
        gc.enable()
        await chat(bot.conversation, front, language, flow, bot.files)


async def serve(settings: Settings) -> None:
    """Talks on Telegram until the process is told to stop.

    Raises:
        CannotStart: something keeps it from starting.
        TokenRefused: Telegram does not know the token.
    """
    import asyncio
    import signal

    from bot.adapters.logs import set_up_logs
    from bot.adapters.telegram.bot import Address
    from bot.adapters.telegram.channel import Support, TelegramChannel
    from bot.adapters.telegram.pictures import TelegramPictures

    token = token_of(settings)
    hook = hook_of(settings)
    keys = settings.data_key.get_secret_value().replace(",", " ").split() if settings.data_key else []
    secrets = [token, hook.secret if hook else "", *keys, *sink_secrets(settings)]
    set_up_logs(settings.log_level, secrets)
    limiter, stopping = limiter_of(settings), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    with alone(settings):
        async with (
            TelegramPictures(Address(settings.api_url, token)) as pictures,
            open_bot(settings, pictures, limiter=limiter) as bot,
        ):
            channel = TelegramChannel(
                Address(settings.api_url, token),
                hook,
                bot.conversation,
                bot.store,
                bot.catalog,
                bot.clock,
                bot.machine.flows,
                retention=timedelta(days=settings.retention_days),
                support=Support(bot.support.chat, bot.support.relays) if bot.support is not None else None,
                limiter=limiter,
            )
            ready = asyncio.create_task(_prepared(bot.conversation))
            await channel.run(stopping)
            await ready


async def _prepared(conversation: Conversation) -> None:
    """Makes ready what people would have to wait for; then leaves all that is there out of the search for garbage.

    It is looked through again and again otherwise, and stays until the end.
    """
    import asyncio

    try:
        await asyncio.to_thread(conversation.prepare)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_NEW_BEFORE_A_SEARCH)
        gc.enable()
