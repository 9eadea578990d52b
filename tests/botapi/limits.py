"""How quick a bot may be: about a message per second in a chat, 20 in any minute in a group, 30 per second overall."""

import math
import time
from dataclasses import dataclass, field

from tests.botapi.refusals import too_many
from tests.botapi.world import Chat


@dataclass(slots=True)
class Bucket:
    """So many at once, then so many per second."""

    burst: float
    rate: float
    level: float = field(init=False)
    since: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.level = self.burst

    def wait(self, number: int) -> float:
        """How long until so many may go."""
        now = time.monotonic()
        self.level = min(self.burst, self.level + (now - self.since) * self.rate)
        self.since = now
        return max(0.0, (min(number, self.burst) - self.level) / self.rate)

    def take(self, number: int) -> None:
        """So many go."""
        self.level -= number


@dataclass(slots=True)
class Window:
    """At most so many within so many seconds, whichever those are."""

    most: int
    seconds: float
    gone: list[float] = field(default_factory=list)

    def wait(self, number: int) -> float:
        """How long until so many may go."""
        now = time.monotonic()
        self.gone = [moment for moment in self.gone if moment > now - self.seconds]
        over = len(self.gone) + min(number, self.most) - self.most
        return self.gone[over - 1] + self.seconds - now if over > 0 else 0.0

    def take(self, number: int) -> None:
        """So many go."""
        self.gone += [time.monotonic()] * number


@dataclass(eq=False)
class Limits:
    """The limits in force: a burst and a number per second, but for groups a number and within how many seconds."""

    enabled: bool = True
    private: tuple[float, float] = (20, 1.0)
    group: tuple[int, float] = (20, 60.0)
    overall: tuple[float, float] = (30, 30.0)
    _places: dict[int, Bucket | Window] = field(default_factory=dict)

    def take(self, chat: Chat, number: int) -> None:
        """Lets so many messages go to a chat, or tells when to come again; topics share what their group may have."""
        if not self.enabled:
            return
        if chat.id not in self._places:
            self._places[chat.id] = Bucket(*self.private) if chat.kind == "private" else Window(*self.group)
        places = [self._places[chat.id], self._places.setdefault(0, Bucket(*self.overall))]
        wait = max(place.wait(number) for place in places)
        if wait > 0:
            raise too_many(math.ceil(wait))
        for place in places:
            place.take(number)
