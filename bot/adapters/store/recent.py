"""Sessions as they were stored last, in memory: nobody who is talking need be decrypted and read at each turn."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from bot.model.session import Session

_MOST = 10_000
"""Sessions; those of whoever was quiet for longest go first."""
_KEPT = 600.0
"""Seconds after which one is let go."""
_SEAL = 44
"""Characters at the end of a record that are of no other one: the code by which it is authenticated."""


@dataclass(frozen=True, slots=True)
class _Known:
    seal: str
    session: Session
    at: float


class RecentSessions:
    """The last sessions of this process, by chat.

    A record is encrypted with something by chance in it, so that no two are the same: a session counts only while what
    is stored is the very record that was made of it, whoever else has written to the database, or has erased from it.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._monotonic, self._lock = monotonic, Lock()

    def of(self, chat: str, record: str) -> Session | None:
        """The session that this record was made of, if it is known."""
        known = self._known.get(chat)
        return known.session if known is not None and record.endswith(known.seal) else None

    def keep(self, chat: str, record: str, session: Session) -> None:
        """Keeps a session that is about to be stored as this record."""
        with self._lock:
            self._known[chat] = _Known(record[-_SEAL:], session, self._monotonic())
            self._known.move_to_end(chat)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)

    def forget(self, chat: str) -> None:
        """Lets go of a chat that is erased."""
        with self._lock:
            self._known.pop(chat, None)

    def sweep(self) -> None:
        """Lets go of whoever was quiet for too long."""
        oldest = self._monotonic() - _KEPT
        with self._lock:
            while self._known and next(iter(self._known.values())).at < oldest:
                self._known.popitem(last=False)
