"""Cases: the tickets that the support group has, its messages about them, what goes to people, and what was done."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables; jobs may be about a message of the group."""
    op.create_table(
        "cases",
        sa.Column("reference", sa.String(16), primary_key=True),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("topic", sa.BigInteger, nullable=True),
        sa.Column("header", sa.BigInteger, nullable=True),
        sa.Column("shown", sa.String(32), nullable=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("cases_by_chat", "cases", ["chat"])
    op.create_index("cases_by_header", "cases", ["header"])
    op.create_table(
        "case_messages",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("message", sa.BigInteger, nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("parcel", sa.String(16), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("edits", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("case_messages_by_message", "case_messages", ["message"])
    op.create_index("case_messages_by_ticket", "case_messages", ["reference"])
    op.create_index("case_messages_by_chat", "case_messages", ["chat"])
    op.create_table(
        "relays",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("source", sa.BigInteger, nullable=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("relays_by_ticket", "relays", ["reference"])
    op.create_index("relays_by_source", "relays", ["source"])
    op.create_index("relays_by_chat", "relays", ["chat"])
    op.create_table(
        "actions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("who", sa.String(16), nullable=False),
    )
    op.create_index("actions_by_time", "actions", ["at"])
    op.add_column("jobs", sa.Column("post", sa.BigInteger, nullable=True))


def downgrade() -> None:
    """Forgets them."""
    with op.batch_alter_table("jobs") as table:
        table.drop_column("post")
    for name in ("actions", "relays", "case_messages", "cases"):
        op.drop_table(name)
