"""When a user says to have tried."""

from datetime import datetime

from bot.model.answer import AttemptTime
from bot.model.inputs import Answer, Miss
from bot.understanding.times.instants import Understood, attempts, doubted, instants
from bot.understanding.times.phrases import is_of_trying, said_in
from bot.understanding.times.pieces import NoSuchTime, NotATime, Word
from bot.understanding.times.settle import settle
from bot.understanding.times.tokens import may_say_a_time, tokens

_MOST = 4
"""A text that can mean more times than these says none."""
MAX_CHARACTERS = 1_500
"""Of a text in which a time is looked for: some ten sentences. Each word is held against every rule; others wait."""


def attempt_time(text: str, now: datetime) -> Understood:
    """The time a text says; a proposal when it could mean several or an unlikely one, a miss otherwise.

    Never a time later than `now`, nor one so long ago that it cannot be kept.
    """
    if len(text) > MAX_CHARACTERS:
        return Miss(text, "too_long")
    try:
        said = said_in(settle(tokens(text)), now.date())
        if len(said) > _MOST:
            return Miss(text, "no_time")
        understood = [instants(each, text, now) for each in said]
    except NotATime:
        return Miss(text, "no_time")
    except NoSuchTime:
        return Miss(text, "no_such_time")
    return understood[0] if len(understood) == 1 else doubted(understood)


def time_within(text: str, now: datetime) -> AttemptTime | None:
    """The time said somewhere in a longer text, with only its words.

    None unless there is exactly one reading, and a word of trying or failing beside it.
    """
    if len(text) > MAX_CHARACTERS or not may_say_a_time(text):
        return None
    try:
        found = settle(tokens(text))
        said = said_in(found, now.date())
        if len(said) > 1 or not is_of_trying(found, said[0]):
            return None
        understood = instants(said[0], text[said[0].start : said[0].end], now)
    except (NotATime, NoSuchTime):
        return None
    match understood:
        case Answer(AttemptTime() as attempt):
            return attempt
        case _:
            return None


def explain(text: str, now: datetime) -> str:
    """The words that rules took, each with its rule, and what comes of them, for those who try the grammar out."""
    try:
        taken = [token for token in settle(tokens(text)) if not isinstance(token.piece, Word)]
    except NoSuchTime:
        taken = []
    lines = [f"{text[token.start : token.end]}: {token.rule}" for token in taken]
    understood = attempt_time(text, now)
    if isinstance(understood, Miss):
        lines.append(f"! {understood.problem}")
    else:
        sign = "=" if isinstance(understood, Answer) else "?"
        lines.append(f"{sign} {', '.join(map(_told, attempts(understood)))}")
    return "\n".join(lines)


def _told(attempt: AttemptTime) -> str:
    return f"{attempt.at:%Y-%m-%d %H:%M %z} ({attempt.precision})"
