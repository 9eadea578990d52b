"""The rules for days and the parts of a day."""

import re
from collections.abc import Sequence

from bot.understanding.times.pieces import Date, Day, Night, Part, Piece, Stamp, Weekday, Weekend
from bot.understanding.times.rule import N, Rule, number, rule
from bot.understanding.times.words import DAYS, MONTHS, PARTS, SHORT_WEEKDAYS, WEEKDAYS, any_of, index_of

_MONTH = any_of(name for names in MONTHS for name in names)
_WEEKDAY = any_of(name for names in WEEKDAYS for name in names)
_YEAR = r"(?:,? (?P<year>\d{4})\b)?"
_ISO = r"\d{4}-\d\d-\d\d"
_CENTURY = 2000


def _date(match: re.Match[str]) -> Piece:
    year, month = match.groupdict().get("year"), match["month"]
    return Date(
        1 if match["day"] == "premier" else number(match["day"]),
        int(month) if month.isdecimal() else index_of(MONTHS, month) + 1,
        int(year) + _CENTURY * (len(year) == len("26")) if year else None,
    )


def _weekday(match: re.Match[str]) -> Piece:
    if match["next"] or match["before"] == "next":
        return Day(-1)
    return Weekday(index_of(WEEKDAYS, match["weekday"]), bool(match["before"] or match["after"]), bool(match["week"]))


def _part(match: re.Match[str]) -> Piece:
    return Part(PARTS.get(match["part"], "morning"), today=bool(match["today"]))


DATES: Sequence[Rule] = (
    rule(
        "a stamp",
        rf"(?P<iso>{_ISO}[t ]\d\d:\d\d(?::\d\d(?:[.,]\d{{1,9}})?)?(?:z|[+-]\d\d:?\d\d)?)",
        lambda match: Stamp(match["iso"]),
    ),
    rule("a date", r"(?P<year>\d{4})[-/](?P<month>\d\d)[-/](?P<day>\d\d)(?![/-])", _date),
    rule(
        "a date",
        r"(?P<day>\d\d?)(?:/(?=\d\d?/)|\.(?=\d\d?\.)|-(?=\d\d?-))(?P<month>\d\d?)[/.-](?P<year>\d{4}|\d\d)"
        r"(?!/|-\d+(?![\d:h])|\.\d)",
        _date,
    ),
    rule("a date", r"(?P<day>\d\d?)/(?P<month>\d\d?)(?!/)", _date, weak=True),
    rule("a date", r"(?P<day>\d\d)-(?P<month>0\d)(?!-| ?h)", _date, weak=True),
    rule(
        "a date", rf"(?P<day>premier|{N})(?:er|e|eme|st|nd|rd|th)? (?:de |of )?(?P<month>{_MONTH})\b\.?{_YEAR}", _date
    ),
    rule("a date", rf"(?P<month>{_MONTH})\.? (?:the )?(?P<day>\d\d?)(?:st|nd|rd|th)?(?![\w:]| ?h){_YEAR}", _date),
)

PARTS_OF_DAYS: Sequence[Rule] = (
    rule("tonight", "tonight|2nite|tonite", Part("evening", today=True)),
    rule("the night before", "last (?:night|nite|nyt|evening)|yesterday night", Night(evening=True)),
    rule(
        "the night",
        "cette nuit|(?:dans )?la nuit(?: derniere| passee)?|nuit derniere",
        Night(evening=False),
    ),
    rule("a day", rf"(?P<day>{any_of(DAYS)})", lambda match: Day(DAYS[match["day"]])),
    rule("at night", "at night", Part("evening")),
    rule("a weekend", "(?:ce |le |the |this |last )?week-? ?end(?: dernier| passe)?", Weekend()),
    rule(
        "a weekday",
        rf"""(?:(?P<before>last|past|next) )?(?P<weekday>{_WEEKDAY})\b\.?
        (?:(?P<after> (?:dernier|passe|d'avant))|(?P<next> prochain)
        |(?P<week> (?:de la semaine derniere|(?:of )?last week)))?""",
        _weekday,
    ),
    rule(
        "a weekday",
        rf"""(?P<short>{any_of(SHORT_WEEKDAYS)})\.?(?= \d\d? ?(?:h|:\d|[ap]m)
        | (?:matin|soir|aprem|morning|evening|afternoon)\b)""",
        lambda match: Weekday(SHORT_WEEKDAYS[match["short"]]),
    ),
    rule(
        "the end of the day",
        "(?:en )?fin de (?:la )?journee|(?:the )?end of (?:the )?day",
        Part("evening", doubtful=True),
    ),
    rule(
        "a part of some day",
        "(?:le|in the) (?P<part>matin|soir|morning|afternoon|evening)",
        lambda match: Part(PARTS[match["part"]], any_day=True),
    ),
    rule("a part of the day", rf"(?:(?P<today>ce|cet|cette|c|this) )?(?P<part>{any_of(PARTS)})", _part),
    rule("a part of the day", r"(?:(?P<today>ce|c) |(?<=du |au |er |di |\dh |\d\d ))(?P<part>mat)", _part),
    rule("noon today", "ce midi", Part("noon", today=True)),
)
