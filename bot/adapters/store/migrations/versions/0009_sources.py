"""What goes to people is numbered on, as replies are; additions are found by the message they came in.

Where something was written is told by its column alone: a group that has moved numbers its messages anew. Digests of
what the group is shown, from which one could guess it, are made anew.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from bot.adapters.store.cipher import Cipher

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ADDITIONS = sa.table("additions", *map(sa.column, ("parcel", "content", "source")))
RELAYS = sa.table("relays", *map(sa.column, ("id", "content", "source")))


def upgrade() -> None:
    """Makes SQLite count on, and tells in clear which message of its person's chat each addition came in."""
    op.add_column("additions", sa.Column("source", sa.String(64), nullable=True))
    op.create_index("additions_by_source", "additions", ["chat", "source"])
    connection = op.get_bind()
    for row in connection.execute(sa.select(ADDITIONS)).all():
        source = _opened(row.content).get("source")
        connection.execute(sa.update(ADDITIONS).where(ADDITIONS.c.parcel == row.parcel).values(source=source))
    connection.execute(sa.update(sa.table("cases", sa.column("shown"))).values(shown=None))
    _make_relays_anew(counting=True)


def downgrade() -> None:
    """Puts it back, with where relays were written among their words."""
    _make_relays_anew(counting=False)
    connection = op.get_bind()
    for row in connection.execute(sa.select(RELAYS)).all():
        anew = json.dumps({**_opened(row.content), "source": row.source}, ensure_ascii=False)
        content = _cipher().seal(anew, pack=False)
        connection.execute(sa.update(RELAYS).where(RELAYS.c.id == row.id).values(content=content))
    op.drop_index("additions_by_source", "additions")
    with op.batch_alter_table("additions") as table:
        table.drop_column("source")


def _make_relays_anew(*, counting: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("relays", recreate="always", table_kwargs={"sqlite_autoincrement": counting}):
            pass


def _opened(content: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_cipher().open(content))
    return found


def _cipher() -> Cipher:
    """The operator's, which `migrate` hands over."""
    cipher: Cipher = context.config.attributes["cipher"]
    return cipher
