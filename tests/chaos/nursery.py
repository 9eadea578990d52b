"""A nursery for bots: a start that costs a fork, so that a kill costs little more than the kill.

One small process without threads imports what the bot imports, once. Each bot is a fork of it, which takes an
environment and standard streams of its own and then runs `main(...)`, as `python -m bot ...` does.

What is real: the process has a number of its own; it reads its settings and the flows, opens its database, connects,
receives, and is killed, stopped or limited like any other. What is not: the interpreter does not start, and modules are
not imported, so that nothing meets the bot while that goes on; all bots have the same seed for the hashes of strings;
memory that nobody has written to since is shared.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from tests.desk import ROOT
from tests.process import Streams, unmeasured

_LONGEST = 60
"""Seconds that the nursery may take to get ready, and to fork."""


class Child:
    """One bot."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.ended: Future[int] = Future()

    @property
    def returncode(self) -> int | None:
        """How it ended, None while it runs."""
        return self.ended.result() if self.ended.done() else None

    def kill(self) -> None:
        """Ends it at once."""
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Asks it to end."""
        self._signal(signal.SIGTERM)

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end; the exit code."""
        return self.ended.result(timeout)

    def _signal(self, number: int) -> None:
        if not self.ended.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Awaited:
    """One bot, for those who wait in a loop."""

    def __init__(self, child: Child) -> None:
        self.pid = child.pid
        self.kill, self.terminate = child.kill, child.terminate
        self._child = child

    @property
    def returncode(self) -> int | None:
        """How it ended, None while it runs."""
        return self._child.returncode

    async def wait(self) -> int:
        """Waits for its end; the exit code."""
        return await asyncio.shield(asyncio.wrap_future(self._child.ended))


class Nursery:
    """The process that forks; use it as a context manager. Whatever is left ends with it."""

    def __init__(self) -> None:
        self._orders, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process: subprocess.Popen[bytes] | None = None
        self._listening = Thread(target=self._listen)
        self._ready: Future[None] = Future()
        self._one_order = Lock()
        self._awaited: deque[Future[Child]] = deque()
        self._children: dict[int, Child] = {}

    def __enter__(self) -> Self:
        with self._theirs as theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.nursery_process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                cwd=ROOT,
                env=unmeasured(os.environ),
                start_new_session=True,  # Ctrl-C is for the harness, which ends this when it ends
            )
        self._listening.start()
        self._ready.result(_LONGEST)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._orders.shutdown(socket.SHUT_WR)
        self._process.wait()
        self._listening.join()
        self._orders.close()

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], streams: Streams) -> Child:
        """`python -m bot` with these arguments, this environment and these standard streams."""
        born: Future[Child] = Future()
        order = json.dumps({"arguments": [*arguments], "environment": dict(environment)})
        with self._one_order:
            self._awaited.append(born)
            socket.send_fds(self._orders, [order.encode()], [stream.fileno() for stream in streams])
        return born.result(_LONGEST)

    async def launch(self, environment: Mapping[str, str], log: Path) -> Awaited:
        """A bot on Telegram, with this environment, that writes to this log."""

        def start() -> Child:
            with Path(os.devnull).open("rb") as nothing, log.open("ab") as written:
                return self.start(["run"], environment, (nothing, written, written))

        return Awaited(await asyncio.to_thread(start))

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """What a command says that reads nothing, with these settings beside those of this process."""
        with Path(os.devnull).open("rb") as nothing, TemporaryFile() as told, TemporaryFile() as complained:
            environment = {**unmeasured(os.environ), **settings}
            code = self.start(arguments, environment, (nothing, told, complained)).wait(_LONGEST)
            words = []
            for file in (told, complained):
                file.seek(0)
                words.append(file.read().decode())
        return subprocess.CompletedProcess(arguments, code, *words)

    def _listen(self) -> None:
        while packet := self._orders.recv(1 << 12):
            match json.loads(packet):
                case {"ready": _}:
                    self._ready.set_result(None)
                case {"born": pid}:
                    self._children[pid] = Child(pid)
                    self._awaited.popleft().set_result(self._children[pid])
                case {"ended": pid, "code": code}:
                    self._children.pop(pid).ended.set_result(code)
