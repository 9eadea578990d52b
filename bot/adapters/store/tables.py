"""The tables. Their history is in `migrations/`. Instants are whole seconds since 1970, UTC.

Sessions, replies, tickets and what was set aside are encrypted, and compressed before where that makes them shorter
(`cipher`). In clear stand only the names of chats and updates, references, instants, counters, and receipts, which hold
ids of messages.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, PrimaryKeyConstraint, String, Table, Text

metadata = MetaData()

conversations = Table(
    "conversations",
    metadata,
    Column("chat", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("session", Text, nullable=False),
    Column("seen", BigInteger, nullable=True),
    Column("receipt", Text, nullable=True),
    Column("receipt_reply", Integer, nullable=True),
    Column("look_in", BigInteger, nullable=True),
    Column("look_in_job", BigInteger, nullable=True),
)
"""One row per chat. `version` grows at every commit, so that two writers cannot both win; `receipt` is what the
channel noted about the last reply it sent, whose number is `receipt_reply`; `look_in` is when it is to be looked in on,
by which job."""
Index("conversations_by_seen", conversations.c.seen)

updates = Table(
    "updates",
    metadata,
    Column("chat", String(64), nullable=False),
    Column("id", String(64), nullable=False),
    Column("at", BigInteger, nullable=True),
    PrimaryKeyConstraint("chat", "id"),
)
"""The updates that were taken. Those without an instant are never forgotten."""
Index("updates_by_time", updates.c.at)

replies = Table(
    "replies",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("chat", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("process", String(32), nullable=True),
    sqlite_autoincrement=True,
)
"""Replies that are committed and not known to be sent; a sent one is deleted, and its number is never given again.

`process` is who sends it; when that one is gone, another takes it over."""
Index("replies_by_chat", replies.c.chat)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("ticket", String(16), nullable=True),
    Column("sink", String(16), nullable=True),
    Column("post", BigInteger, nullable=True),
    Column("due", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("dead", Boolean, nullable=False),
    sqlite_autoincrement=True,
)
"""What is to be done later; on PostgreSQL, procrastinate keeps tables of its own instead."""
Index("jobs_by_due", jobs.c.dead, jobs.c.due)
Index("jobs_by_chat", jobs.c.chat)

job_problems = Table(
    "job_problems",
    metadata,
    Column("job", BigInteger, primary_key=True, autoincrement=False),
    Column("chat", String(64), nullable=False),
    Column("content", Text, nullable=False),
)
"""How a job failed the last time, encrypted."""
Index("job_problems_by_chat", job_problems.c.chat)

processes = Table(
    "processes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
)
"""The processes that are working on a server, and when each last said so, by the server's own clock."""

tickets = Table(
    "tickets",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("chat", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Tickets, and the messages that hand them on."""
Index("tickets_by_chat", tickets.c.chat, tickets.c.at)

additions = Table(
    "additions",
    metadata,
    Column("parcel", String(16), primary_key=True),
    Column("reference", String(16), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("source", String(64), nullable=True),
    Column("at", BigInteger, nullable=False),
)
"""What was added to tickets after they were made. `source` is the message of its person's chat that it came in."""
Index("additions_by_ticket", additions.c.reference)
Index("additions_by_chat", additions.c.chat)
Index("additions_by_source", additions.c.chat, additions.c.source)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("parcel", String(16), nullable=False),
    Column("sink", String(16), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("state", String(8), nullable=False),
    Column("content", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Where each ticket or addition goes, how far it got, and what it is called there, encrypted."""
Index("deliveries_by_parcel", deliveries.c.parcel, deliveries.c.sink, unique=True)
Index("deliveries_by_chat", deliveries.c.chat)

cases = Table(
    "cases",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("chat", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("topic", BigInteger, nullable=True),
    Column("header", BigInteger, nullable=True),
    Column("shown", String(32), nullable=True),
    Column("content", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""The tickets that the support group has; how each stands is encrypted. `topic` and `header` are numbers of the group,
`shown` is the digest of what the header shows. `version` grows at every change of how it stands, `at` is when either
side last did something."""
Index("cases_by_chat", cases.c.chat)
Index("cases_by_header", cases.c.header)

case_messages = Table(
    "case_messages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("message", BigInteger, nullable=False),
    Column("reference", String(16), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("parcel", String(16), nullable=False),
    Column("step", Integer, nullable=False),
    Column("edits", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""The messages of the group that show a ticket, what was added to it, and what the bot said there."""
Index("case_messages_by_message", case_messages.c.message)
Index("case_messages_by_ticket", case_messages.c.reference)
Index("case_messages_by_chat", case_messages.c.chat)

relays = Table(
    "relays",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("reference", String(16), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("source", BigInteger, nullable=True),
    Column("revision", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
"""What goes from the group to people, encrypted: what was written, and how far it got. `source` is the message of the
group it was written in, `revision` grows when that is edited. A number is never given again: jobs note by it."""
Index("relays_by_ticket", relays.c.reference)
Index("relays_by_source", relays.c.source)
Index("relays_by_chat", relays.c.chat)

actions = Table(
    "actions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("reference", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("who", String(16), nullable=False),
)
"""What was done with cases, and by whom, as a pseudonym; no words of anybody."""
Index("actions_by_time", actions.c.at)

sent_files = Table(
    "sent_files",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("chat", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Files that were sent, by name, and where the channel keeps them, encrypted."""
Index("sent_files_by_chat", sent_files.c.chat, sent_files.c.name, unique=True)

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("chat", String(64), nullable=False),
    Column("update", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Updates that could not be taken, as the channel delivered them."""

key_check = Table(
    "key_check",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
)
"""One row: something known, encrypted with the operator's key, so that another key is noticed at once."""

marks = Table(
    "marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
)
"""Instants worth remembering from one run to the next, the number of the support group, and which it had before."""
