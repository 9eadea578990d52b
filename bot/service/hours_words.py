"""When an answer may be expected, in the user's language."""

from datetime import datetime
from typing import assert_never

from bot.service.hours import AnswerTime, PublicHoliday
from bot.service.voice import Voice


def expected_words(expectation: AnswerTime, voice: Voice) -> str:
    """What somebody who asks now is told: two or three short sentences."""
    told = [_while_open(expectation, voice)] if expectation.is_open else [*_while_closed(expectation, voice)]
    if expectation.school_holidays:
        told.append(voice.say("During the school holidays it may take longer."))
    return " ".join(told)


def _while_open(expected: AnswerTime, voice: Voice) -> str:
    closes, opens, today = expected.closes, expected.opens, expected.now.date()
    if closes is None or (expected.today and (closes.date() != today or (opens and opens.date() == today))):
        return voice.say("Support is open; you can expect an answer today.")
    time = voice.time(closes)
    if expected.today:
        return voice.say("Support is open until {time}; you can expect an answer today.", time=time)
    if opens is None:
        return voice.say("Support closes at {time}.", time=time)
    when = _when(opens, expected.now, voice)
    return voice.say(
        "Support closes at {time}. If there is no answer by then, expect one after it opens again {when}.",
        time=time,
        when=when,
    )


def _while_closed(expected: AnswerTime, voice: Voice) -> tuple[str, str]:
    if expected.opens is None:
        return _why(expected, voice), voice.say("I do not know when it opens again.")
    when = _when(expected.opens, expected.now, voice)
    return _why(expected, voice), voice.say("It opens again {when}; you can expect an answer from then on.", when=when)


def _why(expected: AnswerTime, voice: Voice) -> str:
    match expected.reason:
        case PublicHoliday() as holiday:
            return _on_holiday(holiday, expected.now, voice)
        case "weekend":
            return voice.say("Support is closed for the weekend.")
        case "closed":
            return voice.say("Support is temporarily closed.")
        case "hours" | None:
            return voice.say("Support is closed now.")
        case _:
            assert_never(expected.reason)


def _on_holiday(holiday: PublicHoliday, now: datetime, voice: Voice) -> str:
    name = holiday.names.get(voice.language) or next(iter(holiday.names.values()))
    if holiday.day == now.date():
        return voice.say("Support is closed today, a public holiday ({name}).", name=name)
    day = voice.day(holiday.day)
    return voice.say("Support is closed now, and {day} is a public holiday ({name}).", day=day, name=name)


def _when(opens: datetime, now: datetime, voice: Voice) -> str:
    time = voice.time(opens)
    match (opens.date() - now.date()).days:
        case 0:
            return voice.say("today at {time}", time=time)
        case 1:
            return voice.say("tomorrow at {time}", time=time)
        case _:
            return voice.say("on {day} at {time}", day=voice.day(opens.date()), time=time)
