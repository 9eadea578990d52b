"""A message as plain text: for terminals, files and forms."""

import re
import unicodedata
from typing import assert_never

from bot.model.message import Message, Part, Verbatim, Words

_RULE = 5
"""Dashes on each side of the lines that fence off a verbatim text; more when the text itself has as many in a row."""

_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me"})
"""Categories of characters that take no room: dashes with such between them look like one row."""


def plain(message: Message) -> str:
    """The message as text; a verbatim part stands unchanged between two lines that nothing in it looks like."""
    return "\n\n".join(_part(part) for part in message.parts)


def fence(part: Verbatim) -> tuple[str, str]:
    """The lines to stand above and below a verbatim text; nothing in it looks like them."""
    seen = "".join(char for char in part.text if unicodedata.category(char) not in _UNSEEN)
    longest = max((len(run) for run in re.findall("-+", seen)), default=0)
    rule = "-" * max(_RULE, longest + 1)
    return f"{rule} {part.title} {rule}", f"{rule} {part.end} {rule}"


def _part(part: Part) -> str:
    match part:
        case Words(text):
            return text
        case Verbatim(text=text):
            head, foot = fence(part)
            return f"{head}\n{text}\n{foot}"
        case _:
            assert_never(part)
