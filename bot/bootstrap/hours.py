"""When the desk is there, as the operator has set it."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.bootstrap.desk import CannotStart
from bot.service.hours import SupportHours
from bot.settings import Settings


def hours_of(settings: Settings, languages: Sequence[str]) -> SupportHours | None:
    """The hours of the desk; None when nothing is to be said of them.

    Raises:
        CannotStart: there is no calendar of the country whose holidays it keeps.
    """
    if settings.support_hours is None:
        return None
    from bot.adapters.holidays import Holidays, UnknownCalendar

    calendar = Holidays(settings.support_holidays, settings.school_zone, languages)
    try:
        calendar.load()
    except UnknownCalendar as error:
        raise CannotStart(f"BOT_SUPPORT_HOLIDAYS: {error}") from None
    return SupportHours(settings.support_hours, ZoneInfo(settings.timezone), calendar, settings.support_closed)
