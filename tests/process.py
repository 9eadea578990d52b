"""The real program, talked to as a script would: `python -m bot chat --jsonl`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol, Self, TypeAlias

from tests.desk import ROOT

NOW = "2026-06-22T10:30:00+02:00"
Turn = dict[str, Any]
Streams: TypeAlias = tuple[IO[bytes], IO[bytes], IO[bytes]]
"""Standard input, output and error."""


class Program(Protocol):
    """A process that was started."""

    def kill(self) -> None:
        """Ends it at once."""

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end; the exit code."""


Start: TypeAlias = Callable[[Sequence[str], Mapping[str, str], Streams], Program]
"""Starts the program with these arguments, this environment and these streams."""


def from_nothing(arguments: Sequence[str], environment: Mapping[str, str], streams: Streams) -> Program:
    """As it is typed."""
    stdin, stdout, stderr = streams
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=stdin, stdout=stdout, stderr=stderr)


def unmeasured(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program that is not measured: coverage takes most of the time of one that walks for long.

    Its tracer has also been seen to hang when a thread's greenlet is freed.
    """
    return {name: value for name, value in environment.items() if not name.startswith("COVERAGE")}


class Chat:
    """One running process and the conversation with it."""

    def __init__(self, data: Path, language: str = "fr", start: Start = from_nothing) -> None:
        arguments = ["chat", "--jsonl", "--lang", language, "--data", str(data), "--now", NOW]
        environment = {**unmeasured(os.environ), "PYTHONPATH": str(ROOT)}
        (given, put), (got, told) = os.pipe(), os.pipe()
        self._put, self._got = os.fdopen(put, "wb"), os.fdopen(got, "rb")
        with os.fdopen(given, "rb") as stdin, os.fdopen(told, "wb") as stdout, os.fdopen(os.dup(2), "wb") as stderr:
            self._process = start(arguments, environment, (stdin, stdout, stderr))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.kill()

    def hears(self) -> Turn:
        """The next thing the bot says."""
        line = self._got.readline()
        assert line, "the bot has gone"
        turn: Turn = json.loads(line)
        return turn

    def does(self, given: dict[str, str]) -> Turn:
        """Does something, and hears the answer."""
        self.starts(given)
        return self.hears()

    def starts(self, given: dict[str, str]) -> None:
        """Does something, and does not wait."""
        self._put.write(json.dumps(given).encode() + b"\n")
        self._put.flush()

    def kill(self) -> None:
        """Ends the process at once, as a power cut would."""
        self._process.kill()
        self.leaves()

    def leaves(self) -> int:
        """Says goodbye; the exit code."""
        self._put.close()
        code = self._process.wait(30)
        self._got.close()
        return code
