"""The key that what people say is encrypted with: made, kept apart, missed, lost and changed."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.store.cipher import new_key
from tests.chaos.nursery import Nursery


def chat(nursery: Nursery, data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Opens a conversation in the terminal, and leaves."""
    return nursery.run("chat", "--jsonl", "--data", str(data), **settings)


def test_a_new_key(nursery: Nursery) -> None:
    """On standard output, and each time another."""
    first, second = nursery.run("key", "new"), nursery.run("key", "new")
    assert first.returncode == 0
    assert len(first.stdout.strip()) == 44
    assert first.stdout != second.stdout


def test_a_new_key_in_a_file(nursery: Nursery, tmp_path: Path) -> None:
    """Only its owner can read it; one that is there is never overwritten."""
    path = tmp_path / "private" / "data.key"
    made = nursery.run("key", "new", "--file", str(path))
    assert (made.returncode, made.stdout) == (0, "")
    assert path.stat().st_mode & 0o777 == 0o600
    key = path.read_text()
    again = nursery.run("key", "new", "--file", str(path))
    assert again.returncode == 2
    assert again.stderr == f"{path} is there already, and may hold a key that is needed; choose another name\n"
    assert path.read_text() == key
    assert key.strip() not in made.stderr + again.stderr


def test_the_terminal_makes_its_own_key(nursery: Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Apart from the data, and keeps it; without it, what was written is told to be unreadable, and left alone."""
    monkeypatch.delenv("BOT_DATA_KEY")
    home, data = tmp_path / "home", tmp_path / "data"
    for _ in range(2):
        assert chat(nursery, data, HOME=str(home), XDG_CONFIG_HOME=str(home)).returncode == 0
    (key,) = home.rglob("chat.key")
    assert key.stat().st_mode & 0o777 == 0o600
    key.unlink()
    lost = chat(nursery, data, HOME=str(home), XDG_CONFIG_HOME=str(home))
    assert lost.returncode == 2
    assert lost.stderr.startswith(f"the key in {key} is not the one that these conversations were written with")


def test_a_key_that_cannot_be_kept(nursery: Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said where, and what else can be done."""
    monkeypatch.delenv("BOT_DATA_KEY")
    (tmp_path / "home").write_text("no folder")
    failed = chat(nursery, tmp_path / "data", HOME=str(tmp_path / "home"), XDG_CONFIG_HOME=str(tmp_path / "home"))
    assert failed.returncode == 2
    assert "the key cannot be written: Not a directory; or set BOT_DATA_KEY" in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({}, "what people write is kept encrypted, and the bot has no key. Make one with: python -m bot key new"),
        ({"BOT_DATA_KEY": "canari"}, "BOT_DATA_KEY: this is not a key; make one with: python -m bot key new"),
        ({"BOT_DATA_KEY_FILE": "/nowhere/data.key"}, "BOT_DATA_KEY_FILE (/nowhere/data.key) cannot be read: No such"),
        ({"BOT_DATA_KEY_FILE": sys.executable}, f"BOT_DATA_KEY_FILE ({sys.executable}) cannot be read: it is no text"),
        (
            {"BOT_DATA_KEY": "a", "BOT_DATA_KEY_FILE": "b"},
            "BOT_DATA_KEY and BOT_DATA_KEY_FILE are both set; one is enough",
        ),
    ],
)
def test_on_telegram_a_key_is_needed(
    settings: dict[str, str], problem: str, nursery: Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says what is wrong and what to do; the key is not in it."""
    monkeypatch.delenv("BOT_DATA_KEY")
    failed = nursery.run("run", **{"BOT_TOKEN": "1:a", "BOT_DATA_DIR": str(tmp_path), **settings})
    assert failed.returncode == 2
    assert failed.stderr.startswith(problem)
    assert failed.stderr.count("\n") == 1
    assert "canari" not in failed.stderr


def test_another_key(nursery: Nursery, tmp_path: Path) -> None:
    """It is said at once."""
    assert chat(nursery, tmp_path).returncode == 0
    failed = chat(nursery, tmp_path, BOT_DATA_KEY=new_key())
    assert failed.returncode == 2
    assert failed.stderr.startswith("BOT_DATA_KEY: this is not the key that the database was written with")


def test_the_key_is_changed(nursery: Nursery, tmp_path: Path) -> None:
    """Both for a while, then the new one alone, which may stand in a file."""
    old, new = new_key(), new_key()
    assert chat(nursery, tmp_path, BOT_DATA_KEY=old).returncode == 0
    rotated = nursery.run("key", "rotate", BOT_DATA_KEY=f"{new},{old}", BOT_DATA_DIR=str(tmp_path))
    assert rotated.returncode == 0
    assert rotated.stderr.endswith("records encrypted anew with the first key.\n")
    path = tmp_path / "key"
    path.write_text(f"{new}\n")
    assert nursery.run(
        "set-aside", BOT_DATA_KEY="", BOT_DATA_KEY_FILE=str(path), BOT_DATA_DIR=str(tmp_path)
    ).stderr == ("0 updates set aside\n")
    assert chat(nursery, tmp_path, BOT_DATA_KEY=old).returncode == 2


def test_a_database_that_is_none(nursery: Nursery, tmp_path: Path) -> None:
    """Commands that only look say so as well."""
    (tmp_path / "bot.db").write_text("no database, but long enough to be looked at as one" * 50)
    failed = nursery.run("set-aside", BOT_DATA_DIR=str(tmp_path))
    assert failed.returncode == 2
    assert failed.stderr.startswith("BOT_DATABASE_URL: the database cannot be used")


def test_a_trial_at_another_time_erases_nothing(nursery: Nursery, tmp_path: Path) -> None:
    """What is old only by the clock of the trial is still there afterwards."""
    for now in ("2026-06-22T10:30", "2029-06-22T10:30"):
        assert nursery.run("chat", "--jsonl", "--data", str(tmp_path), "--now", now).returncode == 0
    with closing(sqlite3.connect(tmp_path / "bot.db")) as database:
        assert database.execute("SELECT count(*) FROM updates").fetchone() == (2,)
