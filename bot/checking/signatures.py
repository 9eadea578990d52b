"""Signatures: known causes, one owner for each text, and examples that are recognised."""

from collections.abc import Iterator
from typing import cast

from bot.checking.findings import Findings
from bot.checking.limits import TOO_LONG, Limits
from bot.checking.patterns import slow, unreadable
from bot.checking.phrases import signature_phrases
from bot.checking.placeholders import check_settings_named
from bot.flowfile.library import Loaded, LoadedFlow, Origin
from bot.flowfile.near import did_you_mean
from bot.flowfile.signatures import LoadedSignatures
from bot.flowfile.tree import Path, plain
from bot.model.flow import OTHER_CAUSE
from bot.model.signature import Signature, Wording
from bot.understanding.normal import normal
from bot.understanding.recognise import Recogniser

SHORTEST_PHRASE = 3
"""Letters and digits of the shortest phrase: with fewer, it is found in other messages by chance."""

SHORTEST_CODE = 3

LOOKED_FOR = ("codes", "phrases", "patterns")
"""The keys of a signature by which messages are recognised."""


def check_signatures(loaded: Loaded, limits: Limits, findings: Findings, *, whole: bool, thorough: bool) -> None:
    """Everything about signatures. Their flow must be there when these files are the whole.

    Only when `thorough`, their examples are tried.
    """
    flows = {each.flow.name: each for each in loaded.flows}
    ids: dict[str, str] = {}
    for file in loaded.signatures:
        _check_flow(file, flows, findings, whole=whole)
        for index, signature in enumerate(file.signatures):
            origin = Origin(file.source, ("signatures", index))
            _check_id(origin, signature, ids, findings)
            _check_words(origin, signature, findings)
        _check_owners(file, findings)
        for written in signature_phrases(file):
            length = len(written.phrase.source)
            if length > limits.text:
                message = f"the text up to here has {length:,} characters; at most {limits.text:,} can be shown"
                findings.error(written.origin, written.path, TOO_LONG["text"], message)
            if file.flow in flows:
                check_settings_named(flows[file.flow], written, findings)
        if thorough and not any(
            found.file == file.source.file and found.severity == "error" for found in findings.found.values()
        ):
            _check_examples(file, findings)


def _check_flow(file: LoadedSignatures, flows: dict[str, LoadedFlow], findings: Findings, *, whole: bool) -> None:
    if file.flow not in flows:
        if whole:
            message = f'there is no flow "{file.flow}"; there are: {", ".join(flows)}{did_you_mean(file.flow, flows)}'
            findings.error(Origin(file.source, ()), ("flow",), "unknown-flow", message)
        return
    causes = flows[file.flow].flow.causes
    for index, signature in enumerate(file.signatures):
        if signature.cause not in (*causes, OTHER_CAUSE):
            known = ", ".join(causes) or "none"
            message = f'there is no cause "{signature.cause}"; there are: {known}'
            message += did_you_mean(signature.cause, causes)
            findings.error(Origin(file.source, ("signatures", index)), ("cause",), "unknown-cause", message)


def _check_id(origin: Origin, signature: Signature, ids: dict[str, str], findings: Findings) -> None:
    place = f"{origin.source.file}:{origin.source.at((*origin.path, 'id')).line}"
    first = ids.setdefault(signature.id, place)
    if first != place:
        message = f'there is already a signature "{signature.id}", in {first}; give each its own id'
        findings.error(origin, ("id",), "duplicate-id", message)


def _check_words(origin: Origin, signature: Signature, findings: Findings) -> None:
    """What a signature looks for: something at all, not too little, and patterns that come to an end."""
    if not any(words for key in LOOKED_FOR for words in _written(origin, key)):
        message = f'"{signature.id}" has no codes, phrases or patterns; nothing could be recognised by it'
        findings.error(origin, ("id",), "nothing-to-recognise", message)
    for index, code in enumerate(signature.codes):
        if len(code) < SHORTEST_CODE:
            message = f'"{code}" is found in too many messages; a code has {SHORTEST_CODE} characters or more'
            findings.error(origin, ("codes", index), "phrase-too-short", message)
    for path, phrase in _phrase_places(origin, signature):
        if _letters(phrase) < SHORTEST_PHRASE:
            message = f'"{phrase.source}" is found in too many messages; write {SHORTEST_PHRASE} letters or more'
            findings.error(origin, path, "phrase-too-short", message)
    for index, pattern in enumerate(signature.patterns):
        if problem := unreadable(pattern):
            findings.error(origin, ("patterns", index), "wrong-pattern", problem)
        elif problem := slow(pattern):
            findings.error(origin, ("patterns", index), "slow-pattern", problem)


def _phrase_places(origin: Origin, signature: Signature) -> Iterator[tuple[Path, Wording]]:
    """The phrases with where they are written: some of the file's may not have been readable."""
    known = {phrase.source: phrase for phrase in signature.phrases}
    for index, words in enumerate(_written(origin, "phrases")):
        if words in known:
            yield ("phrases", index), known[words]


def _written(origin: Origin, key: str) -> list[str]:
    """The texts that are written under a key of a signature."""
    whole = cast("dict[str, list[str]]", plain(origin.source.part(origin.path)))
    return whole.get(key, [])


def _letters(phrase: Wording) -> int:
    """Letters and digits of the shortest text that a phrase fits."""
    lengths = ([sum(map(str.isalnum, words)) for words in part.alternatives] for part in phrase.parts)
    return sum(min(each, default=SHORTEST_PHRASE) for each in lengths)


def _check_owners(file: LoadedSignatures, findings: Findings) -> None:
    """No code and no phrase belongs to two causes."""
    owners: dict[object, Signature] = {}
    for index, signature in enumerate(file.signatures):
        origin = Origin(file.source, ("signatures", index))
        claims: list[tuple[Path, str, object]] = [
            (("codes", number), code, normal(code)) for number, code in enumerate(signature.codes)
        ]
        claims += [(path, phrase.source, phrase.parts) for path, phrase in _phrase_places(origin, signature)]
        for path, words, key in claims:
            owner = owners.setdefault(key, signature)
            if owner.cause != signature.cause:
                message = f'"{words}" also belongs to "{owner.id}", which means {owner.cause}; one text has one cause'
                findings.error(origin, path, "claimed-twice", message)


def _check_examples(file: LoadedSignatures, findings: Findings) -> None:
    """Every example is recognised as what it is an example of, all signatures together."""
    recogniser = Recogniser(file.signatures, file.ignored)
    for index, signature in enumerate(file.signatures):
        origin = Origin(file.source, ("signatures", index))
        for number, example in enumerate(signature.examples):
            claims = recogniser.claims(example)
            foremost = claims[0].cause if claims else None
            if foremost == signature.cause == recogniser.read(example).cause:
                continue
            others = [claim for claim in claims if claim.cause != signature.cause]
            if others:
                message = f"this is also claimed by {others[0].words} of {others[0].signature}, which means "
                findings.error(origin, ("examples", number), "claimed-twice", message + others[0].cause)
            else:
                message = f'this is not recognised as "{signature.id}"; give it a phrase that fits'
                findings.error(origin, ("examples", number), "example-missed", message)
