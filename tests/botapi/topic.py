"""A topic of a forum."""

from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]
COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
LONGEST_NAME = 128


@dataclass(eq=False, slots=True)
class Topic:
    """One topic; its number is that of the message that says who opened it."""

    id: int
    name: str
    color: int
    owner: int
    is_closed: bool = False
    is_deleted: bool = False

    def json(self) -> JSON:
        """What the bot that opened it is told."""
        return {"message_thread_id": self.id, "name": self.name, "icon_color": self.color}


def cleaned(name: str) -> str:
    """A name as it is kept."""
    return " ".join(name.split())[:LONGEST_NAME]
