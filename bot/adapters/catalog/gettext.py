"""Gettext catalogues read at start: `<folder>/<language>/LC_MESSAGES/flows.po` and `bot.po`.

Domain `flows` has the desk's own language as source, and entries keyed by `msgctxt`; domain `bot` has English as
source. There are no compiled files: a desk mends a typo and starts again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog as Messages
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import NullTranslations
from babel.support import Translations as CompiledTranslations

from bot.checking.translations import Translation, Translations
from bot.model.error import BotError
from bot.model.flow import Phrase

BOT_SOURCE = "en"
DOMAINS = ("flows", "bot")


class CatalogError(BotError):
    """A catalogue cannot be read; says which, where and why."""


@dataclass(frozen=True, slots=True)
class PoFile:
    """One catalogue file, and its text by lines."""

    path: Path
    language: str
    domain: str
    messages: Messages
    text: str


def po_files(folder: Path) -> list[PoFile]:
    """All catalogues of a folder, by language and domain.

    Raises:
        CatalogError: one of them is not a valid .po file.
    """
    return [
        _read(path, language, domain)
        for path, language, domain in (
            (path, path.parts[-3], path.stem) for path in sorted(folder.glob("*/LC_MESSAGES/*.po"))
        )
        if domain in DOMAINS
    ]


def _read(path: Path, language: str, domain: str) -> PoFile:
    try:
        text = path.read_text(encoding="utf-8")
        with path.open("rb") as file:
            messages = read_po(file, locale=language, domain=domain, abort_invalid=True)
    except PoFileError as error:
        raise CatalogError(f"{path}:{error.lineno}: not a valid catalogue: {error}: {error.line.strip()}") from None
    except (ValueError, OSError) as error:
        raise CatalogError(f"{path}: not a valid catalogue: {error}") from None
    return PoFile(path, language, domain, messages, text)


def translations(po: PoFile) -> Translations:
    """The entries of a catalogue file as plain data, for checking."""
    lines = po.text.splitlines()
    return Translations(
        str(po.path),
        po.language,
        po.domain,
        tuple(
            Translation(
                context=entry.context,
                source=entry.id if isinstance(entry.id, str) else entry.id[0],
                plural=None if isinstance(entry.id, str) else entry.id[1],
                words=(entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ("",)),
                fuzzy=entry.fuzzy,
                line=entry.lineno or 1,
                words_line=_words_line(lines, entry.lineno or 1),
            )
            for entry in po.messages
            if entry.id
        ),
    )


def _words_line(lines: Sequence[str], line: int) -> int:
    """The line of the translation in the entry that begins on a line."""
    return next((number for number in range(line, len(lines) + 1) if lines[number - 1].startswith("msgstr")), line)


class GettextCatalog:
    """The catalogues of a folder; what they lack is said in the source language."""

    def __init__(self, files: Sequence[PoFile], source: str) -> None:
        self._source = source
        self._translations = {(file.language, file.domain): _compiled(file.messages) for file in files}
        known = {file.language for file in files} - {source}
        self._languages = (source, *sorted(known))

    @property
    def languages(self) -> Sequence[str]:
        """The codes of the languages spoken, the desk's own first."""
        return self._languages

    def phrase(self, phrase: Phrase, language: str) -> str:
        """Words of a flow."""
        if language == self._source:
            return phrase.source
        return str(self._in(language, "flows").pgettext(phrase.context, phrase.source))

    def bot(self, message: str, language: str) -> str:
        """The bot's own words, by their English source."""
        return self._in(language, "bot").gettext(message)

    def plural(self, one: str, many: str, count: int, language: str) -> str:
        """The bot's own words for this many, by their English sources."""
        return self._in(language, "bot").ngettext(one, many, count)

    def _in(self, language: str, domain: str) -> NullTranslations:
        return self._translations.get((language, domain), _NONE)


_NONE = NullTranslations()


def _compiled(messages: Messages) -> NullTranslations:
    """The catalogue compiled in memory; fuzzy entries are left out."""
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return CompiledTranslations(compiled)
