"""The nursery itself: imports the bot once, then forks a child for each order that comes in on standard input.

An order is a line of JSON: the `environment`, and the `log` for all that is written. On standard output it tells the
number of each child in order, and how each ended. It lives as long as its standard input, and its children no longer.
"""

import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import bot

_LATER = (
    "alembic.command",
    "alembic.config",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
)
"""What the bot, or a library of its, imports only when it is needed."""
_IN, _OUT, _ERR = 0, 1, 2


def prepare() -> None:
    """Imports what a bot that runs has imported; nothing of it does any work at that."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    for name in _LATER:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


class Children:
    """The children, and who waits for them."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._selector.register(_IN, selectors.EVENT_READ)
        self._numbers: dict[int, int] = {}

    def tend(self) -> bool:
        """Does what is ordered until nobody can order anything more, then ends all. In a child, true at once."""
        begun = b""
        while True:
            for key, _ in self._selector.select():
                if key.fd != _IN:
                    self._bury(key.fd)
                    continue
                read = os.read(_IN, 1 << 16)
                if not read:
                    self._end()
                    return False
                *orders, begun = (begun + read).split(b"\n")
                for order in orders:
                    if self._bear(json.loads(order)):
                        return True

    def _bear(self, order: Mapping[str, Any]) -> bool:
        """Forks; whether this is the child."""
        pid = os.fork()
        if pid == 0:
            self._selector.close()
            for handle in self._numbers:
                os.close(handle)
            _become(order)
            return True
        handle = os.pidfd_open(pid)
        self._numbers[handle] = pid
        self._selector.register(handle, selectors.EVENT_READ)
        _tell(born=pid)
        return False

    def _bury(self, handle: int) -> None:
        """Tells how a child ended."""
        pid = self._numbers.pop(handle)
        self._selector.unregister(handle)
        os.close(handle)
        _, status = os.waitpid(pid, 0)
        _tell(ended=pid, code=os.waitstatus_to_exitcode(status))

    def _end(self) -> None:
        """Leaves nobody behind."""
        for handle in list(self._numbers):
            os.kill(self._numbers[handle], signal.SIGKILL)
            self._bury(handle)


def _become(order: Mapping[str, Any]) -> None:
    """Nothing of the nursery's is left but what was imported."""
    os.environ.clear()
    os.environ.update(order["environment"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(nothing, _IN)
    os.dup2(log, _OUT)
    os.dup2(log, _ERR)
    os.close(nothing)
    os.close(log)


def _tell(**what: int) -> None:
    with suppress(BrokenPipeError):  # nobody listens any more
        os.write(_OUT, json.dumps(what).encode() + b"\n")


if __name__ == "__main__":
    prepare()
    _tell(ready=1)
    if Children().tend():
        from bot.cli import main

        sys.argv = ["bot", "run"]
        main(["run"])
