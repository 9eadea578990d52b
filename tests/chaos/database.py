"""The database under the bot, as the harness sees it: what is in it, who holds it up, where its files are."""

import asyncio
import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.codec import load_session, load_ticket
from bot.service.ticket_json import ticket_json
from tests.chaos.audit import Kept
from tests.traces import files_with

Query = Callable[[str], Sequence[tuple[Any, ...]]]
"""Asks the database."""
_CHAT = re.compile(r"telegram:-?\d+")
"""The name of a chat, wherever it is."""


class Damaged(Exception):
    """The database is not whole."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be seen right after a kill: the updates that were taken, by chat, and the chats with a reply waiting."""

    taken: frozenset[tuple[str, str]]
    waiting: frozenset[str]


class Database(Protocol):
    """A database that this harness made. `shared` is whether several processes may work on it."""

    @property
    def shared(self) -> bool:
        """See above."""

    @property
    def folder(self) -> Path:
        """Where the files of the bot are."""

    def settings(self, process: int) -> Mapping[str, str]:
        """The bot's settings for it."""

    async def prepare(self) -> None:
        """Before the first start."""

    async def buries(self, process: int) -> None:
        """Waits until nothing of a killed process can be committed any more."""

    def glance(self, others: AbstractSet[str]) -> Glance:
        """What is in it while a process does not run; replies that are with `others` do not count.

        Raises:
            Damaged: what is there is not whole.
        """

    def newcomers(self) -> AbstractSet[str]:
        """The names, of their own making, of the processes that came since this was asked before."""

    def ages(self, names: AbstractSet[str]) -> None:
        """Lets processes that are gone be gone for long, where there is no time to wait until that is so."""

    async def rests(self) -> None:
        """Waits until no reply of a killed process is left."""

    def kept(self, cipher: Cipher) -> Kept:
        """All that is in it while the bot does not run."""

    def traces(self, words: str) -> Sequence[str]:
        """Where words can be found in it, in whatever form; it is not to be used after that."""

    def locked(self) -> AbstractAsyncContextManager[None]:
        """While this lasts, nobody else can write."""


@dataclass(frozen=True, slots=True)
class Sqlite:
    """A file in the bot's data folder."""

    folder: Path
    shared = False

    def settings(self, _process: int) -> Mapping[str, str]:
        """None: it is where the bot looks by itself."""
        return {}

    async def prepare(self) -> None:
        """The bot does it all."""

    async def rests(self) -> None:
        """The process that runs has taken over what there was."""

    def ages(self, _names: AbstractSet[str]) -> None:
        """Nobody waits."""

    def newcomers(self) -> AbstractSet[str]:
        """There is one process."""
        return frozenset()

    async def buries(self, _process: int) -> None:
        """It can do no more."""

    def glance(self, _others: AbstractSet[str] = frozenset()) -> Glance:
        """Looks at a copy, so that it is the bot itself that puts right what a kill left."""
        with self._copy() as query:
            problems = [str(row[0]) for row in query("PRAGMA quick_check")]
            if problems != ["ok"]:
                raise Damaged("; ".join(problems))
            return glance(query)

    def kept(self, cipher: Cipher) -> Kept:
        """All that is in it."""
        with self._copy() as query:
            tables = [str(name) for (name,) in query("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            rows = [(table, str(row)) for table in tables for row in query(f'SELECT * FROM "{table}"')]  # noqa: S608
            return kept(query, cipher, rows)

    def traces(self, words: str) -> Sequence[str]:
        """In its files, and those beside it."""
        return files_with(self.folder, words)

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Writes, and does not come to an end."""
        with closing(sqlite3.connect(self.folder / "bot.db", isolation_level=None, timeout=0)) as other:
            while True:
                try:
                    other.execute("BEGIN IMMEDIATE")
                    break
                except sqlite3.OperationalError:  # the bot is writing just now
                    await asyncio.sleep(0.001)
            yield
            other.execute("ROLLBACK")

    @contextmanager
    def _copy(self) -> Iterator[Query]:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("bot.db", "bot.db-wal"):
                if (self.folder / name).exists():
                    shutil.copy(self.folder / name, folder)
            with closing(sqlite3.connect(Path(folder) / "bot.db")) as connection:
                yield lambda sql: connection.execute(sql).fetchall()


def glance(query: Query, others: AbstractSet[str] = frozenset()) -> Glance:
    """What is to be seen after a kill."""
    return Glance(
        frozenset((chat, update) for chat, update in query("SELECT chat, id FROM updates")),
        frozenset(chat for chat, process in query("SELECT chat, process FROM replies") if process not in others),
    )


def kept(query: Query, cipher: Cipher, rows: Iterable[tuple[str, str]]) -> Kept:
    """Everything, as the audit wants it; `rows` are all there are, with their table."""
    seen = glance(query)
    return Kept(
        updates=seen.taken,
        waiting=sorted(seen.waiting),
        tickets=[
            (chat, json.loads(ticket_json(load_ticket(cipher.open(content)))))
            for chat, content in query("SELECT chat, content FROM tickets")
        ],
        outcomes={
            chat: load_session(cipher.open(session)).ended
            for chat, session in query("SELECT chat, session FROM conversations")
        },
        letters=[chat for (chat,) in query("SELECT chat FROM set_aside")],
        named=frozenset((chat, table) for table, row in rows for chat in _CHAT.findall(row)),
    )
