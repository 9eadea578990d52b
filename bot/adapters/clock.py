"""The time: the machine's, or one that stands still for trials."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock, in the desk's zone."""

    zone: ZoneInfo

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(self.zone)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that always shows the same instant."""

    instant: datetime

    def now(self) -> datetime:
        """That instant."""
        return self.instant
