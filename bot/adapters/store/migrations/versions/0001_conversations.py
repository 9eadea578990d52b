"""Conversations, updates, replies and tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "conversations",
        sa.Column("chat", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
    )
    op.create_table(
        "updates",
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("chat", "id"),
    )
    op.create_table(
        "replies",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_index("replies_by_chat", "replies", ["chat"])
    op.create_table(
        "tickets",
        sa.Column("reference", sa.String(16), primary_key=True),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("delivered", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    """Drops the tables."""
    for table in ("tickets", "replies", "updates", "conversations"):
        op.drop_table(table)
