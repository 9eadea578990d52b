"""Which queue of jobs goes with which database."""

from bot.adapters.store.cipher import Cipher
from bot.adapters.store.database import Database
from bot.adapters.store.queue import Queue


def queue_of(database: Database, cipher: Cipher) -> Queue:
    """The queue of a database."""
    if database.shared:
        from bot.adapters.store.procrastinate_queue import ProcrastinateQueue

        return ProcrastinateQueue(database, cipher)
    from bot.adapters.store.table_queue import TableQueue

    return TableQueue(database, cipher)
