"""What people say is encrypted."""

from collections.abc import Callable
from functools import partial

import sqlalchemy as sa
from alembic import context, op

from bot.adapters.store.cipher import Cipher

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SEALED = (
    ("conversations", "chat", ("session",)),
    ("replies", "id", ("content",)),
    ("tickets", "reference", ("content", "message")),
    ("set_aside", "id", ("content", "reason")),
)


def upgrade() -> None:
    """Encrypts what is there."""
    op.create_table(
        "key_check",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    _rewrite(partial(_cipher().seal, pack=False))


def downgrade() -> None:
    """Puts it back into clear."""
    _rewrite(_cipher().open)
    op.drop_table("key_check")


def _cipher() -> Cipher:
    """The operator's, which `migrate` hands over."""
    cipher: Cipher = context.config.attributes["cipher"]
    return cipher


def _rewrite(change: Callable[[str], str]) -> None:
    connection = op.get_bind()
    for name, key, columns in SEALED:
        table = sa.table(name, sa.column(key), *map(sa.column, columns))
        for row in connection.execute(sa.select(table)).mappings().all():
            values = {column: change(row[column]) for column in columns}
            connection.execute(sa.update(table).where(table.c[key] == row[key]).values(values))
