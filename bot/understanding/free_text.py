"""What trouble somebody's own words speak of, by the examples of each cause."""

from collections.abc import Sequence

from bot.model.flow import OTHER_CAUSE
from bot.model.reading import Reading
from bot.understanding.classifier import Classifier
from bot.understanding.clauses import clauses
from bot.understanding.features import words
from bot.understanding.normal import normal
from bot.understanding.small_talk import small_talk
from bot.understanding.synonyms import Synonyms

SURE = 0.9
"""How likely a cause must be to be taken for granted."""

SURE_OF_CLAUSE = 0.98
"""How likely a cause must be in one clause to stand beside that of another."""

_FEWEST_WORDS = 3
"""Of a clause that may name a cause by itself."""

_SUGGESTIONS = 3
_MEANT = "#"
_VAGUE = frozenset(("not", "locked", "new", "again", "mailbox", "page", "sign_in", "portal", "receive", "accepted"))
"""What every trouble has in common; a text that says nothing else is not clear."""


class Listener:
    """Reads free text by examples (cause, text). Made once; it does not change after that."""

    def __init__(self, examples: Sequence[tuple[str, str]]) -> None:
        self._synonyms = Synonyms()
        self._classifier = Classifier(examples)
        self._examples = {normal(text): (cause, text) for cause, text in examples}
        self._by_cause: dict[str, list[tuple[frozenset[str], str]]] = {}
        for cause, text in self._examples.values():
            self._by_cause.setdefault(cause, []).append((self._gist(words(text)), text))

    def read(self, text: str, *, explained: bool = True) -> Reading:
        """What a text speaks of: of none of the causes when it only greets.

        Nothing is sure of what no example knows, and of several troubles. Which example a text is like takes long to
        find; it is only said where the reading is to be `explained`.
        """
        talk = small_talk(text)
        if talk is not None:
            return Reading(OTHER_CAUSE, 1.0, (OTHER_CAUSE,), talk)
        if (same := self._examples.get(normal(text))) is not None:
            cause, example = same
            ranked = self._classifier.ranked(words(text))
            return Reading(cause, 1.0, _likeliest(ranked, cause), f'the example "{example}"')
        parts = clauses(text, self._synonyms)
        said = [word for part in parts for word in part]
        gist = self._gist(said)
        if not self._knows(gist):
            return Reading(None, 0.0, (OTHER_CAUSE,), "nothing that an example knows")
        ranked = self._classifier.ranked(said)
        cause, share = ranked[0]
        several = self._several(parts)
        if len(several) > 1:
            return Reading(None, share, _likeliest(ranked, *several), f"several causes: {', '.join(several)}")
        sure = share >= SURE and not _meanings(gist) <= _VAGUE
        because = f'like "{self._closest(gist, cause)}"' if explained else "like examples"
        return Reading(cause if sure else None, share, _likeliest(ranked, cause, *several), because)

    def _several(self, parts: Sequence[list[str]]) -> tuple[str, ...]:
        """The causes that clauses name by themselves, in their order; what else they tell is only about it."""
        if len(parts) == 1:
            return ()
        long = (part for part in parts if len(part) >= _FEWEST_WORDS)
        found = (self._classifier.ranked(part)[0] for part in long)
        named = (cause for cause, share in found if share >= SURE_OF_CLAUSE)
        return tuple(dict.fromkeys(cause for cause in named if cause != OTHER_CAUSE))

    def _knows(self, gist: frozenset[str]) -> bool:
        return bool(self._examples) and any(word[0] == _MEANT or self._classifier.knows(word) for word in gist)

    def _gist(self, said: list[str]) -> frozenset[str]:
        """The words of a text and, marked, what they mean: to compare by."""
        return frozenset((*said, *[_MEANT + meaning for meaning in self._synonyms.meanings(said)]))

    def _closest(self, gist: frozenset[str], cause: str) -> str:
        """The example of a cause that has most in common with what was said."""
        size = len(gist)
        examples = self._by_cause[cause]
        shared = [(len(gist & example), len(example)) for example, _ in examples]
        alike = [common / (size + count - common) for common, count in shared]
        return examples[alike.index(max(alike))][1]


def _meanings(gist: frozenset[str]) -> frozenset[str]:
    return frozenset(word[1:] for word in gist if word[0] == _MEANT)


def _likeliest(ranked: Sequence[tuple[str, float]], *first: str) -> tuple[str, ...]:
    """The likeliest causes, those already found before the others."""
    return tuple(dict.fromkeys((*first, *(cause for cause, _ in ranked))))[:_SUGGESTIONS]
