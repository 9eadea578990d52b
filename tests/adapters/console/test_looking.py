"""The window on understanding, line by line."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.console.looking import BadLine, Looking
from bot.service.voice import Voices
from bot.service.window import KINDS, Kind, Window
from tests.desk import MONDAY, PARIS, catalog, lexicons, machine

WINDOW = Window(lexicons()["webmail"], machine().flows["webmail"].domains)
AN_INSTANT = "is not an instant such as 2026-06-22T10:30:00+02:00"


def looking(kind: Kind, language: str = "fr") -> Looking:
    """The window of the shipped desk, on a Monday morning."""
    return Looking(WINDOW, kind, Voices(catalog(), PARIS), language, MONDAY)


def shown(kind: Kind, *lines: str, language: str = "fr", jsonl: bool = False) -> list[str]:
    """What is said of these lines."""
    target = io.StringIO()
    looking(kind, language).lines(io.StringIO("".join(f"{line}\n" for line in lines)), target, jsonl=jsonl)
    return [line for line in target.getvalue().split("\n") if line]


def told(kind: Kind, *lines: str) -> list[dict[str, Any]]:
    """What is said of these lines of JSON."""
    return [json.loads(line) for line in shown(kind, *lines, jsonl=True)]


def measured(folder: Path, kind: Kind, *lines: str) -> list[str]:
    """The report on these labelled lines."""
    file = folder / "labelled.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return list(looking(kind).evaluate(file))


def test_a_line_for_each_line() -> None:
    """Blank ones apart; the language is that of questions back."""
    assert shown("address", "https://example.org", "", "  ", "rien") == [
        "foreign  example.org  not_ours",
        "unreadable  (no host)  no_host",
    ]
    assert shown("secret", "mdp : Mirabelle42!", language="en") == ["mdp : [✂ password]  password"]
    assert shown("secret", "a\ud800") == ["a�  (nothing cut)"]
    assert shown("error") == []


def test_json() -> None:
    """What came in goes out again with what was understood; a line may say its own language and moment."""
    [seen, secret] = [
        *told("time", '{"text": "hier 22h", "id": 7, "now": "2026-01-02T08:00", "lang": "en"}'),
        *told("secret", '{"text": "mdp : Mirabelle42!", "lang": "en"}'),
    ]
    assert (seen["id"], seen["at"], seen["precision"]) == (7, "2026-01-01T22:00:00+01:00", "hour")
    assert secret == {"text": "mdp : [✂ password]", "lang": "en", "found": ["password"]}
    [zoned] = told("time", '{"text": "8h", "now": "2026-06-22T09:30:00Z"}')
    assert zoned["at"] == "2026-06-22T08:00:00+02:00"
    [asked] = told("time", '{"text": "demain", "lang": "en", "now": null}')
    assert asked["ask"] == "That moment is still to come. When did you last try?"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("[]", 'expected {"text": …}'),
        ("7", 'expected {"text": …}'),
        ("{}", 'expected {"text": …}, its value a string'),
        ('{"text": 5}', 'expected {"text": …}, its value a string'),
        ('{"text": "x", "lang": "de"}', '"lang": there is no language "de"; there are: fr, en'),
        ('{"text": "x", "lang": ["fr"]}', '"lang": there is no language "[\'fr\']"; there are: fr, en'),
        ('{"text": "x", "now": "soon"}', f'"now": "soon" {AN_INSTANT}'),
        ('{"text": "x", "now": 7}', f'"now": "7" {AN_INSTANT}'),
        ('{"text": "hier", "now": "0001-01-01T00:00+14:00"}', '"now": "0001-01-01T00:00+14:00" is not of our days'),
        ('{"text": "hier", "now": "9999-12-31T23:59"}', '"now": "9999-12-31T23:59" is not of our days'),
    ],
)
def test_a_malformed_line(line: str, problem: str) -> None:
    """It is answered with its problem, and the next one is looked at."""
    first, second = told("time", line, '{"text": "hier"}')
    assert first == {"error": problem}
    assert second["precision"] == "day"


@pytest.mark.parametrize("line", ["{", "x", '{"text": "x"', "[" * 100_000])
def test_what_is_no_json(line: str) -> None:
    """Says why."""
    first, second = told("error", line, '{"text": "HTTP 503"}')
    assert first["error"].startswith("not valid JSON: ")
    assert second["cause"] == "portal_saturated"


@given(kind=st.sampled_from(KINDS), line=st.text(max_size=60).map(lambda text: text.replace("\n", " ")))
def test_every_line_is_answered(kind: Kind, line: str) -> None:
    """Once, whatever it holds."""
    assert len(told(kind, line, json.dumps({"text": line}))) == 1 + bool(line.strip())


def test_errors_are_measured(tmp_path: Path) -> None:
    """By their causes; blank lines do not count."""
    assert measured(
        tmp_path, "error", '{"text": "HTTP 503", "cause": "portal_saturated"}', "",
        '{"text": "HTTP 503", "cause": "other", "alt": ["portal_saturated"], "lang": "en"}',
        '{"text": "HTTP 503", "cause": "other"}', '{"text": "xyzzy plugh", "cause": "other"}',
    ) == [
        "texts                      4",
        "answered                   3   75.0%",
        "right when answering       2   66.7%",
        "right in the first 3       4  100.0%",
        "confidently wrong          1   25.0%",
        "",
        "should be             was understood as      times",
        "other                 (not sure)                 1",
        "other                 portal_saturated           1",
    ]  # fmt: skip


def test_texts_are_measured(tmp_path: Path) -> None:
    """The same way."""
    assert measured(
        tmp_path, "text", '{"text": "ça tourne dans le vide", "cause": "portal_saturated"}',
        '{"text": "mot de passe", "cause": "expired_password"}',
    ) == [
        "texts                      2",
        "answered                   1   50.0%",
        "right when answering       1  100.0%",
        "right in the first 3       2  100.0%",
        "confidently wrong          0    0.0%",
        "",
        "should be             was understood as      times",
        "expired_password      (not sure)                 1",
    ]  # fmt: skip


def test_times_are_measured(tmp_path: Path) -> None:
    """In the desk's zone where they say none; what must be asked about is null."""

    def labelled(text: str, expected: str | None, **more: object) -> str:
        given = {
            "text": text,
            "now": "2026-06-22T10:30:00+02:00",
            "expected": expected,
            "precision": "hour",
            "lang": "en",
        }
        return json.dumps({**given, **more})

    assert measured(
        tmp_path, "time", labelled("hier 22h", "2026-06-21T22:00"), labelled("hier 22h", "2026-06-21T20:00Z"),
        labelled("hier soir", "2026-06-21T19:00", precision="part_of_day"), labelled("demain", None, precision=None),
        labelled("hier 22h", "2026-06-21T21:00", also=["2026-06-21T22:00:00+02:00"]), labelled("hier 22h", None),
        labelled("demain", "2026-06-21T22:00"),
    ) == [
        "texts                7",
        "right                5   71.4%",
        "asked in vain        1   14.3%",
        "silently wrong       1   14.3%",
        "",
        "wrong  'hier 22h': 2026-06-21T22:00:00+02:00, not a question back",
        "asked  'demain': That moment is still to come. When did you last try?, not 2026-06-21T22:00:00+02:00",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["address", "secret"])
def test_what_cannot_be_measured(kind: Kind, tmp_path: Path) -> None:
    """There is nothing to compare with."""
    with pytest.raises(BadLine, match="only these can be measured: error, text, time"):
        measured(tmp_path, kind, '{"text": "x", "cause": "other"}')


TIMED = '"text": "hier", "now": "2026-06-22T10:30", '


@pytest.mark.parametrize(
    ("kind", "line", "problem"),
    [
        ("error", "{", "not valid JSON: Expecting property name enclosed in double quotes: line 2 column 1 (char 2)"),
        ("error", "[]", 'expected {"text": …}'),
        ("error", '{"text": "x"}', "missing: cause; a line needs text, cause"),
        ("text", '{"cause": "other"}', "missing: text; a line needs text, cause"),
        ("text", '{"text": 5, "cause": "other"}', 'expected {"text": …}, its value a string'),
        ("text", '{"text": "x", "cause": null}', '"cause": expected a string'),
        ("text", '{"text": "x", "cause": ["other"]}', '"cause": expected a string'),
        ("text", '{"text": "x", "cause": "a", "alt": "other"}', '"alt": expected a list of strings'),
        ("text", '{"text": "x", "cause": "a", "alt": [5]}', '"alt": expected a list of strings'),
        ("text", '{"text": "x", "cause": "a", "lang": "de"}', '"lang": there is no language "de"; there are: fr, en'),
        (
            "time",
            '{"text": "hier", "cause": "other"}',
            "missing: now, expected, precision; a line needs text, now, expected, precision",
        ),
        ("time", f'{{{TIMED}"expected": "soon", "precision": "day"}}', f'"expected": "soon" {AN_INSTANT}'),
        (
            "time",
            f'{{{TIMED}"expected": "2026-06-21", "precision": "rough"}}',
            '"precision": expected one of minute, hour, part_of_day, day, unknown',
        ),
        (
            "time",
            f'{{{TIMED}"expected": "2026-06-21", "precision": "day", "also": "2026-06-20"}}',
            '"also": expected a list of strings',
        ),
        (
            "time",
            f'{{{TIMED}"expected": "2026-06-21", "precision": "day", "also": ["x"]}}',
            f'"also": "x" {AN_INSTANT}',
        ),
    ],
)
def test_a_bad_labelled_line(kind: Kind, line: str, problem: str, tmp_path: Path) -> None:
    """Says the file, the line and the problem."""
    good = f'{{{TIMED}"expected": null, "precision": null, "cause": "other"}}'
    with pytest.raises(BadLine) as raised:
        measured(tmp_path, kind, good, "", line)
    assert str(raised.value) == f"{tmp_path / 'labelled.jsonl'}:3: {problem}"
