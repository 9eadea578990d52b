"""Gettext catalogues read at start: `<folder>/<language>/LC_MESSAGES/flows.po` and `bot.po`.

Domain `flows` has the desk's own language as source, and entries keyed by `msgctxt`; domain `bot` has English as
source. There are no compiled files: a desk mends a typo and starts again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog as Messages
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations
from babel.support import Translations as CompiledTranslations

from bot.checking.translations import Translation, Translations
from bot.model.diagnostic import Diagnostic, Span
from bot.model.flow import Phrase

BOT_SOURCE = "en"
DOMAINS = ("flows", "bot")


@dataclass(frozen=True, slots=True)
class PoFile:
    """One catalogue file, and its text."""

    name: str
    language: str
    domain: str
    messages: Messages
    text: str


def po_paths(folder: Path) -> list[Path]:
    """The catalogue files of a folder."""
    return [path for path in sorted(folder.glob("*/LC_MESSAGES/*.po")) if path.stem in DOMAINS]


def po_files(texts: Mapping[str, str]) -> tuple[list[PoFile], list[Diagnostic]]:
    """The catalogues of these texts, by their paths, and what keeps others from being read."""
    read: list[PoFile] = []
    problems: list[Diagnostic] = []
    for name, text in texts.items():
        problem = _unlike_a_catalogue(name, text)
        if problem is not None:
            problems.append(problem)
            continue
        path = Path(name)
        language, domain = path.parts[-3], path.stem
        messages = read_po(BytesIO(text.encode()), locale=language, domain=domain)
        read.append(PoFile(name, language, domain, messages, text))
    return read, problems


_LINE = re.compile(r'(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"(?:[^"\\]|\\.)*"')
"""A line that is no comment: a keyword perhaps, and a text in quotes."""


def _unlike_a_catalogue(name: str, text: str) -> Diagnostic | None:
    """The first line that Babel would misread in silence."""
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if line and not line.startswith("#") and not _LINE.fullmatch(line):
            message = 'expected msgctxt, msgid or msgstr and a text in "quotes", a \\ before each quote within it'
            return Diagnostic(name, Span(number, 1, len(line)), "catalogue-syntax", message)
    return None


def translations(po: PoFile) -> Translations:
    """The entries of a catalogue file as plain data, for checking."""
    lines = po.text.splitlines()
    return Translations(
        po.name,
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
