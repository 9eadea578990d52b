"""What a text was understood as."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """The cause a text speaks of, None when that is not sure enough; the likeliest causes, up to three, in order.

    `confidence` is between 0 and 1. `because` says what decided, for whoever edits the words it rests on.
    """

    cause: str | None
    confidence: float
    suggestions: tuple[str, ...]
    because: str
    signature: str | None = None
