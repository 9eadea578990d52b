"""What is encrypted may be compressed before. What is there stays as it is until it is written anew."""

import sqlalchemy as sa
from alembic import context, op

from bot.adapters.store.cipher import Cipher

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SEALED = (
    ("key_check", "id", ("content",)),
    ("conversations", "chat", ("session",)),
    ("replies", "id", ("content",)),
    ("tickets", "reference", ("content", "message")),
    ("additions", "parcel", ("content", "message")),
    ("deliveries", "id", ("content",)),
    ("cases", "reference", ("content",)),
    ("relays", "id", ("content", "outcome")),
    ("sent_files", "id", ("content",)),
    ("set_aside", "id", ("content", "reason")),
    ("job_problems", "job", ("content",)),
)
AT_ONCE = 200


def upgrade() -> None:
    """Changes nothing: programs of before could not read what this one writes."""


def downgrade() -> None:
    """Encrypts everything anew as it is."""
    cipher: Cipher = context.config.attributes["cipher"]
    connection = op.get_bind()
    for name, key, columns in SEALED:
        table = sa.table(name, sa.column(key), *map(sa.column, columns))
        rest = sa.select(table).order_by(table.c[key]).limit(AT_ONCE)
        while found := connection.execute(rest).mappings().all():
            for row in found:
                values = {column: cipher.seal(cipher.open(row[column]), pack=False) for column in columns}
                connection.execute(sa.update(table).where(table.c[key] == row[key]).values(values))
            rest = sa.select(table).where(table.c[key] > found[-1][key]).order_by(table.c[key]).limit(AT_ONCE)
