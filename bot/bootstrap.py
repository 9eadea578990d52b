"""The only place where adapters are built and put together."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.adapters.catalog.gettext import GettextCatalog, PoFile, po_files, po_paths, translations
from bot.adapters.catalog.languages import unknown_languages
from bot.adapters.files import MissingFile, TextFiles, flow_files, from_here
from bot.adapters.limits import CHANNEL_LIMITS
from bot.checking.check import check
from bot.checking.report import as_text
from bot.engine.machine import Machine
from bot.flowfile.examples import first_choices, said_of_causes
from bot.flowfile.library import Loaded, load
from bot.model.diagnostic import Diagnostic
from bot.model.error import BotError
from bot.model.lexicon import Lexicon
from bot.service.conversation import Conversation
from bot.service.ports import Clock, Store
from bot.settings import Settings, is_packaged
from bot.understanding.commands import COMMANDS

if TYPE_CHECKING:
    from bot.adapters.telegram.channel import Hook
    from bot.adapters.telegram.links import Link
    from bot.service.window import Kind

Face: TypeAlias = Literal["jsonl", "pipe", "terminal"]
"""How the terminal channel talks: with a script, on a pipe, or with a person."""


class CannotStart(BotError):
    """Something of the desk's or the operator's keeps the bot from starting; says what, where and why."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All that belongs to the desk: flows, settings and translations, read and not yet checked."""

    loaded: Loaded
    catalogues: tuple[PoFile, ...]
    contents: Mapping[str, str]
    """All files as they are shown in messages, by name."""
    whole: bool
    paired: bool = True
    """Whether the translations can be of these flows: those that come with the bot are of the flows that do."""

    def check(self, *, thorough: bool = True) -> list[Diagnostic]:
        """Every problem of it; what keeps nobody from talking and takes long is looked for when `thorough`."""
        found = [translations(po) for po in self.catalogues]
        return check(self.loaded, found, CHANNEL_LIMITS, whole=self.whole, thorough=thorough, paired=self.paired)


def read_desk(settings: Settings, paths: Iterable[Path] = ()) -> Desk:
    """Reads the desk's files; with `paths`, only these flow files or folders and the libraries they use.

    Raises:
        CannotStart: a file or folder is not there or cannot be read.
    """
    named = [from_here(path) for path in paths]
    chosen = named or [from_here(settings.flows_dir)]
    own = [from_here(settings.settings)] if settings.settings is not None else []
    if not settings.locales_dir.is_dir():
        raise CannotStart(f"BOT_LOCALES_DIR: there is no folder {settings.locales_dir}")
    with _blamed_on("" if named else "BOT_FLOWS_DIR: "):
        flows = TextFiles().read(flow_files(chosen))
        if not flows.contents:
            raise MissingFile(f"no flow files (*.yaml) in {', '.join(map(str, chosen))}")
    with _blamed_on("BOT_SETTINGS: "):
        filled = TextFiles().read(own)
    with _blamed_on("BOT_LOCALES_DIR: "):
        translated = TextFiles().read(po_paths(from_here(settings.locales_dir)))
    loaded = load(flows.texts, next(iter(filled.texts.items()), None))
    catalogues, problems = po_files(translated.texts)
    misnamed = unknown_languages(from_here(settings.locales_dir))
    loaded.diagnostics += [*flows.problems, *filled.problems, *translated.problems, *problems, *misnamed]
    contents = flows.contents | filled.contents | translated.contents
    paired = not is_packaged(settings.locales_dir, "locales") or all(is_packaged(path, "flows") for path in chosen)
    return Desk(loaded, tuple(catalogues), contents, whole=all(path.is_dir() for path in chosen), paired=paired)


@contextmanager
def _blamed_on(setting: str) -> Iterator[None]:
    """What is not there is told with the setting that names it."""
    try:
        yield
    except MissingFile as error:
        raise CannotStart(f"{setting}{error}") from None


def checked_machine(desk: Desk) -> Machine:
    """The flows, ready to be walked.

    Raises:
        CannotStart: they have errors, or there are none.
    """
    errors = [found for found in desk.check(thorough=False) if found.severity == "error"]
    if errors:
        count = f"{len(errors)} error{'s' if len(errors) > 1 else ''}"
        raise CannotStart(f"{as_text(errors, desk.contents)}\n{count} in the flows; see: python -m bot check")
    return Machine({loaded.flow.name: loaded.flow for loaded in desk.loaded.flows})


def lexicons(desk: Desk, catalog: GettextCatalog) -> dict[str, Lexicon]:
    """The words by which the causes of each flow are recognised, those of its choices in every language included."""
    found: dict[str, Lexicon] = {}
    for flow in (loaded.flow for loaded in desk.loaded.flows):
        files = [each for each in desk.loaded.signatures if each.flow == flow.name]
        signatures = {signature.id: signature for each in files for signature in each.signatures}
        ignored = tuple(wording for each in files for wording in each.ignored)
        translated = [
            (cause, catalog.phrase(phrase, language))
            for cause, phrase, _ in first_choices(flow)
            for language in catalog.languages
        ]
        told = said_of_causes(flow, desk.loaded.examples)
        found[flow.name] = Lexicon(signatures, ignored, tuple(dict.fromkeys((*told, *translated))))
    return found


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that is ready to talk."""

    conversation: Conversation
    machine: Machine
    catalog: GettextCatalog
    store: Store
    clock: Clock


@asynccontextmanager
async def open_bot(settings: Settings, now: datetime | None = None, *, folder: bool = True) -> AsyncIterator[Bot]:
    """Builds the bot on its database and closes it afterwards; `now` makes time stand still.

    With a `folder`, tickets are also written there as files.

    Raises:
        CannotStart: something keeps it from starting.
    """
    from bot.adapters.clock import FixedClock, SystemClock
    from bot.adapters.references import RandomReferences
    from bot.adapters.sinks.folder import FolderSink
    from bot.adapters.store.migrate import UnusableDatabase
    from bot.adapters.store.sql import SqlStore

    desk = read_desk(settings)
    machine = checked_machine(desk)
    catalog = GettextCatalog(desk.catalogues, settings.language)
    zone = ZoneInfo(settings.timezone)
    try:
        store = await SqlStore.open(_database_url(settings))
    except UnusableDatabase as error:
        raise CannotStart(f"BOT_DATABASE_URL: {error}") from None
    try:
        clock = FixedClock(now.astimezone(zone)) if now else SystemClock(zone)
        conversation = Conversation(
            machine,
            catalog,
            store,
            FolderSink(settings.data_dir / "tickets") if folder else None,
            clock,
            RandomReferences(),
            zone,
            lexicons(desk, catalog),
        )
        yield Bot(conversation, machine, catalog, store, clock)
    finally:
        await store.close()


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
    from bot.adapters.console.pictures import Pictures
    from bot.adapters.console.streams import utf8_streams

    async with open_bot(settings, now) as bot:
        _known("language", language, bot.catalog.languages)
        _known("flow", flow, bot.machine.on_offer)
        pictures = Pictures(settings.data_dir / "attachments")
        source, target = utf8_streams()
        front: Front
        if face == "jsonl":
            from bot.adapters.console.jsonl import JsonLines

            interrupts = {name for each in bot.machine.flows.values() for name in each.interrupts}
            commands = {*COMMANDS, "language", *interrupts}
            front = JsonLines(source, target, pictures, commands, bot.catalog.languages)
        elif face == "pipe":
            from bot.adapters.console.pipe import Pipe

            front = Pipe(source, target, pictures)
        else:
            from bot.adapters.console.terminal import Terminal

            front = Terminal(pictures)
        await chat(bot.conversation, front, language, flow)


def look(
    settings: Settings,
    kind: "Kind",
    asked: tuple[str | None, str | None, datetime | None],
    *,
    jsonl: bool,
    labelled: Path | None,
) -> None:
    """Shows what is understood of the lines of standard input, or measures it on labelled ones.

    `asked` are the language, the flow whose words count, and the moment; each may be left to the desk.

    Raises:
        CannotStart: the desk's files have errors; an unknown language or flow.
        BadLine: a labelled line is not as it should be.
    """
    from bot.adapters.clock import FixedClock, SystemClock
    from bot.adapters.console.looking import Looking
    from bot.adapters.console.streams import utf8_streams
    from bot.service.voice import Voices
    from bot.service.window import Window

    desk = read_desk(settings)
    machine = checked_machine(desk)
    catalog = GettextCatalog(desk.catalogues, settings.language)
    language, flow, now = asked
    _known("language", language, catalog.languages)
    _known("flow", flow, machine.on_offer)
    words = lexicons(desk, catalog)
    known = flow or max(machine.on_offer, key=lambda name: len(words[name].examples))
    zone = ZoneInfo(settings.timezone)
    clock = FixedClock(now.astimezone(zone)) if now else SystemClock(zone)
    looking = Looking(
        Window(words[known], machine.flows[known].domains),
        kind,
        Voices(catalog, zone),
        language or catalog.languages[0],
        clock.now(),
    )
    source, target = utf8_streams()
    if labelled is None:
        looking.lines(source, target, jsonl=jsonl)
    else:
        target.write("\n".join([*looking.evaluate(labelled), ""]))


async def serve(settings: Settings) -> None:
    """Talks on Telegram until the process is told to stop.

    Raises:
        CannotStart: something keeps it from starting.
        TokenRefused: Telegram does not know the token.
    """
    import asyncio
    import signal

    from bot.adapters.logs import set_up_logs
    from bot.adapters.telegram.channel import Address, TelegramChannel

    token = _token(settings)
    hook = _hook(settings)
    secrets = [token, hook.secret if hook else ""]
    set_up_logs(settings.log_level, secrets)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with open_bot(settings, folder=False) as bot:
        channel = TelegramChannel(
            Address(settings.api_url, token),
            hook,
            bot.conversation,
            bot.store,
            bot.catalog,
            bot.clock,
            bot.machine.flows,
        )
        ready = asyncio.create_task(asyncio.to_thread(bot.conversation.prepare))
        await channel.run(stopping)
        await ready


async def deep_links(
    settings: Settings, username: str | None, flow: str | None, language: str | None
) -> "list[tuple[Link, str]]":
    """The links into the desk's flows, with their addresses.

    Raises:
        CannotStart: a flow or a language is unknown, or nobody says what the bot is called.
        TokenRefused: Telegram does not know the token.
    """
    from bot.adapters.telegram.channel import Address, username_of
    from bot.adapters.telegram.links import links

    desk = read_desk(settings)
    machine = checked_machine(desk)
    catalog = GettextCatalog(desk.catalogues, settings.language)
    _known("flow", flow, machine.on_offer)
    _known("language", language, catalog.languages)
    if username is None:
        if settings.token is None:
            raise CannotStart("say what the bot is called with --bot NAME, or set BOT_TOKEN")
        username = await username_of(Address(settings.api_url, _token(settings)))
    username = username.removeprefix("@")
    if not re.fullmatch(r"\w{4,32}", username, re.ASCII):
        raise CannotStart(f'"{username}" is not the user name of a bot: 4 to 32 letters, digits and _')
    wanted = (
        link
        for link in links(machine.flows, catalog.languages)
        if flow in (None, link.flow) and language in (None, link.language)
    )
    return [(link, link.url(username)) for link in wanted]


_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


def _token(settings: Settings) -> str:
    token = settings.token.get_secret_value().strip() if settings.token else ""
    if not token:
        raise CannotStart("BOT_TOKEN is not set; @BotFather on Telegram gives you one (see the README)")
    if not _TOKEN.fullmatch(token):
        raise CannotStart("BOT_TOKEN does not look like a token: digits, a colon, then letters, digits, - and _")
    return token


def _hook(settings: Settings) -> "Hook | None":
    from bot.adapters.telegram.channel import Hook

    if settings.webhook_url is None:
        return None
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    if not _SECRET.fullmatch(secret):
        raise CannotStart(
            "BOT_WEBHOOK_SECRET is needed with BOT_WEBHOOK_URL: 16 to 256 letters, digits, - and _ "
            "(for example the output of: openssl rand -hex 32)"
        )
    host, _, port = settings.webhook_listen.rpartition(":")
    return Hook(settings.webhook_url, host.strip("[]"), int(port), secret)


def _known(what: str, name: str | None, known: Sequence[str]) -> None:
    if name is not None and name not in known:
        raise CannotStart(f'there is no {what} "{name}"; there are: {", ".join(known)}')


def _database_url(settings: Settings) -> str:
    if settings.database_url is not None:
        return settings.database_url
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"the data folder {settings.data_dir} cannot be made: {error.strerror}") from None
    return f"sqlite+aiosqlite:///{settings.data_dir / 'bot.db'}"
