"""Ticket references: short, not sequential, fit to be dictated on the phone.

A reference is seven random characters and a check character, as in `K7RM-2XQ5`. The alphabet leaves out vowels and
what looks or sounds alike. It has 23 characters: with a prime modulus and different weights, the check character
catches every single wrong character and every two that were swapped.
"""

import re

ALPHABET = "23456789CFHJKLMPQRTVWXZ"
LENGTH = 7
"""Characters before the check character."""
WHOLE = LENGTH + 2
"""Characters of a reference, with check character and hyphen."""


_REFERENCE = re.compile(rf"(?<![\w-])[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}(?!\w)")


def reference_in(text: str) -> str | None:
    """The first reference in a text, if there is one."""
    found = _REFERENCE.search(text)
    return found[0] if found is not None else None


def reference(characters: str) -> str:
    """The reference of these seven characters of the alphabet, check character and hyphen included."""
    checked = characters + check_character(characters)
    return f"{checked[:4]}-{checked[4:]}"


def check_character(characters: str) -> str:
    """The character that makes the weighted sum of all eight divisible by 23; weights are the places 1 to 8."""
    total = sum(place * ALPHABET.index(character) for place, character in enumerate(characters, 1))
    size = len(ALPHABET)
    return ALPHABET[-total * pow(LENGTH + 1, -1, size) % size]
