"""Hosts made to be taken for one of the desk's own."""

from collections.abc import Iterator, Sequence

import idna

from bot.model.verdict import Reason
from bot.understanding.normal import fold

_LETTERS = str.maketrans(
    "0134578i|" + "авгеиікмнопрстухьјѕԁһӏԛԝ" + "αβγεηικμνορτυχω" + "łøđħıɑɡæœ",
    "oleastbll" + "abreulkmhonpctyxbjsdhlqw" + "abyenlkuvoptuxw" + "lodhlagao",
)
"""Each letter as the one it is taken for. "i" and "l" are the same."""

_SHORTEST = 5
"""Letters of a name below which likeness is chance."""

_SHORTEST_WITHIN = 8
"""Likewise for a name within other words."""

_LONGEST_SECOND = 3
"""Letters of a label such as the "co" of "co.uk"."""


def resemblance(host: str, path: str, domains: Sequence[str]) -> Reason | None:
    """What a host, under none of the domains, has of one of them: its name, nearly its name, or itself in the path."""
    labels = [_decoded(label) for label in host.split(".")]
    for domain in domains:
        name = _name(domain)
        if len(name) < _SHORTEST:
            continue
        if _has_another_end(host.split("."), name):
            return "other_tld"
        if domain in path.lower() or _is_like(labels, name):
            return "look_alike"
    return None


def _name(domain: str) -> str:
    """The part that people know a domain by: its longest label but the last."""
    return max(domain.split(".")[:-1], key=len)


def _has_another_end(labels: Sequence[str], name: str) -> bool:
    *_, second, last = ("", *labels)
    ends = [labels[:-1]]
    if len(second) <= _LONGEST_SECOND and len(last) <= _LONGEST_SECOND:
        ends.append(labels[:-2])
    return any(end[-1:] == [name] for end in ends)


def _is_like(labels: Sequence[str], name: str) -> bool:
    wanted = _squeezed(name)
    within = _squeezed("".join(labels))
    if any(_is_near(_squeezed(label), wanted) for label in labels):
        return True
    return len(wanted) >= _SHORTEST_WITHIN and any(_is_near(run, wanted) for run in _runs(within, len(wanted)))


def _decoded(label: str) -> str:
    try:
        return idna.decode(label)
    except UnicodeError:
        return label


def _squeezed(words: str) -> str:
    """The letters as they are taken at a glance, without what joins them."""
    letters = fold(words).translate(_LETTERS)
    return "".join(char for char in letters if char.isalnum()).replace("rn", "m").replace("vv", "w")


def _runs(letters: str, length: int) -> Iterator[str]:
    for size in (length, length - 1, length + 1):
        for start in range(len(letters) - size + 1):
            yield letters[start : start + size]


def _is_near(one: str, other: str) -> bool:
    """Whether one becomes the other by at most one letter more, less, or another, or two changing places."""
    shorter, longer = sorted((one, other), key=len)
    same = next((place for place, char in enumerate(shorter) if char != longer[place]), len(shorter))
    rest, other_rest = shorter[same:], longer[same:]
    if len(shorter) == len(longer):
        return rest[1:] == other_rest[1:] or (rest[1::-1] == other_rest[:2] and rest[2:] == other_rest[2:])
    return len(longer) == len(shorter) + 1 and rest == other_rest[1:]
