"""When chats were heard of, receipts of channels, tickets as messages, updates set aside."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TICKETS = sa.table(
    "tickets", sa.column("reference"), sa.column("content"), sa.column("text"), sa.column("message"), sa.column("at")
)


def upgrade() -> None:
    """Adds the columns and tables; the text of a ticket becomes a message of one part, its time is in its content."""
    op.add_column("conversations", sa.Column("seen", sa.BigInteger, nullable=True))
    op.add_column("conversations", sa.Column("receipt", sa.Text, nullable=True))
    op.create_index("conversations_by_seen", "conversations", ["seen"])
    op.add_column("updates", sa.Column("at", sa.BigInteger, nullable=True))
    op.create_index("updates_by_time", "updates", ["at"])
    op.add_column("tickets", sa.Column("message", sa.Text, nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("at", sa.BigInteger, nullable=False, server_default="0"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(TICKETS.c.reference, TICKETS.c.content, TICKETS.c.text)).all():
        message = json.dumps({"parts": [{"text": row.text}]}, ensure_ascii=False)
        at = int(datetime.fromisoformat(json.loads(row.content)["created_at"]).timestamp())
        own = TICKETS.c.reference == row.reference
        connection.execute(sa.update(TICKETS).where(own).values(message=message, at=at))
    with op.batch_alter_table("tickets") as table:
        table.drop_column("text")
        table.alter_column("message", server_default=None)
        table.alter_column("at", server_default=None)
        table.create_index("tickets_by_chat", ["chat", "at"])
    op.create_table(
        "set_aside",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("update", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Takes them away again; of a ticket's message only the words of its first part are kept."""
    op.drop_table("marks")
    op.drop_table("set_aside")
    op.add_column("tickets", sa.Column("text", sa.Text, nullable=False, server_default=""))
    connection = op.get_bind()
    for row in connection.execute(sa.select(TICKETS.c.reference, TICKETS.c.message)).all():
        text = json.loads(row.message)["parts"][0]["text"]
        connection.execute(sa.update(TICKETS).where(TICKETS.c.reference == row.reference).values(text=text))
    with op.batch_alter_table("tickets") as table:
        table.drop_index("tickets_by_chat")
        table.drop_column("message")
        table.drop_column("at")
        table.alter_column("text", server_default=None)
    op.drop_index("updates_by_time", "updates")
    op.drop_index("conversations_by_seen", "conversations")
    with op.batch_alter_table("updates") as table:
        table.drop_column("at")
    with op.batch_alter_table("conversations") as table:
        table.drop_column("receipt")
        table.drop_column("seen")
