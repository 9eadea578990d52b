"""A Bot API server of our own, so that the real program can be talked to as people talk to it on Telegram."""

from tests.botapi.groups import Group
from tests.botapi.inline import Asked
from tests.botapi.markup import Button
from tests.botapi.people import Person
from tests.botapi.places import Channel
from tests.botapi.server import BotApiServer
from tests.botapi.topic import Topic
from tests.botapi.world import Call, Message, Query

__all__ = ["Asked", "BotApiServer", "Button", "Call", "Channel", "Group", "Message", "Person", "Query", "Topic"]
