"""When conditions hold."""

from dataclasses import replace

import pytest

from bot.engine.conditions import holds
from bot.model.answer import FreeText, WebAddress
from bot.model.condition import (
    AllOf,
    Answered,
    AnyOf,
    ChoiceTaken,
    Condition,
    FieldFilled,
    HostOutside,
    InMonths,
    Not,
    SettingKnown,
)
from bot.model.session import Entry
from tests.desk import MONDAY
from tests.sample import sample

TRAIL = (
    Entry("topic", (), "topic", choice="lost"),
    Entry("address", (), "address", value=WebAddress("https://a.example.com/", "a.example.com")),
    Entry("note", (), "note", value=FreeText("x")),
    Entry("ours", (), "ours", value=WebAddress("https://a.example.org/", "a.example.org")),
    Entry("plain", (), "plain", value=WebAddress("http://a.example.org/", "a.example.org", reasons=("not_https",))),
    Entry("user", (), "user", value=WebAddress("https://a.example.org/", "a.example.org", reasons=("user_info",))),
)
YES, NO = InMonths((6,)), InMonths((7,))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        (ChoiceTaken("topic", ("lost", "broken")), True),
        (ChoiceTaken("topic", ("broken",)), False),
        (ChoiceTaken("gone", ("lost",)), False),
        (Answered("note"), True),
        (Answered("gone"), False),
        (HostOutside("address", "domains"), True),
        (HostOutside("ours", "domains"), False),
        (HostOutside("plain", "domains"), True),
        (HostOutside("user", "domains"), True),
        (HostOutside("note", "domains"), False),
        (HostOutside("gone", "domains"), False),
        (HostOutside("address", "phone"), False),
        (SettingKnown("domains"), True),
        (SettingKnown("official"), True),
        (SettingKnown("phone"), False),
        (FieldFilled("identifier"), True),
        (FieldFilled("environment"), False),
        (YES, True),
        (NO, False),
        (Not(NO), True),
        (AllOf((YES, YES)), True),
        (AllOf((YES, NO)), False),
        (AnyOf((NO, YES)), True),
        (AnyOf((NO, NO)), False),
    ],
)
def test_holds(condition: Condition | None, expected: bool) -> None:
    """Each kind of condition, both ways."""
    assert holds(condition, sample().flows["sample"], TRAIL, MONDAY, frozenset({"identifier"})) is expected


@pytest.mark.parametrize("answer", ["address", "plain", "user"])
def test_nothing_is_outside_of_unknown_domains(answer: str) -> None:
    """A desk that does not know its domains warns of no address."""
    flow = sample().flows["sample"]
    unknown = replace(flow, settings={**flow.settings, "domains": replace(flow.settings["domains"], value=())})
    assert not holds(HostOutside(answer, "domains"), unknown, TRAIL, MONDAY)
