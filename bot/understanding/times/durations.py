"""The rules for what is counted back from now."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.understanding.times.pieces import Day, Elapsed, Piece, Since, Vague, Word
from bot.understanding.times.rule import MINUTE, WORDS, N, Rule, minutes, number, rule
from bot.understanding.times.words import COUNTS, WEEKDAYS, any_of

_WEEKDAY = any_of(name for names in WEEKDAYS for name in names)
_MINUTES = r"(?:minutes?|mins?|mn|m)"
_HARDLY = (
    *("environ", "env", "a peu pres", "a peine", "presque", "tout juste", "juste", "seulement"),
    *("about", "around", "roughly", "like", "approximately", "just", "only"),
)
_DURATION = rf"""(?:(?:{any_of(_HARDLY)}) )?(?:
    (?P<half>(?:une )?demi[- ]heure|half an hour|(?:a )?half[- ]hour|1/2 ?h(?:eure)?)
    |(?P<three>(?:trois|3) quarts? d' ?heure|three quarters of an hour|3/4 ?(?:d' ?heure|h(?:eure)?))
    |(?P<quarter>(?:(?:un|1) )?quart d' ?heure|(?:a )?quarter of an hour|1/4 ?d' ?heure)
    |(?P<hour_and_half>(?:an )?hour and a half|(?:1|one) and a half hours?)
    |(?P<count>\d{{1,4}}|{WORDS}|{any_of(COUNTS)})(?P<point>[.,]5| and a half)? ?(?P<unit>secondes?|seconds?|secs?
        |{_MINUTES}|heures?|hours?|hrs?|h|jours?|days?|j|d|semaines?|weeks?)
        (?P<more> ?\d\d|(?: (?:et|and))? ?{N} ?{_MINUTES}| et demie?| and a half| et (?:un )?quart)?)(?!\w)"""
_FIXED = {"half": 30, "three": 45, "quarter": 15, "hour_and_half": 90}
_BEFORE_A_DENIAL = "mais but et and no non donc alors surement certainement probablement probably definitely maybe"
_BEGINS = "|".join(
    (r"\A", r"(?<=[.,;:!?…(-])", r"(?<=[.,;:!?…(-] )", *(rf"(?<=\b{word} )" for word in _BEFORE_A_DENIAL.split()))
)
"""Where a denial is none of a verb: "ça ne marche pas ce matin" speaks of this morning."""

_DAWN = 6
"""Before this hour nobody has tried "since" so early, without saying that it was night."""


def _ago(match: re.Match[str]) -> Piece:
    said = match.groupdict()
    for group, length in _FIXED.items():
        if said.get(group):
            return Elapsed(length, "minute")
    count, unit, more = number(match["count"]), match["unit"], said.get("more")
    point = said.get("point")
    if not unit.startswith("h") and (more or point):
        return Vague()
    match unit[0]:
        case "h":
            rest = _rest(more) if more else 30 if point else 0
            return Elapsed(count * 60 + rest, "minute" if rest else "hour")
        case "m":
            return Elapsed(count, "minute")
        case "j" | "d":
            return Day(count)
        case "w":
            return Day(count * 7)
        case _:
            return Day(count * 7) if unit.startswith("sem") else Elapsed(0, "minute")


def _about(match: re.Match[str]) -> Piece:
    match _ago(match):
        case Elapsed() | Day() as ago:
            return replace(ago, doubtful=True)
        case vague:
            return vague


def _rest(words: str) -> int:
    if "quart" in words:
        return 15
    found = re.search(N, words)
    return number(found[0]) if found else 30


def _to_come(match: re.Match[str]) -> Piece:
    match _ago(match):
        case Elapsed(length, precision):
            return Elapsed(-length - 1, precision)
        case Day(ago):
            return Day(-ago - 1)
        case vague:
            return vague


def _since(match: re.Match[str]) -> Piece:
    hour, words = number(match["hour"]), match["minute"] or match["plus"]
    minute = minutes(words) if words else None
    if 1 < hour < 24:
        is_clock = (match["unit"] == "h" or minute is not None) and not match["named"]
        return Since(hour, minute, by_the_clock=hour >= _DAWN and is_clock)
    return Elapsed(hour * 60 + (minute or 0), "hour" if minute is None else "minute")


VAGUE: Sequence[Rule] = (
    rule(
        "a greeting",
        "(?:good|gd|bon|bonne) (?:morning|afternoon|evening|day|night|matin|apres[- ]midi|soiree|journee|nuit)",
        Word("known"),
    ),
    rule(
        "a denial",
        rf"""(?:(?:(?:c'|n')?(?:est|etait)|it's|that's|is|was) |(?=pas|not|jamais|never)(?:{_BEGINS}))
        (?:pas|not|jamais|never)(?: on)?
        |(?:wasn'?t|isn'?t)(?: on)?""",
        Word("not"),
    ),
    rule("not either", "non plus", Word("unknown")),
    rule(
        "too vague",
        rf"""tout a l'heure|recemment|dernierement|recently|l'autre (?:jour|fois|soir|matin)
        |the other (?:day|night|morning|evening)|un de ces jours
        |(?:la )?semaine (?:derniere|passee)|(?:le )?mois (?:dernier|passe)|l'an(?:nee)? (?:derniere?|passee?)
        |last (?:week|month|year)|(?:a while|some ?time) ago|a while
        |(?:il y a|y a|ya|depuis|ca fait) (?:quelques|plusieurs|un moment|longtemps|peu)(?: \w+)?
        |(?:il y a|y a|ya|depuis|ca fait) {N} (?:an|ans|annees?|mois)|(?:{N}|a) (?:months?|years?) ago
        |(?:a few|few|several|some|many) (?:seconds|minutes|mins|hours|days|weeks)(?: ago)?
        |(?:tous les|toutes les|chaque|every|each|les)
        [ ](?:jours?|matins?|soirs?|days?|mornings?|evenings?|(?:{_WEEKDAY})s?)""",
        Vague(),
    ),
)

DURATIONS: Sequence[Rule] = (
    rule(
        "now",
        """a l'instant(?: meme)?|just now|a moment ago|il y a un instant
        |(?:je )?viens? (?:juste )?(?:d'essayer|de (?:re)?(?:essayer|tenter))|(?:i(?:'ve)? )?just tried""",
        Elapsed(0, "minute"),
    ),
    rule(
        "now, or a word said in passing",
        "maintenant|mtn|mnt|tout de suite|(?:right )?now",
        Elapsed(0, "minute", passing=True),
    ),
    rule("a duration to come", rf"(?:dans|d'ici|in) {_DURATION}(?! (?:ago|derni))", _to_come),
    rule(
        "a duration, not a time",
        rf"(?:pendant|durant|sous|during|toutes? les|every|each|chaque) {_DURATION}",
        Word("unknown"),
    ),
    rule(
        "hours ago, or since an hour",
        rf"""(?:depuis|dp|since) (?P<hour>{N}) ?(?P<unit>h|heures?)
        (?: ?{MINUTE}| et (?P<plus>demie?|quart))?(?!\w| moins)""",
        _since,
    ),
    rule(
        "ago",
        rf"""(?:il y a|i y a|il ya|y a|y'a|ya|il y'a|ca fait|ca fai|cela fait|voila|depuis|dp|since
        |for (?:the )?(?:last|past)|(?:in|over|within) the (?:last|past)) {_DURATION}(?: ago)?(?! moins)""",
        _ago,
    ),
    rule(
        "more or less than ago",
        rf"""(?:(?:il y a|y a|ya|ca fait|depuis) (?:un peu )?(?:plus|moins) d(?:e |'){_DURATION})""",
        _about,
    ),
    rule(
        "more or less than ago",
        rf"(?:(?:a (?:little|bit) )?(?:over|under|more than|less than)|at least) {_DURATION} ago",
        _about,
    ),
    rule("ago, or how long it took", rf"for {_DURATION}", _about),
    rule("ago", rf"{_DURATION} (?:ago|ag|earlier)", _ago),
    rule("ago", rf"(?:dans )?(?:les|ces) (?P<count>{N}) derni\w+ (?P<unit>minutes|heures)", _ago),
    rule(
        "the last hour",
        r"(?:dans |in )?(?:l'heure derniere|(?:la )?derniere heure|(?:the )?(?:last|past) hour)",
        Elapsed(60, "hour"),
    ),
)
