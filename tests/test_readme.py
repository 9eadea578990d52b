"""The README is true: its flow can be loaded, and its conversation is what the bot says."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.flowfile.compose import compose
from bot.flowfile.read import read
from bot.flowfile.shapes.base import Shape
from bot.flowfile.shapes.files import FlowShape, LibraryShape
from bot.settings import Settings
from tests.desk import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The first code block in a language."""
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def plainly(text: str) -> str:
    """Whatever spaces and apostrophes it is printed with."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk with the README's flow and the shipped library."""
    shutil.copy(ROOT / "flows" / "common.yaml", tmp_path)
    (tmp_path / "printer.yaml").write_text(block("yaml"), encoding="utf-8")
    monkeypatch.setenv("BOT_FLOWS_DIR", str(tmp_path))
    return tmp_path


def test_the_conversation(desk: Path) -> None:
    """Typed as shown, answered as shown; the reference is another."""
    lines = [line.strip() for line in block("text").splitlines()]
    typed = "".join(f"{line.removeprefix('> ')}\n" for line in lines if line.startswith(">"))
    arguments = ["chat", "--data", str(desk / "data"), "--now", "2026-06-22T10:30"]
    told = plainly(CliRunner().invoke(main, arguments, input=typed).stdout)
    for line in lines:
        if not line.startswith(">"):
            expected = re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}", "", line)
            assert expected in re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}", "", told), line
    ticket = [line for line in told[told.index("\nTicket ") : told.index("\nVous avez oublié")].splitlines() if line]
    assert lines[-len(ticket) + 1 :] == ticket[1:]
    assert lines[-len(ticket)].startswith("Ticket ")


def test_what_it_understands(tmp_path: Path) -> None:
    """Each command of the session, with a data folder of its own, says what stands below it."""
    commands = re.findall(r"\$ echo \"(.+)\" \| make (chat) ARGS=\"(.+)\"\n((?:[^$].*\n)+)", block("console"))
    assert len(commands) == 2
    for number, (typed, command, words, shown) in enumerate(commands):
        arguments = [command, *re.sub(r"(?<=--data )\S+", str(tmp_path / str(number)), words).split()]
        told = plainly(CliRunner().invoke(main, arguments, input=f"{typed}\n").stdout)
        for line in shown.splitlines():
            assert line == "..." or line in told, line


def test_a_word_about_an_identifier(tmp_path: Path) -> None:
    """What the bot says of one that looks mistyped, as docs/understanding.md shows it."""
    guide = (ROOT / "docs" / "understanding.md").read_text(encoding="utf-8")
    shown = re.search(r"## Identifiers\n.*?```text\n(.*?)\n```", guide, re.DOTALL)
    assert shown is not None
    typed = "webmail\nwrong_credentials\nno\njean dupont\n"
    told = CliRunner().invoke(main, ["chat", "--data", str(tmp_path)], input=typed).stdout
    assert plainly(shown[1]) in plainly(told)


def test_a_menu_without_a_title(desk: Path) -> None:
    """Its answer is in the summary only with one, as the README says."""
    typed = "non\nErreur 49\n8h15\n"
    arguments = ["chat", "--now", "2026-06-22T10:30", "--data", str(desk / "data")]
    assert "Bourrage" not in CliRunner().invoke(main, arguments, input=typed).stdout
    flow = desk / "printer.yaml"
    flow.write_text(
        flow.read_text(encoding="utf-8").replace("  jam:\n", "  jam:\n    title: Bourrage\n"), encoding="utf-8"
    )
    arguments[-1] = str(desk / "more")
    assert "• Bourrage : Non\n" in plainly(CliRunner().invoke(main, arguments, input=typed).stdout)


def test_what_the_documents_write_into_a_checkout_is_ignored() -> None:
    """So that no desk's facts get into the repository by accident."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".env", "/data/", "/desk/", "/settings.yaml", "/posters/"} <= set(ignored)


def test_a_question_cannot_be_forgotten(desk: Path) -> None:
    """As the README says of `check`."""
    library = desk / "common.yaml"
    library.write_text(library.read_text(encoding="utf-8").replace("goto: when\n", "goto: summary\n"), encoding="utf-8")
    told = CliRunner().invoke(main, ["check"]).stdout
    assert "error[ticket-without-attempt-time]: a path to this ticket never asks for the time of the attempt" in told


def test_every_setting_is_documented() -> None:
    """In the table for operators, and nothing else is."""
    documented = set(re.findall(r"`BOT_([A-Z_]+)`", README))
    assert documented == {name.upper() for name in Settings.model_fields}


def test_links_lead_somewhere() -> None:
    """In all documents."""
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("flows/*.md")):
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_setting_up_says_nothing_to_a_file(tmp_path: Path) -> None:
    """Where the output of a command goes to a file, as that of `settings` does, only this output gets there."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "python").write_text("#!/bin/sh\nmkdir -p .venv\n", encoding="utf-8")
    (tmp_path / "python").chmod(0o755)
    made = subprocess.run(
        ["make", ".venv/python", "PYTHON=./python"],  # noqa: S607
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert (made.stdout, made.stderr) == ("", "Setting up .venv (once) ...\n")


def test_make_targets_are_documented_rightly() -> None:
    """What documents tell to make, can be made."""
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"chat", "run", "test", "lint", "check", "system-deps", "image-test", "help"} <= targets
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("flows/*.md")):
        assert set(re.findall(r"(?m)(?:^|`)make ([a-z-]+)", path.read_text(encoding="utf-8"))) <= targets


GUIDE = (ROOT / "flows" / "README.md").read_text(encoding="utf-8")
FRAME = {"format": "format: 1\n", "flow": "flow: x\n", "title": "title: X\n", "start": "start: a\n"}


def frame_of(example: str) -> str:
    """What an example leaves out of a flow; files of signatures and of people's words are whole."""
    if re.search("^(signatures|examples_by_cause):", example, re.MULTILINE):
        return ""
    frame = "".join(line for key, line in FRAME.items() if not re.search(rf"^{key}:", example, re.MULTILINE))
    nodes = "" if re.search("^nodes:", example, re.MULTILINE) else "nodes: {a: {end: solved, text: x}}\n"
    return f"{frame}{nodes}"


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL))
def test_examples_of_the_guide_are_flow_files(example: str) -> None:
    """Every key of every example is allowed where it stands."""
    source, problems = compose("guide.yaml", f"{frame_of(example)}{example}")
    assert problems == []
    assert source is not None
    assert read(source).diagnostics == ()


def test_the_guide_names_every_key() -> None:
    """Whatever an author can write, the guide tells."""
    keys = {field.alias or name for shape in all_shapes() for name, field in shape.model_fields.items()}
    assert {key for key in keys if not re.search(rf"\b{key}\b", GUIDE)} == set()


def all_shapes() -> list[type[Shape]]:
    """Every shape there is."""
    return [*Shape.__subclasses__(), FlowShape, LibraryShape]
