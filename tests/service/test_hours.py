"""When a desk is there, and when an answer may be expected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service.hours import Days, Opening, PublicHoliday, Reason, SupportHours
from bot.service.hours_text import closed_days_of, week_of
from bot.service.hours_words import expected_words
from bot.service.voice import Voice
from tests.desk import PARIS, catalog

WEEK = "mon-fri 08:30-12:00 13:30-17:00; sat 09:00-12:00"
FRENCH, ENGLISH = Voice(catalog(), "fr", PARIS), Voice(catalog(), "en", PARIS)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Almanac:
    """A calendar that a test writes by hand."""

    public: Mapping[date, str] = field(default_factory=dict)
    school: tuple[Days, ...] = ()

    def public_holiday(self, day: date) -> PublicHoliday | None:
        """One of those given."""
        return PublicHoliday(day, {"fr": self.public[day]}) if day in self.public else None

    def is_school_holiday(self, day: date) -> bool | None:
        """In one of those given; not known when none is."""
        return any(day in days for days in self.school) if self.school else None


ASCENSION, EASTER_MONDAY = date(2026, 5, 14), date(2026, 4, 6)
ALMANAC = Almanac(
    {EASTER_MONDAY: "Lundi de Pâques", ASCENSION: "Ascension", date(2026, 12, 25): "Noël"},
    (Days(date(2026, 12, 19), date(2027, 1, 3)),),
)
DESK = SupportHours(week_of(WEEK), PARIS, ALMANAC, closed_days_of("2026-12-24..2027-01-02, 2026-05-15"))


def at(text: str, zone: ZoneInfo = PARIS) -> datetime:
    """An instant by the clock on the wall."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def desk(week: str, almanac: Almanac | None = None, closed: str = "") -> SupportHours:
    """A desk with these hours."""
    return SupportHours(week_of(week), PARIS, almanac or Almanac(), closed_days_of(closed))


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-26T08:29:59", "2026-11-26T08:30"),
        ("2026-11-26T08:30", "2026-11-26T08:30"),
        ("2026-11-26T11:59:59", "2026-11-26T11:59:59"),
        ("2026-11-26T12:00", "2026-11-26T13:30"),
        ("2026-11-26T17:00", "2026-11-27T08:30"),
        ("2026-11-27T00:00", "2026-11-27T08:30"),
        ("2026-11-27T18:00", "2026-11-28T09:00"),
        ("2026-11-28T12:00", "2026-11-30T08:30"),
        ("2026-04-04T12:00", "2026-04-07T08:30"),
        ("2026-04-06T09:00", "2026-04-07T08:30"),
        ("2026-05-13T17:00", "2026-05-16T09:00"),
        ("2026-12-23T17:00", "2027-01-04T08:30"),
        ("2026-03-28T12:00", "2026-03-30T08:30"),
        ("2026-10-24T12:00", "2026-10-26T08:30"),
    ],
)
def test_next_opening(now: str, opens: str) -> None:
    """Over lunch, evenings, weekends, holidays, a bridge, closed days and changes of the clocks."""
    assert DESK.next_opening(at(now)) == at(opens)
    assert DESK.is_open(at(now)) is (now == opens)


def test_the_zone_is_the_desks() -> None:
    """Whoever asks from elsewhere, and whatever zone the instant came in."""
    assert DESK.is_open(datetime(2026, 11, 26, 7, 30, tzinfo=UTC))
    assert not DESK.is_open(datetime(2026, 11, 26, 8, 30, tzinfo=ZoneInfo("Asia/Tokyo")))
    opens = DESK.next_opening(datetime(2026, 7, 1, 3, 0, tzinfo=UTC))
    assert opens is not None
    assert opens.isoformat() == "2026-07-01T08:30:00+02:00"


@pytest.mark.parametrize(
    ("night", "hours"), [("2026-03-28T20:00", 12.5 - 1), ("2026-10-24T20:00", 12.5 + 1), ("2026-06-27T20:00", 12.5)]
)
def test_nights_on_which_clocks_change(night: str, hours: float) -> None:
    """It is the wait that is an hour shorter or longer, not the opening that is earlier or later."""
    opens = desk("mon-sun 08:30-12:00").next_opening(at(night))
    assert opens is not None
    assert opens.astimezone(UTC) - at(night).astimezone(UTC) == timedelta(hours=hours)
    assert opens.time() == time(8, 30)


def test_hours_within_a_change_of_the_clocks() -> None:
    """An hour that is left out comes an hour later; one that comes twice is the first of the two."""
    early = desk("sun 02:30-04:00")
    assert early.next_opening(at("2026-03-28T12:00")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    opens = early.next_opening(at("2026-10-24T12:00"))
    assert opens is not None
    assert opens.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert early.is_open(datetime(2026, 10, 25, 2, 59, tzinfo=UTC))
    assert not early.is_open(datetime(2026, 10, 25, 3, 0, tzinfo=UTC))


def test_midnight() -> None:
    """A desk that is there through the night, or always."""
    night = desk("fri 20:00-24:00; sat 00:00-02:00")
    assert night.is_open(at("2026-11-27T23:59:59"))
    assert night.is_open(at("2026-11-28T00:00"))
    assert night.expectation(at("2026-11-27T21:00")).closes == at("2026-11-28T02:00")
    always = desk("mon-sun 00:00-24:00").expectation(at("2026-03-28T21:00"))
    assert (always.is_open, always.closes, always.opens, always.today) == (True, None, None, True)


def test_a_desk_that_never_opens_again() -> None:
    """None is known within a year."""
    gone = desk(WEEK, closed="2026-11-26..2030-01-01")
    assert gone.next_opening(at("2026-11-26T09:00")) is None
    assert expected_words(gone.expectation(at("2026-11-26T09:00")), ENGLISH) == (
        "Support is temporarily closed. I do not know when it opens again."
    )
    last = desk(WEEK, closed="2026-11-27..2030-01-01").expectation(at("2026-11-26T16:30"))
    assert expected_words(last, ENGLISH) == "Support closes at 17:00."


AFTERWARDS = " : vous devriez recevoir une réponse à partir de ce moment-là."
FROM_THEN_ON = "; you can expect an answer from then on."


@pytest.mark.parametrize(
    ("now", "reason", "french", "english"),
    [
        pytest.param(
            "2026-11-26T14:00",
            None,
            "Le support est ouvert jusqu'à 17:00 : vous devriez recevoir une réponse dans la journée.",
            "Support is open until 17:00; you can expect an answer today.",
            id="open",
        ),
        pytest.param(
            "2026-11-26T11:50",
            None,
            "Le support est ouvert : vous devriez recevoir une réponse dans la journée.",
            "Support is open; you can expect an answer today.",
            id="before lunch",
        ),
        pytest.param(
            "2026-11-26T16:30",
            None,
            "Le support ferme à 17:00. Si vous n'avez pas de réponse d'ici là, vous devriez la recevoir après sa "
            "réouverture, demain à 08:30.",
            "Support closes at 17:00. If there is no answer by then, expect one after it opens again tomorrow at "
            "08:30.",
            id="about to close",
        ),
        pytest.param(
            "2026-11-26T12:30",
            "hours",
            "Le support est fermé en ce moment. Il rouvre aujourd'hui à 13:30" + AFTERWARDS,
            "Support is closed now. It opens again today at 13:30" + FROM_THEN_ON,
            id="lunch",
        ),
        pytest.param(
            "2026-11-26T20:00",
            "hours",
            "Le support est fermé en ce moment. Il rouvre demain à 08:30" + AFTERWARDS,
            "Support is closed now. It opens again tomorrow at 08:30" + FROM_THEN_ON,
            id="evening",
        ),
        pytest.param(
            "2026-11-28T13:00",
            "weekend",
            "Le support est fermé pour le week-end. Il rouvre le lundi 30 novembre à 08:30" + AFTERWARDS,
            "Support is closed for the weekend. It opens again on Monday, 30 November at 08:30" + FROM_THEN_ON,
            id="weekend",
        ),
        pytest.param(
            "2026-04-04T13:00",
            PublicHoliday(EASTER_MONDAY, {"fr": "Lundi de Pâques"}),
            "Le support est fermé en ce moment, et le lundi 6 avril est férié (Lundi de Pâques). "
            "Il rouvre le mardi 7 avril à 08:30" + AFTERWARDS,
            "Support is closed now, and Monday, 6 April is a public holiday (Lundi de Pâques). "
            "It opens again on Tuesday, 7 April at 08:30" + FROM_THEN_ON,
            id="before a Monday that is a public holiday",
        ),
        pytest.param(
            "2026-04-06T10:00",
            PublicHoliday(EASTER_MONDAY, {"fr": "Lundi de Pâques"}),
            "Le support est fermé aujourd'hui, jour férié (Lundi de Pâques). Il rouvre demain à 08:30" + AFTERWARDS,
            "Support is closed today, a public holiday (Lundi de Pâques). It opens again tomorrow at 08:30"
            + FROM_THEN_ON,
            id="public holiday",
        ),
        pytest.param(
            "2026-05-13T18:00",
            PublicHoliday(ASCENSION, {"fr": "Ascension"}),
            "Le support est fermé en ce moment, et le jeudi 14 mai est férié (Ascension). "
            "Il rouvre le samedi 16 mai à 09:00" + AFTERWARDS,
            "Support is closed now, and Thursday, 14 May is a public holiday (Ascension). "
            "It opens again on Saturday, 16 May at 09:00" + FROM_THEN_ON,
            id="before a bridge",
        ),
        pytest.param(
            "2026-05-15T10:00",
            "closed",
            "Le support est exceptionnellement fermé. Il rouvre demain à 09:00" + AFTERWARDS,
            "Support is temporarily closed. It opens again tomorrow at 09:00" + FROM_THEN_ON,
            id="on a bridge",
        ),
        pytest.param(
            "2026-12-19T14:00",
            "weekend",
            "Le support est fermé pour le week-end. Il rouvre le lundi 21 décembre à 08:30"
            + AFTERWARDS
            + " Pendant les vacances scolaires, la réponse peut prendre plus de temps.",
            "Support is closed for the weekend. It opens again on Monday, 21 December at 08:30"
            + FROM_THEN_ON
            + " During the school holidays it may take longer.",
            id="school holidays",
        ),
        pytest.param(
            "2026-12-24T10:00",
            "closed",
            "Le support est exceptionnellement fermé. Il rouvre le lundi 4 janvier à 08:30" + AFTERWARDS,
            "Support is temporarily closed. It opens again on Monday, 4 January at 08:30" + FROM_THEN_ON,
            id="until after the school holidays",
        ),
    ],
)
def test_what_is_said(now: str, reason: Reason | None, french: str, english: str) -> None:
    """In both languages; a holiday whose name is not known in one is called as in another."""
    expectation = DESK.expectation(at(now))
    assert expectation.reason == reason
    said = expected_words(expectation, FRENCH)
    assert said.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ") == french
    assert expected_words(expectation, ENGLISH) == english


def test_the_first_of_a_month() -> None:
    """Is an ordinal in French."""
    closed = desk("mon-fri 09:00-17:00", closed="2026-11-30").expectation(at("2026-11-28T10:00"))
    assert "le mardi 1er décembre à 09:00" in expected_words(closed, FRENCH)


def test_a_day_off_in_the_week_is_no_weekend() -> None:
    """Nor is a Sunday on which the desk is there."""
    assert desk("mon,tue,thu,fri 09:00-12:00").expectation(at("2026-11-24T13:00")).reason == "hours"
    assert desk("sat,sun 09:00-12:00").expectation(at("2026-11-28T13:00")).reason == "hours"
    assert (
        desk("mon-fri 09:00-12:00", Almanac({date(2026, 11, 29): "x"}))
        .expectation(at("2026-11-28T9:00".replace("T9", "T09")))
        .reason
        == "weekend"
    )


def test_school_holidays_are_those_of_the_day_of_the_answer() -> None:
    """Not of the day that somebody asks on."""
    almanac = Almanac(school=(Days(date(2026, 11, 27), date(2026, 11, 27)),))
    thursday = desk(WEEK, almanac)
    assert not thursday.expectation(at("2026-11-26T14:00")).school_holidays
    assert thursday.expectation(at("2026-11-26T16:45")).school_holidays
    assert thursday.expectation(at("2026-11-26T20:00")).school_holidays
    assert not thursday.expectation(at("2026-11-27T20:00")).school_holidays


def test_hours_as_they_are_written() -> None:
    """Days in English or French, whole or short; times with a colon or an h; parts in any order."""
    weekdays = (Opening(time(8, 30), time(12)), Opening(time(13, 30), time(17)))
    assert week_of(WEEK) == (weekdays,) * 5 + ((Opening(time(9), time(12)),), ())
    assert week_of(" Lun-Ven 13h30-17h 8h30-12h00 ;samedi 9h-12h; ") == week_of(WEEK)
    assert week_of("sat - sun 20:00 - 24:00") == ((),) * 5 + ((Opening(time(20), time()),),) * 2
    assert week_of("sun-mon 9:00-10:00") == week_of("dimanche,lundi 09:00-10:00")
    assert week_of("mon 00:00-24:00")[0] == (Opening(time(), time()),)
    assert week_of("mon 8:00-12:00; mon-tue 12:00-13:00")[0][1] == Opening(time(12), time(13))


EXAMPLE = "write for example mon-fri 08:30-12:00 13:30-17:00; sat 09:00-12:00"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (";", f"there are no hours in it; {EXAMPLE}"),
        ("mon-fri", f'there are no hours after "mon-fri"; {EXAMPLE}'),
        ("08:30-12:00", f'there are no hours after "08:30-12:00"; {EXAMPLE}'),
        ("mo-fr 8:30-12:00", '"mo" is not a day; write days as mon-fri, sat or lun-ven'),
        ("mon-fri-sun 8:30-12:00", '"fri-sun" is not a day; write days as mon-fri, sat or lun-ven'),
        ("mon, 8:30-12:00", f'there are no hours after "mon,8:30-12:00"; {EXAMPLE}'),
        ("mon 8:30", '"8:30" is not from when to when; write for example 08:30-12:00'),
        ("mon 8-12", '"8-12" is not from when to when; write for example 08:30-12:00'),
        ("mon 8:30-25:00", 'there is no such time as in "8:30-25:00"; write for example 08:30-12:00'),
        ("mon 24:00-24:00", 'there is no such time as in "24:00-24:00"; write for example 08:30-12:00'),
        ("mon 17:00-8:30", '"17:00-8:30" ends before it begins; hours after midnight belong to the next day'),
        ("mon 8:00-8:00", '"8:00-8:00" ends before it begins; hours after midnight belong to the next day'),
        ("mon 8:00-12:00 11:00-13:00", "the hours of Monday overlap: 08:00-12:00 and 11:00-13:00"),
        ("mon-fri 8:00-12:00; wed 9:00-10:00", "the hours of Wednesday overlap: 08:00-12:00 and 09:00-10:00"),
        ("sun 20:00-24:00 22:00-23:00", "the hours of Sunday overlap: 20:00-00:00 and 22:00-23:00"),
    ],
)
def test_hours_that_cannot_be_read(text: str, said: str) -> None:
    """What is wrong, and how to write it."""
    with pytest.raises(ValueError, match=r".") as refused:
        week_of(text)
    assert str(refused.value) == said


def test_closed_days_as_they_are_written() -> None:
    """Days and ranges of days, both ends included."""
    winter = Days(date(2026, 12, 24), date(2027, 1, 2))
    assert closed_days_of("2026-12-24 .. 2027-01-02, 2027-05-15,") == (
        winter,
        Days(date(2027, 5, 15), date(2027, 5, 15)),
    )
    assert [date(2026, 12, 23) in winter, date(2026, 12, 24) in winter, date(2027, 1, 2) in winter] == [
        False,
        True,
        True,
    ]
    assert closed_days_of("") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("24/12/2026", '"24/12/2026" is not a day; write for example 2026-12-24..2027-01-02, 2027-05-15'),
        ("2026-02-30", '"2026-02-30" is not a day; write for example 2026-12-24..2027-01-02, 2027-05-15'),
        ("2026-12-24..", '"" is not a day; write for example 2026-12-24..2027-01-02, 2027-05-15'),
        ("2027-01-02..2026-12-24", '"2027-01-02..2026-12-24" ends before it begins'),
    ],
)
def test_closed_days_that_cannot_be_read(text: str, said: str) -> None:
    """What is wrong, and how to write it."""
    with pytest.raises(ValueError, match=r".") as refused:
        closed_days_of(text)
    assert str(refused.value) == said


@st.composite
def desks(draw: st.DrawFn) -> SupportHours:
    """A desk with any hours in any of some zones, any public holidays and closed days."""
    week = []
    for _ in range(7):
        edges = sorted(draw(st.lists(st.integers(0, 95), max_size=6, unique=True)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        week.append(
            tuple(Opening(time(start // 4, start % 4 * 15), time(end // 4, end % 4 * 15)) for start, end in pairs)
        )
    days = st.dates(date(2026, 3, 20), date(2026, 4, 10)) | st.dates(date(2026, 10, 20), date(2026, 11, 10))
    public = draw(st.lists(days, max_size=4))
    closed = tuple(Days(day, day + timedelta(days=2)) for day in draw(st.lists(days, max_size=2)))
    zone = ZoneInfo(
        draw(st.sampled_from(["Europe/Paris", "America/Martinique", "Pacific/Noumea", "Australia/Lord_Howe"]))
    )
    return SupportHours(tuple(week), zone, Almanac(dict.fromkeys(public, "x")), closed)


BASES = st.sampled_from([datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC)])
INSTANTS = st.builds(datetime.__add__, BASES, st.timedeltas(timedelta(), timedelta(days=13)))


@given(desks(), INSTANTS)
def test_the_next_opening_is_the_first(desk: SupportHours, now: datetime) -> None:
    """It is not in the past, the desk is there then, and not at any minute before."""
    opens = desk.next_opening(now)
    if opens is None:
        assert not any(desk.is_open(now + number * timedelta(hours=1)) for number in range(24 * 30))
        return
    assert opens >= now
    assert desk.is_open(opens)
    minutes = min(int((opens - now) / MINUTE), 3_000)
    assert not any(desk.is_open(now + number * MINUTE) for number in range(minutes) if now + number * MINUTE < opens)


@given(desks(), INSTANTS)
def test_minute_by_minute(desk: SupportHours, now: datetime) -> None:
    """Walking through two days, the desk opens and closes when it was foretold."""
    start = now.replace(second=0, microsecond=0)
    expectation = desk.expectation(start)
    walked = [(start + number * MINUTE, desk.is_open(start + number * MINUTE)) for number in range(2 * 24 * 60)]
    changes = [after for (_, was), (after, is_) in pairwise(walked) if was is not is_]
    foretold = [
        instant.astimezone(UTC)
        for instant in (expectation.closes, expectation.opens)
        if instant is not None and instant <= walked[-1][0] and instant > start
    ]
    assert walked[0][1] is expectation.is_open
    assert changes[: len(foretold)] == foretold
    assert len(foretold) == min(len(changes), 2 if expectation.is_open else 1)


@given(desks(), INSTANTS)
def test_something_is_said_whenever_somebody_asks(desk: SupportHours, now: datetime) -> None:
    """With no placeholder left, and no answer promised today by a desk that is closed."""
    expectation = desk.expectation(now)
    said = expected_words(expectation, Voice(catalog(), "fr", desk.zone))
    assert said.endswith(".")
    assert "{" not in said
    assert expectation.is_open or not expectation.today
