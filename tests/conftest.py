"""What all tests share."""

import logging
import os
import sys
from collections.abc import Callable, Iterator

import pytest
import structlog
from coverage import Coverage
from cryptography.fernet import Fernet
from hypothesis import settings

from bot.adapters.logs import set_up_logs
from tests.chaos.nursery import Nursery
from tests.postgres import Postgres, running

os.environ["BOT_DATA_KEY"] = Fernet.generate_key().decode()
"""No test makes a key where the user keeps theirs, fixtures of whole modules included."""

settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=5_000)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` writes the expected outputs anew."""
    parser.addoption("--update", action="store_true", help="write expected outputs anew; read the difference")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: many tests wait for a process, a disk or a clock."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected outputs are to be written anew."""
    return bool(request.config.getoption("--update"))


@pytest.fixture
def unmeasured() -> Iterator[None]:
    """Coverage would take twice the time for thousands of runs of lines that other tests cover."""
    measuring = Coverage.current()
    if measuring is not None:
        measuring.stop()
    yield
    if measuring is not None:
        measuring.start()


@pytest.fixture
def logs_to(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """`set_up_logs` as the program does it; afterwards all is as it was, for those who capture logs."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level, configure = root.handlers, root.level, structlog.configure
    monkeypatch.setattr(
        structlog, "configure", lambda **given: configure(**{**given, "cache_logger_on_first_use": False})
    )
    yield set_up_logs
    configure(**before)
    root.handlers = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Starts the program in about a quarter of the time."""
    if sys.platform != "linux":
        pytest.skip("bots are forked on Linux only")
    with Nursery() as nursery:
        yield nursery


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's own settings do not reach the tests."""
    for name in list(os.environ):
        if name.startswith("BOT_") and name != "BOT_DATA_KEY":
            monkeypatch.delenv(name)
