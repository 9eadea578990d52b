"""Many conversations that are stored and stand still: what they cost, and whether the others notice."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from benchmarks.people import STEPS
from benchmarks.subjects import Subject, running
from benchmarks.trial import Stage, settled

_HALF_WAY = len(STEPS) // 2
_A_DAY = 86_400
_FIRST = 5_000_000_000
"""The number of the first chat, and of the first job, that is made up."""

_COPIES = "WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < :count)"


async def fill(subject: Subject, stage: Stage, count: int) -> float:
    """Has one person walk half the way, and so many others stand where they do, since yesterday; the bytes of each."""
    folder = stage.folder
    environment = subject.environment(stage.root, folder, None)
    with running(subject.command(stage.root, folder, None), environment, folder / "log"):
        crowd = stage.crowd(stage.api.hand_in)
        crowd.stop()
        person = crowd.newcomer()
        for step in range(_HALF_WAY):
            person.step = step
            await settled(crowd, person)
    return await asyncio.to_thread(_copy, folder / "bot.db", f"telegram:{person.chat}", count)


def _copy(file: Path, chat: str, count: int) -> float:
    values: dict[str, object] = {"chat": chat, "count": count, "first": _FIRST, "at": int(time.time()) - _A_DAY}
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        before = file.stat().st_size
        for table, columns, copied in (
            (
                "conversations",
                "chat, version, session, seen, receipt, receipt_reply, look_in, look_in_job",
                "'telegram:' || (:first + n), version, session, :at, receipt, receipt_reply, look_in, :first + n",
            ),
            ("updates", "chat, id, at", "'telegram:' || (:first + n), id, :at"),
            ("jobs", "id, kind, chat, due, tries, dead", ":first + n, kind, 'telegram:' || (:first + n), due, 0, 0"),
        ):
            connection.execute(
                f"{_COPIES} INSERT INTO {table} ({columns}) SELECT {copied} FROM {table}, n WHERE chat = :chat",  # noqa: S608 - our own names
                values,
            )
        connection.commit()
        return (file.stat().st_size - before) / count
