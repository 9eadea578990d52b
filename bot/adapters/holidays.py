"""Public holidays and French school holidays, from the package `holidays`.

It is loaded when it is first needed: that takes a quarter of a second, which nobody waits for who has no use for it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.model.error import BotError
from bot.service.hours import PublicHoliday

if TYPE_CHECKING:
    from holidays import HolidayBase

SchoolZone: TypeAlias = Literal["A", "B", "C"]
"""The zones of the French school calendar; the académie d'Aix-Marseille is in zone B."""

DECREED_UNTIL = date(2028, 8, 31)
"""The last day of the school years that are decreed. The package goes on by rule, which looks like knowledge."""

_VARIETIES = {"en": ("en_GB", "en_US")}


class UnknownCalendar(BotError):
    """There is no calendar of this country or subdivision."""


class Holidays:
    """The calendar of a country or a part of it, such as `FR` or `FR-57`, and of a school zone; of either, or none.

    Names are given in these languages, as far as the package has them.
    """

    def __init__(self, place: str | None, zone: SchoolZone | None, languages: Sequence[str]) -> None:
        self._place, self._zone, self._languages = place, zone, languages

    def load(self) -> None:
        """Loads what is needed, which takes a moment.

        Raises:
            UnknownCalendar: there is no calendar of this place.
        """
        _ = self._public, self._school

    def public_holiday(self, day: date) -> PublicHoliday | None:
        """The public holiday that a day is, if it is one."""
        names = {language: str(calendar[day]) for language, calendar in self._public.items() if day in calendar}
        return PublicHoliday(day, names) if names else None

    def is_school_holiday(self, day: date) -> bool | None:
        """Whether schools have holidays; None beyond what is decreed, and without a zone."""
        return None if self._school is None or day > DECREED_UNTIL else day in self._school

    @cached_property
    def _public(self) -> "Mapping[str, HolidayBase]":
        """The public holidays by the language of their names; in the country's own where it has none of ours."""
        if self._place is None:
            return {}
        import holidays

        country, _, part = self._place.partition("-")
        try:
            known = holidays.country_holidays(country, subdiv=part or None)
        except NotImplementedError:
            hint = "write a country such as FR, or a part of it, such as FR-57"
            raise UnknownCalendar(f"no public holidays are known of {self._place}; {hint}") from None
        varieties = {language: _variety(language, known.supported_languages) for language in self._languages}
        spoken: dict[str, str | None] = {language: variety for language, variety in varieties.items() if variety}
        if not spoken:
            spoken = {known.default_language or "": known.default_language}
        return {
            language: holidays.country_holidays(country, subdiv=part or None, language=variety)
            for language, variety in spoken.items()
        }

    @cached_property
    def _school(self) -> "HolidayBase | None":
        if self._zone is None:
            return None
        import holidays

        return holidays.country_holidays("FR", subdiv=f"Zone {self._zone}", categories=("school",), language="fr")


def _variety(language: str, known: Sequence[str]) -> str | None:
    """The package's name for a language, if it speaks it."""
    return next((each for each in (*_VARIETIES.get(language, ()), language) if each in known), None)
