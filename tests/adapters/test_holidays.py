"""The calendar of France, against dates that are written here by hand."""

import subprocess
import sys
from datetime import date, timedelta

import pytest

from bot.adapters.holidays import DECREED_UNTIL, Holidays, UnknownCalendar
from tests.desk import ROOT

FRANCE = Holidays("FR", "B", ("fr", "en"))

PUBLIC = """
2026-01-01 Jour de l'an | New Year's Day
2026-04-06 Lundi de Pâques | Easter Monday
2026-05-01 Fête du Travail | Labor Day
2026-05-08 Fête de la Victoire | Victory Day
2026-05-14 Ascension | Ascension Day
2026-05-25 Lundi de Pentecôte | Pentecost Monday
2026-07-14 Fête nationale | National Day
2026-08-15 Assomption | Assumption Day
2026-11-01 Toussaint | All Saints' Day
2026-11-11 Armistice | Armistice Day
2026-12-25 Noël | Christmas Day
2027-01-01 Jour de l'an | New Year's Day
2027-03-29 Lundi de Pâques | Easter Monday
2027-05-01 Fête du Travail | Labor Day
2027-05-06 Ascension | Ascension Day
2027-05-08 Fête de la Victoire | Victory Day
2027-05-17 Lundi de Pentecôte | Pentecost Monday
2027-07-14 Fête nationale | National Day
2027-08-15 Assomption | Assumption Day
2027-11-01 Toussaint | All Saints' Day
2027-11-11 Armistice | Armistice Day
2027-12-25 Noël | Christmas Day
"""

ZONE_B = (
    ("2026-10-17", "2026-11-01"),
    ("2026-12-19", "2027-01-03"),
    ("2027-02-20", "2027-03-07"),
    ("2027-04-17", "2027-05-02"),
    ("2027-05-06", "2027-05-09"),
    ("2027-07-03", "2027-08-31"),
)
"""The school holidays of zone B from autumn 2026 to summer 2027: from the first day without school to the last."""


def days(first: date, last: date) -> list[date]:
    """All of them, both ends included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def test_public_holidays_of_two_years() -> None:
    """These and no others, by their French and English names."""
    found = []
    for day in days(date(2026, 1, 1), date(2027, 12, 31)):
        if holiday := FRANCE.public_holiday(day):
            assert holiday.day == day
            found.append(f"{day} {holiday.names['fr']} | {holiday.names['en']}")
    assert found == PUBLIC.strip().splitlines()


def test_school_holidays_of_a_year() -> None:
    """Every day of the school year 2026-2027 is in one of them or in none. The day school begins again is in none."""
    free = {day for first, last in ZONE_B for day in days(date.fromisoformat(first), date.fromisoformat(last))}
    year = days(date(2026, 9, 2), date(2027, 8, 31))
    assert {day for day in year if FRANCE.is_school_holiday(day)} == free & set(year)


def test_zones_differ() -> None:
    """In winter, one after the other."""
    zones = {zone: Holidays("FR", zone, ("fr",)) for zone in ("A", "B", "C")}
    day = date(2027, 2, 10)
    assert {zone: calendar.is_school_holiday(day) for zone, calendar in zones.items()} == {
        "A": False,
        "B": False,
        "C": True,
    }


def test_nothing_is_known_beyond_what_is_decreed() -> None:
    """The package goes on; we do not."""
    assert FRANCE.is_school_holiday(DECREED_UNTIL) is True
    assert FRANCE.is_school_holiday(DECREED_UNTIL + timedelta(days=1)) is None
    assert FRANCE.is_school_holiday(date(2028, 12, 25)) is None
    assert FRANCE.public_holiday(date(2030, 12, 25)) is not None


def test_what_is_not_asked_for() -> None:
    """Without a country, no day is a public holiday; without a zone, nothing is known of schools."""
    nowhere = Holidays(None, None, ("fr",))
    nowhere.load()
    assert nowhere.public_holiday(date(2026, 12, 25)) is None
    assert nowhere.is_school_holiday(date(2026, 12, 25)) is None


def test_a_part_of_a_country() -> None:
    """Moselle has two more."""
    moselle = Holidays("FR-57", None, ("fr",))
    assert (good_friday := moselle.public_holiday(date(2026, 4, 3))) is not None
    assert good_friday.names == {"fr": "Vendredi saint"}
    assert FRANCE.public_holiday(date(2026, 4, 3)) is None


def test_names_in_the_countrys_own_language() -> None:
    """Where the package has them in none of those that the bot speaks."""
    holiday = Holidays("FR", None, ("eo",)).public_holiday(date(2026, 12, 25))
    assert holiday is not None
    assert list(holiday.names.values()) == ["Noël"]


@pytest.mark.parametrize("place", ["ZZ", "FR-99"])
def test_an_unknown_place(place: str) -> None:
    """It is told when the calendar is loaded, so at the start."""
    with pytest.raises(UnknownCalendar) as refused:
        Holidays(place, None, ("fr",)).load()
    assert str(refused.value) == (
        f"no public holidays are known of {place}; write a country such as FR, or a part of it, such as FR-57"
    )


def test_nobody_waits_for_the_package() -> None:
    """Settings and calendars are made without loading it."""
    script = (
        "import sys, bot.settings, bot.adapters.holidays as ours\n"
        "ours.Holidays('FR', 'B', ('fr',)), bot.settings.Settings()\n"
        "print('holidays' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
