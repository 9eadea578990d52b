"""Whom the bot trusts on the way to the desk's systems: certificates, and hosts inside the desk's own network."""

import ipaddress
import ssl

from bot.bootstrap.desk import CannotStart
from bot.settings import Settings


def trust_of(settings: Settings) -> ssl.SSLContext:
    """Whose certificates are trusted.

    Raises:
        CannotStart: the operator's own cannot be read.
    """
    context = ssl.create_default_context()
    if settings.ca_file is not None:
        try:
            context.load_verify_locations(settings.ca_file)
        except (OSError, ssl.SSLError) as error:
            reason = error.strerror or "it holds no certificates"
            raise CannotStart(f"BOT_CA_FILE: {settings.ca_file} cannot be read ({reason})") from error
    return context


def is_inside(settings: Settings, host: str) -> bool:
    """Whether the operator says that this host is in the desk's own network."""
    return host.lower() in {name.strip().lower() for name in settings.inside_hosts.split(",")}


def is_not_public(host: str) -> bool:
    """Whether a host is this machine, or an address that is not everybody's. What other names lead to is not known."""
    from bot.adapters.sinks.public_addresses import is_public

    try:
        return not is_public(host)
    except ValueError:
        return is_this_machine(host)


def is_this_machine(host: str) -> bool:
    """Whether nothing that goes to this host leaves the machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
