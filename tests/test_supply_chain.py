"""What is shipped is told in full and tells nothing else; what cannot be looked up is not called sound."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from bot import __version__
from scripts.sbom import bill
from tests.desk import ROOT

PINNED = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.fixture(scope="module")
def text() -> str:
    """The bill of materials."""
    return bill()


def test_the_bill_is_complete(text: str) -> None:
    """Every package of the lock at its version, the project itself, and what needs what."""
    told = json.loads(text)
    assert {part["name"]: part["version"] for part in told["components"]} == PINNED
    assert {part["purl"] for part in told["components"]} == {f"pkg:pypi/{name}@{at}" for name, at in PINNED.items()}
    project = told["metadata"]["component"]
    assert (project["name"], project["version"]) == ("guichet", __version__)
    needs = {each["ref"]: each["dependsOn"] for each in told["dependencies"]}
    assert set(needs) == {project["bom-ref"], *PINNED}
    assert {"aiohttp", "python-telegram-bot"} <= set(needs[project["bom-ref"]])
    assert "httpx" in needs["python-telegram-bot"]
    assert {name for needed in needs.values() for name in needed} == set(PINNED)


def test_the_bill_is_valid(text: str) -> None:
    """By the schema of CycloneDX."""
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_the_bill_tells_nothing_of_where_it_was_made(text: str) -> None:
    """No folder, no address but that of its own schema, no moment: the same lock gives the same bill everywhere."""
    assert re.findall(r"\w+://[^\"\s]*", text) == [json.loads(text)["$schema"]]
    assert re.findall(r"(?<![\w/])/\w[^\"]*", text) == []
    assert [place for place in (ROOT, sys.prefix) if str(place) in text] == []
    assert {"serialNumber", "timestamp"} & {*json.loads(text), *json.loads(text)["metadata"]} == set()


def test_an_audit_without_a_network_fails_and_says_so(tmp_path: Path) -> None:
    """In two lines, not in a traceback; no answer of an earlier one is at hand."""
    environment = {"PATH": os.environ["PATH"], "HTTPS_PROXY": "http://127.0.0.1:9", "PIP_CACHE_DIR": str(tmp_path)}
    audit = subprocess.run(
        [ROOT / "scripts" / "audit", sys.executable], env=environment, capture_output=True, text=True, check=False
    )
    assert audit.returncode == 1
    assert audit.stderr.splitlines()[-1].startswith("audit: not everything could be looked up")
    assert len(audit.stderr.splitlines()) == 3
    assert "Traceback" not in audit.stdout + audit.stderr
