"""The rules for times on a clock."""

import re
from collections.abc import Sequence

from bot.understanding.times.pieces import Clock, Dotted, NoSuchTime, Number, Piece, SameTime
from bot.understanding.times.rule import MINUTE, NO_LENGTH, WORDS, N, Rule, minutes, number, rule
from bot.understanding.times.words import MONTHS, NUMBERS, any_of

_MONTH = any_of(name for names in MONTHS for name in names)
_HALF = r" ?(?P<half>[ap])\.?m\b\.?"
_TAIL = (
    rf"(?: et (?P<plus>quart|demie?)\b| moins (?:le |l |un )?(?P<minus>quart|{N})(?!\w| ?(?:h|:)))?"
    "(?: pile| tapantes?)?"
)
_NAMED = {"noon": 12, "midi": 12, "midday": 12, "midnight": 0, "minuit": 0}
_HOURS = any_of(word for word, value in NUMBERS.items() if value in range(2, 13))
_ALL_DAY = 24


def _clock(match: re.Match[str]) -> Piece:
    """The hour, and what is added to it or taken from it."""
    said = match.groupdict()
    word, plus = match["hour"], said.get("minute") or said.get("plus")
    clock = _hour(word, said.get("half"))
    if minus := said.get("minus"):
        return _minus(clock, minutes(minus))
    spoken = clock.spoken or bool(said.get("plus") or said.get("spoken"))
    return Clock(clock.hour, minutes(plus) if plus else None, clock.exact, clock.midnight, spoken)


def _hour(word: str, half: str | None) -> Clock:
    if word in _NAMED:
        return Clock(_NAMED[word], exact=_NAMED[word] > 0, midnight=_NAMED[word] == 0)
    hour = number(word)
    if half is None:
        return Clock(hour, exact=len(word) > len(str(hour)) and word.isdecimal(), spoken=not word.isdecimal())
    if hour not in range(1, 13):
        raise NoSuchTime
    return Clock(hour % 12 + 12 * (half == "p"), exact=True)


def _minus(clock: Clock, length: int) -> Clock:
    """So many minutes before the hour."""
    hour = (clock.hour - 1) % _ALL_DAY if clock.hour <= _ALL_DAY else clock.hour
    return Clock(hour, 60 - length, clock.exact, spoken=not clock.exact and not clock.midnight)


def _past_or_to(match: re.Match[str]) -> Piece:
    clock, length = _hour(match["hour"], match["half"]), minutes(match["minutes"])
    if match["way"] in ("past", "after"):
        return Clock(clock.hour, length, clock.exact, clock.midnight, spoken=not clock.exact and not clock.midnight)
    told = _minus(clock, length)
    perhaps_a_range = match["minutes"].isdecimal() and match["hour"].isdecimal() and not match["at"]
    return Clock(told.hour, told.minute, told.exact, spoken=told.spoken, doubtful=perhaps_a_range)


def _half(match: re.Match[str]) -> Piece:
    return Clock(number(match["hour"]), 30, doubtful=True)


CLOCKS: Sequence[Rule] = (
    rule("a clock time", rf"(?P<hour>\d\d?)(?:[:.h](?P<minute>\d\d))?{_HALF}", _clock),
    rule("a clock time", rf"(?P<hour>{_HOURS}|one){_HALF}", _clock),
    rule(
        "a clock time",
        rf"""(?P<at>(?:at|around|about|by|since) )?(?:a )?
        (?P<minutes>half|quarter|5|10|20|25|five|ten|twenty[- ]five|twenty)(?: min(?:ute)?s?)?
        [ ](?P<way>past|after|to|till)
        [ ](?P<hour>noon|midday|midnight|{N})(?:{_HALF}|(?!\w|:| ?h\b))(?: o'?clock)?""",
        _past_or_to,
        weak=True,
    ),
    rule("a clock time", rf"half (?P<hour>{N})(?! ?h\b)", _half, weak=True),
    rule(
        "a clock time",
        rf"""(?!\d\d?:\d\dm)(?P<hour>\d\d?) ?(?:hrs?|h|heures?(?= ?\d\d)|:(?= ?\d\d))
        (?:{NO_LENGTH} ?(?=\d){MINUTE}(?! (?:{_MONTH})\b)(?::\d\d)?)?(?!\w|/|:\d){_TAIL}""",
        _clock,
    ),
    rule(
        "a clock time",
        rf"""(?P<hour>{N}) ?(?:(?P<spoken>heures?)|h)
        (?:{NO_LENGTH} {MINUTE}(?! (?:{_MONTH})\b))?(?!\w|/|:\d| ?h\b){_TAIL}""",
        _clock,
    ),
    rule("a clock time", rf"(?P<hour>{N}) (?P<spoken>o'? ?clock)(?:{_HALF})?", _clock),
    rule(
        "a clock time",
        rf"""(?P<hour>{_HOURS})[- ](?P<minute>ten|fifteen|twenty(?:[- ]five)?|thirty|forty(?:[- ]five)?
        |fifty(?:[- ]five)?)(?:{_HALF})?""",
        _clock,
        weak=True,
    ),
    rule(
        "noon or midnight",
        rf"""(?:12 )?(?P<hour>midi|noon|minuit|midnight)
        (?:{NO_LENGTH} {MINUTE}(?!\w| ?h| (?:{_MONTH})\b))?{_TAIL}""",
        _clock,
    ),
    rule("about an hour", rf"(?P<hour>{N})[- ]?ish", _clock, weak=True),
    rule(
        "a clock time",
        rf"(?P<hour>{N}) (?:et (?P<plus>demie?|quart)|moins (?:le |un )?(?P<minus>quart|{N}))",
        _clock,
        weak=True,
    ),
    rule(
        "an hour and its part of the day",
        rf"(?P<hour>{N})(?= (?:in the (?:morning|afternoon|evening)|at night|du (?:mat|soir)|de l'ap))",
        _clock,
    ),
    rule("an hour of a range", r"(?P<hour>\d\d?)[-/]\d\d? ?(?:h|heures)(?: ?\d\d)?", _clock),
    rule(
        "the same time",
        "(?:a )?(?:la |the |at the )?(?:meme heure|same time)(?: qu'aujourd'hui| que maintenant| as (?:now|today))?",
        SameTime(),
    ),
)

NUMBERS_ALONE: Sequence[Rule] = (
    rule(
        "a clock time or a date",
        r"(?P<first>\d\d?)\.(?P<second>\d\d)(?![.,]\w| ?%)",
        lambda match: Dotted(int(match["first"]), int(match["second"])),
        weak=True,
    ),
    rule(
        "a number",
        rf"(?P<number>\d\d?|(?!(?:une?|one)\b)(?:{WORDS}))(?:er|st|nd|rd|th)?(?!/|[.,:-]\d| ?[%€$])",
        lambda match: Number(number(match["number"])),
        weak=True,
    ),
)
