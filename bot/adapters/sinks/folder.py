"""Tickets as files: `<reference>.txt` to be pasted whole, `<reference>.json` for machines."""

import os
from pathlib import Path

from bot.service.ports import WrittenTicket
from bot.service.ticket_json import ticket_json
from bot.service.visible import visible


class FolderSink:
    """Writes each ticket into a folder, whole or not at all. Writing it again changes nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, ticket: WrittenTicket) -> None:
        """Writes the two files. The text shows control characters as pictures; the JSON has them exactly."""
        self._folder.mkdir(parents=True, exist_ok=True)
        reference = ticket.ticket.reference
        _write(self._folder / f"{reference}.txt", visible(ticket.text) + "\n")
        _write(self._folder / f"{reference}.json", ticket_json(ticket.ticket, indent=2) + "\n")


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.part")
    with partial.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
