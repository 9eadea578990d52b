"""The schema for editors says the same as the checker."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.flowfile.compose import compose
from bot.flowfile.schema import flow_schema
from bot.flowfile.tree import plain
from tests.desk import ROOT
from tests.sample import SAMPLE, START


def as_an_editor_reads(text: str) -> object:
    """YAML as editors read it: numbers are numbers, true is true, and "no" and "12:30" are texts."""

    def typed(value: object) -> object:
        match value:
            case dict():
                return {key: typed(each) for key, each in value.items()}
            case list():
                return [typed(each) for each in value]
            case str() if re.fullmatch(r"\d+", value):
                return int(value)
            case "true" | "false":
                return value == "true"
        return value

    source, _ = compose("x.yaml", text)
    assert source is not None
    return typed(plain(source.root))


SCHEMA = Draft202012Validator(flow_schema())


@pytest.mark.parametrize("path", sorted((ROOT / "flows").glob("*.yaml")), ids=lambda path: path.name)
def test_shipped_flows_fit(path: Path) -> None:
    """No red lines in an editor, and the first line names the schema."""
    text = path.read_text(encoding="utf-8")
    SCHEMA.validate(as_an_editor_reads(text))
    assert text.startswith("# yaml-language-server: $schema=../docs/flow.schema.json\n")


@pytest.mark.parametrize("text", [SAMPLE, START, "format: 1\nsettings: {phone: 04 00 00 00 00, official: true}\n"])
def test_everything_an_author_can_say_fits(text: str) -> None:
    """All kinds of nodes, conditions and answers, and the settings file."""
    SCHEMA.validate(as_an_editor_reads(text))


SLIPS = [
    "unknown-key",
    "missing-key",
    "wrong-type",
    "wrong-value",
    "unknown-value",
    "bad-name",
    "empty",
    "out-of-range",
]


@pytest.mark.parametrize("slip", SLIPS)
def test_slips_do_not_fit(slip: str) -> None:
    """What the checker says of the shape, the editor shows while typing."""
    broken = (ROOT / "tests" / "broken_flows" / f"{slip}.yaml").read_text(encoding="utf-8")
    assert not SCHEMA.is_valid(as_an_editor_reads(broken))
