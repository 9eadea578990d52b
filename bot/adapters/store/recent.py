"""Where chats stand, in memory: nobody who is talking need be read from the database and decrypted at each turn."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.model.session import Session

_MOST = 10_000
"""Chats; those that were quiet for longest go first."""
_KEPT = 600.0
"""Seconds after which one is let go."""
_SEAL = 44
"""Characters at the end of a record that are of no other one: the code by which it is authenticated."""


@dataclass(slots=True)
class Recent:
    """What the row of a chat says after its last turn here. `newest` is the highest number of the updates it took."""

    seal: str
    session: Session
    version: int
    seen: int
    receipt: str | None
    look_in: int | None
    look_in_job: int | None
    newest: int | None
    at: float = 0.0


class RecentChats:
    """The chats that had a turn of this process not long ago.

    A record is encrypted with something by chance in it, so that no two are the same. Where other processes work on the
    same database, a session counts only while what is stored is the very record that was made of it, whoever has
    written since, or has erased. Where nobody else does, all counts, and whoever did all the same is met at the commit:
    a version that is not the stored one changes nothing.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._known: OrderedDict[str, Recent] = OrderedDict()
        self._monotonic = monotonic

    def session(self, chat: str, record: str) -> Session | None:
        """The session that this record was made of, if it is known."""
        known = self._known.get(chat)
        return known.session if known is not None and record.endswith(known.seal) else None

    def before(self, chat: str, update: str) -> Recent | None:
        """How a chat stands for an update that is newer than those that it has taken since it is known.

        One that came late, and comes again, may be taken for new: its commit is refused then, and the next try reads.
        """
        known = self._known.get(chat)
        if known is None or known.newest is None or not update.isdecimal() or int(update) <= known.newest:
            return None
        return known

    def newest(self, chat: str) -> int | None:
        """The highest number of an update that a chat has taken, if it is known."""
        known = self._known.get(chat)
        return known.newest if known is not None else None

    def keep(self, chat: str, recent: Recent) -> None:
        """Keeps how a chat stands, once that is committed."""
        recent.seal, recent.at = recent.seal[-_SEAL:], self._monotonic()
        self._known[chat] = recent
        self._known.move_to_end(chat)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)

    def note_receipt(self, chat: str, receipt: str) -> None:
        """Notes what the channel said of the last reply, once that is committed."""
        known = self._known.get(chat)
        if known is not None:
            known.receipt = receipt

    def forget(self, chat: str) -> None:
        """Lets go of a chat whose row is about to change, or to go."""
        self._known.pop(chat, None)

    def sweep(self) -> None:
        """Lets go of whoever was quiet for too long."""
        oldest = self._monotonic() - _KEPT
        while self._known and next(iter(self._known.values())).at < oldest:
            self._known.popitem(last=False)
