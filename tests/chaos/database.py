"""The database under the bot, as the harness sees it: what is in it, who holds it up, where its files are."""

import asyncio
import json
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.codec import load_session, load_ticket
from bot.service.ticket_json import ticket_json
from tests.chaos.audit import Kept

Query = Callable[[str], Sequence[tuple[Any, ...]]]
"""Asks the database."""


class Damaged(Exception):
    """The database is not whole."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be seen right after a kill: the updates that were taken, by chat, and the chats with a reply waiting."""

    taken: frozenset[tuple[str, str]]
    waiting: frozenset[str]


class Database(Protocol):
    """A database that this harness made."""

    @property
    def settings(self) -> Mapping[str, str]:
        """The bot's settings for it."""

    @property
    def folder(self) -> Path:
        """Where its files are."""

    def glance(self) -> Glance:
        """What is in it while the bot does not run.

        Raises:
            Damaged: what is there is not whole.
        """

    def kept(self, cipher: Cipher) -> Kept:
        """All that is in it while the bot does not run."""

    def locked(self) -> AbstractAsyncContextManager[None]:
        """While this lasts, nobody else can write."""


@dataclass(frozen=True, slots=True)
class Sqlite:
    """A file in the bot's data folder."""

    folder: Path

    @property
    def settings(self) -> Mapping[str, str]:
        """None: it is where the bot looks by itself."""
        return {}

    def glance(self) -> Glance:
        """Looks at a copy, so that it is the bot itself that puts right what a kill left."""
        with self._copy() as query:
            problems = [str(row[0]) for row in query("PRAGMA quick_check")]
            if problems != ["ok"]:
                raise Damaged("; ".join(problems))
            return glance(query)

    def kept(self, cipher: Cipher) -> Kept:
        """All that is in it."""
        with self._copy() as query:
            return kept(query, cipher)

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


def glance(query: Query) -> Glance:
    """What is to be seen after a kill."""
    return Glance(
        frozenset((chat, update) for chat, update in query("SELECT chat, id FROM updates")),
        frozenset(chat for (chat,) in query("SELECT chat FROM replies")),
    )


def kept(query: Query, cipher: Cipher) -> Kept:
    """Everything, as the audit wants it."""
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
    )
