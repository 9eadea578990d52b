"""What examples and texts are compared by: words, pairs of words, pieces of words, and what the words mean.

Pieces are what typing mistakes, plurals and missing accents leave in common; meanings are what two languages have in
common. How much a feature counts is part of what it is.
"""

from collections.abc import Mapping
from itertools import combinations, pairwise

from bot.understanding.normal import folded_words
from bot.understanding.synonyms import Synonyms

MAX_CHARACTERS = 4_096
"""Of one text; what follows does not count."""

_LONGEST_WORD = 30
_PIECE = 4
_OF_WORD, _OF_PAIR, _OF_PIECE, _OF_MEANING, _OF_MEANINGS = 2.0, 1.0, 1.0, 3.0, 2.0
_MOST_MEANINGS = 20
"""Pairs of meanings are made of these; a pasted page has more, and nothing is clear about it."""


def words(text: str) -> list[str]:
    """The words of a text, folded, in order; a text of signs alone has none."""
    return [word[:_LONGEST_WORD] for word in folded_words(text[:MAX_CHARACTERS])]


def features(said: list[str], synonyms: Synonyms) -> Mapping[str, float]:
    """The features of these words, each with how much it counts."""
    found = dict.fromkeys([f" {word} " for word in said], _OF_WORD)
    found |= dict.fromkeys([f" {first} {second} " for first, second in pairwise(said)], _OF_PAIR)
    marked = [f"<{word}>" for word in said]
    pieces = [word[start : start + _PIECE] for word in marked for start in range(len(word) - _PIECE + 1)]
    found |= dict.fromkeys(pieces, _OF_PIECE)
    meant = sorted(set(synonyms.meanings(said)))
    found |= dict.fromkeys([f"#{meaning}" for meaning in meant], _OF_MEANING)
    pairs = combinations(meant[:_MOST_MEANINGS], 2)
    found |= dict.fromkeys([f"#{first}+{second}" for first, second in pairs], _OF_MEANINGS)
    return found
