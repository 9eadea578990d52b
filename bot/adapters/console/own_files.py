"""The files that a terminal leaves: tickets in one folder, pictures in another. They go when what is kept goes."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bot.model.error import BotError
from bot.service.ports import Store

CHAT = "console"
"""The one chat of a terminal."""


class FilesLeft(BotError):
    """Some files cannot be deleted; they are named, and are for whoever sits here to delete."""


class OwnFiles:
    """The files of the tickets that the terminal's chat has, and all of the folder of its pictures."""

    def __init__(self, store: Store, tickets: Path, pictures: Path) -> None:
        self._store, self._tickets, self._pictures = store, tickets, pictures

    async def erase(self) -> None:
        """Deletes all of them.

        Raises:
            FilesLeft: some cannot be deleted.
        """
        written = await self._store.tickets_of(CHAT, None)
        await self._delete([each.ticket.reference for each in written], None)

    async def erase_before(self, instant: datetime) -> None:
        """Deletes those of tickets that were made before this instant, and pictures that were kept before; likewise."""
        written = await self._store.tickets_of(CHAT, None)
        old = [each.ticket.reference for each in written if each.ticket.created_at < instant]
        await self._delete(old, instant)

    async def _delete(self, references: Iterable[str], before: datetime | None) -> None:
        left = await asyncio.to_thread(lambda: [*_left(self._of(references)), *_left(self._old(before))])
        if left:
            raise FilesLeft(f"these files cannot be deleted; please do it yourself: {', '.join(map(str, left))}")

    def _of(self, references: Iterable[str]) -> list[Path]:
        patterns = (f"{hidden}{reference}[.-]*" for reference in references for hidden in ("", "."))
        return [path for pattern in patterns for path in self._tickets.glob(pattern)]

    def _old(self, before: datetime | None) -> list[Path]:
        kept = self._pictures.iterdir() if self._pictures.is_dir() else ()
        return [path for path in kept if before is None or path.lstat().st_mtime < before.timestamp()]


def _left(paths: Iterable[Path]) -> list[Path]:
    """Those that cannot be deleted."""
    left: list[Path] = []
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            left.append(path)
    return left
