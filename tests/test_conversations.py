"""The conversation scripts of `tests/conversations/`, played from top to bottom.

A script is a YAML file: what the person does (`person:`, a text as it would be typed) and what the bot says to it
(`bot:`, words that must stand in its reply; a list when several must). `ends: solved`, `ticket` or `abandoned`. A
ticket is compared with the file `<script>.ticket.txt` beside it, to the letter. After a deliberate change, write the
tickets anew with `make test ARGS="tests/test_conversations.py --update"` and read the difference.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.model.flow import START_FLOW
from tests.desk import machine
from tests.fakes import MemorySink, Person, conversation, said

FOLDER = Path(__file__).parent / "conversations"
SCRIPTS = sorted(FOLDER.glob("*/*.yaml"))
CAUSES = set(machine().flows["webmail"].causes)


def words(text: str) -> str:
    """Words to be compared: whatever spaces, line breaks and quotes are printed with."""
    return " ".join(text.replace("’", "'").split())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
async def test_script(script: Path, update: bool) -> None:
    """The bot says what the script says, and ends where it ends."""
    told: dict[str, Any] = yaml.safe_load(script.read_text(encoding="utf-8"))  # noqa: ASYNC240 - a small file
    sink = MemorySink()
    person = Person(conversation(sink=sink))
    reply = await person.opens(script.parent.name)
    for number, line in enumerate(told["conversation"], 1):
        match line:
            case {"person": text}:
                reply = await person.says(text)
            case {"bot": expected}:
                for part in [expected] if isinstance(expected, str) else expected:
                    shown = words("\n".join([said(reply), *(choice.label for choice in reply.choices)]))
                    assert words(part) in shown, f"line {number} of the conversation: the bot said:\n{said(reply)}"
            case _:
                raise AssertionError(f'line {number} is neither "person:" nor "bot:"')
    assert reply.ended == told["ends"]
    golden = script.with_suffix(".ticket.txt")
    assert bool(sink.taken) == (told["ends"] == "ticket")
    if sink.taken:
        if update:
            golden.write_text(sink.taken[0].text + "\n", encoding="utf-8")
        assert sink.taken[0].text + "\n" == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_cause_has_a_script_that_ends_in_a_ticket(language: str) -> None:
    """Nobody can add a cause without showing a conversation about it."""
    assert {path.name.removesuffix(".ticket.txt") for path in FOLDER.glob(f"{language}/*.ticket.txt")} >= CAUSES


def test_every_flow_has_a_script() -> None:
    """Every shipped flow has conversation scripts in every language."""
    for language in ("fr", "en"):
        scripts = [path.read_text(encoding="utf-8") for path in FOLDER.glob(f"{language}/*.yaml")]
        titles = {name for name in machine().flows if name != START_FLOW}
        assert all(any(f"flow: {name}\n" in script for script in scripts) for name in titles)
