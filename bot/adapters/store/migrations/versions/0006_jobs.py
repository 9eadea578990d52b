"""Jobs: tickets to be delivered, chats to be looked in on. On PostgreSQL they are procrastinate's."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TICKETS = sa.table("tickets", *map(sa.column, ("reference", "chat", "at", "delivered")))
JOBS = sa.table("jobs", *map(sa.column, ("kind", "chat", "ticket", "due", "tries", "dead")))


_WITHOUT_PROCRASTINATE = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT tablename FROM pg_tables
        WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate%' LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', found.tablename);
    END LOOP;
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate%' LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', found.name);
    END LOOP;
    FOR found IN SELECT typname FROM pg_type
        WHERE typnamespace = current_schema()::regnamespace AND typname LIKE 'procrastinate%' LOOP
        EXECUTE format('DROP TYPE IF EXISTS %I CASCADE', found.typname);
    END LOOP;
END $$
"""


def upgrade() -> None:
    """Makes the tables; tickets that no sink has taken become jobs: only a database in a file has any."""
    op.add_column("conversations", sa.Column("look_in", sa.BigInteger, nullable=True))
    op.add_column("conversations", sa.Column("look_in_job", sa.BigInteger, nullable=True))
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("ticket", sa.String(16), nullable=True),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("dead", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("jobs_by_due", "jobs", ["dead", "due"])
    op.create_index("jobs_by_chat", "jobs", ["chat"])
    op.create_table(
        "job_problems",
        sa.Column("job", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_index("job_problems_by_chat", "job_problems", ["chat"])
    connection = op.get_bind()
    for row in connection.execute(sa.select(TICKETS).where(TICKETS.c.delivered == sa.false())).all():
        values = {"kind": "deliver", "chat": row.chat, "ticket": row.reference, "due": row.at}
        connection.execute(sa.insert(JOBS).values(**values, tries=0, dead=False))
    if connection.dialect.name == "postgresql":
        from procrastinate.schema import SchemaManager

        connection.execution_options(no_parameters=True).exec_driver_sql(SchemaManager.get_schema())


def downgrade() -> None:
    """Forgets them; tickets that wait stay marked as such."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_WITHOUT_PROCRASTINATE)
    op.drop_table("job_problems")
    op.drop_table("jobs")
    with op.batch_alter_table("conversations") as table:
        table.drop_column("look_in_job")
        table.drop_column("look_in")
