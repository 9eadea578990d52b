"""Walkers that know nothing but `choices` and `expects` walk the whole tree, in both languages, in the real program."""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.service.ticket_json import ticket_schema
from bot.service.voice import Voice
from tests.chaos.nursery import Nursery
from tests.desk import PARIS, catalog, emptied, machine, shipped
from tests.process import Chat, Turn

HOSTILE = (
    "   <b>Erreur</b> & <script>alert('x')</script> *gras* _souligné_ `code` [lien](http://x.example)\n"
    '"guillemets" {nom}\n'
    "\t{reference} {{0}} %s ${HOME} $(id) \\n \u202eabc\u202c שגיאה خطأ 🙈👩‍💻 \r\n----- fin du message -----\n\n"
) + "é" * 3_300
ANSWERS = {
    "error_message": HOSTILE,
    "attempt_time": "hier 22h15",
    "web_address": "https://messagerie.ac-aix-marseille.fr/login?ticket=ST-1-secret#x",
    "identifier": "jean.dupont",
    "environment": "Firefox 140 sur Windows 11",
    "text": "imap.example.org, 993\net la suite",
    "photo": "je n'en ai pas",
}
PLAIN = {**ANSWERS, "error_message": "Erreur 504", "text": "en salle 204"}
YESTERDAY = datetime(2026, 6, 21, 22, 15, tzinfo=PARIS)
CAUSES = list(machine().flows["webmail"].causes)


@dataclass
class Map:
    """What a walker has learnt: where each choice of each question leads, and which are still to be tried."""

    ways: dict[str, dict[str, str | None]] = field(default_factory=dict)

    def sees(self, turn: Turn) -> None:
        """Notes what is on offer; what depends on the path, as corrections and switches do, is tried elsewhere."""
        known = self.ways.setdefault(turn["node"], {})
        for choice in turn["choices"]:
            if not choice["id"].startswith("correct-") and choice["id"] != "switch":
                known.setdefault(choice["id"], None)
        if turn["expects"] != "choice":
            known.setdefault("(typed)", None)

    def next_step(self, turn: Turn) -> str:
        """A choice never taken; else the first step towards one; else a way on that was never turned back."""
        on_offer: list[str] = [choice["id"] for choice in turn["choices"] if choice["id"] in self.ways[turn["node"]]]
        here = [*on_offer, *(["(typed)"] if turn["expects"] != "choice" else [])]
        ways = self.ways[turn["node"]]
        for choice in here:
            if ways[choice] is None:
                return choice
        queue = deque((ways[choice], choice) for choice in here)
        seen: set[str | None] = set()
        while queue:
            node, first = queue.popleft()
            if node in seen or node is None:
                continue
            seen.add(node)
            if None in self.ways.get(node, {}).values():
                return first
            queue.extend((after, first) for after in self.ways.get(node, {}).values())
        return "confirm" if "confirm" in here else here[-1]

    @property
    def complete(self) -> bool:
        """Whether everything that was ever on offer has been tried."""
        return all(target is not None for ways in self.ways.values() for target in ways.values())


def step(chat: Chat, turn: Turn, choice: str, answers: Mapping[str, str] = ANSWERS) -> Turn:
    """Takes a choice, or types what is asked for."""
    return chat.does({"text": answers[turn["expects"]]} if choice == "(typed)" else {"choose": choice})


def walk_everywhere(chat: Chat, answers: Mapping[str, str]) -> Iterator[Turn]:
    """Takes every choice of every question at least once, until every walk has come to an end; all that is said."""
    known, walks = Map(), 0
    turn = chat.hears()
    while not known.complete or not walks:
        for _ in range(100):
            yield turn
            known.sees(turn)
            choice = known.next_step(turn)
            after = step(chat, turn, choice, answers)
            assert "error" not in after
            known.ways[turn["node"]][choice] = after["node"]
            turn = after
            if turn["ended"]:
                break
        assert turn["ended"] in ("solved", "ticket")
        yield turn
        walks += 1
        assert walks < 400
        turn = chat.does({"command": "restart"})


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_end_is_reached_from_every_choice(language: str, tmp_path: Path) -> None:
    """Every choice of every question is taken at least once, and every walk comes to an end."""
    with Chat(tmp_path, language) as chat:
        tickets = [turn for turn in walk_everywhere(chat, ANSWERS) if turn["ticket"]]
    validator = Draft202012Validator(ticket_schema())
    assert {ended["ticket"]["cause"] for ended in tickets} >= set(CAUSES)
    for ended in tickets:
        validator.validate(ended["ticket"])
        check_files(tmp_path, ended)
    assert len({ended["ticket"]["reference"] for ended in tickets}) == len(tickets)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_desk_that_has_filled_in_nothing(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sentence is whole all the same: what is not known is said in other words, or not at all."""
    settings = tmp_path / "settings.yaml"
    settings.write_text(emptied(), encoding="utf-8")
    monkeypatch.setenv("BOT_SETTINGS", str(settings))
    with Chat(tmp_path, language) as chat:
        turns = list(walk_everywhere(chat, PLAIN))
    said = "\n".join(message["text"] for turn in turns for message in turn["messages"])
    assert re.findall(r".*(?:[{}]|  | [.,]|\(\)).*", said) == []
    voice = Voice(catalog(), language, PARIS)
    instead = [voice.phrase(setting.unknown) for setting in shipped().settings.values() if setting.unknown]
    assert len(instead) == 7
    assert [words for words in instead if words not in said] == []
    tickets = [turn["ticket"] for turn in turns if turn["ticket"]]
    assert {(ticket["flow"]["name"], ticket["cause"]) for ticket in tickets} >= {
        (name, cause) for name in ("webmail", "wifi") for cause in machine().flows[name].causes
    }


def check_files(data: Path, ended: Turn) -> None:
    """The ticket is in its files, whole: the JSON is the same, the text is the last message."""
    ticket = ended["ticket"]
    assert json.loads((data / "tickets" / f"{ticket['reference']}.json").read_text(encoding="utf-8")) == ticket
    text = (data / "tickets" / f"{ticket['reference']}.txt").read_bytes().decode()
    assert text == ended["messages"][-1]["text"] + "\n"
    if ticket["error_message"]["shown"]:
        assert ticket["error_message"]["text"] == HOSTILE
        assert f"\n{HOSTILE}\n" in text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("cause", CAUSES)
def test_ticket_of_every_cause_holds_the_facts(cause: str, language: str, nursery: Nursery, tmp_path: Path) -> None:
    """The usual path: the advice did not help, everything is typed. At most 8 turns; message and instant exact."""
    with Chat(tmp_path, language, nursery.start) as chat:
        turn = chat.hears()
        turns = 0
        while not turn["ended"]:
            ids = [choice["id"] for choice in turn["choices"]]
            usual = [choice for choice in ("webmail", cause, "confirm") if choice in ids]
            if turn["expects"] != "choice":
                turn = step(chat, turn, "(typed)")
            elif usual:
                turn = chat.does({"choose": usual[0]})
            else:
                turn = chat.does({"choose": unhelped(ids)})
            turns += 1
        assert turn["ended"] == "ticket"
        assert turns <= 8
        ticket = turn["ticket"]
    assert ticket["cause"] == cause
    assert ticket["language"] == language
    assert ticket["error_message"] == {"text": HOSTILE, "shown": True, "redactions": []}
    assert datetime.fromisoformat(ticket["attempt"]["at"]) == YESTERDAY
    assert ticket["attempt"]["at"] == "2026-06-21T22:15:00+02:00"
    assert ticket["attempt"]["precision"] == "minute"
    assert ticket["attempt"]["words"] == ANSWERS["attempt_time"]
    assert "secret" not in json.dumps(ticket)
    check_files(tmp_path, turn)


def unhelped(ids: list[str]) -> str:
    """The answer of somebody whom the advice did not help."""
    for choice in ("back_again", "no", "few_tries", "cannot"):
        if choice in ids:
            return choice
    return ids[0]
