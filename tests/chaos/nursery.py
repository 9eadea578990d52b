"""A nursery for bots: a start that costs a fork, so that a kill costs little more than the kill.

One small process without threads imports what the bot imports, once. Each bot is a fork of it, which takes an
environment and a log of its own and then runs `main(["run"])`, as `python -m bot run` does.

What is real: the process has a number of its own; it reads its settings and the flows, opens its database, connects,
receives, and is killed, stopped or limited like any other. What is not: the interpreter does not start, and modules are
not imported, so that nothing meets the bot while that goes on; all bots have the same seed for the hashes of strings;
memory that nobody has written to since is shared.
"""

import asyncio
import json
import os
import signal
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.desk import ROOT
from tests.process import unmeasured


class Child:
    """One bot."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    def kill(self) -> None:
        """Ends it at once."""
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Asks it to end."""
        self._signal(signal.SIGTERM)

    async def wait(self) -> int:
        """Waits for its end; the exit code."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def ends(self, code: int) -> None:
        """The nursery says so."""
        self.returncode = code
        self._ended.set()

    def _signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Nursery:
    """The process that forks; use it as an asynchronous context manager. Whatever is left ends with it."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._awaited: deque[asyncio.Future[Child]] = deque()
        self._children: dict[int, Child] = {}
        self._ready = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.chaos.nursery_process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env=unmeasured(os.environ),
            start_new_session=True,  # Ctrl-C is for the harness, which ends this when it ends
        )
        self._listening = asyncio.create_task(self._listen(self._process))
        async with asyncio.timeout(60):
            await self._ready.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._listening is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._listening

    async def launch(self, environment: Mapping[str, str], log: Path) -> Child:
        """A bot of its own, with this environment, that writes to this log."""
        assert self._process is not None
        assert self._process.stdin is not None
        born = asyncio.get_running_loop().create_future()
        self._awaited.append(born)
        order = json.dumps({"environment": dict(environment), "log": str(log)})
        self._process.stdin.write(f"{order}\n".encode())
        async with asyncio.timeout(60):
            child: Child = await born
        return child

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            match json.loads(line):
                case {"ready": _}:
                    self._ready.set()
                case {"born": pid}:
                    self._children[pid] = Child(pid)
                    self._awaited.popleft().set_result(self._children[pid])
                case {"ended": pid, "code": code}:
                    self._children.pop(pid).ends(code)
