"""What a conversation can be about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A cause of a flow; without one, the flow as a whole."""

    flow: str
    cause: str | None = None
