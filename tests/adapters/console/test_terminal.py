"""A real terminal, with a person at its keyboard."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.desk import ROOT


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator["pexpect.spawn[str]"]:
    """`python -m bot chat` in a pseudo-terminal."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "NO_COLOR": ""}
    command = ["-m", "bot", "chat", "--lang", "fr", "--data", str(tmp_path), "--now", "2026-06-22T10:30"]
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable, command, cwd=ROOT, env=environment, encoding="utf-8", dimensions=(50, 120), timeout=20
    )
    yield child
    child.close(force=True)


def test_a_conversation(terminal: "pexpect.spawn[str]", tmp_path: Path) -> None:
    """Numbered choices, words, a pasted message of several lines, a picture, and a ticket at the end."""
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\nx")
    terminal.expect("Wi-Fi de l’établissement")
    terminal.expect_exact("\x1b[6n")  # where is the cursor? asks the program, and a terminal answers
    terminal.send("\x1b[30;1R")
    terminal.expect("Recommencer")
    terminal.send("2\r")
    terminal.expect("Que se passe-t-il avec le Wi-Fi")
    terminal.send("c'est lent ou ça coupe\r")
    terminal.expect("À quel endroit cela se produit-il")
    terminal.send(f"/photo {tmp_path}/gone.png\r")
    terminal.expect("No such file")
    terminal.send(f"/photo {tmp_path}/a.png\r")
    terminal.expect("Je garde votre image")
    terminal.send("salle 204\r")
    terminal.expect("Est-ce que cela a marché")
    terminal.send("non\r")
    terminal.expect("Vos collègues")
    terminal.send("non\r")
    terminal.expect("Quel est le message d.erreur exact")
    terminal.send("\x1b[200~Erreur [bold]réseau[/bold]\r\n  \x07code 42\x1b[201~")
    terminal.send("\r")
    terminal.expect("Quand avez-vous essayé")
    terminal.send("1\r")
    terminal.expect("lundi 22 juin 2026 à 10:30")
    terminal.expect("C.est juste, créer le ticket")
    terminal.send("oui\r")
    terminal.expect("message exact")
    terminal.expect(r"Erreur \[bold\]réseau\[/bold\]")
    terminal.expect("Ticket préparé")
    terminal.send("/quit\r")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    [written] = (tmp_path / "tickets").glob("*.txt")
    assert "\nErreur [bold]réseau[/bold]\n  ␇code 42\n" in written.read_text(encoding="utf-8")


@pytest.mark.parametrize("key", ["\x04", "\x03"])
def test_leaving(terminal: "pexpect.spawn[str]", key: str) -> None:
    """Ctrl-D and Ctrl-C leave without noise."""
    terminal.expect("›")
    terminal.send(key)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
