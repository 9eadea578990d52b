"""Translations: complete, current, and with the same placeholders as their source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.checking.commands import shadowed
from bot.checking.findings import Findings
from bot.checking.limits import TOO_LONG, Limits
from bot.checking.phrases import Written, answer_phrases, phrases, signature_phrases
from bot.flowfile.library import Loaded, Origin
from bot.model.diagnostic import Diagnostic, Severity, Slug, Span
from bot.model.placeholder import placeholders

_EXCERPT = 50
"""Characters of a source text that a message quotes."""


NOT_PAIRED = (
    "the desk's own flows need the desk's own translations: copy the folder of those that come with the bot, "
    "and set BOT_LOCALES_DIR to the copy"
)
"""What to do where flows and translations do not belong together."""


@dataclass(frozen=True, slots=True)
class Translation:
    """One entry of a catalogue. An empty or fuzzy translation counts as missing. Lines count from 1."""

    context: str | None
    source: str
    plural: str | None
    words: tuple[str, ...]
    """One per plural form."""
    fuzzy: bool
    line: int
    words_line: int


@dataclass(frozen=True, slots=True)
class Translations:
    """The catalogue of one language and domain."""

    file: str
    language: str
    domain: str
    entries: Sequence[Translation]


def check_translations(
    loaded: Loaded,
    catalogues: Iterable[Translations],
    limits: Limits,
    findings: Findings,
    *,
    whole: bool,
    paired: bool = True,
) -> None:
    """Checks every catalogue against these files; entries of others are stale only when these are the whole.

    Of catalogues that were made for other flows, all stale entries are told at once.
    """
    written: dict[tuple[str, str], Written] = {}
    every = chain(
        *map(phrases, loaded.flows),
        *map(signature_phrases, loaded.signatures),
        *map(answer_phrases, loaded.answer_files),
    )
    for phrase in every:
        if phrase.needs_translation or phrase.own:
            written.setdefault((phrase.phrase.context, phrase.phrase.source), phrase)
    for catalogue in catalogues:
        for entry in catalogue.entries:
            if whole or (entry.context or "", entry.source) in written:
                _check_entry(catalogue, entry, findings)
        if catalogue.domain == "flows":
            stale = _check_against(catalogue, written, limits, findings, whole=whole)
            _tell_stale(catalogue, stale, findings, paired=paired)


def _check_entry(catalogue: Translations, entry: Translation, findings: Findings) -> None:
    if _is_missing(entry):
        what = "is marked fuzzy; check it and take the mark out" if entry.fuzzy else "is not translated"
        _add(catalogue, entry.line, "missing-translation", f"{_short(entry.source)} {what}", "warning", findings)
        return
    wanted = sorted(set(placeholders(entry.source)))
    in_plural = sorted(set(placeholders(entry.plural or entry.source)))
    for words in entry.words:
        found = sorted(set(placeholders(words)))
        if found not in (wanted, in_plural):
            message = f"placeholders differ: the source has {_names(wanted)}, this has {_names(found)}"
            _add(catalogue, entry.words_line, "placeholders-differ", message, "error", findings)


def _check_against(
    catalogue: Translations,
    written: Mapping[tuple[str, str], Written],
    limits: Limits,
    findings: Findings,
    *,
    whole: bool,
) -> list[Translation]:
    """Checks a catalogue of the flows' words; the entries whose source is in no flow are given back."""
    known = {(entry.context or "", entry.source): entry for entry in catalogue.entries}
    begun = {_owner(context) for context, _ in known}
    for key, phrase in written.items():
        if key in known or phrase.own:
            continue
        if _owner(key[0]) not in begun:
            message = (
                f'"{_owner(key[0])}" has no {catalogue.language} translation yet; run: python -m bot messages update'
            )
            findings.warning(Origin(phrase.origin.source, ()), ("flow",), "missing-translation", message)
        else:
            message = f"not in the {catalogue.language} catalogue yet; run: python -m bot messages update"
            findings.warning(phrase.origin, phrase.path, "missing-translation", message)
    unread = frozenset[str]().union(*(gap.mentioned for gap in findings.gaps))
    lengths: dict[str, int] = {}
    stale: list[Translation] = []
    for key, entry in known.items():
        if key not in written and (not whole or entry.source in unread):
            continue
        if key not in written:
            stale.append(entry)
        elif not _is_missing(entry):
            _check_length(catalogue, entry, written[key], lengths, limits, findings)
            if shadow := shadowed(written[key], entry.words[0]):
                _add(catalogue, entry.words_line, "command-word", shadow, "warning", findings)
    _check_labels(catalogue, known, written, findings)
    return stale


def _tell_stale(catalogue: Translations, stale: Sequence[Translation], findings: Findings, *, paired: bool) -> None:
    if paired:
        for entry in stale:
            message = f"{_short(entry.source)} is in no flow any more; run: python -m bot messages update"
            _add(catalogue, entry.line, "stale-translation", message, "warning", findings)
    elif stale:
        message = f"{len(stale):,} of these {len(catalogue.entries):,} translations are of no flow here; {NOT_PAIRED}"
        _add(catalogue, stale[0].line, "stale-translation", message, "warning", findings)


def _owner(context: str) -> str:
    """The flow or library that a phrase belongs to."""
    return context.partition(".")[0]


def _check_length(
    catalogue: Translations,
    entry: Translation,
    written: Written,
    lengths: dict[str, int],
    limits: Limits,
    findings: Findings,
) -> None:
    if written.use not in TOO_LONG:
        return
    length = len(entry.words[0])
    if written.use == "text":
        context = written.phrase.context
        lengths[context] = length = lengths.get(context, -2) + 2 + length
    limit = limits.of(written.use)
    if length > limit:
        message = (
            f"this {written.use} has {length:,} characters in {catalogue.language}; at most {limit:,} can be shown"
        )
        _add(catalogue, entry.words_line, TOO_LONG[written.use], message, "error", findings)


def _check_labels(
    catalogue: Translations,
    known: Mapping[tuple[str, str], Translation],
    written: Mapping[tuple[str, str], Written],
    findings: Findings,
) -> None:
    """No two choices of a node look the same in this language."""
    first: dict[tuple[str, str], Translation] = {}
    for key, entry in known.items():
        node, slot, _ = key[0].rpartition(".label.")
        if key in written and slot and not _is_missing(entry):
            other = first.setdefault((node, entry.words[0].strip().casefold()), entry)
            if other is not entry:
                message = (
                    f"another choice of this node has the same label in {catalogue.language}, on line {other.line}"
                )
                _add(catalogue, entry.words_line, "duplicate-label", message, "error", findings)


def _is_missing(entry: Translation) -> bool:
    return entry.fuzzy or not all(words.strip() for words in entry.words)


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names) or "none"


def _short(source: str) -> str:
    line = " ".join(source.split())
    return f'"{line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"}"'


def _add(catalogue: Translations, line: int, slug: Slug, message: str, severity: Severity, findings: Findings) -> None:
    findings.add(Diagnostic(catalogue.file, Span(line, 1), slug, message, severity))
