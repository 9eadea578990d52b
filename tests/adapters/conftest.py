"""The loop that the tests of the adapters run in: the one that `run` takes."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping

from bot.bootstrap.loop import loop_factory


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """One of them only, so tests keep their names."""
    return {"as shipped": loop_factory()}
