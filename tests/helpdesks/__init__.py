"""The desk's systems, small and on this machine: they refuse what the real ones refuse, and fail when told to."""

from tests.helpdesks.glpi import Glpi
from tests.helpdesks.receiver import Receiver
from tests.helpdesks.server import Server
from tests.helpdesks.zammad import Zammad

__all__ = ["Glpi", "Receiver", "Server", "Zammad"]
