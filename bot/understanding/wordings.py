"""Wordings found in a text, all at once: every part is looked up once, and only wordings with all parts are tried."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.model.signature import Part, Wording
from bot.understanding.normal import normal, sentences

GAP = 6
"""How many other words may stand where a wording has "…"."""

NEAR = 8
"""How far apart parts may be that stand close by in any order, in words."""

_APART = 100
"""What a new sentence counts for: more than any gap."""

_FILLERS = frozenset(
    normal(
        "a an and are as at be been by for from has have in is it its of on or the this that to was were will with you"
        " your au aux ce cet cette d dans de des du elle en est et il l la le les leur ne n on ont ou par pas pour qu"
        " que qui s sa se ses son sont sur un une votre vos vous"
    ).split()
)
"""Words that say little about which error it is."""

_FILLER = 0.1
"""What such a word says, when another says 1."""

_STAR = "x0x"
"""Stands for a `*` where words are made out."""

Span: TypeAlias = tuple[int, int]
Words: TypeAlias = tuple[str, ...]
Split: TypeAlias = Callable[[str], tuple[Words, ...]]
"""Makes out the sentences of a text, and the words of each."""

_Beginning: TypeAlias = tuple[Words, bool, int]
"""The other words of an alternative that begins so, whether any has a `*`, and the key of its part."""


@dataclass(frozen=True, slots=True)
class Found:
    """A wording that a text has: whose it is, and how much of it says something."""

    owner: int
    wording: Wording
    weight: float


@dataclass(frozen=True, slots=True)
class _Entry:
    owner: int
    wording: Wording
    keys: tuple[int, ...]
    needed: frozenset[int]
    weight: float


class WordingIndex:
    """Wordings with their owners' numbers, ready to be found; `split` makes out words, in wordings and in texts."""

    def __init__(self, wordings: Iterable[tuple[int, Wording]], split: Split = sentences) -> None:
        self._split = split
        self._keys: dict[tuple[str, ...], int] = {}
        self._exact: defaultdict[str, list[_Beginning]] = defaultdict(list)
        self._begun: defaultdict[str, list[_Beginning]] = defaultdict(list)
        entries = [
            _Entry(owner, wording, keys, frozenset(keys), sum(map(self._weight, wording.parts)))
            for owner, wording in wordings
            for keys in [tuple(map(self._key, wording.parts))]
        ]
        self._shortest = min(map(len, self._begun), default=0)
        self._lengths: defaultdict[str, list[int]] = defaultdict(list)
        for start, length in sorted({(begun[: self._shortest], len(begun)) for begun in self._begun}):
            self._lengths[start].append(length)
        uses = Counter(key for entry in entries for key in entry.needed)
        self._by_rarest: defaultdict[int, list[_Entry]] = defaultdict(list)
        for entry in entries:
            self._by_rarest[min(entry.keys, key=lambda key: uses[key])].append(entry)

    def find(self, said: Sequence[Words]) -> list[Found]:
        """The wordings that sentences have, each within one of them."""
        begun = [[self._beginning(word) for word in words] for words in said]
        entries = self._possible({key for words in begun for word in words for _, _, key in word})
        if not entries:
            return []
        spans = _spans(said, begun, frozenset().union(*[entry.needed for entry in entries]))
        present = set(spans)
        return [
            Found(entry.owner, entry.wording, entry.weight)
            for entry in entries
            if entry.needed <= present and _fits(entry, spans)
        ]

    def _possible(self, begun: set[int]) -> list[_Entry]:
        """The entries whose parts all begin somewhere."""
        rarest = sorted(begun & self._by_rarest.keys())
        return [entry for key in rarest for entry in self._by_rarest[key] if entry.needed <= begun]

    def _key(self, part: Part) -> int:
        if part.alternatives not in self._keys:
            key = self._keys[part.alternatives] = len(self._keys)
            for alternative in part.alternatives:
                first, *rest = self._words(alternative)
                known = self._begun if first.endswith("*") else self._exact
                has_star = any(word.endswith("*") for word in rest)
                known[first.removesuffix("*")].append((tuple(rest), has_star, key))
        return self._keys[part.alternatives]

    def _words(self, alternative: str) -> tuple[str, ...]:
        """The words of an alternative; a `*` stays at the end of its word."""
        found = (word for sentence in self._split(alternative.replace("*", _STAR)) for word in sentence)
        return tuple(f"{word.removesuffix(_STAR)}*" if word.endswith(_STAR) else word for word in found)

    def _weight(self, part: Part) -> float:
        """How much a part says: alternatives are one thing, words by themselves one each."""
        if len(part.alternatives) > 1:
            return 1
        return sum(_FILLER if word in _FILLERS else 1 for word in self._words(part.alternatives[0]))

    def _beginning(self, word: str) -> Sequence[_Beginning]:
        found: Sequence[_Beginning] = self._exact.get(word, ())
        for length in self._lengths.get(word[: self._shortest], ()):
            if length <= len(word) and (begun := self._begun.get(word[:length])):
                found = (*found, *begun)
        return found


def _spans(
    said: Sequence[Words], begun: Sequence[Sequence[Sequence[_Beginning]]], wanted: frozenset[int]
) -> Mapping[int, Sequence[Span]]:
    """Where each part that is wanted stands, in order; positions count words. A place may come twice."""
    found: defaultdict[int, list[Span]] = defaultdict(list)
    base = 0
    for words, beginnings in zip(said, begun, strict=True):
        for index, here in enumerate(beginnings):
            for rest, has_star, key in here:
                if key not in wanted:
                    continue
                end = index + 1 + len(rest)
                following = words[index + 1 : end]
                if following == rest or (has_star and _are(rest, following)):
                    found[key].append((base + index, base + end))
        base += len(words) + _APART
    return found


def _are(patterns: Words, words: Words) -> bool:
    return len(words) == len(patterns) and all(map(_is, patterns, words))


def _is(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _fits(entry: _Entry, spans: Mapping[int, Sequence[Span]]) -> bool:
    """Whether the parts stand as they should: each run of parts one after the other, the runs close by."""
    runs: list[list[Span]] = []
    for part, key in zip(entry.wording.parts, entry.keys, strict=True):
        if not runs or part.joint == "near":
            runs.append(list(spans[key]))
        else:
            runs[-1] = _continued(runs[-1], spans[key], GAP if part.joint == "gap" else 0)
    first, *others = runs
    return any(all(_is_near(span, other) for other in others) for span in first)


def _continued(before: Sequence[Span], after: Sequence[Span], gap: int) -> list[Span]:
    """The spans that go on, from one that ends up to `gap` words before; each from its latest beginning."""
    ends: dict[int, int] = {}
    for start, end in before:
        ends[end] = max(start, ends.get(end, 0))
    found = []
    for start, end in after:
        begun = next((ends[at] for at in range(start, start - gap - 1, -1) if at in ends), None)
        if begun is not None:
            found.append((begun, end))
    return sorted(found)


def _is_near(span: Span, others: Sequence[Span]) -> bool:
    """Whether one of these spans, which are in order, is close by and does not overlap."""
    start, end = span
    index = bisect_left(others, (start - NEAR - GAP, 0))
    while index < len(others) and others[index][0] <= end + NEAR:
        if others[index][0] >= end or start - NEAR <= others[index][1] <= start:
            return True
        index += 1
    return False
