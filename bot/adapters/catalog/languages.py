"""Which languages there are: those that Babel can write dates and lists in."""

import re
from pathlib import Path

from babel import Locale, UnknownLocaleError

from bot.model.diagnostic import Diagnostic, Span


def is_language(code: str) -> bool:
    """Whether this is the code of a language, such as fr or pt_BR."""
    if not re.fullmatch("[a-z]{2,3}(_[A-Za-z0-9]+)*", code):
        return False
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def unknown_languages(folder: Path) -> list[Diagnostic]:
    """The folders for translations that are not named after a language."""
    return [
        Diagnostic(
            str(messages_dir.parent),
            Span(1, 1),
            "catalogue-syntax",
            f'"{messages_dir.parent.name}" is not the code of a language; '
            "name the folder of a language by its code, such as en or pt_BR",
        )
        for messages_dir in sorted(folder.glob("*/LC_MESSAGES"))
        if not is_language(messages_dir.parent.name)
    ]
