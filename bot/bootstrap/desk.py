"""What belongs to the desk: its flows, settings and translations, read and checked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.catalog.gettext import GettextCatalog, PoFile, po_files, po_paths, translations
from bot.adapters.catalog.languages import unknown_languages
from bot.adapters.files import MissingFile, TextFiles, flow_files, from_here
from bot.adapters.limits import CHANNEL_LIMITS
from bot.checking.check import check
from bot.checking.report import as_text
from bot.engine.machine import Machine
from bot.flowfile.examples import first_choices, said_of_causes
from bot.flowfile.library import Loaded, load
from bot.model.diagnostic import Diagnostic
from bot.model.error import BotError
from bot.model.lexicon import Lexicon
from bot.settings import Settings, is_packaged


class CannotStart(BotError):
    """Something of the desk's or the operator's keeps the bot from starting; says what, where and why."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All that belongs to the desk: flows, settings and translations, read and not yet checked."""

    loaded: Loaded
    catalogues: tuple[PoFile, ...]
    contents: Mapping[str, str]
    """All files as they are shown in messages, by name."""
    whole: bool
    paired: bool = True
    """Whether the translations can be of these flows: those that come with the bot are of the flows that do."""

    def check(self, *, thorough: bool = True) -> list[Diagnostic]:
        """Every problem of it; what keeps nobody from talking and takes long is looked for when `thorough`."""
        found = [translations(po) for po in self.catalogues]
        return check(self.loaded, found, CHANNEL_LIMITS, whole=self.whole, thorough=thorough, paired=self.paired)


def read_desk(settings: Settings, paths: Iterable[Path] = ()) -> Desk:
    """Reads the desk's files; with `paths`, only these flow files or folders and the libraries they use.

    Raises:
        CannotStart: a file or folder is not there or cannot be read.
    """
    named = [from_here(path) for path in paths]
    chosen = named or [from_here(settings.flows_dir)]
    own = [from_here(settings.settings)] if settings.settings is not None else []
    if not settings.locales_dir.is_dir():
        raise CannotStart(f"BOT_LOCALES_DIR: there is no folder {settings.locales_dir}")
    with _blamed_on("" if named else "BOT_FLOWS_DIR: "):
        flows = TextFiles().read(flow_files(chosen))
        if not flows.contents:
            raise MissingFile(f"no flow files (*.yaml) in {', '.join(map(str, chosen))}")
    with _blamed_on("BOT_SETTINGS: "):
        filled = TextFiles().read(own)
    with _blamed_on("BOT_LOCALES_DIR: "):
        translated = TextFiles().read(po_paths(from_here(settings.locales_dir)))
    loaded = load(flows.texts, next(iter(filled.texts.items()), None))
    catalogues, problems = po_files(translated.texts)
    misnamed = unknown_languages(from_here(settings.locales_dir))
    loaded.diagnostics += [*flows.problems, *filled.problems, *translated.problems, *problems, *misnamed]
    contents = flows.contents | filled.contents | translated.contents
    paired = not is_packaged(settings.locales_dir, "locales") or all(is_packaged(path, "flows") for path in chosen)
    return Desk(loaded, tuple(catalogues), contents, whole=all(path.is_dir() for path in chosen), paired=paired)


@contextmanager
def _blamed_on(setting: str) -> Iterator[None]:
    """What is not there is told with the setting that names it."""
    try:
        yield
    except MissingFile as error:
        raise CannotStart(f"{setting}{error}") from None


def checked_machine(desk: Desk) -> Machine:
    """The flows, ready to be walked.

    Raises:
        CannotStart: they have errors, or there are none.
    """
    errors = [found for found in desk.check(thorough=False) if found.severity == "error"]
    if errors:
        count = f"{len(errors)} error{'s' if len(errors) > 1 else ''}"
        raise CannotStart(f"{as_text(errors, desk.contents)}\n{count} in the flows; see: python -m bot check")
    return Machine({loaded.flow.name: loaded.flow for loaded in desk.loaded.flows})


def lexicons(desk: Desk, catalog: GettextCatalog) -> dict[str, Lexicon]:
    """The words by which the causes of each flow are recognised, those of its choices in every language included."""
    found: dict[str, Lexicon] = {}
    for flow in (loaded.flow for loaded in desk.loaded.flows):
        files = [each for each in desk.loaded.signatures if each.flow == flow.name]
        signatures = {signature.id: signature for each in files for signature in each.signatures}
        ignored = tuple(wording for each in files for wording in each.ignored)
        translated = [
            (cause, catalog.phrase(phrase, language))
            for cause, phrase, _ in first_choices(flow)
            for language in catalog.languages
        ]
        told = said_of_causes(flow, desk.loaded.examples)
        found[flow.name] = Lexicon(signatures, ignored, tuple(dict.fromkeys((*told, *translated))))
    return found


def known(what: str, name: str | None, known: Sequence[str]) -> None:
    """Refuses a name that is none of those known."""
    if name is not None and name not in known:
        raise CannotStart(f'there is no {what} "{name}"; there are: {", ".join(known)}')
