"""The identifier a user types at the login page."""

from bot.model.answer import Identifier
from bot.model.inputs import Answer, Miss

MAX_CHARACTERS = 254


def identifier(text: str) -> Answer | Miss:
    """An identifier is one short line; nothing else is asked of it."""
    stripped = text.strip()
    if len(stripped.splitlines()) != 1:
        return Miss(text, "not_one_line")
    if len(stripped) > MAX_CHARACTERS:
        return Miss(text, "too_long")
    return Answer(Identifier(stripped))
