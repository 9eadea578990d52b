"""Words that mean a command at every question: a choice or an interrupt that has them can be pressed, but not typed."""

from collections.abc import Mapping
from functools import cache

from bot.checking.findings import Findings
from bot.checking.phrases import Written, phrases
from bot.flowfile.library import LoadedFlow
from bot.understanding.commands import COMMANDS, LANGUAGE_NAMES, WORDS
from bot.understanding.normal import normal

HELP = "help"
"""The interrupt that is what this command says: it has its name and may have its words."""

LANGUAGE = "language"


def check_commands(loaded: LoadedFlow, findings: Findings) -> None:
    """Interrupts with the name of a command, and what people may type that is one."""
    for name, origin in loaded.interrupts.items():
        if name in {*COMMANDS, LANGUAGE} - {HELP}:
            message = f'"{name}" is a command of the bot; give the interrupt another name'
            findings.error(origin, (), "reserved-name", message, at_key=True)
    for written in phrases(loaded):
        if shadow := shadowed(written, written.phrase.source):
            findings.warning(written.origin, written.path, "command-word", shadow)


def shadowed(written: Written, words: str) -> str | None:
    """What to say when these words, for people to type, mean a command instead."""
    command = _commands().get(normal(words)) if written.typed and written.origin.path != ("interrupts", HELP) else None
    if command is None:
        return None
    return f'"{words}" means the command "{command}" when it is typed, and not this; choose other words'


@cache
def _commands() -> Mapping[str, str]:
    """The command that each normal form of words means; the first where several have it, as when it is typed."""
    known = [*WORDS.items(), *((LANGUAGE, names) for names in LANGUAGE_NAMES.values())]
    return {normal(words): name for name, typed in reversed(known) for words in typed}
