"""One process at a time receives for a database in a file: a second would answer people twice."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from bot.model.error import BotError


class AlreadyRunning(BotError):
    """Another process holds the database."""


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None for a server, or for one in memory."""
    parsed = make_url(url)
    name = parsed.database if parsed.get_backend_name() == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None


_OURS: set[Path] = set()
"""What this process holds already."""


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Holds a database alone. The system lets go of it when the process ends, however it ends.

    Whoever holds it already may hold it again within.

    Raises:
        AlreadyRunning: another process holds it.
        OSError: the lock cannot be written beside it.
    """
    path = database.resolve()
    if path in _OURS:
        yield
        return
    lock = os.open(database.with_name(f"{database.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"another process is running on {database}") from None
        _OURS.add(path)
        yield
    finally:
        _OURS.discard(path)
        os.close(lock)
