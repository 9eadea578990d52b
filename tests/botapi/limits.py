"""How quick a bot may be: about a message per second in a chat, 20 per minute in a group, 30 per second overall."""

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


@dataclass(eq=False)
class Limits:
    """The limits in force; each is a burst and a number per second."""

    enabled: bool = True
    private: tuple[float, float] = (20, 1.0)
    group: tuple[float, float] = (20, 20 / 60)
    overall: tuple[float, float] = (30, 30.0)
    _buckets: dict[int, Bucket] = field(default_factory=dict)

    def take(self, chat: Chat, number: int) -> None:
        """Lets so many messages go to a chat, or tells when to come again."""
        if not self.enabled:
            return
        own = self.private if chat.kind == "private" else self.group
        buckets = [self._buckets.setdefault(chat.id, Bucket(*own)), self._buckets.setdefault(0, Bucket(*self.overall))]
        wait = max(bucket.wait(number) for bucket in buckets)
        if wait > 0:
            raise too_many(math.ceil(wait))
        for bucket in buckets:
            bucket.level -= number
