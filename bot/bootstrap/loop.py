"""The loop that `run` waits in."""

from asyncio import AbstractEventLoop, new_event_loop
from collections.abc import Callable


def loop_factory() -> Callable[[], AbstractEventLoop]:
    """What makes it: uvloop's, or the usual one where there is none for this kind of machine."""
    try:
        import uvloop
    except ImportError:
        return new_event_loop
    return uvloop.new_event_loop
