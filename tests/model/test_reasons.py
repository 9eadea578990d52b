"""Verdicts on web addresses."""

from typing import get_args

import pytest

from bot.model.verdict import REASONS, Reason, is_under


def test_reasons() -> None:
    """Every one has its place in the order."""
    assert sorted(REASONS) == sorted(get_args(Reason))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("ac-aix-marseille.fr", True),
        ("messagerie.ac-aix-marseille.fr", True),
        ("ac-aix-marseille.fr.evil.example", False),
        ("evilac-aix-marseille.fr", False),
        ("fr", False),
    ],
)
def test_is_under(host: str, expected: bool) -> None:
    """A host belongs to a domain when it is the domain or ends in a dot and the domain, and only then."""
    assert is_under(host, ("other.example", "ac-aix-marseille.fr")) is expected
