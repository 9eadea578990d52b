"""What a wording may read like: some of the texts that it fits, to compare messages with that it does not fit."""

from collections.abc import Iterator

from bot.model.signature import Wording

_MOST = 4
"""How many texts are made of one wording."""


def sayings(wording: Wording) -> Iterator[str]:
    """Texts that a wording fits, each with other alternatives, spread evenly over what it allows."""
    choices = max(len(part.alternatives) for part in wording.parts)
    step = max(1, choices // _MOST)
    for index in range(0, min(choices, step * _MOST), step):
        words = (part.alternatives[index % len(part.alternatives)] for part in wording.parts)
        yield " ".join(words).replace("*", "")
