"""The files that a terminal leaves."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.console.front import chat
from bot.adapters.console.own_files import FilesLeft, OwnFiles
from bot.adapters.console.pictures import KeptPictures
from bot.adapters.console.pipe import Pipe
from bot.adapters.sinks.folder import FolderSink
from tests.desk import MONDAY
from tests.fakes import MemoryStore, conversation
from tests.test_cli import python

TO_THE_TICKET = "wifi\nc'est lent ou ça coupe\nici\nnon\nnon\n1\n1\noui\n"
REFERENCE = "2222-2222"


def files(folder: Path) -> list[str]:
    """The names of all files in the two folders."""
    return sorted(path.name for name in ("tickets", "attachments") for path in (folder / name).iterdir())


async def talk(folder: Path, text: str, store: MemoryStore) -> OwnFiles:
    """Talks, with files in this folder."""
    own = OwnFiles(store, folder / "tickets", folder / "attachments")
    front = Pipe(io.StringIO(text), io.StringIO(), KeptPictures(folder / "attachments"))
    await chat(conversation(store, FolderSink(folder / "tickets")), front, "fr", None, own)
    return own


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture to be given."""
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nx")
    return path


def test_whoever_is_forgotten_in_the_terminal(tmp_path: Path, picture: Path) -> None:
    """Their tickets and pictures are erased as files as well; those of others, which the folder may hold, are not."""
    data = tmp_path / "data"
    (data / "tickets").mkdir(parents=True)
    (data / "tickets" / "ZZZZ-ZZZZ.txt").touch()
    said = f"{TO_THE_TICKET}ajouter quelque chose\n/photo {picture}\n"
    settings = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert python("-m", "bot", "chat", "--data", str(data), stdin=said, **settings).returncode == 0
    assert len(files(data)) == 8
    told = python("-m", "bot", "chat", "--data", str(data), stdin="oubliez-moi\n", **settings)
    assert "effacé tout ce que je gardais" in told.stdout.replace("j’ai ", "")
    assert (told.stderr, files(data)) == ("", ["ZZZZ-ZZZZ.txt"])


async def test_what_cannot_be_deleted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is named, and the rest is erased."""
    store = MemoryStore()
    await talk(tmp_path, TO_THE_TICKET, store)
    stuck = tmp_path / "tickets" / f"{REFERENCE}-1.txt"
    stuck.mkdir()
    await talk(tmp_path, "oubliez-moi\n", store)
    assert capsys.readouterr().err == f"these files cannot be deleted; please do it yourself: {stuck}\n"
    assert list((tmp_path / "tickets").iterdir()) == [stuck]
    assert store.tickets == {}


async def test_files_grow_old(tmp_path: Path, picture: Path) -> None:
    """They go with the tickets they are of, pictures when nobody gave them for so long."""
    own = await talk(tmp_path, f"/photo {picture}\n{TO_THE_TICKET}", MemoryStore())
    before = files(tmp_path)
    (kept,) = (tmp_path / "attachments").iterdir()
    os.utime(kept, (MONDAY.timestamp(), MONDAY.timestamp()))
    await own.erase_before(MONDAY)
    assert files(tmp_path) == before
    await own.erase_before(MONDAY + timedelta(seconds=1))
    assert files(tmp_path) == []
    (tmp_path / "attachments" / "x").mkdir()
    with pytest.raises(FilesLeft):
        await own.erase()
