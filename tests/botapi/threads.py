"""Where in a chat a message stands: in a topic, in a chain of replies, in reply to what."""

from typing import Any

from tests.botapi.refusals import bad
from tests.botapi.topic import Topic
from tests.botapi.world import JSON, Chat, Message, World


def quoted(message: Message) -> JSON:
    """What is shown of a message that is replied to: not what it replied to itself, and nothing if it is gone."""
    if message.deleted:
        return {}
    return {"reply_to_message": {name: value for name, value in message.json().items() if name != "reply_to_message"}}


def threaded(chat: Chat, topic: Topic | None, reply: Message | None) -> JSON:
    """The fields that say where a message stands.

    A message in a topic that replies to nothing has the message that opened the topic as what it replies to. Outside
    topics a reply has the number of the first message of its chain, but is in no topic.
    """
    if topic is None:
        if reply is None:
            return {}
        first = {"message_thread_id": reply.body.get("message_thread_id", reply.id)}
        return {**(first if chat.kind == "supergroup" else {}), **quoted(reply)}
    place = {"message_thread_id": topic.id, "is_topic_message": True}
    opening = chat.messages[topic.id]
    if reply is not None and reply.topic != topic.id:
        return {**place, **quoted(opening), **_elsewhere(reply)}
    return {**place, **quoted(reply or opening)}


def placed(world: World, chat: Chat, params: JSON) -> JSON:
    """The same for a message of the bot, if it may write there.

    A forum refuses topics it does not have; elsewhere the parameter means nothing. In a private chat without topics it
    is refused, too.
    """
    topic = _topic(chat, params.get("message_thread_id") or 0)
    reply = _reply(world, chat, params.get("reply_parameters"))
    if reply is not None and reply.chat is not chat:
        return {**threaded(chat, topic, None), **_elsewhere(reply)}
    if topic is None and reply is not None and reply.topic is not None and chat.is_forum:
        topic = chat.topics[reply.topic]
    if topic is not None and topic.is_closed and not chat.may("can_manage_topics") and topic.owner != world.bot["id"]:
        raise bad("TOPIC_CLOSED")
    return threaded(chat, topic, reply)


def _topic(chat: Chat, wanted: int) -> Topic | None:
    """The topic a call names."""
    if wanted <= 0 or (chat.kind != "private" and not chat.is_forum):
        return None
    topic = chat.topics.get(wanted)
    if topic is None or topic.is_deleted:
        raise bad("Message thread not found")
    return topic


def _reply(world: World, chat: Chat, given: Any) -> Message | None:
    """The message that is replied to."""
    if not given:
        return None
    if not isinstance(given, dict):
        raise bad("Object expected as reply parameters")
    if "message_id" not in given:
        raise bad('Can\'t find field "message_id"')
    where = world.chat(given["chat_id"]) if "chat_id" in given else chat
    message = where.messages.get(int(given["message_id"]))
    if message is not None and not message.deleted:
        return message
    if given.get("allow_sending_without_reply") and where is chat:
        return None
    raise bad("message to be replied not found")


def _elsewhere(reply: Message) -> JSON:
    """What is shown of a message of another topic or chat that is replied to."""
    origin = {"type": "user", "sender_user": reply.body.get("from"), "date": reply.body["date"]}
    return {"external_reply": {"origin": origin, "chat": reply.chat.json(), "message_id": reply.id}}
