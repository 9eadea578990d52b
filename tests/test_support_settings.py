"""Support hours among the operator's settings."""

from datetime import date

import pytest

from bot.cli.shared import settings_of
from bot.service.hours import Days
from bot.service.hours_text import week_of


def test_a_desk_that_says_nothing() -> None:
    """Nothing is known of its hours then."""
    settings = settings_of()
    given = (settings.support_hours, settings.support_holidays, settings.support_closed, settings.school_zone)
    assert given == (None, None, (), None)


def test_a_desk_that_says_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """As plain text, not as JSON."""
    monkeypatch.setenv("BOT_SUPPORT_HOURS", "lun-ven 8h30-12h00 13h30-17h00")
    monkeypatch.setenv("BOT_SUPPORT_HOLIDAYS", "FR-57")
    monkeypatch.setenv("BOT_SUPPORT_CLOSED", "2026-12-24..2027-01-02, 2027-05-15")
    monkeypatch.setenv("BOT_SCHOOL_ZONE", "b")
    settings = settings_of()
    assert settings.support_hours == week_of("mon-fri 08:30-12:00 13:30-17:00")
    assert settings.support_holidays == "FR-57"
    assert settings.support_closed == (
        Days(date(2026, 12, 24), date(2027, 1, 2)),
        Days(date(2027, 5, 15), date(2027, 5, 15)),
    )
    assert settings.school_zone == "B"


def test_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """As files for containers have them."""
    for name in ("SUPPORT_HOURS", "SUPPORT_HOLIDAYS", "SUPPORT_CLOSED", "SCHOOL_ZONE"):
        monkeypatch.setenv(f"BOT_{name}", "")
    test_a_desk_that_says_nothing()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "SUPPORT_HOURS",
            "mon 9:00-8:00",
            '"9:00-8:00" ends before it begins; hours after midnight belong to the next day',
        ),
        (
            "SUPPORT_HOLIDAYS",
            "France",
            '"France" is not a country; write its code, such as FR, or a part of it, such as FR-57',
        ),
        ("SUPPORT_CLOSED", "tomorrow", '"tomorrow" is not a day; write for example 2026-12-24..2027-01-02, 2027-05-15'),
        ("SCHOOL_ZONE", "D", "Input should be 'A', 'B' or 'C'"),
    ],
)
def test_what_cannot_be_read(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told in one line, by the name of the setting."""
    monkeypatch.setenv(f"BOT_{name}", value)
    with pytest.raises(SystemExit) as ended:
        settings_of()
    assert (ended.value.code, capsys.readouterr().err) == (2, f"BOT_{name}: {said}\n")
