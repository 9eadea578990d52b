"""Secrets cut out of what people write, before anything is kept or shown.

Only the secret goes; the words around it stay as they are. A secret is known by its shape (`secret_shapes`), or by
the words that announce it (`passwords`, `secret_codes`). An error message that talks of passwords has no secret and
stays exact, so the grammar of announcements is closed: what it does not cover is left alone.
"""

from collections.abc import Iterable, Mapping

from bot.model.redaction import Redacted, Redaction, SecretKind
from bot.understanding.passwords import passwords
from bot.understanding.secret_codes import codes
from bot.understanding.secret_shapes import shapes
from bot.understanding.traced import Cut, mark, trace


def redact(text: str, names: Mapping[SecretKind, str], *, about_otp: bool = False) -> Redacted:
    """The text with a mark in the place of each secret; the very same text when there is none.

    `names` says in the user's language what a mark calls each kind: a few words without brackets. `about_otp` is for
    answers to questions on one-time codes, where a number alone is one. Marks are never cut, so that redacting what
    is redacted changes nothing.
    """
    cuts: list[Cut] = []
    traced = trace(text)
    while fresh := _apart([*shapes(traced), *codes(traced, about_otp=about_otp), *passwords(traced)]):
        cuts += [Cut(cut.kind, traced.places[cut.start], traced.places[cut.end]) for cut in fresh]
        traced = traced.without(fresh)
    return _marked(text, sorted(cuts, key=lambda cut: cut.start), names) if cuts else Redacted(text)


def _apart(cuts: Iterable[Cut]) -> list[Cut]:
    """The cuts in order; those that overlap become one, of the kind that was found first."""
    apart: list[Cut] = []
    ranked = {cut: rank for rank, cut in reversed(list(enumerate(cuts)))}
    for cut in sorted(ranked, key=lambda cut: cut.start):
        if apart and cut.start < apart[-1].end:
            before = apart.pop()
            first = min(before, cut, key=lambda each: ranked[each])
            merged = Cut(first.kind, before.start, max(before.end, cut.end))
            ranked[merged] = ranked[first]
            apart.append(merged)
        else:
            apart.append(cut)
    return apart


def _marked(text: str, cuts: Iterable[Cut], names: Mapping[SecretKind, str]) -> Redacted:
    kept: list[str] = []
    found: list[Redaction] = []
    position = 0
    for cut in cuts:
        redaction = Redaction(cut.kind, mark(names[cut.kind]))
        kept += [text[position : cut.start], redaction.mark]
        found.append(redaction)
        position = cut.end
    return Redacted("".join((*kept, text[position:])), tuple(found))
