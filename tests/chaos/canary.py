"""Words that nobody else says, and that no other message holds: by them what somebody said is found wherever it is."""

import random
import re
from collections.abc import Set as AbstractSet

MARK = "canari-jaune-de-tempete-"
"""What all of them begin with; long enough to be known in base64 too, and no secret to the bot."""
_CONSONANTS, _VOWELS = "bjkwxz", "aeiou"
"""So that no word of any language is among them, which an error message might be recognised by."""
_OWNER = re.compile(re.escape(MARK) + r"[a-z]{8}")


def canary(chance: random.Random, owner: str = MARK) -> str:
    """A new one: of a person or, with that person's own, of a message."""
    token = "".join(chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(4))
    return f"{owner}{token}" if owner == MARK else f"{owner}-{token}"


def owner_canaries(words: str) -> AbstractSet[str]:
    """The people whose canaries are in some words, by their own."""
    return set(_OWNER.findall(words))
