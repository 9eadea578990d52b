"""Where people can have tickets sent, as they read it."""

from collections.abc import Mapping
from typing import TypeAlias

from bot.service.delivery import SinkName
from bot.service.voice import Voice, message

Doors: TypeAlias = Mapping[SinkName, str]
"""Sinks, and where each leads: an address, the name of a host or of a group, the path of a folder."""

_FOLDER = message("support's folder")


def place(sink: SinkName, doors: Doors, voice: Voice) -> str:
    """Where a sink leads. The path of a folder is for the operator alone."""
    return voice.say(_FOLDER) if sink == "folder" else doors.get(sink, sink)


def places(doors: Doors, voice: Voice) -> tuple[str, ...]:
    """Where all of these lead."""
    return tuple(place(sink, doors, voice) for sink in doors)
