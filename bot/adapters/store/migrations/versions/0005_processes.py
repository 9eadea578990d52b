"""Who sends which reply, where several processes work on one database."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replies that wait are nobody's: whoever comes takes them over."""
    op.add_column("conversations", sa.Column("receipt_reply", sa.Integer, nullable=True))
    op.add_column("replies", sa.Column("process", sa.String(32), nullable=True))
    op.create_table(
        "processes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Forgets it."""
    op.drop_table("processes")
    with op.batch_alter_table("conversations") as table:
        table.drop_column("receipt_reply")
    with op.batch_alter_table("replies", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_column("process")
