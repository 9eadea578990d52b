"""Tickets as files in a folder."""

import asyncio
from collections.abc import Sequence
from email.headerregistry import Address
from pathlib import Path

from bot.adapters.private_files import write_private
from bot.service.delivery import Accepted, Parcel, SinkName, Undelivered
from bot.service.parcel_files import parcel_files


class FolderSink:
    """Writes each parcel into a folder, every file whole or not at all. Writing it again changes nothing.

    The text comes last: where it is, all is. Mails that people make of a ticket go `to` these.
    """

    name: SinkName = "folder"
    encloses = True

    def __init__(self, folder: Path, to: Sequence[Address] = ()) -> None:
        self._folder, self._to = folder, to

    @property
    def destination(self) -> str:
        """The folder."""
        return str(self._folder)

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Writes the files.

        Raises:
            Undelivered: the folder cannot be made or written to.
        """
        del again  # the files have the same names and contents every time
        try:
            await asyncio.to_thread(self._write, parcel)
        except OSError as error:
            what = f"ticket {parcel.id} cannot be written to {self._folder}"
            raise Undelivered(f"{what}: {error.strerror or error}; it will be tried again") from error
        return Accepted()

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _write(self, parcel: Parcel) -> None:
        for file in parcel_files(parcel, self._to):
            write_private(self._folder / file.name, file.content)
