"""Times as people write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.answer import AttemptTime
from bot.model.inputs import Answer, Miss, Problem, Propose
from bot.model.moment import can_be_kept
from bot.understanding.attempt_time import MAX_CHARACTERS, attempt_time, explain, time_within
from bot.understanding.times.words import DAYS, MONTHS, NUMBERS, PARTS, ROLES, WEEKDAYS
from tests.desk import MONDAY, PARIS


def at(instant: str) -> datetime:
    """An instant, in Paris."""
    return datetime.fromisoformat(instant).astimezone(PARIS)


def understood(text: str, now: str) -> list[str]:
    """The instants understood, one, several to choose from, or none."""
    match attempt_time(text, at(now)):
        case Answer(AttemptTime(at=datetime() as instant)):
            return [instant.isoformat()]
        case Propose(candidates):
            return [candidate.at.isoformat() for candidate in candidates if candidate.at]
        case _:
            return []


NOW = "2026-06-22T10:30:00+02:00"


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("maintenant", "2026-06-22T10:30:00+02:00", "minute"),
        ("À l'instant.", "2026-06-22T10:30:00+02:00", "minute"),
        ("just now", "2026-06-22T10:30:00+02:00", "minute"),
        ("il y a 10 min", "2026-06-22T10:20:00+02:00", "minute"),
        ("il y a une minute", "2026-06-22T10:29:00+02:00", "minute"),
        ("il y a 2h", "2026-06-22T08:30:00+02:00", "hour"),
        ("il y a 3 jours", "2026-06-19T00:00:00+02:00", "day"),
        ("an hour ago", "2026-06-22T09:30:00+02:00", "hour"),
        ("20 minutes ago", "2026-06-22T10:10:00+02:00", "minute"),
        ("2 days ago", "2026-06-20T00:00:00+02:00", "day"),
        ("8h15", "2026-06-22T08:15:00+02:00", "minute"),
        ("8 h 15", "2026-06-22T08:15:00+02:00", "minute"),
        ("08:15", "2026-06-22T08:15:00+02:00", "minute"),
        ("vers 8 heures", "2026-06-22T08:00:00+02:00", "hour"),
        ("8am", "2026-06-22T08:00:00+02:00", "hour"),
        ("8:15 am", "2026-06-22T08:15:00+02:00", "minute"),
        ("12am", "2026-06-22T00:00:00+02:00", "hour"),
        ("minuit", "2026-06-22T00:00:00+02:00", "hour"),
        ("ce matin", "2026-06-22T09:00:00+02:00", "part_of_day"),
        ("ce matin 8h15", "2026-06-22T08:15:00+02:00", "minute"),
        ("hier", "2026-06-21T00:00:00+02:00", "day"),
        ("hier 22h", "2026-06-21T22:00:00+02:00", "hour"),
        ("hier à 22h05", "2026-06-21T22:05:00+02:00", "minute"),
        ("22h hier", "2026-06-21T22:00:00+02:00", "hour"),
        ("hier soir", "2026-06-21T20:00:00+02:00", "part_of_day"),
        ("hier soir 8h", "2026-06-21T20:00:00+02:00", "hour"),
        ("hier soir 5h", "2026-06-21T17:00:00+02:00", "hour"),
        ("hier soir 11h30", "2026-06-21T23:30:00+02:00", "minute"),
        ("hier soir 22h", "2026-06-21T22:00:00+02:00", "hour"),
        ("hier après-midi 1h", "2026-06-21T13:00:00+02:00", "hour"),
        ("hier après-midi 7h", "2026-06-21T19:00:00+02:00", "hour"),
        ("hier après-midi 12h30", "2026-06-21T12:30:00+02:00", "minute"),
        ("hier après-midi 15h", "2026-06-21T15:00:00+02:00", "hour"),
        ("yesterday evening 8pm", "2026-06-21T20:00:00+02:00", "hour"),
        ("hier 0h10", "2026-06-21T00:10:00+02:00", "minute"),
        ("midnight last night", "2026-06-22T00:00:00+02:00", "hour"),
        ("hier midi", "2026-06-21T12:00:00+02:00", "hour"),
        ("avant-hier vers 18h", "2026-06-20T18:00:00+02:00", "hour"),
        ("yesterday 10pm", "2026-06-21T22:00:00+02:00", "hour"),
        ("yesterday morning", "2026-06-21T09:00:00+02:00", "part_of_day"),
        ("last night", "2026-06-21T20:00:00+02:00", "part_of_day"),
        ("11 h last night", "2026-06-21T23:00:00+02:00", "hour"),
        ("2:30 last night", "2026-06-22T02:30:00+02:00", "minute"),
        ("lundi", "2026-06-22T00:00:00+02:00", "day"),
        ("lundi 8h", "2026-06-22T08:00:00+02:00", "hour"),
        ("lundi 18h", "2026-06-15T18:00:00+02:00", "hour"),
        ("lundi soir", "2026-06-15T20:00:00+02:00", "part_of_day"),
        ("lundi soir 8h", "2026-06-15T20:00:00+02:00", "hour"),
        ("lundi dernier", "2026-06-15T00:00:00+02:00", "day"),
        ("lundi dernier 8h15", "2026-06-15T08:15:00+02:00", "minute"),
        ("last monday at 8:15", "2026-06-15T08:15:00+02:00", "minute"),
        ("lundi dernier 18h", "2026-06-15T18:00:00+02:00", "hour"),
        ("dimanche dernier", "2026-06-21T00:00:00+02:00", "day"),
        ("lundi dernier 15 juin 9h", "2026-06-15T09:00:00+02:00", "hour"),
        ("vendredi dernier 9h", "2026-06-19T09:00:00+02:00", "hour"),
        ("last Friday at 9am", "2026-06-19T09:00:00+02:00", "hour"),
        ("19/06 9h", "2026-06-19T09:00:00+02:00", "hour"),
        ("le 19/06/2026 à 9h", "2026-06-19T09:00:00+02:00", "hour"),
        ("24/12 9h", "2025-12-24T09:00:00+01:00", "hour"),
        ("1er juin 14h10", "2026-06-01T14:10:00+02:00", "minute"),
        ("lundi 15 juin 2026 9h", "2026-06-15T09:00:00+02:00", "hour"),
        ("June 15th, 2026 at 9am", "2026-06-15T09:00:00+02:00", "hour"),
        ("2026-06-22", "2026-06-22T00:00:00+02:00", "day"),
        ("le 2026-06-19.", "2026-06-19T00:00:00+02:00", "day"),
        ("2026-06-19 vers 8h15", "2026-06-19T08:15:00+02:00", "minute"),
        ("2026-06-22 08:15.", "2026-06-22T08:15:00+02:00", "minute"),
        ("2026-06-22T08:15:00+02:00", "2026-06-22T08:15:00+02:00", "minute"),
        ("2026-06-22 08:15", "2026-06-22T08:15:00+02:00", "minute"),
        ("2026-06-22T06:15:00Z", "2026-06-22T08:15:00+02:00", "minute"),
    ],
)
def test_understood(text: str, expected: str, precision: str) -> None:
    """On a Monday morning at half past ten."""
    meant = attempt_time(text, at(NOW))
    assert isinstance(meant, Answer)
    assert isinstance(meant.value, AttemptTime)
    assert meant.value.at is not None
    assert meant.value.at.isoformat() == expected
    assert (meant.value.precision, meant.value.words) == (precision, text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("demain", "future_time"),
        ("demain 8h", "future_time"),
        ("après-demain matin", "future_time"),
        ("tomorrow at 8am", "future_time"),
        ("ce soir 1h", "future_time"),
        ("2026-06-23", "future_time"),
        ("2026-02-30", "no_such_time"),
        ("lundi 22 juin 25h", "no_such_time"),
        ("erreur 503", "no_time"),
        ("06 12 34 56 78", "no_time"),
        ("", "no_time"),
        ("vers", "no_time"),
        ("8h15 9h", "no_time"),
        ("ce matin 15h", "no_time"),
        ("12pm this morning", "no_time"),
        ("last night hier", "no_time"),
        ("aujourd'hui 22h", "future_time"),
        ("ce soir", "future_time"),
        ("2026-06-22T12:00:00+02:00", "future_time"),
        ("01/07/2026", "future_time"),
        ("25h30", "no_such_time"),
        ("8h75", "no_such_time"),
        ("13pm", "no_such_time"),
        ("30/02 9h", "no_such_time"),
        ("mardi 15 juin 9h", "no_such_time"),
        ("2026-02-30 08:15", "no_such_time"),
        ("9999-12-31T23:59:59-12:00", "future_time"),
        ("31/12/9999 23h", "future_time"),
        ("1/1/0001", "too_long_ago"),
        ("1/1/0001 0h", "too_long_ago"),
        ("0001-01-01T00:00:00+14:00", "too_long_ago"),
        ("1/1/1900", "too_long_ago"),
        ("22 juin 0815", "too_long_ago"),
        ("il y a 9999 jours", "too_long_ago"),
        ("il y a 9999 heures", "too_long_ago"),
        ("19/06/2025", "too_long_ago"),
        ("19/06/2025 à 10h", "too_long_ago"),
    ],
)
def test_not_understood(text: str, problem: Problem) -> None:
    """What is no time, is still to come, does not exist or is more than a year ago is never guessed."""
    assert attempt_time(text, at(NOW)) == Miss(text, problem)


@pytest.mark.parametrize(
    ("text", "now"), [("22/06/2025", NOW), ("22/06/2025 8h", NOW), ("22/06/2027", "2028-06-22T23:59:00+02:00")]
)
def test_a_year_ago_is_understood(text: str, now: str) -> None:
    """To the day, whatever the hour and in leap years too."""
    assert isinstance(attempt_time(text, at(now)), Answer)


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("22h", NOW, ["2026-06-21T22:00:00+02:00"]),
        ("23h50", "2026-06-23T00:20:00+02:00", ["2026-06-22T23:50:00+02:00"]),
        ("2h30", "2026-10-25T08:00:00+01:00", ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]),
        ("2h30", "2026-10-25T02:40:00+02:00", ["2026-10-25T02:30:00+02:00"]),
        ("2h30", "2026-03-29T12:00:00+02:00", []),
        ("il y a 2 heures", "2026-03-29T04:05:00+02:00", ["2026-03-29T01:05:00+01:00"]),
    ],
)
def test_around_midnight_and_the_changes_of_the_clocks(text: str, now: str, expected: list[str]) -> None:
    """Ambiguous times are asked back, times that never were are refused."""
    assert understood(text, now) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hier soir 1h", ["2026-06-22T01:00:00+02:00"]),
        ("hier soir 12h", ["2026-06-22T00:00:00+02:00"]),
        ("hier soir 12h15", ["2026-06-22T00:15:00+02:00"]),
        ("hier soir minuit", ["2026-06-22T00:00:00+02:00"]),
        ("hier soir 14h", ["2026-06-21T14:00:00+02:00"]),
        ("hier soir midi", ["2026-06-21T12:00:00+02:00"]),
        ("yesterday evening 8am", ["2026-06-21T08:00:00+02:00"]),
        ("last night at 12", ["2026-06-22T00:00:00+02:00"]),
        ("12h last night", ["2026-06-22T00:00:00+02:00"]),
        ("8am last night", ["2026-06-21T08:00:00+02:00"]),
        ("hier après-midi 11h", ["2026-06-21T11:00:00+02:00", "2026-06-21T23:00:00+02:00"]),
        ("hier après-midi 0h30", ["2026-06-21T00:30:00+02:00", "2026-06-21T12:30:00+02:00"]),
        ("hier après-midi 21h", ["2026-06-21T21:00:00+02:00"]),
        ("yesterday afternoon 9am", ["2026-06-21T09:00:00+02:00"]),
        ("hier matin 12h30", ["2026-06-21T12:30:00+02:00", "2026-06-21T00:30:00+02:00"]),
        ("cet après-midi 9h", ["2026-06-22T09:00:00+02:00"]),
        ("hier minuit", ["2026-06-22T00:00:00+02:00", "2026-06-21T00:00:00+02:00"]),
        ("19/06 midnight", ["2026-06-20T00:00:00+02:00", "2026-06-19T00:00:00+02:00"]),
        ("lundi minuit", ["2026-06-22T00:00:00+02:00"]),
    ],
)
def test_an_hour_that_does_not_fit_its_part_of_day_is_asked_back(text: str, expected: list[str]) -> None:
    """As is midnight, which begins one day and ends another. The likeliest comes first, and none is to come."""
    meant = attempt_time(text, at(NOW))
    assert isinstance(meant, Propose if expected else Miss)
    assert understood(text, NOW) == expected


def test_what_is_asked_back_counts_both_passes_of_the_clock() -> None:
    """In the night the clocks go back, one in the evening before leads to an hour that was there twice."""
    assert understood("hier soir 2h30", "2026-10-25T08:00:00+01:00") == [
        "2026-10-25T02:30:00+02:00",
        "2026-10-25T02:30:00+01:00",
    ]
    assert attempt_time("hier soir 2h30", at("2026-03-29T12:00:00+02:00")) == Miss("hier soir 2h30", "no_such_time")


def test_a_clock_later_than_now_is_asked_back() -> None:
    """It was perhaps yesterday; just after midnight it surely was."""
    assert isinstance(attempt_time("22h", at(NOW)), Propose)
    assert isinstance(attempt_time("23h50", at("2026-06-23T00:20:00+02:00")), Answer)


SAID = """8h 8h15 22h 25h 8:15 8pm 22/06 31/12 29/02 22 1er 2026-06-22 12:00 1h 12h 11am 22.06 8-9h 0815 11:58pm 7ish
il y a 10 min|il y a|ago|in 2 hours|depuis 2h|half past eight|ten to|quarter past|et demie|moins le quart|o'clock
an hour|last night|cette nuit|ce soir|ce midi|same time|just now|la semaine|derniere|last|prochain|Windows|fois"""
VOCABULARY = sorted({*SAID.replace("|", "\n").split("\n"), *SAID.split(), *DAYS, *PARTS, *ROLES, *NUMBERS}) + [
    name for names in (*MONTHS, *WEEKDAYS) for name in names
]
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=8).map(" ".join)
MOMENTS = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).astimezone(PARIS)
)
CHANGES = st.builds(
    lambda change, minutes: (datetime.fromisoformat(change) + timedelta(minutes=minutes)).astimezone(PARIS),
    st.sampled_from(["2026-03-29T01:00Z", "2026-10-25T01:00Z", "2025-12-31T23:00Z", "2024-02-29T23:00Z"]),
    st.integers(-26 * 60, 26 * 60),
)
AGO = st.builds("il y a {} {}".format, st.integers(0, 9_999), st.sampled_from(["minutes", "heures", "jours"]))
DATES = st.builds(
    "{} {}".format,
    st.dates().map(lambda day: f"{day:%d/%m}/{day.year:04}") | st.dates().map(str),
    st.sampled_from(["", "8h", "23h59", "00:00:00+14:00", "23:59:59-12:00", "soir"]),
)


@given(WORDS | AGO | DATES | st.text(), MOMENTS | CHANGES)
def test_never_in_the_future_nor_long_ago(text: str, now: datetime) -> None:
    """Whatever is said whenever, no instant is after now or older than the oldest one that is kept."""
    match attempt_time(text, now):
        case Answer(AttemptTime(at=datetime() as instant)):
            assert can_be_kept(instant, now)
        case Propose(candidates):
            assert candidates
            assert all(can_be_kept(candidate.at, now) for candidate in candidates)
        case Miss(words):
            assert words == text
        case other:
            raise AssertionError(other)


@given(WORDS | st.text(), MOMENTS)
def test_a_time_within_a_text_is_the_one_of_its_words(text: str, now: datetime) -> None:
    """Nothing else of the text is kept, and its words alone say no other time."""
    found = time_within(text, now)
    if found is not None:
        assert can_be_kept(found.at, now)
        assert found.words
        assert found.words in text


WAYS = (
    "{at:%Y-%m-%d %H:%M}",
    "{at:%Y-%m-%dT%H:%M}",
    "le {at:%d/%m/%Y} à {at:%Hh%M}",
    "{at:%d-%m-%y} {at:%H:%M}",
    "{at:%d.%m.%Y} vers {at:%H} h {at:%M}",
    "{at.day} {months[0]} {at.year} {at:%Hh%M}",
    "{months[1]} {at.day}, {at.year} at {at:%I:%M %p}",
    "on {days[1]} {at.day} {months[1]} {at.year} at {at:%I.%M%p}",
    "{days[0]} {at.day} {months[0]} {at.year}, {at.hour} heures {at:%M}",
    "j'ai essayé le {at:%d/%m/%Y} vers {at:%Hh%M}, sans succès",
)


@given(st.sampled_from(WAYS), MOMENTS | CHANGES, st.integers(0, 300 * 24 * 60))
def test_what_is_written_is_read(way: str, now: datetime, minutes: int) -> None:
    """Whichever way an instant is written, it is the one that is understood, or one of those asked back."""
    at = (now.astimezone(UTC) - timedelta(minutes=minutes)).astimezone(PARIS).replace(second=0)
    text = way.format(at=at, months=MONTHS[at.month - 1], days=WEEKDAYS[at.weekday()])
    match attempt_time(text, now):
        case Answer(AttemptTime(at=datetime() as instant, precision="minute")):
            assert instant.astimezone(UTC) == at.astimezone(UTC)
        case Propose(candidates):
            assert at.astimezone(UTC) in [each.at.astimezone(UTC) for each in candidates if each.at]
        case other:
            raise AssertionError(other)


@given(st.integers(1, 300 * 24 * 60), MOMENTS | CHANGES)
def test_elapsed_times_count_real_minutes(minutes: int, now: datetime) -> None:
    """Through every change of the clocks."""
    hours, rest = divmod(minutes, 60)
    ways = [f"il y a {minutes} min", f"{minutes} minutes ago"] if minutes < 10_000 else []
    ways += [f"il y a {hours}h{rest:02}", f"{hours} hours and {rest} min ago"] if hours and rest else []
    for way in ways:
        meant = attempt_time(way, now)
        assert isinstance(meant, Answer)
        assert isinstance(meant.value, AttemptTime)
        assert meant.value.at is not None
        assert meant.value.at.astimezone(UTC) == now.astimezone(UTC) - timedelta(minutes=minutes)


HOSTILE = ("8 ", "8h", "il y a ", "vingt ", "vingt-", "1:", "9.9", "a ", "l'", "et ", "8-", "é", "‟", "(", "at a ")


@pytest.mark.parametrize("hostile", [*HOSTILE, "8h et ", "8h ou ", "lundi ", "22/06 ", "1 heure et demie "])
def test_long_texts_say_no_time(hostile: str) -> None:
    """Nothing that repeats itself without end is a sure time, nor takes long to be refused."""
    text = (hostile * MAX_CHARACTERS)[:MAX_CHARACTERS]
    assert not isinstance(attempt_time(text, at(NOW)), Answer) or hostile in ("lundi ", "22/06 ")
    assert time_within(text, at(NOW)) is None


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ("Bonjour, depuis hier soir impossible d'ouvrir mes mails", "2026-06-21T20:00:00+02:00", "hier soir"),
        (
            "La page tourne depuis   Ce MATIN vers 8h15 et rien ne vient",
            "2026-06-22T08:15:00+02:00",
            "Ce MATIN vers 8h15",
        ),
        ("I can't log in since 9am, my colleagues can", "2026-06-22T09:00:00+02:00", "9am"),
        ("ça mouline depuis 20 minutes", "2026-06-22T10:10:00+02:00", "depuis 20 minutes"),
        ("J’ai essayé hier à 22h05 : page blanche.", "2026-06-21T22:05:00+02:00", "hier à 22h05"),
        ("Essayé hier à 8h et ce matin à 9h.", "2026-06-22T09:00:00+02:00", "ce matin à 9h"),
        ("Essayé hier, vers 8h, rien", "2026-06-21T08:00:00+02:00", "hier, vers 8h"),
        ("Je suis prof. J'ai tenté hier à 18h. Merci d'avance", "2026-06-21T18:00:00+02:00", "hier à 18h"),
    ],
)
def test_a_time_within_a_longer_text(text: str, expected: str, words: str) -> None:
    """With its words as they were typed."""
    found = time_within(text, at(NOW))
    assert found is not None
    assert found.at == datetime.fromisoformat(expected)
    assert found.words == words


@pytest.mark.parametrize(
    "text",
    [
        "ma messagerie ne s'ouvre plus",
        "je reprends lundi, il me faut mon compte",
        "la réunion est à 9h",
        "essayé hier soir ou ce matin, je ne sais plus",
        "essayé à 22h",
        "j'ai changé mon mot de passe hier et ça ne marche pas",
        "essayé le 31/02",
        "impossible de me connecter demain",
        "erreur 503 avec Firefox 128",
        "essayé 8h 9h",
    ],
)
def test_no_time_within(text: str) -> None:
    """What is not sure, or is not said of trying, is left to be asked."""
    assert time_within(text, at(NOW)) is None


def test_explained() -> None:
    """Each rule that took words, and what came of them."""
    assert explain("Hier, vers 8h15", at(NOW)) == ("Hier: a day\n8h15: a clock time\n= 2026-06-21 08:15 +0200 (minute)")
    assert explain("22h", at(NOW)) == "22h: a clock time\n? 2026-06-21 22:00 +0200 (hour)"
    assert explain("13pm hier", at(NOW)) == "! no_such_time"


def test_zone_of_now_is_kept() -> None:
    """Instants are in the desk's zone."""
    meant = attempt_time("8h15", MONDAY)
    assert isinstance(meant, Answer)
    assert isinstance(meant.value, AttemptTime)
    assert meant.value.at is not None
    assert meant.value.at.tzinfo is PARIS


def test_a_long_text_is_not_searched_for_times() -> None:
    """Others wait meanwhile; the bot says that it is too long, and asks for a time told along later."""
    text = "depuis hier soir je n'arrive plus à me connecter. "
    story = text + "a@" * (MAX_CHARACTERS // 2)
    assert time_within(text, MONDAY) is not None
    assert time_within(story, MONDAY) is None
    assert attempt_time(story, MONDAY) == Miss(story, "too_long")
