"""What can be done with topics, whoever does it: each leaves a note in the topic, except that it is deleted."""

from tests.botapi.threads import threaded
from tests.botapi.topic import COLORS, Topic, cleaned
from tests.botapi.world import JSON, Chat, World


def opened(world: World, chat: Chat, by: JSON, name: str, color: int = COLORS[0]) -> Topic:
    """Opens a topic."""
    name = cleaned(name)
    note = world.note(chat, by, {"forum_topic_created": {"name": name, "icon_color": color}})
    topic = Topic(note.id, name, color, by["id"])
    chat.topics[topic.id] = topic
    return topic


def renamed(world: World, chat: Chat, by: JSON, topic: Topic, name: str) -> None:
    """Gives a topic another name."""
    topic.name = cleaned(name)
    world.note(chat, by, {**threaded(chat, topic, None), "forum_topic_edited": {"name": topic.name}})


def closed(world: World, chat: Chat, by: JSON, topic: Topic) -> None:
    """Closes a topic: only those who manage topics and whoever opened it can write there."""
    topic.is_closed = True
    world.note(chat, by, {**threaded(chat, topic, None), "forum_topic_closed": {}})


def reopened(world: World, chat: Chat, by: JSON, topic: Topic) -> None:
    """Opens a closed topic again."""
    topic.is_closed = False
    world.note(chat, by, {**threaded(chat, topic, None), "forum_topic_reopened": {}})


def deleted(chat: Chat, topic: Topic) -> None:
    """Deletes a topic with all its messages; nobody is told."""
    topic.is_deleted = True
    for message in chat.messages.values():
        if message.topic == topic.id:
            message.deleted = True
