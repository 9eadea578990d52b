"""A reply's number is never given to another, not even after it was sent: SQLite would begin anew."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes SQLite count on; other databases do so anyway."""
    _make_anew(counting=True)


def downgrade() -> None:
    """Lets SQLite give the numbers of sent replies again."""
    _make_anew(counting=False)


def _make_anew(*, counting: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("replies", recreate="always", table_kwargs={"sqlite_autoincrement": counting}):
            pass
