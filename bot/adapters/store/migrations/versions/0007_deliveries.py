"""Deliveries: where each ticket goes and how far it got; what was added to tickets; files that a channel keeps."""

import sqlalchemy as sa
from alembic import context, op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TICKETS = sa.table("tickets", *map(sa.column, ("reference", "chat", "at", "delivered")))
DELIVERIES = sa.table("deliveries", *map(sa.column, ("parcel", "sink", "chat", "state", "content", "at")))
JOBS = sa.table("jobs", *map(sa.column, ("kind", "sink")))


def upgrade() -> None:
    """Makes the tables; tickets that wait, which only the folder takes until now, are deliveries to it."""
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("parcel", sa.String(16), nullable=False),
        sa.Column("sink", sa.String(16), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("deliveries_by_parcel", "deliveries", ["parcel", "sink"], unique=True)
    op.create_index("deliveries_by_chat", "deliveries", ["chat"])
    op.create_table(
        "additions",
        sa.Column("parcel", sa.String(16), primary_key=True),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("additions_by_ticket", "additions", ["reference"])
    op.create_index("additions_by_chat", "additions", ["chat"])
    op.create_table(
        "sent_files",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("sent_files_by_chat", "sent_files", ["chat", "name"], unique=True)
    op.add_column("jobs", sa.Column("sink", sa.String(16), nullable=True))
    connection = op.get_bind()
    seal = context.config.attributes["cipher"].seal
    for row in connection.execute(sa.select(TICKETS).where(TICKETS.c.delivered == sa.false())).all():
        values = {"parcel": row.reference, "sink": "folder", "chat": row.chat, "state": "begun", "at": row.at}
        connection.execute(sa.insert(DELIVERIES).values(**values, content=seal("")))
    connection.execute(sa.update(JOBS).where(JOBS.c.kind == "deliver").values(sink="folder"))
    with op.batch_alter_table("tickets") as table:
        table.drop_column("delivered")


def downgrade() -> None:
    """Forgets them; a ticket that still goes anywhere is one that waits."""
    op.add_column("tickets", sa.Column("delivered", sa.Boolean, nullable=False, server_default=sa.true()))
    open_states = sa.select(DELIVERIES.c.parcel).where(DELIVERIES.c.state.in_(("waiting", "begun", "renewed")))
    waits = sa.update(TICKETS).where(TICKETS.c.reference.in_(open_states)).values(delivered=sa.false())
    op.get_bind().execute(waits)
    with op.batch_alter_table("tickets") as table:
        table.alter_column("delivered", server_default=None)
    with op.batch_alter_table("jobs") as table:
        table.drop_column("sink")
    for table_name in ("sent_files", "additions", "deliveries"):
        op.drop_table(table_name)
