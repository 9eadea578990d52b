"""From a file of signatures to the signatures it declares."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.flowfile.shapes.signatures import SignatureShape, SignaturesShape
from bot.flowfile.tree import Path, Source
from bot.flowfile.wording import unusable, wording
from bot.model.diagnostic import Diagnostic
from bot.model.flow import Phrase
from bot.model.signature import Signature, Wording

OWNER = "signatures"
"""Begins the contexts of what signatures say."""


@dataclass(frozen=True, slots=True)
class LoadedSignatures:
    """The signatures of a flow's errors, in the order of the file, with what says nothing."""

    flow: str
    signatures: tuple[Signature, ...]
    ignored: tuple[Wording, ...]
    source: Source


def signatures(source: Source, shape: SignaturesShape, diagnostics: list[Diagnostic]) -> LoadedSignatures:
    """The signatures of a file, without the phrases and codes that cannot be read."""
    groups = {name: tuple(_usable(source, ("words", name), words, diagnostics)) for name, words in shape.words.items()}
    found = tuple(
        _signature(source, ("signatures", index), each, groups, diagnostics)
        for index, each in enumerate(shape.signatures)
    )
    ignored = tuple(_wordings(source, ("ignore",), shape.ignore, groups, diagnostics))
    return LoadedSignatures(shape.flow, found, ignored, source)


def _signature(
    source: Source,
    path: Path,
    shape: SignatureShape,
    groups: Mapping[str, Sequence[str]],
    diagnostics: list[Diagnostic],
) -> Signature:
    context = f"{OWNER}.{shape.id}"
    return Signature(
        shape.id,
        shape.cause,
        Phrase(f"{context}.means", shape.means),
        Phrase(f"{context}.first", shape.first),
        tuple(_usable(source, (*path, "codes"), shape.codes, diagnostics)),
        tuple(_wordings(source, (*path, "phrases"), shape.phrases, groups, diagnostics)),
        tuple(shape.patterns),
        tuple(shape.examples),
    )


def _usable(source: Source, path: Path, words: Sequence[str], diagnostics: list[Diagnostic]) -> Iterator[str]:
    for index, each in enumerate(words):
        problem = unusable(each)
        if problem is None:
            yield each
        else:
            diagnostics.append(Diagnostic(source.file, source.at((*path, index)), "wrong-phrase", problem))


def _wordings(
    source: Source,
    path: Path,
    phrases: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    diagnostics: list[Diagnostic],
) -> Iterator[Wording]:
    for index, phrase in enumerate(phrases):
        found = wording(phrase, groups)
        if isinstance(found, Wording):
            yield found
        else:
            span = source.at_words((*path, index), found.words)
            diagnostics.append(Diagnostic(source.file, span, found.slug, found.message))
