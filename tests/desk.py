"""The shipped desk, loaded once: what most tests talk to."""

from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.adapters.catalog.gettext import GettextCatalog, PoFile, po_files, po_paths
from bot.adapters.files import TextFiles
from bot.adapters.store.cipher import Cipher, new_key
from bot.bootstrap.desk import Desk
from bot.bootstrap.desk import lexicons as lexicons_of
from bot.engine.machine import Machine
from bot.flowfile.library import Loaded, load
from bot.model.flow import Flow
from bot.model.lexicon import Lexicon

ROOT = Path(__file__).parent.parent
PARIS = ZoneInfo("Europe/Paris")
KEY = new_key()
CIPHER = Cipher.of([KEY])
"""What the tests' databases are encrypted with."""

MONDAY = datetime(2026, 6, 22, 10, 30, tzinfo=PARIS)
"""A Monday morning in June, when the results of the movement are out."""


@cache
def shipped() -> Loaded:
    """The flows that come with the bot."""
    return load({path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "flows").glob("*.yaml"))})


@cache
def machine() -> Machine:
    """The shipped flows, ready to be walked."""
    return Machine({loaded.flow.name: loaded.flow for loaded in shipped().flows})


def emptied() -> str:
    """A settings file of a desk that knows nothing: it empties every setting."""
    return "\n".join(["format: 1", "settings:", *(f'  {name}: ""' for name in shipped().settings), ""])


def catalogues(folder: Path) -> list[PoFile]:
    """The catalogues of a folder that can be read."""
    return po_files(TextFiles().read(po_paths(folder)).texts)[0]


@cache
def catalog() -> GettextCatalog:
    """The shipped translations."""
    return GettextCatalog(catalogues(ROOT / "locales"), "fr")


@cache
def lexicons() -> dict[str, Lexicon]:
    """The words by which the causes of the shipped flows are recognised."""
    return lexicons_of(Desk(shipped(), (), {}, whole=True), catalog())


def flow_of(yaml: str) -> Flow:
    """The flow of a YAML text that must have no problem."""
    loaded = load({"test.yaml": yaml})
    assert loaded.diagnostics == []
    return loaded.flows[0].flow


def machine_of(*yamls: str) -> Machine:
    """A machine of YAML texts that must have no problem."""
    loaded = load({f"{number}.yaml": yaml for number, yaml in enumerate(yamls)})
    assert loaded.diagnostics == []
    return Machine({each.flow.name: each.flow for each in loaded.flows})
