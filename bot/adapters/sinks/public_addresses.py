"""Which addresses of the internet are everybody's, and sockets that connect to no others."""

import errno
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp.connector import AddrInfoType

NOT_PUBLIC = "its address is not public"
"""What the error says when a connection was refused."""

_PUBLIC_IPV6 = ip_network("2000::/3")
_OTHERS = tuple(
    ip_network(block)
    for block in (
        "192.0.0.0/24",  # for protocols
        "192.88.99.0/24",  # relays to IPv6
        "2001::/23",  # for protocols, Teredo among them: it embeds other addresses
        "2001:db8::/32",  # documentation, and below
        "2002::/16",  # 6to4: it embeds other addresses
        "3fff::/20",
    )
)
"""What some versions of `ipaddress` take for global, though nobody's server is there."""


def is_public(address: str) -> bool:
    """Whether anybody's server may be at this address: no machine, local network or special use."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if isinstance(ip, IPv6Address) and ip not in _PUBLIC_IPV6:
        return False
    return ip.is_global and not _is_special(ip) and not any(ip in block for block in _OTHERS)


def _is_special(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local


def public_socket(address: AddrInfoType) -> socket.socket:
    """A socket for an address that is about to be connected to, when it is public.

    aiohttp asks for one for every address it tries, also for one that was never looked up. Nothing comes between this
    and connecting, so no name can lead elsewhere meanwhile.

    Raises:
        OSError: it is not public.
    """
    family, kind, protocol, _, place = address
    if not is_public(str(place[0])):
        raise OSError(errno.EACCES, NOT_PUBLIC)
    return socket.socket(family, kind, protocol)
