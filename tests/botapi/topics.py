"""The methods for topics, and what they refuse."""

from tests.botapi import forum
from tests.botapi.limits import Limits
from tests.botapi.refusals import bad
from tests.botapi.topic import COLORS, LONGEST_NAME, Topic, cleaned
from tests.botapi.world import JSON, Call, Chat, World


def create_forum_topic(world: World, limits: Limits, call: Call) -> JSON:
    """Opens a topic; a long name is cut, and the note about it counts as a message."""
    chat = _forum(world, call)
    if not chat.may("can_manage_topics"):
        raise bad("Not enough rights to create a topic")
    name = _name(world, call)
    color = call.params.get("icon_color", COLORS[0])
    if not 0 <= color <= 0xFFFFFF:
        raise bad("Invalid icon color specified")
    if color not in COLORS:
        world.suspects(f"createForumTopic: no topic has the color {color:#08x}")
    limits.take(chat, 1)
    return forum.opened(world, chat, world.bot, name, color).json()


def edit_forum_topic(world: World, _: Limits, call: Call) -> bool:
    """Gives a topic another name; without any, nothing happens."""
    chat, topic = _topic(world, call, "can_manage_topics", "edit")
    if not call.params.get("name"):
        world.suspects("editForumTopic: nothing is to be changed")
        return True
    name = _name(world, call)
    if name == topic.name:
        raise bad("TOPIC_NOT_MODIFIED")
    forum.renamed(world, chat, world.bot, topic, name)
    return True


def close_forum_topic(world: World, _: Limits, call: Call) -> bool:
    """Closes a topic."""
    chat, topic = _topic(world, call, "can_manage_topics", "close or open")
    if topic.is_closed:
        raise bad("TOPIC_NOT_MODIFIED")
    forum.closed(world, chat, world.bot, topic)
    return True


def reopen_forum_topic(world: World, _: Limits, call: Call) -> bool:
    """Opens a closed topic again."""
    chat, topic = _topic(world, call, "can_manage_topics", "close or open")
    if not topic.is_closed:
        raise bad("TOPIC_NOT_MODIFIED")
    forum.reopened(world, chat, world.bot, topic)
    return True


def delete_forum_topic(world: World, _: Limits, call: Call) -> bool:
    """Deletes a topic with its messages, which takes the right to delete messages even in the bot's own."""
    chat, topic = _topic(world, call, "can_delete_messages", "delete")
    if not chat.may("can_delete_messages"):
        raise bad("CHAT_ADMIN_REQUIRED")
    opening = chat.messages[topic.id]
    forum.deleted(chat, topic)
    world.hears(chat, "delete", opening)
    return True


def _forum(world: World, call: Call) -> Chat:
    """The chat a call is for, which must have topics."""
    chat = world.chat(call.params.get("chat_id"))
    if not chat.is_forum:
        raise bad("The chat is not a forum")
    return chat


def _topic(world: World, call: Call, right: str, deed: str) -> tuple[Chat, Topic]:
    """The topic a call is for, if the bot has the right to do this, or opened the topic itself."""
    chat, number = _forum(world, call), call.params.get("message_thread_id") or 0
    if number <= 0:
        raise bad("Invalid message thread identifier specified")
    topic = chat.topics.get(number)
    if topic is None or topic.is_deleted:
        raise bad("TOPIC_ID_INVALID")
    if not chat.may(right) and topic.owner != world.bot["id"]:
        raise bad(f"Not enough rights to {deed} the topic")
    return chat, topic


def _name(world: World, call: Call) -> str:
    """The name that is given to a topic."""
    given = str(call.params.get("name") or "")
    if len(given) > LONGEST_NAME:
        world.suspects(f"{call.method}: a name of {len(given)} characters is cut")
    if not cleaned(given):
        raise bad("Title must be non-empty")
    return cleaned(given)
