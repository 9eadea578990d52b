"""Tickets as files in a folder."""

import os
from pathlib import Path

from bot.service.ports import WrittenTicket
from bot.service.ticket_files import ticket_files


class FolderSink:
    """Writes each ticket into a folder, whole or not at all. Writing it again changes nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, ticket: WrittenTicket) -> None:
        """Writes the files."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for file in ticket_files(ticket):
            _write(self._folder / file.name, file.content)


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
