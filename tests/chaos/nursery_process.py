"""The nursery itself: imports the bot once, then forks a child for each order that comes in on a socket.

An order is a packet of JSON, with the `arguments` and the `environment` of a child, and with its three standard
streams. On the same socket the nursery tells the number of each child in order, and how each ended. It lives until the
other end is closed, and its children no longer.
"""

import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

import bot

_LATER = (
    "alembic.command",
    "alembic.config",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
)
"""What the bot, or a library of its, imports only when it is needed."""
_STREAMS = 3


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

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._selector = selectors.DefaultSelector()
        self._selector.register(orders, selectors.EVENT_READ)
        self._numbers: dict[int, int] = {}

    def tend(self) -> Sequence[str] | None:
        """Does what is ordered until nobody can order anything more, then ends all. In a child, its arguments."""
        self._tell(ready=1)
        while True:
            for key, _ in self._selector.select():
                if key.fd != self._orders.fileno():
                    self._bury(key.fd)
                    continue
                order, streams, _, _ = socket.recv_fds(self._orders, 1 << 20, _STREAMS)
                if not order:
                    self._end()
                    return None
                if self._bear(streams):
                    return _become(order)

    def _bear(self, streams: Sequence[int]) -> bool:
        """Forks; whether this is the child."""
        pid = os.fork()
        if pid == 0:
            self._selector.close()
            self._orders.close()
            for handle in self._numbers:
                os.close(handle)
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
        for stream in streams:
            os.close(stream)
        if pid == 0:
            return True
        handle = os.pidfd_open(pid)
        self._numbers[handle] = pid
        self._selector.register(handle, selectors.EVENT_READ)
        self._tell(born=pid)
        return False

    def _bury(self, handle: int) -> None:
        """Tells how a child ended."""
        pid = self._numbers.pop(handle)
        self._selector.unregister(handle)
        os.close(handle)
        _, status = os.waitpid(pid, 0)
        self._tell(ended=pid, code=os.waitstatus_to_exitcode(status))

    def _end(self) -> None:
        """Leaves nobody behind."""
        for handle in list(self._numbers):
            os.kill(self._numbers[handle], signal.SIGKILL)
            self._bury(handle)

    def _tell(self, **what: int) -> None:
        with suppress(BrokenPipeError):  # nobody listens any more
            self._orders.send(json.dumps(what).encode())


def _become(order: bytes) -> Sequence[str]:
    """Nothing of the nursery's is left but what was imported; the arguments of the child."""
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace")
    wanted = json.loads(order)
    os.environ.clear()
    os.environ.update(wanted["environment"])
    arguments: Sequence[str] = wanted["arguments"]
    return arguments


if __name__ == "__main__":
    prepare()
    with socket.socket(fileno=int(sys.argv[1])) as orders:
        given = Children(orders).tend()
    if given is not None:
        from bot.cli import main

        sys.argv = ["bot", *given]
        main([*given])
