"""A message as plain text: for terminals, files and forms."""

import re

from bot.model.message import Message, Verbatim, Words

_RULE = 5
"""Dashes on each side of the lines that fence off a verbatim text; more when the text itself has such lines."""


def plain(message: Message) -> str:
    """The message as text; a verbatim part stands unchanged between two lines that nothing in it looks like."""
    return "\n\n".join(_part(part) for part in message.parts)


def _part(part: Words | Verbatim) -> str:
    match part:
        case Words(text):
            return text
        case Verbatim(title, text, end):
            longest = max((len(run) for run in re.findall(r"(?m)^-+", text)), default=0)
            rule = "-" * max(_RULE, longest + 1)
            return f"{rule} {title} {rule}\n{text}\n{rule} {end} {rule}"
