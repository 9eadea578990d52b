"""Catalogues brought up to date with the flows and the bot, by Babel."""

from io import BytesIO
from itertools import chain
from pathlib import Path

from babel import Locale
from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from bot.adapters.catalog.gettext import BOT_SOURCE
from bot.checking.phrases import answer_phrases, phrases, signature_phrases
from bot.flowfile.library import Loaded

_KEYWORDS = {"say": None, "message": None, "say_many": (1, 2)}
"""The functions whose first strings are the bot's own words."""

_HEADER = """# Guichet: {about}
# Translate the lines after msgstr; keep the {{placeholders}} as they are.
# Then: python -m bot check --strict
"""
_ABOUT = {"flows": "the words of the flows, to {language}", "bot": "the bot's own words, to {language}"}


def update_catalogues(folder: Path, loaded: Loaded, source: str, *, write: bool) -> list[Path]:
    """Merges what is new into every language of the folder, and marks what changed; says which files change.

    Languages are the subfolders that have an LC_MESSAGES folder. Translations that stand are kept; one whose source
    changed is kept as fuzzy until somebody looks at it; one whose source only moved is kept; one whose source is gone
    is kept aside, until the source comes back.
    """
    templates = {"flows": (_flows_template(loaded), source), "bot": (_bot_template(), BOT_SOURCE)}
    changed = []
    for messages_dir in sorted(folder.glob("*/LC_MESSAGES")):
        language = messages_dir.parent.name
        for domain, (template, own) in templates.items():
            path = messages_dir / f"{domain}.po"
            if language != own and _update(path, language, domain, template, write=write):
                changed.append(path)
    return changed


def _update(path: Path, language: str, domain: str, template: Catalog, *, write: bool) -> bool:
    before = path.read_bytes() if path.exists() else b""
    catalog = read_po(BytesIO(before), locale=language, domain=domain)
    _take_back(catalog, template)
    moved = _unique_translations(catalog)
    catalog.update(template, update_creation_date=False)
    catalog.obsolete = {key: entry for key, entry in catalog.obsolete.items() if entry.string and not entry.fuzzy}
    for entry in catalog:
        if entry.fuzzy and isinstance(entry.id, str) and entry.id in moved:
            entry.string = moved[entry.id]
            entry.flags.discard("fuzzy")
            entry.previous_id = []
    catalog.fuzzy = False
    name = Locale.parse(language).get_display_name("en")
    catalog.header_comment = _HEADER.format(about=_ABOUT[domain].format(language=name)).rstrip()
    written = BytesIO()
    write_po(written, catalog, width=100, include_previous=True, include_lineno=False)
    after = _without_dates(written.getvalue())
    if write and after != before:
        path.write_bytes(after)
    return after != before


def _take_back(catalog: Catalog, template: Catalog) -> None:
    """Takes back the translations that were kept aside and whose sources are there again."""
    for key, kept in list(catalog.obsolete.items()):
        if template.get(kept.id, kept.context) is None:
            continue
        del catalog.obsolete[key]
        entry = catalog.get(kept.id, kept.context)
        if entry is None or entry.fuzzy or not entry.string:
            catalog.delete(kept.id, kept.context)
            catalog[kept.id] = kept


def _flows_template(loaded: Loaded) -> Catalog:
    template = Catalog(domain="flows")
    every = (
        *map(phrases, loaded.flows),
        *map(signature_phrases, loaded.signatures),
        *map(answer_phrases, loaded.answer_files),
    )
    for written in chain(*every):
        if not written.needs_translation:
            continue
        file = Path(written.origin.source.file).name
        template.add(written.phrase.source, context=written.phrase.context, locations=[(file, 1)])
    return template


def _bot_template() -> Catalog:
    template = Catalog(domain="bot")
    package = Path(__file__).parents[2]
    for path in sorted(package.rglob("*.py"), key=lambda path: str(path.relative_to(package))):
        code = path.read_bytes()
        if any(f"{name}(".encode() in code for name in _KEYWORDS):  # to look closely takes a second for all
            for _, words, _, _ in extract("python", BytesIO(code), keywords=_KEYWORDS):
                template.add(words)
    return template


def _unique_translations(catalog: Catalog) -> dict[str, str]:
    """The translations of texts that are always translated alike, by the text: where it only moved, they still fit."""
    found: dict[str, set[str]] = {}
    for entry in catalog:
        if (
            entry.id
            and not entry.fuzzy
            and isinstance(entry.id, str)
            and isinstance(entry.string, str)
            and entry.string
        ):
            found.setdefault(entry.id, set()).add(entry.string)
    return {source: words.pop() for source, words in found.items() if len(words) == 1}


_KEPT_HEADERS = ("Language:", "MIME-Version:", "Content-Type:", "Content-Transfer-Encoding:", "Plural-Forms:")


def _without_dates(po: bytes) -> bytes:
    """The catalogue without the header fields that change by themselves."""
    head, gap, rest = po.partition(b"\n\n")
    lines = [
        line
        for line in head.decode().splitlines()
        if not line.startswith('"') or line.removeprefix('"').startswith(_KEPT_HEADERS)
    ]
    return "\n".join(lines).encode() + gap + rest
