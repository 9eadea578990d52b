"""The migrations."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from cryptography.fernet import Fernet
from sqlalchemy import Column, Connection, Engine, create_engine, insert, select, text

from bot.adapters.store import migrate as migrations
from bot.adapters.store.codec import dump_session, dump_ticket
from bot.adapters.store.migrate import HEAD, UnusableDatabase, migrate
from bot.adapters.store.reseal import SEALED
from bot.adapters.store.sql import SqlStore
from bot.adapters.store.tables import conversations, metadata
from bot.model.message import Message, Words
from bot.model.ticket import Ticket
from bot.service.delivery import Delivery
from bot.service.ports import Shipment, WrittenTicket
from tests.desk import CIPHER, KEY, MONDAY
from tests.engine.test_step import after
from tests.service.test_ticket import written_ticket

FOLDER = Path(migrations.__file__).parent / "migrations"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database without tables."""
    made = create_engine(f"sqlite:///{tmp_path / 'bot.db'}")
    yield made
    made.dispose()


def go(engine: Engine, move: Callable[[Config, str], None], revision: str) -> None:
    """Brings a database up or down to a version."""

    def run(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes.update(connection=connection, cipher=CIPHER)
        move(config, revision)

    with engine.begin() as connection:
        run(connection)


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    """What a query finds."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query)).all()]


def differences(connection: Connection) -> object:
    """What the database has other than the program works with."""
    return compare_metadata(MigrationContext.configure(connection), metadata)


def test_head_is_the_newest_migration() -> None:
    """The constant that saves loading Alembic is true."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


async def test_migrations_make_the_tables(engine: Engine) -> None:
    """A migrated database has the tables the program works with, no more and no less; once is enough."""
    for _ in range(2):
        migrate(engine.url, CIPHER)
        with engine.connect() as connection:
            assert differences(connection) == []


async def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    """The program says what it knows and what it found."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    store = await SqlStore.open(url, CIPHER)
    await store.close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        UnusableDatabase, match=f"of version 9999, this program knows {HEAD} at most; use a newer program"
    ):
        await SqlStore.open(url, CIPHER)
    engine.dispose()


TEXT = "Ticket «\u00a01\u00a0»\n\n----- message exact -----\nboum\n----- fin du message -----"


def of_before(engine: Engine, *tickets: Ticket) -> None:
    """A database of version 0001: one conversation, an update, and these tickets of it."""
    go(engine, command.upgrade, "0001")
    add_ticket = text("INSERT INTO tickets VALUES (:reference, 'a', :content, :text, :delivered)")
    with engine.begin() as connection:
        session = {"session": dump_session(after()[0])}
        connection.execute(text("INSERT INTO conversations VALUES ('a', 1, :session)"), session)
        connection.execute(text("INSERT INTO updates VALUES ('a', '1')"))
        for number, ticket in enumerate(tickets):
            values = {"reference": ticket.reference, "content": dump_ticket(ticket), "text": TEXT}
            connection.execute(add_ticket, values | {"delivered": number > 0})


async def test_what_was_there_before_the_channels_is_kept(engine: Engine) -> None:
    """From 0001 to 0002: conversations and updates go on, the text of a ticket is a message, its time is its own."""
    older = replace((await written_ticket()).ticket, reference="9999-9999", created_at=MONDAY - timedelta(days=30))
    newer = replace(older, reference="ZZZZ-ZZZZ", created_at=MONDAY)
    of_before(engine, older, newer)
    store = await SqlStore.open(str(engine.url), CIPHER)
    message = Message((Words(TEXT),))
    assert [(each.job.kind, each.job.ticket) for each in await store.jobs.queued()] == [("deliver", older.reference)]
    waits = Delivery(older.reference, "folder", "begun")
    assert await store.shipment(older.reference, "folder") == Shipment("a", waits, WrittenTicket(older, message))
    assert await store.shipment(newer.reference, "folder") is None
    async with store.turn("a", "1") as turn:
        assert (turn.session, turn.repeated, turn.seen, turn.receipt) == (after()[0], True, None, None)
        last = await turn.last_ticket()
        assert last == WrittenTicket(newer, message)
        assert last.text == TEXT
    assert list(await store.active_since(MONDAY)) == []
    await store.forget_updates(MONDAY + timedelta(days=1))
    async with store.turn("a", "1") as turn:
        assert turn.repeated
    await store.close()


async def test_there_and_back(engine: Engine) -> None:
    """Down, the first words of a ticket are its text again; up, the tables are the program's; down to none at all."""
    ticket = (await written_ticket()).ticket
    of_before(engine, ticket)
    conversations = rows(engine, "SELECT * FROM conversations")
    go(engine, command.upgrade, "0002")
    go(engine, command.downgrade, "0001")
    assert rows(engine, "SELECT reference, chat, content, text, delivered FROM tickets") == [
        (ticket.reference, "a", dump_ticket(ticket), TEXT, 0)
    ]
    assert rows(engine, "SELECT * FROM conversations") == conversations
    assert rows(engine, "SELECT * FROM updates") == [("a", "1")]
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
    assert [name for (name,) in rows(engine, names)] == [
        "alembic_version",
        "conversations",
        "replies",
        "tickets",
        "updates",
    ]
    migrate(engine.url, CIPHER)
    with engine.connect() as connection:
        assert differences(connection) == []
    go(engine, command.downgrade, "base")
    assert rows(engine, names) == [("alembic_version",)]


async def test_replies_that_wait_are_kept(engine: Engine) -> None:
    """From 0002 to 0003 and back: what is not sent keeps its number, and a number that was used is not used again."""
    go(engine, command.upgrade, "0002")
    waiting = [(7, "a", "first"), (9, "b", "second")]
    with engine.begin() as connection:
        for number, chat, content in waiting:
            values = {"number": number, "chat": chat, "content": content}
            connection.execute(text("INSERT INTO replies VALUES (:number, :chat, :content)"), values)
    for move, version in ((command.upgrade, "0003"), (command.downgrade, "0002"), (command.upgrade, "0003")):
        go(engine, move, version)
        assert rows(engine, "SELECT * FROM replies ORDER BY id") == waiting
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM replies"))
        connection.execute(text("INSERT INTO replies (chat, content) VALUES ('a', 'third')"))
    assert rows(engine, "SELECT id FROM replies") == [(10,)]


async def test_where_things_were_written(engine: Engine) -> None:
    """From 0008 to 0009 and back: a column says which message an addition came in; relays keep theirs, and count on."""
    go(engine, command.upgrade, "0008")
    added, said = {"number": 1, "source": "77"}, {"reference": "3333-3333", "text": "un", "source": 8}
    long = "deux " * 50
    add = text("INSERT INTO additions VALUES ('3333-3333-1', '3333-3333', 'a', :content, '', 0)")
    case = text("INSERT INTO cases VALUES ('3333-3333', 'a', 1, 5, 6, 'digest', '', 0)")
    relay = text("INSERT INTO relays VALUES (5, '3333-3333', 'a', 8, 1, :content, '', 0)")
    with engine.begin() as connection:
        connection.execute(add, {"content": CIPHER.seal(json.dumps(added))})
        connection.execute(relay, {"content": CIPHER.seal(json.dumps(said))})
        connection.execute(case)
    go(engine, command.upgrade, "0009")
    assert rows(engine, "SELECT header, shown FROM cases") == [(6, None)]
    assert rows(engine, "SELECT parcel, source FROM additions") == [("3333-3333-1", "77")]
    assert rows(engine, "SELECT id, source FROM relays") == [(5, 8)]
    anew = text("UPDATE relays SET content = :content, source = 9")
    with engine.begin() as connection:
        connection.execute(anew, {"content": CIPHER.seal(json.dumps({"text": long}))})
    go(engine, command.downgrade, "0008")
    ((content,),) = rows(engine, "SELECT content FROM relays")
    assert json.loads(Fernet(KEY).decrypt(str(content))) == {"text": long, "source": 9}
    go(engine, command.upgrade, "0009")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM relays"))
        insert = "INSERT INTO relays (reference, chat, revision, content, outcome, at) VALUES ('x', 'a', 1, '', '', 0)"
        connection.execute(text(insert))
    assert rows(engine, "SELECT id FROM relays") == [(6,)]


async def test_compressed_records(engine: Engine) -> None:
    """From 0010 to 0009, for a program that cannot read them, all of them are as it would have written them."""
    go(engine, command.upgrade, "0010")
    words = "bien " * 50
    count = 450
    with engine.begin() as connection:
        for key, columns in SEALED:
            assert key.table.primary_key.columns.values() == [key]
            for number in range(1, count + 1):
                values = {each.name: number if each.type.python_type is int else str(number) for each in key.table.c}
                sealed = {each.name: CIPHER.seal(f"{each.name} {number} {words}") for each in columns}
                connection.execute(insert(key.table).values(values | sealed))
    go(engine, command.downgrade, "0009")
    with engine.connect() as connection:
        for key, columns in SEALED:
            for number, *found in connection.execute(select(key, *columns)).all():
                plain = [Fernet(KEY).decrypt(sealed).decode() for sealed in found]
                assert plain == [f"{each.name} {number} {words}" for each in columns]
    go(engine, command.upgrade, "0010")
    with engine.connect() as connection:
        sessions = connection.execute(select(conversations.c.session)).scalars().all()
    assert len([CIPHER.open(sealed) for sealed in sessions]) == count


@pytest.mark.parametrize("column", ["seen", "at", "message"])
async def test_a_migration_that_is_cut_off_leaves_nothing(
    column: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended in the middle, it has changed nothing; the next start makes it whole."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    engine = create_engine(url)

    def at_the_first(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes.update(connection=connection, cipher=CIPHER)
        command.upgrade(config, "0001")

    with engine.begin() as connection:
        at_the_first(connection)
    original = Operations.add_column

    def cut_off(self: Operations, table: str, added: Column[object], **options: object) -> None:
        if added.name == column:
            raise KeyboardInterrupt
        original(self, table, added, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Operations, "add_column", cut_off)
        with pytest.raises(KeyboardInterrupt):
            migrate(engine.url, CIPHER)
    migrate(engine.url, CIPHER)
    with engine.connect() as connection:
        compared = compare_metadata(MigrationContext.configure(connection), metadata)
    assert compared == []
    engine.dispose()


async def test_down_to_one_sink(engine: Engine) -> None:
    """A ticket that still goes anywhere, also for the second time, is one that waits."""
    go(engine, command.upgrade, "0007")
    add = "INSERT INTO tickets VALUES (:parcel, 'a', 'x', 'x', 0)"
    go_to = (
        "INSERT INTO deliveries (parcel, sink, chat, state, content, at) VALUES (:parcel, 'glpi', 'a', :state, 'x', 0)"
    )
    with engine.begin() as connection:
        for state in ("waiting", "begun", "taken", "failed", "renewed"):
            connection.execute(text(add), {"parcel": state})
            connection.execute(text(go_to), {"parcel": state, "state": state})
    go(engine, command.downgrade, "0006")
    waits = "SELECT reference FROM tickets WHERE NOT delivered ORDER BY reference"
    assert rows(engine, waits) == [("begun",), ("renewed",), ("waiting",)]
