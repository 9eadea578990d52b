"""What the service needs of whoever reads screenshots."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ScreenText:
    """What stands in a picture: its lines, and how sure the reader is of them, between 0 and 1.

    It is a proposal: signs can be misread, so nobody's exact message is replaced by it unasked.
    """

    text: str
    confidence: float


class Reader(Protocol):
    """Reads what stands in a picture."""

    async def read(self, picture: bytes) -> ScreenText | None:
        """What stands in it; None when nothing is legible, not in time, or this is no picture that can be read."""
