"""What tesseract writes as TSV: each word with its place in the text, and how sure it is."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

_WORD_LEVEL = "5"
_CERTAIN = 100


@dataclass(frozen=True, slots=True)
class Box:
    """Where something is in the picture, in pixels: from left and top to right and bottom, these not included."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was read. `line` names its line, `confidence` is between 0 and 1."""

    text: str
    confidence: float
    line: tuple[str, ...]
    box: Box


def words_of(written: bytes) -> tuple[Word, ...]:
    """The words, in the order of reading. What is no TSV of tesseract's has none."""
    rows = csv.DictReader(written.decode(errors="replace").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(_words(rows))


def _words(rows: Iterable[dict[str, str]]) -> Iterator[Word]:
    for row in rows:
        try:
            if row["level"] != _WORD_LEVEL or not row["text"].strip():
                continue
            left, top = int(row["left"]), int(row["top"])
            box = Box(left, top, left + int(row["width"]), top + int(row["height"]))
            line = (row["page_num"], row["block_num"], row["par_num"], row["line_num"])
            yield Word(row["text"].strip(), max(0.0, float(row["conf"])) / _CERTAIN, line, box)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue


def lines_of(words: Iterable[Word]) -> tuple[tuple[Word, ...], ...]:
    """The words of each line."""
    return tuple(tuple(line) for _, line in groupby(words, key=lambda word: word.line))


def confidence_of(words: Iterable[Word]) -> float:
    """How sure the words are together, long ones counting more; 0 when there are none."""
    weights = [(word.confidence * len(word.text), len(word.text)) for word in words]
    total = sum(length for _, length in weights)
    return sum(weight for weight, _ in weights) / total if total else 0.0
