"""The published list of planted secrets, at every question of every cause: nothing of them is kept or said anywhere."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.adapters.references import RandomReferences
from bot.adapters.sinks.folder import FolderSink
from bot.adapters.store.sql import SqlStore
from bot.model.message import Reply
from bot.service.conversation import Conversation
from bot.service.incoming import Content, Opened, Pressed, Said
from tests.desk import CIPHER, PARIS, ROOT, catalog, machine
from tests.fakes import HandClock, Person, conversation, said
from tests.telegram_bot import ANSWERS, CAUSES, unhelped

PLANTED: Sequence[Mapping[str, Any]] = yaml.safe_load(
    (ROOT / "tests" / "understanding" / "planted_secrets.yaml").read_text(encoding="utf-8")
)
SHORTEST = 6
"""Characters: anything shorter may stand in a file by chance."""


@dataclass(frozen=True)
class Spot:
    """A question, and all that somebody does to come to it."""

    node: str
    way: tuple[Content, ...]


def next_move(cause: str, reply: Reply) -> Content:
    """What somebody does whom no advice helps."""
    if reply.expects == "choice":
        return Pressed(unhelped(cause, [choice.id for choice in reply.choices]))
    return Said(ANSWERS[str(reply.expects)])


async def spots() -> list[Spot]:
    """Every question on the way to a ticket, of all causes."""
    found: dict[str, Spot] = {}
    for cause in CAUSES:
        person, way = Person(conversation()), list[Content]([Opened("fr")])
        reply = await person.does(way[0])
        while reply.ended is None:
            found.setdefault(reply.node, Spot(f"{cause} {reply.node}", tuple(way)))
            way.append(next_move(cause, reply))
            reply = await person.does(way[-1])
    return list(found.values())


def written_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All files, as they are on the disk."""
    return ((path.name, path.read_bytes()) for path in folder.rglob("*") if path.is_file())


@pytest.mark.usefixtures("unmeasured")
async def test_no_planted_secret_is_kept_or_said(tmp_path: Path) -> None:
    """Each is planted at some question, each question gets some; where that is an answer, a ticket is made with it."""
    places = await spots()
    assert len(places) > 30
    store = await SqlStore.open(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    sink = FolderSink(tmp_path / "tickets")
    talk = Conversation(machine(), catalog(), store, [sink], HandClock(), RandomReferences(), PARIS, always=["folder"])
    heard: list[str] = []
    kept: list[str] = []
    for number, planted in enumerate(PLANTED):
        spot = places[number % len(places)]
        person = Person(talk, chat=f"chat-{number}")
        for content in spot.way:
            await person.does(content)
        typed = person.heard[-1].expects != "choice"
        reply = await person.says(planted["text"])
        cause = spot.node.partition(" ")[0]
        while typed and reply.ended is None:
            reply = await person.does(next_move(cause, reply))
        heard += [f"{said(each)} {each.choices}" for each in person.heard]
        async with store.turn(person.chat, "") as turn:
            kept.append(await turn.everything())
    await store.close()
    decrypted = ("decrypted", "\n".join(kept).encode())
    everything = [*written_files(tmp_path), ("replies", "\n".join(heard).encode()), decrypted]
    assert {"bot.db", "replies"} < {name for name, _ in everything}
    for planted in PLANTED:
        if len(planted["secret"]) >= SHORTEST:
            for form in {planted["secret"], json.dumps(planted["secret"])[1:-1]}:
                found = [name for name, content in everything if form.encode() in content]
                assert not found, (planted, found)
