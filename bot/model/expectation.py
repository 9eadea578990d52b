"""What the bot waits for: all that is needed to understand what comes next."""

from dataclasses import dataclass

from bot.model.message import Expects


@dataclass(frozen=True, slots=True)
class Sayable:
    """Something that can be said: its id, and the words for it in every language, its label first."""

    id: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is asked for, what is on offer in its order, and what can be asked for at any moment.

    `languages` are those the bot speaks (their codes), `language` the one spoken now.
    """

    expects: Expects
    choices: tuple[Sayable, ...]
    interrupts: tuple[Sayable, ...]
    language: str
    languages: tuple[str, ...]
