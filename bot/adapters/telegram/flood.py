"""Chats from which far more comes than a person sends: they are told once, then not heard until they calm down.

Each chat has a pace of its own, so nobody else notices. It is kept in memory alone: after a restart all begin afresh.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.adapters.telegram.limiter import Pace

BURST = 30
"""Updates taken at once: an album of ten pictures, a long text in five pieces and a dozen taps all fit."""
INTERVAL = 2.0
"""Seconds between updates after that. Nobody reads an answer and goes on faster than this for long."""
CALM = 15
"""So many places must be free again before a flood is over: half a minute of quiet, or longer at a calm pace."""
CHATS = 10_000
"""So many chats are remembered; the one that was quiet for longest is forgotten first."""

Standing: TypeAlias = Literal["calm", "begins", "floods"]
"""Whether an update is to be taken, is the first that is too much, or comes after that one."""


@dataclass
class _Chat:
    """One chat's pace; `latest` is the moment of its newest update."""

    pace: Pace
    latest: float
    flooding: bool = False


class Floods:
    """How each chat stands. An update counts when `note` says so: one that could not be kept comes again."""

    def __init__(self) -> None:
        self._chats: OrderedDict[str, _Chat] = OrderedDict()

    def __len__(self) -> int:
        """How many chats are remembered."""
        return len(self._chats)

    def standing(self, chat: str, moment: float) -> Standing:
        """What an update of this moment is to the chat."""
        known = self._chats.get(chat)
        if known is None:
            return "calm"
        free = known.pace.free(max(moment, known.latest))
        if free >= (CALM if known.flooding else 1):
            return "calm"
        return "floods" if known.flooding else "begins"

    def note(self, chat: str, moment: float, standing: Standing) -> None:
        """Counts an update that was dealt with as its standing says."""
        known = self._chats.setdefault(chat, _Chat(Pace(INTERVAL, BURST), moment))
        self._chats.move_to_end(chat)
        known.latest = max(moment, known.latest)
        known.flooding = standing != "calm"
        known.pace.reserve(known.latest)
        known.pace.owe_at_most(known.latest)
        if len(self._chats) > CHATS:
            self._chats.popitem(last=False)
