"""A phrase of a signature as an author writes it, taken apart."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.flowfile.near import did_you_mean
from bot.model.diagnostic import Slug
from bot.model.signature import Joint, Part, Wording

_TOKEN = re.compile(
    r"<(?P<group>[^<>()]*)>|\((?P<either>[^()]*)\)|(?P<gap>…|\.{3})|(?P<near>\+)"
    r"|(?P<words>(?:(?!\.{3})[^<>()…+])+)|(?P<stray>.)",
    re.DOTALL,
)
_STARRED = re.compile(r"(\w*)\*(\w?)")

STARRED_LENGTH = 3
"""The fewest letters that a `*` may follow: with fewer, nearly every word begins so."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What is wrong with a phrase, and at which of its words."""

    slug: Slug
    message: str
    words: str


def wording(phrase: str, groups: Mapping[str, Sequence[str]]) -> Wording | Unreadable:
    """The parts of a phrase; `groups` are the words that `<group>` stands for, all of which can be looked for."""
    parts: list[Part] = []
    joint: Joint | None = None
    written: tuple[str, ...]
    for token in _TOKEN.finditer(phrase):
        match token.lastgroup:
            case "gap" | "near" as sign:
                if joint is not None or not parts:
                    return _wrong(f'"{token[0]}" stands between words; put words on both sides of it', token[0])
                joint = sign
                continue
            case "stray":
                return _wrong(f'"{token[0]}" has no counterpart; groups are <name>, alternatives (a|b)', token[0])
            case "group" if token["group"] not in groups:
                known = ", ".join(groups) or "none"
                message = f'there is no group "{token["group"]}" in words; there are: {known}'
                message += did_you_mean(token["group"], groups)
                return Unreadable("unknown-words", message, token[0])
            case "group":
                written, alternatives = (), tuple(groups[token["group"]])
            case "either":
                written = alternatives = tuple(words.strip() for words in token["either"].split("|"))
            case _:
                written = alternatives = (token[0].strip(),)
                if not alternatives[0]:
                    continue
        if problem := next((found for words in written if (found := unusable(words))), None):
            return _wrong(problem, token[0].strip())
        parts.append(Part(alternatives, joint or "next"))
        joint = None
    if joint is not None or not parts:
        return _wrong("a phrase ends with words, not with a sign", phrase)
    return Wording(phrase, tuple(parts))


def unusable(words: str) -> str | None:
    """What to say when these words cannot be looked for."""
    if not any(char.isalnum() for char in words):
        return "there is no word here; write one, or take it out"
    for before, after in _STARRED.findall(words):
        if len(before) < STARRED_LENGTH or after:
            return f'"*" stands at the end of a word, after {STARRED_LENGTH} letters or more'
    return None


def _wrong(message: str, words: str) -> Unreadable:
    return Unreadable("wrong-phrase", message, words)
