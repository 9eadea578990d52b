"""How long a start takes, beside the bare import of what it loads."""

import asyncio
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from benchmarks.subjects import OURS, ROOT, SUBJECTS, running
from benchmarks.trial import staged

_IMPORTED = re.compile(r"import time:\s+\d+ \|\s+\d+ \| *([\w.]+)$", re.MULTILINE)
_PYTHON = OURS[0]
_IMPORT = """
import importlib
for name in {}:
    try:
        importlib.import_module(name)
    except ImportError:
        pass
"""


def starts(rounds: int) -> Iterator[tuple[str, float, float]]:
    """Of each command: its name, seconds until it is there, and seconds of its imports; medians, taken in turn."""
    for name, started in (("chat", _chats), ("run", _runs)):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            libraries = _libraries(started(Path(folder), ("-X", "importtime"))[1])
            taken = [(started(Path(folder), ())[0], _bare(libraries, Path(folder))) for _ in range(rounds)]
        yield name, median(each for each, _ in taken), median(each for _, each in taken)


def _libraries(told: str) -> list[str]:
    """What was imported that is not the bot's own, in order."""
    named = dict.fromkeys(_IMPORTED.findall(told))
    return [name for name in named if name.partition(".")[0] != "bot"]


def _bare(libraries: list[str], folder: Path) -> float:
    """Seconds of a Python that imports these, and nothing else."""
    code = _IMPORT.format(libraries)
    began = time.perf_counter()
    environment = _compiled(os.environ, folder)
    subprocess.run([_PYTHON, "-c", code], check=False, cwd=ROOT, env=environment, capture_output=True)
    return time.perf_counter() - began


def _compiled(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment, in which the first start compiles what it imports for all that follow, as it does anywhere."""
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def _chats(folder: Path, options: tuple[str, ...]) -> tuple[float, str]:
    """Until the first question is asked, by a script that says nothing."""
    environment = _compiled(SUBJECTS[0].environment("http://127.0.0.1:1", folder, None), folder)
    command = [_PYTHON, *options, "-m", "bot", "chat", "--jsonl", "--data", str(folder)]
    began = time.perf_counter()
    done = subprocess.run(command, check=True, cwd=ROOT, env=environment, input="", capture_output=True, text=True)
    return time.perf_counter() - began, done.stderr


def _runs(folder: Path, options: tuple[str, ...]) -> tuple[float, str]:
    """Until it asks for updates."""
    return asyncio.run(_until_it_fetches(folder, options))


async def _until_it_fetches(folder: Path, options: tuple[str, ...]) -> tuple[float, str]:
    async with staged() as stage:
        environment = _compiled(SUBJECTS[0].environment(stage.root, folder, None), folder)
        began = time.perf_counter()
        with running([_PYTHON, *options, "-m", "bot", "run"], environment, folder / "log", None):
            async with asyncio.timeout(60):
                await stage.api.fetched.wait()
            took = time.perf_counter() - began
    return took, (folder / "log").read_text()
