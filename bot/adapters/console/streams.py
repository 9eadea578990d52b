"""The process's own input and output, read and written as UTF-8 whatever the machine's settings are."""

import io
import sys
from typing import TextIO


def utf8_streams() -> tuple[TextIO, TextIO]:
    """Standard input and output; bytes that are no UTF-8 become U+FFFD instead of ending the conversation."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    return sys.stdin, sys.stdout


def well_formed(text: str) -> str:
    """The text with every lone surrogate, which no channel can deliver or store, as U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
