"""Gettext catalogues read at start: `<folder>/<language>/LC_MESSAGES/flows.po` and `bot.po`.

Domain `flows` has the desk's own language as source, and entries keyed by `msgctxt`; domain `bot` has English as
source. There are no compiled files: a desk mends a typo and starts again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import c2py
from io import BytesIO, StringIO
from pathlib import Path

from babel.messages import Catalog as Messages
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations
from babel.support import Translations as CompiledTranslations

from bot.adapters.catalog.languages import is_language
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
    """The catalogue files of a folder, in the languages that there are."""
    found = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    return [path for path in found if path.stem in DOMAINS and is_language(path.parts[-3])]


def po_files(texts: Mapping[str, str]) -> tuple[list[PoFile], list[Diagnostic]]:
    """The catalogues of these texts, by their paths, and what keeps others from being read."""
    read: list[PoFile] = []
    problems: list[Diagnostic] = []
    for name, text in texts.items():
        match _po_file(name, text):
            case PoFile() as file:
                read.append(file)
            case Diagnostic() as problem:
                problems.append(problem)
    return read, problems


def _po_file(name: str, text: str) -> PoFile | Diagnostic:
    problem = _unlike_a_catalogue(name, text)
    if problem is not None:
        return problem
    path = Path(name)
    language, domain = path.parts[-3], path.stem
    try:
        messages = read_po(StringIO(text), locale=language, domain=domain)
    except ValueError as error:
        message = f"this header cannot be read: {error}; correct it, or take the line out"
        return _in_header(name, text, "msgid", message)
    return _wrong_header(name, text, messages) or PoFile(name, language, domain, messages, text)


_LINE = re.compile(r'(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"(?:[^"\\]|\\.)*"')
"""A line that is no comment: a keyword perhaps, and a text in quotes."""


def _unlike_a_catalogue(name: str, text: str) -> Diagnostic | None:
    """The first line that Babel would misread in silence."""
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if line and not line.startswith("#") and not _LINE.fullmatch(line):
            message = 'expected msgctxt, msgid or msgstr and a text in "quotes", a \\ before each quote within it'
            return Diagnostic(name, Span(number, 1, len(line)), "catalogue-syntax", message)
    return None


def _wrong_header(name: str, text: str, messages: Messages) -> Diagnostic | None:
    """What the header says that would not do when people are talked to."""
    if messages.charset not in {"utf-8", "utf8"}:
        message = f"catalogues are UTF-8, and this says {messages.charset}; write charset=utf-8"
        return _in_header(name, text, '"Content-Type:', message)
    if not _has_plurals(messages):
        message = "these plural forms give no number below nplurals; for English they are nplurals=2; plural=(n != 1);"
        return _in_header(name, text, '"Plural-Forms:', message)
    return None


def _has_plurals(messages: Messages) -> bool:
    """Whether every count, as far as anybody counts, has one of the plural forms."""
    try:
        form = c2py(messages.plural_expr)
        return all(form(count) in range(messages.num_plurals) for count in range(1000))
    except (ValueError, ZeroDivisionError):
        return False


def _in_header(name: str, text: str, begins: str, message: str) -> Diagnostic:
    lines = list(map(str.strip, text.splitlines()))
    number, line = next(((at, line) for at, line in enumerate(lines, 1) if line.startswith(begins)), (1, " "))
    return Diagnostic(name, Span(number, 1, len(line)), "catalogue-syntax", message)


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
