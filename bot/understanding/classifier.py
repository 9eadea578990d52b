"""Which label a short text is likeliest to have, by examples: naive Bayes over its features."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import exp, log, sqrt
from operator import itemgetter

from bot.understanding.features import features, words
from bot.understanding.synonyms import Synonyms

_SMOOTHING = 0.2
"""What every label is taken to have seen of every feature."""


class Classifier:
    """Learns from examples (label, text) when it is made, and says the same ever after.

    All labels count as equally likely beforehand: how many examples somebody wrote says nothing about what people ask.
    """

    def __init__(self, examples: Iterable[tuple[str, str]]) -> None:
        self._synonyms = Synonyms()
        seen: dict[str, Counter[str]] = {}
        self._counts: dict[str, float] = {}
        for label, text in examples:
            found = features(words(text), self._synonyms)
            seen.setdefault(label, Counter()).update(found.keys())
            self._counts |= found
        self.labels = tuple(seen)
        self._weights = _Weights(seen.values(), self._counts)

    def knows(self, word: str) -> bool:
        """Whether some example has this word, folded as `words` has it."""
        return f" {word} " in self._counts

    def ranked(self, said: list[str]) -> list[tuple[str, float]]:
        """Every label with its probability for the words of a text, the likeliest first; they sum to 1.

        Of a text not known all are equal.
        """
        found = features(said, self._synonyms)
        known = list(filter(self._counts.__contains__, found))
        if not known:
            return [(label, 1 / len(self.labels)) for label in self.labels]
        # Features overlap and are no independent witnesses: the evidence of many is worth the root of their number.
        scale = 1 / sqrt(sum(map(self._counts.__getitem__, known)))
        columns = zip(*map(self._weights.__getitem__, known), strict=True)
        scores = [scale * weight for weight in map(sum, columns)]
        best = max(scores)
        shares = [exp(score - best) for score in scores]
        total = sum(shares)
        ranking = zip(self.labels, [share / total for share in shares], strict=True)
        return sorted(ranking, key=itemgetter(1), reverse=True)


class _Weights(dict[str, Sequence[float]]):
    """How much each feature speaks for each label, against the mean of all labels.

    It is reckoned when a text first has a feature: most of some ten thousand never come, and a start need not wait.
    """

    def __init__(self, seen: Iterable[Counter[str]], counts: Mapping[str, float]) -> None:
        super().__init__()
        self._seen = tuple((own, _frequencies(own, counts)) for own in seen)
        self._counts = counts

    def __missing__(self, name: str) -> Sequence[float]:
        logs = [frequencies[own.get(name, 0)] for own, frequencies in self._seen]
        mean = sum(logs) / len(logs)
        weights = self[name] = [self._counts[name] * (value - mean) for value in logs]
        return weights


def _frequencies(own: Counter[str], counts: Mapping[str, float]) -> list[float]:
    """By how often a feature was seen with a label: the logarithm of its share in all that was seen with it."""
    total = _SMOOTHING * len(counts) + sum(counts[name] * times for name, times in own.items())
    return [log((times + _SMOOTHING) / total) for times in range(max(own.values(), default=0) + 1)]
