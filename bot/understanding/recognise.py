"""Which error a message tells, by signatures: codes first, then what it says, then what it is like."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import exp, log

from bot.model.reading import Reading
from bot.model.signature import Part, Signature, Wording
from bot.understanding.classifier import Classifier
from bot.understanding.features import words
from bot.understanding.normal import code_words, fold, sentences
from bot.understanding.sayings import sayings
from bot.understanding.wordings import WordingIndex, Words

MAX_CHARACTERS = 10_000
"""Of one message; what follows does not count."""

SURE = 0.45
"""The confidence from which a cause is named, if some wording claims it: what is only alike is a suggestion."""

_CODE = 10
"""What a code or a pattern says more than words do."""

_ELSE = 0.2
"""What each further wording of a cause adds, as a share of its own weight."""

_FURTHER = 3
"""How many further wordings count."""

_LIKENESS = 0.3
"""What it says that a message is like others, next to the weight of wordings."""

_LEAST = 0.0001
"""The smallest share of likeness: what is unlike all examples may still be said."""

_DOUBT = 0.5
"""What speaks against everything, so that little evidence alone makes nobody sure."""

_FEWEST_CHANCES = 2
"""With fewer different ones, no cause is likelier than another."""

_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """What speaks for a cause in a message: how much, and the wording that says most of it."""

    cause: str
    weight: float
    signature: str
    words: str


@dataclass(frozen=True, slots=True)
class _Evidence:
    owner: int
    weight: float
    words: str


class Recogniser:
    """Signatures, ready to recognise messages.

    Sentences with one of the `ignored` wordings say nothing where there are others: every login page has them.
    """

    def __init__(self, signatures: Sequence[Signature], ignored: Iterable[Wording] = ()) -> None:
        self._signatures = tuple(signatures)
        self._ignored = WordingIndex(enumerate(ignored))
        owned = list(enumerate(self._signatures))
        self._phrases = WordingIndex((owner, phrase) for owner, each in owned for phrase in each.phrases)
        codes = ((owner, Wording(code, (Part((code,)),))) for owner, each in owned for code in each.codes)
        self._codes = WordingIndex(codes, code_words)
        self._patterns = [(owner, re.compile(pattern)) for owner, each in owned for pattern in each.patterns]
        told = ((each.cause, example) for each in self._signatures for example in each.examples)
        written = ((each.cause, text) for each in self._signatures for said in each.phrases for text in sayings(said))
        self._like = Classifier(chain(told, written))

    def read(self, text: str) -> Reading:
        """What a message means. Without enough that speaks for one cause alone, only suggestions."""
        return self._reading(text, self.claims(text))

    def sure(self, text: str) -> Reading | None:
        """What a message means, when that is sure: what nothing claims is not, whatever it is like."""
        claims = self.claims(text)
        reading = self._reading(text, claims) if claims else None
        return reading if reading is not None and reading.cause is not None else None

    def _reading(self, text: str, claimed: Sequence[Claim]) -> Reading:
        claims = {claim.cause: claim for claim in claimed}
        chances = self._chances(text, claims)
        if not chances:
            return Reading(None, 0, (), "nothing in it is known")
        ranked = sorted(chances, key=lambda cause: -chances[cause])
        best = ranked[0]
        claim, confidence = claims.get(best), chances[best]
        because = f"{claim.words} of {claim.signature}" if claim else f"it is most like messages of {best}"
        suggestions = tuple(ranked[:_SUGGESTIONS])
        if claim is None or confidence < SURE:
            return Reading(None, confidence, suggestions, because)
        return Reading(best, confidence, suggestions, because, claim.signature)

    def _chances(self, text: str, claims: Mapping[str, Claim]) -> dict[str, float]:
        """How likely each cause is, by what claims it and by what the message is like; none if nothing is known."""
        like = dict(self._like.ranked(words(text))) if self._like.labels else {}
        if not claims and len(set(like.values())) < _FEWEST_CHANCES:
            return {}
        scores = {cause: _LIKENESS * log(max(share, _LEAST)) for cause, share in like.items()}
        for cause, claim in claims.items():
            scores[cause] = scores.get(cause, 0) + claim.weight
        best = max(scores.values())
        shares = {cause: exp(score - best) for cause, score in scores.items()}
        total = sum(shares.values()) + _DOUBT * exp(-best)
        return {cause: share / total for cause, share in shares.items()}

    def claims(self, text: str) -> list[Claim]:
        """The causes that something in a message speaks for, by its wordings; the strongest first."""
        if not self._signatures:
            return []
        by_cause: dict[str, list[_Evidence]] = {}
        for evidence in self._evidence(text[:MAX_CHARACTERS]):
            by_cause.setdefault(self._signatures[evidence.owner].cause, []).append(evidence)
        ranked = [
            (sorted(found, key=lambda each: (-each.weight, each.owner)), cause) for cause, found in by_cause.items()
        ]
        claims = [
            (
                -found[0].weight - _ELSE * sum(each.weight for each in found[1 : _FURTHER + 1]),
                found[0].owner,
                cause,
                found[0].words,
            )
            for found, cause in ranked
        ]
        return [
            Claim(cause, -weight, self._signatures[owner].id, words) for weight, owner, cause, words in sorted(claims)
        ]

    def _evidence(self, text: str) -> Iterator[_Evidence]:
        for found in self._codes.find(code_words(text)):
            yield _Evidence(found.owner, found.weight + _CODE, f'the code "{found.wording.source}"')
        folded = fold(text)
        for owner, pattern in self._patterns:
            if match := pattern.search(folded):
                yield _Evidence(owner, len(match[0].split()) + _CODE, f'the pattern "{pattern.pattern}"')
        for found in self._phrases.find(self._telling(text)):
            yield _Evidence(found.owner, found.weight, f'the phrase "{found.wording.source}"')

    def _telling(self, text: str) -> Sequence[Words]:
        """The sentences that say something."""
        said = sentences(text)
        return [sentence for sentence in said if not self._ignored.find([sentence])] if len(said) > 1 else said
