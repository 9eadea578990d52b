"""Tickets as files in a folder."""

import os
from pathlib import Path

from bot.model.error import BotError
from bot.service.delivery import Accepted, Parcel, SinkName
from bot.service.ports import WrittenTicket
from bot.service.ticket_files import ticket_files


class TicketNotWritten(BotError):
    """The folder does not take a ticket. It stays undelivered."""


class FolderSink:
    """Writes each ticket into a folder, whole or not at all. Writing it again changes nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> SinkName:
        """What settings, logs and jobs call it."""
        return "folder"

    @property
    def destination(self) -> str:
        """The folder."""
        return str(self._folder)

    async def close(self) -> None:
        """Nothing is open."""

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Writes the files.

        Raises:
            TicketNotWritten: the folder cannot be made or written to.
        """
        del again
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for file in ticket_files(WrittenTicket(parcel.ticket, parcel.message)):
                _write(self._folder / file.name, file.content)
        except OSError as error:
            what = f"ticket {parcel.id} cannot be written to {self._folder}"
            raise TicketNotWritten(f"{what}: {error.strerror or error}; it will be tried again") from error
        return Accepted()


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
