"""The real program, talked to as a script would: `python -m bot chat --jsonl`."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.desk import ROOT

NOW = "2026-06-22T10:30:00+02:00"
Turn = dict[str, Any]


def unmeasured(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program that is not measured: coverage takes most of the time of one that walks for long.

    Its tracer has also been seen to hang when a thread's greenlet is freed.
    """
    return {name: value for name, value in environment.items() if not name.startswith("COVERAGE")}


class Chat:
    """One running process and the conversation with it."""

    def __init__(self, data: Path, language: str = "fr", *options: str) -> None:
        command = [sys.executable, "-m", "bot", "chat", "--jsonl", "--lang", language, "--data", str(data)]
        self._process = subprocess.Popen(
            [*command, "--now", NOW, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**unmeasured(os.environ), "PYTHONPATH": str(ROOT)},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.kill()

    def hears(self) -> Turn:
        """The next thing the bot says."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the bot has gone"
        turn: Turn = json.loads(line)
        return turn

    def does(self, given: dict[str, str]) -> Turn:
        """Does something, and hears the answer."""
        self.starts(given)
        return self.hears()

    def starts(self, given: dict[str, str]) -> None:
        """Does something, and does not wait."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(given).encode() + b"\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """Ends the process at once, as a power cut would."""
        self._process.kill()
        self._process.communicate()

    def leaves(self) -> int:
        """Says goodbye; the exit code."""
        self._process.communicate(timeout=30)
        return self._process.returncode
