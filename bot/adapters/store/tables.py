"""The tables. Their history is in `migrations/`."""

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, PrimaryKeyConstraint, String, Table, Text

metadata = MetaData()

conversations = Table(
    "conversations",
    metadata,
    Column("chat", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("session", Text, nullable=False),
)
"""One row per chat. `version` grows at every commit, so that two writers cannot both win."""

updates = Table(
    "updates",
    metadata,
    Column("chat", String(64), nullable=False),
    Column("id", String(64), nullable=False),
    PrimaryKeyConstraint("chat", "id"),
)
"""The updates that were taken."""

replies = Table(
    "replies",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("chat", String(64), nullable=False),
    Column("content", Text, nullable=False),
)
"""Replies that are committed and not known to be sent; a sent one is deleted."""
Index("replies_by_chat", replies.c.chat)

tickets = Table(
    "tickets",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("chat", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("delivered", Boolean, nullable=False),
)
"""Tickets, and whether a sink has taken them."""
