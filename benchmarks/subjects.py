"""The bots that are measured, and how each is started: one process, on a processor of its own."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.botapi import TOKEN

ROOT = Path(__file__).resolve().parent.parent
CORE = 0
"""The processor that a bot has for itself."""
SECRET = "benchmark-secret"  # noqa: S105 - nobody's
_PEERS = ROOT / ".venv-bench" / "bin" / "python"
OURS = [str(ROOT / ".venv" / "bin" / "python"), "-m", "bot", "run"]
_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@dataclass(frozen=True, slots=True)
class Subject:
    """A bot: its name, and the module and arguments of a peer; ours has none."""

    name: str
    peer: Sequence[str] = ()

    @property
    def ours(self) -> bool:
        """Whether it is this project's own bot."""
        return not self.peer

    def command(self, root: str, data: Path, port: int | None) -> list[str]:
        """How it is started: polling, or with its webhook at a port."""
        if self.ours:
            return OURS
        arguments = [each.format(data=data) for each in self.peer]
        hook = ["--webhook", str(port)] if port else []
        return [str(_PEERS), "-m", arguments[0], root, *arguments[1:], *hook]

    def environment(self, root: str, data: Path, port: int | None) -> dict[str, str]:
        """Its settings."""
        own = {"BOT_TOKEN": TOKEN, "BOT_WEBHOOK_SECRET": SECRET, "PYTHONPATH": str(ROOT)}
        if self.ours:
            own |= {
                "BOT_API_URL": root,
                "BOT_DATA_DIR": str(data),
                "BOT_DATA_KEY": _KEY,
                "BOT_FLOWS_DIR": str(ROOT / "benchmarks" / "flows"),
                "BOT_RATE": "100000",
                "BOT_CHAT_RATE": "100000",
            }
            if port:
                own |= {"BOT_WEBHOOK_URL": "https://bench.example.org/hook", "BOT_WEBHOOK_LISTEN": f"127.0.0.1:{port}"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "COVERAGE"))}
        return {**kept, **own}


SUBJECTS = (
    Subject("guichet"),
    Subject("ptb", ("benchmarks.peers.ptb",)),
    Subject(
        "ptb-pickle",
        ("benchmarks.peers.ptb", "--pickle", "{data}/state.pickle"),
    ),
    Subject("aiogram", ("benchmarks.peers.aiogram_fsm",)),
)


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], log: Path, core: int | None = CORE
) -> Iterator[psutil.Process]:
    """A bot that runs until the block ends; what it says goes to a file. `core` is the only processor it may use."""
    with log.open("wb") as told:
        pinned = ["taskset", "-c", str(core), *command] if core is not None else command
        process = subprocess.Popen(pinned, cwd=ROOT, env=dict(environment), stdout=told, stderr=told)
    try:
        yield psutil.Process(process.pid)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def stay_off(core: int) -> None:
    """Keeps this process, which drives, off the bot's processor where there is another."""
    others = os.sched_getaffinity(0) - {core}
    if others:
        os.sched_setaffinity(0, others)
