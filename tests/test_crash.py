"""`kill -9` at any moment loses nothing: started again on the same data, the conversation goes on.

What is killed are forks of one process that has imported the bot, all else is as in the one that is not disturbed.
"""

import json
import random
import time
from pathlib import Path

import pytest

from tests.chaos.nursery import Nursery
from tests.process import Chat, Turn

SCRIPT = [
    {"choose": "webmail"},
    {"choose": "wrong_credentials"},
    {"choose": "no"},
    {"text": "jean.dupont"},
    {"text": "Identifiants invalides"},
    {"text": "8h15"},
    {"choose": "confirm"},
]


def without_reference(ticket: Turn) -> Turn:
    """What two tickets of the same conversation have in common."""
    return {name: value for name, value in ticket.items() if name != "reference"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[Turn]:
    """All that the bot says when nothing happens to it."""
    with Chat(tmp_path_factory.mktemp("undisturbed")) as chat:
        return [chat.hears(), *(chat.does(given) for given in SCRIPT)]


@pytest.mark.parametrize("killed_after", range(len(SCRIPT)))
def test_killed_between_two_turns(killed_after: int, undisturbed: list[Turn], nursery: Nursery, tmp_path: Path) -> None:
    """After the restart, the question that was open is asked, and none that was answered."""
    with Chat(tmp_path, start=nursery.start) as chat:
        chat.hears()
        for given in SCRIPT[:killed_after]:
            chat.does(given)
        chat.kill()
    with Chat(tmp_path, start=nursery.start) as chat:
        resumed = chat.hears()
        assert resumed["node"] == undisturbed[killed_after]["node"]
        assert resumed["choices"] == undisturbed[killed_after]["choices"]
        turns = [chat.does(given) for given in SCRIPT[killed_after:]]
    assert [turn["node"] for turn in turns] == [turn["node"] for turn in undisturbed[killed_after + 1 :]]
    assert without_reference(turns[-1]["ticket"]) == without_reference(undisturbed[-1]["ticket"])


@pytest.mark.parametrize("seed", range(3))
def test_killed_again_and_again_in_the_middle(
    seed: int, undisturbed: list[Turn], nursery: Nursery, tmp_path: Path
) -> None:
    """Killed while a turn is under way: it counts whole or not at all, and there is one ticket, in its files."""
    chance = random.Random(seed)  # noqa: S311 - for the moment of the kill
    nodes = [turn["node"] for turn in undisturbed]
    chat = Chat(tmp_path, start=nursery.start)
    turn = chat.hears()
    while turn["ended"] is None:
        at = nodes.index(turn["node"])
        chat.starts(SCRIPT[at])
        if chance.random() < 0.7:
            time.sleep(chance.uniform(0, 0.02))
            chat.kill()
            chat = Chat(tmp_path, start=nursery.start)
        turn = chat.hears()
        assert nodes.index(turn["node"]) in (at, at + 1)
    chat.kill()
    assert without_reference(turn["ticket"]) == without_reference(undisturbed[-1]["ticket"])
    files = list((tmp_path / "tickets").glob("*.json"))
    assert [json.loads(file.read_text(encoding="utf-8")) for file in files] == [turn["ticket"]]


def test_a_new_conversation_begins_after_the_end(nursery: Nursery, tmp_path: Path) -> None:
    """A conversation that has ended is not gone on with."""
    with Chat(tmp_path, start=nursery.start) as chat:
        first = chat.hears()
        for given in SCRIPT:
            last = chat.does(given)
        assert last["ended"] == "ticket"
        assert chat.leaves() == 0
    with Chat(tmp_path, start=nursery.start) as chat:
        assert chat.hears() == first
