"""The signature of an error: how the messages that tell it are worded, and what it means."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.model.flow import Phrase

Joint: TypeAlias = Literal["next", "gap", "near"]
"""How a part follows those before it: right after, after a few other words, or close by in any order."""


@dataclass(frozen=True, slots=True)
class Part:
    """One place of a wording: any of these word sequences. A word that ends in `*` stands for all that begin so."""

    alternatives: tuple[str, ...]
    joint: Joint = "next"


@dataclass(frozen=True, slots=True)
class Wording:
    """How a message may be worded; `source` is what the author wrote."""

    source: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """One kind of error, and what its messages have in common.

    `means` and `first` tell the person what it is and what to do first. `codes` are what products call it, `phrases`
    what they say, `patterns` are regular expressions for what neither can tell; `examples` are whole messages.
    """

    id: str
    cause: str
    means: Phrase
    first: Phrase
    codes: tuple[str, ...] = ()
    phrases: tuple[Wording, ...] = ()
    patterns: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
