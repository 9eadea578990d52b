"""E-mail addresses that are written down."""

import pytest

from bot.service.mailbox import mailboxes


def test_addresses() -> None:
    """One or several, with or without a name."""
    found = mailboxes('a.b+c@example.org, "Le guichet" <x@y>,Support <s@sub.example.org>')
    assert [(each.display_name, each.addr_spec) for each in found] == [
        ("", "a.b+c@example.org"),
        ("Le guichet", "x@y"),
        ("Support", "s@sub.example.org"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@",
        "@b",
        "a@b@c",
        "a b@c",
        ".a@b",
        "a..b@c",
        "é@b.example",
        "a@é.example",
        "<a@b",
        "a@b,",
        "a@b\nBcc: c@d",
        "x\r\nBcc: c@d <a@b>",
        "=?utf-8?q?x?= <a@b>",
        "a@b>\r\nBcc: <c@d",
    ],
)
def test_no_address(text: str) -> None:
    """What is no address, or more than one line, is refused."""
    with pytest.raises(ValueError, match=r"is not an e-mail address; write one such as support@example\.org"):
        mailboxes(text)
