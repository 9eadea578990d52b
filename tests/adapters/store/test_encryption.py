"""What people say is on the disk only encrypted, and can be read with the operator's key alone."""

import base64
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from bot.adapters.references import RandomReferences
from bot.adapters.store.cipher import BadKey, Cipher, WrongKey, new_key
from bot.adapters.store.sql import SqlStore
from bot.service.conversation import Conversation
from bot.service.ports import SetAside
from tests.adapters.store.test_migrate import go, of_before
from tests.desk import CIPHER, KEY, MONDAY, PARIS, catalog, machine
from tests.fakes import HandClock, Person
from tests.service.test_ticket import written_ticket
from tests.traces import files_with

CANARY = "canari-jaune-4711"


def url_of(folder: Path) -> str:
    """Where the database of a folder is."""
    return f"sqlite:///{folder / 'bot.db'}"


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """In clear, in base64 wherever it begins, packed: else the tests below would prove nothing."""
    said = f"ab {CANARY} cd"
    for number, content in enumerate(
        (
            said.encode(),
            said.encode("utf-16-le"),
            base64.b64encode(said.encode()),
            base64.b64encode(said[1:].encode()),
            base64.urlsafe_b64encode(said[2:].encode()),
            b"\0\0" + zlib.compress(said.encode()),
        )
    ):
        (tmp_path / str(number)).write_bytes(content)
    assert len(files_with(tmp_path, CANARY)) == 6


async def talks(store: SqlStore) -> Person:
    """Somebody says the canary at every chance, up to the ticket; something is set aside, the last replies wait."""
    person = Person(Conversation(machine(), catalog(), store, [], HandClock(), RandomReferences(), PARIS))
    await person.opens("fr")
    for choice in ("webmail", "other"):
        await person.presses(choice)
    for words in (f"Il y a {CANARY}", "#no", CANARY, f"Erreur {CANARY}"):
        await (person.presses(words[1:]) if words[0] == "#" else person.says(words))
    for choice in ("just_now", "confirm"):
        await person.presses(choice)
    assert person.heard[-1].ended == "ticket"
    await store.set_aside(SetAside(person.chat, "x", f'{{"text": "{CANARY}"}}', f"ValueError: {CANARY}", MONDAY), None)
    return person


async def test_nothing_that_was_said_is_on_the_disk(tmp_path: Path) -> None:
    """In no file of the database, its log included, while it is open and afterwards."""
    store = await SqlStore.open(url_of(tmp_path), CIPHER)
    await talks(store)
    assert (tmp_path / "bot.db-wal").stat().st_size > 0
    assert files_with(tmp_path, CANARY) == []
    await store.close()
    assert files_with(tmp_path, CANARY) == []


async def test_whoever_is_forgotten_leaves_no_trace(tmp_path: Path) -> None:
    """No row, and no sign of the chat in any file, SQLite's log included; only the reply that says so waits."""
    store = await SqlStore.open(url_of(tmp_path), CIPHER)
    person = await talks(store)
    tickets = [reply.ticket.reference for reply in person.heard if reply.ticket]
    async with store.turn(person.chat, "forget") as turn:
        pending = await turn.erase(MONDAY, person.heard[-1])
    assert (tmp_path / "bot.db-wal").stat().st_size == 0
    assert tickets
    for reference in tickets:
        assert files_with(tmp_path, reference) == []
    await store.mark_sent(person.chat, pending.id)
    await store.forget_updates(MONDAY + timedelta(days=1))
    await store.close()
    assert files_with(tmp_path, person.chat) == []


async def test_another_key_is_noticed_at_once(tmp_path: Path) -> None:
    """And changes nothing; with the right one all is there."""
    store = await SqlStore.open(url_of(tmp_path), CIPHER)
    await talks(store)
    await store.close()
    before = (tmp_path / "bot.db").read_bytes()
    with pytest.raises(WrongKey):
        await SqlStore.open(url_of(tmp_path), Cipher.of([new_key()]))
    assert (tmp_path / "bot.db").read_bytes() == before
    again = await SqlStore.open(url_of(tmp_path), CIPHER)
    assert [letter.content for letter in await again.letters()] == [f'{{"text": "{CANARY}"}}']
    await again.close()


async def test_keys_are_rotated(tmp_path: Path) -> None:
    """With both keys everything is read; once it is encrypted anew, the old one opens nothing."""
    old, new = new_key(), new_key()
    store = await SqlStore.open(url_of(tmp_path), Cipher.of([old]))
    person = await talks(store)
    await store.close()
    both = await SqlStore.open(url_of(tmp_path), Cipher.of([new, old]))
    counted = await both.sealed()
    assert counted == sum([count async for count in both.reseal()]) > 3
    await both.close()
    with pytest.raises(WrongKey):
        await SqlStore.open(url_of(tmp_path), Cipher.of([old]))
    alone = await SqlStore.open(url_of(tmp_path), Cipher.of([new]))
    async with alone.turn(person.chat, "new") as turn:
        assert turn.session is not None
        assert await turn.last_ticket() is not None
    await alone.close()


async def test_what_was_in_clear_is_encrypted(tmp_path: Path) -> None:
    """A database of a version before: everything is kept, and nothing of it stands in the file any more."""
    ticket = (await written_ticket()).ticket
    engine = create_engine(url_of(tmp_path))
    of_before(engine, ticket)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO replies (chat, content) VALUES ('a', :words)"), {"words": CANARY})
        connection.execute(text("DELETE FROM replies"))
    engine.dispose()
    assert files_with(tmp_path, ticket.reference)
    words = "fin du message"
    assert "bot.db" in files_with(tmp_path, words)
    store = await SqlStore.open(url_of(tmp_path), CIPHER)
    assert files_with(tmp_path, words) == []
    assert files_with(tmp_path, CANARY) == []
    async with store.turn("a", "2") as turn:
        assert turn.session is not None
        last = await turn.last_ticket()
    assert last is not None
    assert last.ticket == ticket
    await store.close()


async def test_encryption_can_be_taken_back(tmp_path: Path) -> None:
    """Down a version, the rows are in clear again."""
    from alembic import command  # noqa: PLC0415 - only here

    ticket = (await written_ticket()).ticket
    engine = create_engine(url_of(tmp_path))
    of_before(engine, ticket)
    go(engine, command.upgrade, "0004")
    go(engine, command.downgrade, "0003")
    with engine.connect() as connection:
        content = connection.execute(text("SELECT content FROM tickets")).scalar_one()
    assert ticket.reference in content
    engine.dispose()


@given(st.text(st.characters(codec="utf-8")), st.integers(1, 50), st.booleans())
def test_a_sealed_text_is_opened_as_it_was(words: str, times: int, pack: bool) -> None:
    """Whatever it says, whether it can be made shorter or not, and shall be or not."""
    said = words * times
    assert CIPHER.open(CIPHER.seal(said, pack=pack)) == said


def test_a_record_is_made_shorter() -> None:
    """The same things said again and again take little room; what would grow is left as it is."""
    often = '{"node": "cause", "misses": []}' * 100
    assert len(CIPHER.seal(often)) < 300 < len(CIPHER.seal(often, pack=False))
    once = "a code: 80070005"
    assert Fernet(KEY).decrypt(CIPHER.seal(once)) == once.encode()


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ([], "there is no key"),
        (["canari"], "this is not a key; make one with: python -m bot key new"),
        ([new_key(), "canari"], "key 2 of 2 is not a key; make one with: python -m bot key new"),
    ],
)
def test_what_is_no_key(keys: list[str], problem: str) -> None:
    """It is said which, and never what it is."""
    with pytest.raises(BadKey) as raised:
        Cipher.of(keys)
    assert str(raised.value) == problem


def test_a_damaged_record_is_no_text() -> None:
    """Not even in part."""
    with pytest.raises(WrongKey):
        CIPHER.open("gAAAA" + CIPHER.seal("a")[5:-8] + "AAAAAA==")
