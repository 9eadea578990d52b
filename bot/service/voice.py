"""The bot speaking one language: its own words, the desk's words, dates and lists."""

import re
from datetime import date, datetime, time, tzinfo
from functools import cached_property, lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location
from babel.lists import format_list

from bot.model.answer import AttemptTime
from bot.model.flow import Phrase
from bot.model.placeholder import fill, isolated
from bot.service.ports import Catalog
from bot.service.typography import typeset
from bot.service.visible import level

_LOCALES = {"en": "en_GB"}
"""Languages whose dates are written another way than their bare code says: here, day before month."""
_YEAR_AT_END = re.compile(r"[\s,]*('[^']*'\s*)?y+\W*$")


def message(text: str) -> str:
    """Marks one of the bot's own messages, to be said later, for the catalogue."""
    return text


class Voices:
    """The bot's voice in every language it speaks."""

    def __init__(self, catalog: Catalog, zone: tzinfo) -> None:
        self.catalog, self._zone = catalog, zone
        self._voices: dict[str, Voice] = {}

    def of(self, language: str) -> "Voice":
        """The voice that speaks this language."""
        if language not in self._voices:
            self._voices[language] = Voice(self.catalog, language, self._zone)
        return self._voices[language]

    def all(self) -> "list[Voice]":
        """Every voice, the desk's own language first."""
        return [self.of(language) for language in self.catalog.languages]


def spoken(catalog: Catalog, *wanted: str | None) -> str:
    """The first of these languages that the bot speaks, else the desk's own."""
    return next((code for code in wanted if code in catalog.languages), None) or catalog.languages[0]


class Voice:
    """Says things in one language, about one time zone."""

    def __init__(self, catalog: Catalog, language: str, zone: tzinfo) -> None:
        self.language, self._catalog, self._zone = language, catalog, zone
        self._code = _LOCALES.get(language, language)
        self._locale = Locale.parse(self._code)
        self._own: dict[str, str] = {}
        self._desks: dict[tuple[str, str], str] = {}

    def say(self, message: str, **values: str) -> str:
        """One of the bot's own messages, by its English source."""
        words = self._own.get(message)
        if words is None:
            words = self._own[message] = typeset(self._catalog.bot(message, self.language), self.language)
        return fill(words, values)

    def say_many(self, one: str, many: str, count: int) -> str:
        """One of the bot's own messages about so many things, by its English sources."""
        words = self._catalog.plural(one, many, count, self.language)
        return fill(typeset(words, self.language), {"count": str(count)})

    def phrase(self, phrase: Phrase) -> str:
        """Words of the desk, placeholders still in them."""
        written = phrase.context, phrase.source
        words = self._desks.get(written)
        if words is None:
            words = self._desks[written] = typeset(self._catalog.phrase(phrase, self.language), self.language)
        return words

    def choice_of(self, items: tuple[str, ...]) -> str:
        """`a, b or c`."""
        return format_list(items, style="or", locale=self._locale)

    def quoted(self, words: str) -> str:
        """The user's words in quotation marks, on one line."""
        return self.say("“{words}”", words=isolated(level(" ".join(words.split()))))

    def instant(self, at: datetime) -> str:
        """A date and time in full, with the name of the zone."""
        local = at.astimezone(self._zone)
        return self.say(
            "{date} at {time}, {city} time", date=self._date(local), time=self._time(local), city=self._city
        )

    def attempt(self, attempt: AttemptTime) -> str:
        """An attempt's time, as exactly as it is known."""
        if attempt.at is None:
            return self.say("unknown time")
        local = attempt.at.astimezone(self._zone)
        match attempt.precision:
            case "minute":
                return self.instant(local)
            case "hour":
                return self.say(
                    "{date} at about {time}, {city} time",
                    date=self._date(local),
                    time=self._time(local),
                    city=self._city,
                )
            case "part_of_day":
                return self.say(_PARTS[_part(local.hour)], date=self._date(local))
            case _:
                return self._date(local)

    def short(self, attempt: AttemptTime, *, offset: bool = False) -> str:
        """A known time, short enough for a button; with `offset`, the distance to UTC that tells two apart."""
        if attempt.at is None:
            return self.attempt(attempt)
        local = attempt.at.astimezone(self._zone)
        date = self._first(local, format_skeleton("MMMEd", local, locale=self._locale))
        words = f"{date} {self._time(local)}"
        return f"{words} (UTC{local:%z})" if offset else words

    def time(self, at: datetime) -> str:
        """A time of day, in the zone."""
        return self._time(at.astimezone(self._zone))

    def day(self, day: date) -> str:
        """A weekday with its date, for days that are near enough to do without the year."""
        pattern = _YEAR_AT_END.sub("", self._locale.date_formats["full"].pattern)
        return self._first(day, format_date(day, pattern, locale=self._locale))

    @property
    def language_name(self) -> str:
        """The language's own name for itself."""
        return Locale.parse(self.language).get_display_name(self._locale) or self.language

    @cached_property
    def _city(self) -> str:
        return get_timezone_location(self._zone, locale=self._locale, return_city=True)

    def _date(self, local: datetime) -> str:
        return self._first(local, _full_date(local.date(), self._code))

    def _first(self, day: date, written: str) -> str:
        """The date; in French the first of a month is an ordinal, which Babel writes as a number."""
        return written.replace(" 1 ", " 1er ", 1) if self._locale.language == "fr" and day.day == 1 else written

    def _time(self, local: datetime) -> str:
        return _time_of_day(local.hour, local.minute, self._code)


# Babel writes a date or a time within tens of microseconds, and those of one day are written again and again.
@lru_cache(256)
def _full_date(day: date, code: str) -> str:
    return format_date(day, "full", locale=code)


@lru_cache(2_048)
def _time_of_day(hour: int, minute: int, code: str) -> str:
    return format_time(time(hour, minute), "short", locale=code)


_PARTS = {
    "morning": message("{date}, in the morning"),
    "noon": message("{date}, around noon"),
    "afternoon": message("{date}, in the afternoon"),
    "evening": message("{date}, in the evening"),
}


def _part(hour: int) -> str:
    if hour < 12:
        return "morning"
    return "noon" if hour == 12 else "afternoon" if hour < 18 else "evening"
