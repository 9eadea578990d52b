"""Typed values."""

import pytest
from pydantic import TypeAdapter

from bot.model.answer import ErrorMessage, Value, WebAddress


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (WebAddress("https://example.org/", "example.org"), False),
        (WebAddress("http://example.org/", "example.org", ("not_https",)), True),
        (WebAddress("javascript:", "", ("script_url",)), True),
    ],
)
def test_suspicious(address: WebAddress, expected: bool) -> None:
    """An address that must be nobody's own, whatever its host."""
    assert address.suspicious is expected


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("https://example.org/a/b", "/a/b"),
        ("https://[::1]:8443/a", "/a"),
        ("https://example.org", "/"),
        ("javascript:", "/"),
    ],
)
def test_path(text: str, path: str) -> None:
    """What follows the host."""
    assert WebAddress(text, "example.org").path == path


def test_shown() -> None:
    """None states that no message was shown."""
    assert ErrorMessage("boum").shown
    assert not ErrorMessage(None).shown


def test_addresses_stored_before_are_read() -> None:
    """When nothing was known of how they were written."""
    values: TypeAdapter[Value] = TypeAdapter(Value)
    stored = {"text": "https://example.org/", "host": "example.org", "kind": "web_address"}
    assert values.validate_python(stored) == WebAddress("https://example.org/", "example.org")
