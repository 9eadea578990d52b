"""Which addresses anybody's server may have."""

import socket

import pytest

from bot.adapters.sinks.public_addresses import NOT_PUBLIC, is_public, public_socket

PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4007:80e::200e", "::ffff:1.1.1.1"]
OTHERS = [
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1",
    "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    """Servers of the internet."""
    assert is_public(address)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with public_socket((family, socket.SOCK_STREAM, 0, "", (address, 443))) as made:
        assert made.family == family


@pytest.mark.parametrize("address", OTHERS)
def test_not_public(address: str) -> None:
    """This machine, local networks, clouds' own services, and whatever embeds such an address."""
    assert not is_public(address)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(OSError, match=NOT_PUBLIC):
        public_socket((family, socket.SOCK_STREAM, 0, "", (address, 443)))
