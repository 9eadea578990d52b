"""The interface for scripts."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.console.front import chat
from bot.adapters.console.jsonl import JsonLines
from bot.adapters.console.pictures import KeptPictures
from bot.adapters.console.streams import utf8_streams
from bot.adapters.sinks.folder import FolderSink
from bot.service.delivery import Sink
from bot.service.ports import Store
from tests.fakes import MemoryStore, WeakStore, conversation

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
COMMANDS = {"back", "restart", "cancel", "help", "correct", "language", "human", "privacy", "where"}


async def talk(folder: Path, *lines: str, store: Store | None = None, sink: Sink | None = None) -> list[dict[str, Any]]:
    """What is answered to these lines."""
    target = io.StringIO()
    source = io.StringIO("".join(f"{line}\n" for line in lines))
    front = JsonLines(source, target, KeptPictures(folder / "attachments"), COMMANDS, ["fr", "en"])
    await chat(conversation(store, sink), front, "fr", None)
    return [json.loads(line) for line in target.getvalue().splitlines()]


async def test_the_first_turn_comes_before_any_input(tmp_path: Path) -> None:
    """With exactly the keys that are documented."""
    [turn] = await talk(tmp_path)
    assert list(turn) == ["messages", "choices", "expects", "node", "ended", "ticket", "closing", "offers", "file"]
    assert turn["choices"] == [
        {"id": "webmail", "label": "Messagerie académique"},
        {"id": "wifi", "label": "Wi-Fi de l’établissement"},
    ]
    assert (turn["expects"], turn["node"], turn["ended"], turn["ticket"]) == ("choice", "start.service", None, None)
    assert list(turn["messages"][0]) == ["text"]


async def test_text_choice_and_command(tmp_path: Path) -> None:
    """One turn out for each turn in; empty lines are no turns."""
    turns = await talk(
        tmp_path,
        '{"choose": "webmail"}',
        "",
        '{"text": "mot de passe refusé"}',
        '{"command": "back"}',
        '{"command": "language"}',
        '{"command": "language", "language": "fr"}',
        '{"command": "human"}',
    )
    assert [turn["node"] for turn in turns] == [
        "start.service",
        "webmail.cause",
        "webmail.credentials_advice",
        "webmail.cause",
        "webmail.cause",
        "webmail.cause",
        "webmail.human.offer",
    ]
    assert turns[4]["messages"][0]["text"].startswith("What is happening?")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", "not valid JSON: Expecting property name enclosed in double quotes: line 2 column 1 (char 2)"),
        ("[" * 100_000, None),
        ('"text"', 'expected one of {"text": …}, {"choose": ID}, {"photo": PATH}, {"command": NAME}'),
        ("{}", None),
        ('{"txt": "x"}', None),
        ('{"text": 1}', None),
        ('{"text": "x", "choose": "y"}', None),
        (
            '{"command": "jump"}',
            'unknown command "jump"; there are: back, cancel, correct, help, human, language, privacy, restart, where',
        ),
        ('{"command": "language", "language": "de"}', 'unknown language "de"; there are: fr, en'),
        ('{"photo": "/gone.png"}', "/gone.png cannot be read: No such file or directory"),
    ],
)
async def test_a_malformed_line_changes_nothing(line: str, error: str | None, tmp_path: Path) -> None:
    """It is answered with an error, and the conversation goes on."""
    first, answer, then = await talk(tmp_path, line, '{"command": "help"}')
    assert list(answer) == ["error"]
    if error is not None:
        assert answer["error"] == error
    assert then["choices"] == first["choices"]


@pytest.mark.parametrize("failing", [1, 2, 3])
async def test_a_turn_that_cannot_be_taken(failing: int, tmp_path: Path) -> None:
    """It is answered with an error, and can be sent again; the opening comes with whatever is sent next."""
    lines = ['{"choose": "wifi"}', '{"choose": "slow_network"}']
    expected = await talk(tmp_path, *lines)
    lines.insert(max(0, failing - 2), lines[max(0, failing - 2)])
    answers = await talk(tmp_path, *lines, store=WeakStore(failing_turns=(failing,)))
    assert answers.pop(failing - 1) == {"error": "the database does not answer as it should: locked"}
    assert answers == expected


async def test_a_turn_that_was_taken_is_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """When the store does not learn that it was answered, it is only answered again with the next one."""
    lines = ['{"choose": "wifi"}', '{"choose": "slow_network"}']
    nodes = [turn["node"] for turn in await talk(tmp_path, *lines, store=WeakStore(failing_marks=(2,)))]
    assert nodes == ["start.service", "wifi.cause", "wifi.cause", "wifi.place"]
    assert capsys.readouterr().err == "the database does not answer as it should: locked\n"


async def test_a_ticket_that_cannot_be_delivered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is in the person's hands all the same; the operator is told, and every start tries again."""
    store, tickets = MemoryStore(), tmp_path / "tickets"
    tickets.touch()
    wifi = ('{"choose": "wifi"}', '{"choose": "slow_network"}', '{"text": "ici"}', '{"choose": "no"}')
    rest = ('{"choose": "no"}', '{"choose": "no_message"}', '{"choose": "just_now"}', '{"choose": "confirm"}')
    turns = await talk(tmp_path, *wifi, *rest, store=store, sink=FolderSink(tickets))
    assert (len(turns), turns[-1]["ended"]) == (9, "ticket")
    told = f"ticket 2222-2222 cannot be written to {tickets}: File exists; it will be tried again\n"
    assert capsys.readouterr().err == told
    assert len(await talk(tmp_path, store=store, sink=FolderSink(tickets))) == 1
    assert capsys.readouterr().err == told
    tickets.unlink()
    await talk(tmp_path, store=store, sink=FolderSink(tickets))
    assert sorted(file.name for file in tickets.iterdir()) == [
        "2222-2222.eml",
        "2222-2222.json",
        "2222-2222.txt",
    ]


async def test_photo(tmp_path: Path) -> None:
    """A picture is copied, and kept for the ticket."""
    picture = tmp_path / "écran.png"
    picture.write_bytes(PNG)
    _, turn = await talk(tmp_path, json.dumps({"photo": str(picture)}))
    assert turn["messages"][0]["text"].startswith("Je garde votre image.")
    assert [path.read_bytes() for path in (tmp_path / "attachments").iterdir()] == [PNG]


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("\0", "\0 is not a path"),
        ("/\ud800", "/\ufffd is not a path"),
        ("", ". is not a file"),
        ("x" * 5000, None),
    ],
)
async def test_a_path_that_can_be_none(path: str, error: str | None, tmp_path: Path) -> None:
    """It is answered as any other that leads nowhere."""
    _, answer, then = await talk(tmp_path, json.dumps({"photo": path}), '{"command": "help"}')
    assert list(answer) == ["error"]
    assert error is None or answer["error"] == error
    assert then["node"] == "start.service"


async def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    """The picture is kept, under a name that can be shown and stored."""
    (tmp_path / "a\udcff.png").write_bytes(PNG)
    wifi = ('{"choose": "wifi"}', '{"choose": "slow_network"}', '{"text": "ici"}', '{"choose": "no"}')
    rest = ('{"choose": "no"}', '{"choose": "no_message"}', '{"choose": "just_now"}', '{"choose": "confirm"}')
    *_, last = await talk(tmp_path, json.dumps({"photo": f"{tmp_path}/a\udcff.png"}), *wifi, *rest)
    assert [picture["name"] for picture in last["ticket"]["attachments"]] == ["a\ufffd.png"]


async def test_no_folder_for_pictures(tmp_path: Path) -> None:
    """The person is told, and can go on without."""
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "attachments").touch()
    _, answer, then = await talk(tmp_path, json.dumps({"photo": f"{tmp_path}/a.png"}), '{"command": "help"}')
    assert answer == {"error": f"{tmp_path}/a.png cannot be kept in {tmp_path}/attachments: File exists"}
    assert then["node"] == "start.service"


async def test_lone_surrogates_are_replaced(tmp_path: Path) -> None:
    """No channel could deliver them, and no database keep them."""
    steps = ['{"choose": "wifi"}', '{"choose": "slow_network"}', '{"text": "ici \\ud83d\\ude48 \\ud800"}']
    rest = ['{"choose": "no"}', '{"choose": "no"}', '{"choose": "no_message"}', '{"choose": "just_now"}']
    turns = await talk(tmp_path, *steps, *rest)
    assert "Lieu\u00a0: ici 🙈 \ufffd\n" in turns[-1]["messages"][0]["text"]


def test_streams_are_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine is set to; broken bytes do not end the conversation."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("é\xff".encode("latin-1")), encoding="ascii"))
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding="ascii"))
    source, target = utf8_streams()
    assert source.read() == "\ufffd\ufffd"
    target.write("é")
    target.flush()
    assert written.getvalue() == "é".encode()
    monkeypatch.setattr("sys.stdin", io.StringIO("x"))
    assert utf8_streams()[0].read() == "x"


async def test_a_ticket_by_hand(tmp_path: Path) -> None:
    """Each offer is a command; the mail is a file, to the last byte."""
    choices = ("webmail", "portal_saturated", "hours", "unreadable", "no_message", "just_now", "confirm")
    *_, ticket, ways, mail = await talk(
        tmp_path,
        *(json.dumps({"choose": choice}) for choice in choices),
        '{"command": "other-ways-2222-2222"}',
        '{"command": "by-mail-2222-2222"}',
    )
    assert [offer["id"] for offer in ticket["offers"]] == ["add-2222-2222", "other-ways-2222-2222"]
    assert [offer["id"] for offer in ways["offers"]][:2] == ["by-phone-2222-2222", "by-mail-2222-2222"]
    assert mail["file"]["name"] == "2222-2222.eml"
    assert mail["file"]["text"].startswith("X-Unsent: 1\r\nSubject: ")
