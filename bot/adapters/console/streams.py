"""The process's own input and output, read and written as UTF-8 whatever the machine's settings are."""

import asyncio
import io
import sys
from concurrent.futures import Future
from threading import Thread
from typing import TextIO


def utf8_streams() -> tuple[TextIO, TextIO]:
    """Standard input and output; bytes that are no UTF-8 become U+FFFD instead of ending the conversation."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    return sys.stdin, sys.stdout


async def next_line(source: TextIO) -> str:
    """The next line, empty at the end of the input.

    A thread waits for it that nobody waits for, unlike those of `asyncio.to_thread`: the program can end before its
    input does.
    """
    line: Future[str] = Future()

    def read() -> None:
        line.set_running_or_notify_cancel()
        try:
            line.set_result(source.readline())
        except (OSError, ValueError) as error:
            line.set_exception(error)

    Thread(target=read, daemon=True).start()
    return await asyncio.wrap_future(line)
