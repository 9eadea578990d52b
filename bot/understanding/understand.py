"""What a text means where the conversation stands."""

import re
from datetime import datetime
from functools import lru_cache
from typing import assert_never

from bot.model.answer import ErrorMessage, FreeText
from bot.model.expectation import Expectation, Sayable
from bot.model.inputs import Answer, Choose, Input, Interrupted, Miss, SwitchLanguage
from bot.model.message import Expects
from bot.understanding.address import web_address
from bot.understanding.attempt_time import attempt_time
from bot.understanding.commands import COMMANDS, LANGUAGE_NAMES, NO, UNSURE, WORDS, YES
from bot.understanding.environment import environment
from bot.understanding.identifier import identifier
from bot.understanding.manners import without_manners
from bot.understanding.normal import normal, normal_phrases

MAX_CHARACTERS = 10_000
"""Of one answer; Telegram delivers at most 4,096 in one message."""

_FEW_WORDS = 12
"""Of somebody who asks for something; a longer text tells a trouble."""

_PHRASE = 3
"""Words of a phrase that means the same wherever it stands."""

_NUMBER = re.compile(r"(\d{1,2})[.)]?")


_SAID = (
    (YES, ("yes", "confirm", "proposal-1", "suggestion-1", "resume")),
    (NO, ("no",)),
    (UNSURE, ("unknown", "no_idea")),
)
"""What people just say, and the ids of the choices that they mean by it."""


def understand(text: str, expected: Expectation, now: datetime) -> Input:
    """The input a text stands for.

    Commands and interrupts come first, then the choices (by number, label or example), then the typed answer that is
    waited for. What is none of these is a `Miss` that keeps the words. `now` is aware and in the desk's time zone.
    """
    if not text.strip():
        return Miss(text, "empty")
    words = normal(text)
    plain = without_manners(words)
    asked = _asked_for(text.strip(), words, expected)
    if asked is None and plain != words:
        asked = _asked_for(text.strip(), plain, expected)
    return asked or typed(text, expected.expects, now)


def next_language(expected: Expectation) -> str:
    """The language that "language" alone changes to."""
    index = expected.languages.index(expected.language) if expected.language in expected.languages else -1
    return expected.languages[(index + 1) % len(expected.languages)]


def _asked_for(text: str, words: str, expected: Expectation) -> Input | None:
    return (
        _command(words, expected)
        or _aside(words, expected.interrupts, among_others=expected.expects == "choice")
        or _choice(text, words, expected.choices)
    )


def _command(words: str, expected: Expectation) -> Input | None:
    for name, known in WORDS.items():
        if words in normal_phrases(known):
            return COMMANDS[name] if name in COMMANDS else SwitchLanguage(next_language(expected))
    for code in expected.languages:
        if words in normal_phrases(LANGUAGE_NAMES.get(code, ())):
            return SwitchLanguage(code)
    return None


def _aside(words: str, interrupts: tuple[Sayable, ...], *, among_others: bool) -> Input | None:
    """What is asked for at any moment; where no words of their own are waited for, also `among_others`."""
    found = next((interrupt for interrupt in interrupts if words in normal_phrases(interrupt.words)), None)
    if found is None and among_others and len(words.split()) <= _FEW_WORDS:
        found = next((interrupt for interrupt in interrupts if _says_one_of(words, interrupt.words)), None)
    return Interrupted(found.id) if found else None


def _choice(text: str, words: str, choices: tuple[Sayable, ...]) -> Input | None:
    number = _NUMBER.fullmatch(text)
    if number and 1 <= int(number[1]) <= len(choices):
        return Choose(choices[int(number[1]) - 1].id)
    said = next((choice for choice in choices if _says(words, choice)), None)
    if said is None:
        said = _yes_or_no(words, choices)
    return Choose(said.id) if said else None


def _says(words: str, choice: Sayable) -> bool:
    """Whether a choice is called so; the words of a proposal come of what this person wrote, and are not kept."""
    if choice.id.startswith("proposal-"):
        return words in map(normal, choice.words)
    return words in normal_phrases(choice.words)


def _yes_or_no(words: str, choices: tuple[Sayable, ...]) -> Sayable | None:
    """The choice with the id "yes", "confirm", "no" or "unknown" for people who just say so.

    Also the only time or cause that was proposed; of several, "yes" says nothing.
    """
    for known, ids in _SAID:
        if words in normal_phrases(known):
            found = [choice for choice in choices if choice.id in ids]
            proposed = sum(choice.id.startswith(("proposal-", "suggestion-")) for choice in choices)
            return found[0] if found and proposed <= 1 else None
    return None


def typed(text: str, expects: Expects, now: datetime) -> Input:
    """The typed answer that a text is to a question of this kind, or a `Miss`."""
    if len(text) > MAX_CHARACTERS:
        return Miss(text[:MAX_CHARACTERS], "too_long")
    match expects:
        case "choice":
            return Miss(text, "not_a_choice")
        case "error_message":
            return Answer(ErrorMessage(text))
        case "attempt_time":
            return attempt_time(text, now)
        case "web_address":
            return web_address(text)
        case "identifier":
            return identifier(text)
        case "environment":
            return Answer(environment(text))
        case "text":
            return Answer(FreeText(text))
        case "photo":
            return Miss(text, "not_a_photo")
        case _:
            assert_never(expects)


def _says_one_of(words: str, known: tuple[str, ...]) -> bool:
    among = f" {words} "
    return any(phrase in among for phrase in _long_phrases(known))


@lru_cache(1024)
def _long_phrases(known: tuple[str, ...]) -> tuple[str, ...]:
    """Phrases as they stand among words; fewer words than make a phrase may mean anything."""
    return tuple(f" {phrase} " for phrase in normal_phrases(known) if phrase.count(" ") >= _PHRASE - 1)
