"""Topics of a forum: what the bot and people do with them, and what is refused, in the official words."""

from typing import Any

import pytest
import telegram

from tests.botapi import BotApiServer, Group, Person, Topic
from tests.botapi.conftest import Bot, Clock, Refuses

GONE = "Bad Request: message thread not found"
NO_FORUM = "Bad Request: the chat is not a forum"
UNCHANGED = "Bad Request: TOPIC_NOT_MODIFIED"
UNKNOWN = "Bad Request: TOPIC_ID_INVALID"
CLOSED = "Bad Request: TOPIC_CLOSED"


@pytest.fixture
def boss(api: BotApiServer) -> Person:
    """Whoever made the group."""
    return api.person()


@pytest.fixture
async def group(api: BotApiServer, bot: Bot, boss: Person) -> Group:
    """A forum in which the bot has all rights; all that was told of it is taken."""
    group = api.group("Support", forum=True, members=[boss])
    group.adds_bot(boss)
    group.promotes_bot(boss)
    await taken(api, bot)
    return group


async def taken(api: BotApiServer, bot: Bot) -> list[dict[str, Any]]:
    """The updates there are, confirmed."""
    updates = await bot.updates()
    await bot.updates(offset=updates[-1]["update_id"] + 1 if updates else 0)
    assert api.pending == []
    return updates


async def made(group: Group, bot: Bot, name: str = "T-1 · Panne") -> Topic:
    """A topic that the bot has opened."""
    return group.chat.topics[(await bot("createForumTopic", chat_id=group.id, name=name))["message_thread_id"]]


async def test_the_bot_opens_and_changes_a_topic(group: Group, api: BotApiServer, library: telegram.Bot) -> None:
    """Each deed leaves a note in the topic, of which the bot is told as of anybody's."""
    topic = await library.create_forum_topic(group.id, "T-1 · Panne", icon_color=0xFB6F5F)
    number = topic.message_thread_id
    assert (topic.name, topic.icon_color) == ("T-1 · Panne", 0xFB6F5F)
    assert await library.edit_forum_topic(group.id, number, name="T-1 · Réglé")
    assert await library.close_forum_topic(group.id, number)
    assert await library.reopen_forum_topic(group.id, number)
    notes = [update.message for update in await library.get_updates() if update.message]
    assert [
        (note.message_thread_id, note.is_topic_message, note.from_user.is_bot) for note in notes if note.from_user
    ] == [(number, True, True)] * 4
    opening, edited, closed, reopened = notes
    assert opening.message_id == number
    assert opening.reply_to_message is None
    assert opening.forum_topic_created is not None
    assert (opening.forum_topic_created.name, opening.chat.is_forum) == ("T-1 · Panne", True)
    assert edited.forum_topic_edited == telegram.ForumTopicEdited("T-1 · Réglé")
    assert edited.reply_to_message == opening
    assert (closed.forum_topic_closed, reopened.forum_topic_reopened) != (None, None)
    assert [topic.name for topic in group.topics] == ["T-1 · Réglé"]
    assert group.screen == []
    assert await library.delete_forum_topic(group.id, number)
    assert group.topics == []
    assert group.chat.messages[number].deleted
    assert (api.suspicious, api.refused) == ([], [])


NAMES: list[tuple[dict[str, Any], str]] = [
    ({}, "title must be non-empty"),
    ({"name": " \n"}, "title must be non-empty"),
    ({"name": "x", "icon_color": -1}, "invalid icon color specified"),
    ({"name": "x", "icon_color": 0x1000000}, "invalid icon color specified"),
]


@pytest.mark.parametrize(("params", "problem"), NAMES)
async def test_names_and_colors(group: Group, refuses: Refuses, params: dict[str, Any], problem: str) -> None:
    """A topic has a name and a color."""
    await refuses(f"Bad Request: {problem}", "createForumTopic", chat_id=group.id, **params)
    assert group.topics == []


async def test_what_telegram_makes_of_names_and_colors(group: Group, api: BotApiServer, bot: Bot) -> None:
    """A long name is cut without a word, another color becomes any."""
    topic = await bot("createForumTopic", chat_id=group.id, name=" a\n b " + "x" * 200)
    assert topic["name"] == "a b " + "x" * 124
    assert api.suspicious == ["createForumTopic: a name of 206 characters is cut"]
    await bot("createForumTopic", chat_id=group.id, name="x", icon_color=1)
    assert api.suspicious[1:] == ["createForumTopic: no topic has the color 0x000001"]


async def test_where_there_are_no_topics(api: BotApiServer, bot: Bot, refuses: Refuses, boss: Person) -> None:
    """Groups without topics have none to open, and take a thread for nothing; private chats refuse it."""
    boss.start()
    for group in (api.group("Team"), api.group("Team", supergroup=True)):
        group.adds_bot(boss)
        await refuses(NO_FORUM, "createForumTopic", chat_id=group.id, name="x")
        await refuses(NO_FORUM, "closeForumTopic", chat_id=group.id, message_thread_id=3)
        sent = await bot("sendMessage", chat_id=group.id, message_thread_id=77, text="x")
        assert {"message_thread_id", "is_topic_message", "reply_to_message"} & sent.keys() == set()
    await refuses(NO_FORUM, "createForumTopic", chat_id=boss.id, name="x")
    await refuses(GONE, "sendMessage", chat_id=boss.id, message_thread_id=77, text="x")


async def test_rights(group: Group, bot: Bot, refuses: Refuses, boss: Person) -> None:
    """To open topics takes a right; one's own can be changed without, but not deleted."""
    own, theirs = await made(group, bot), group.opens_topic(boss, "Café")
    mine, other = ({"chat_id": group.id, "message_thread_id": topic.id} for topic in (own, theirs))
    for without in ({"can_manage_topics", "can_delete_messages"}, None):
        if without is None:
            group.demotes_bot(boss)
        else:
            group.promotes_bot(boss, without=without)
        await refuses(
            "Bad Request: not enough rights to create a topic", "createForumTopic", chat_id=group.id, name="x"
        )
        await refuses("Bad Request: not enough rights to edit the topic", "editForumTopic", **other, name="x")
        await refuses("Bad Request: not enough rights to close or open the topic", "closeForumTopic", **other)
        await refuses("Bad Request: not enough rights to delete the topic", "deleteForumTopic", **other)
        await refuses("Bad Request: CHAT_ADMIN_REQUIRED", "deleteForumTopic", **mine)
        assert await bot("closeForumTopic", **mine) is True
        assert await bot("reopenForumTopic", **mine) is True
    group.promotes_bot(boss)
    assert await bot("deleteForumTopic", **other) is True


async def test_nothing_to_change(group: Group, bot: Bot, refuses: Refuses, api: BotApiServer) -> None:
    """What is so already is refused; topics that are not there, too."""
    topic = await made(group, bot)
    this = {"chat_id": group.id, "message_thread_id": topic.id}
    await refuses(UNCHANGED, "editForumTopic", **this, name="T-1  · Panne")
    await refuses(UNCHANGED, "reopenForumTopic", **this)
    assert await bot("closeForumTopic", **this) is True
    await refuses(UNCHANGED, "closeForumTopic", **this)
    await refuses("Bad Request: invalid message thread identifier specified", "closeForumTopic", chat_id=group.id)
    await refuses(UNKNOWN, "closeForumTopic", chat_id=group.id, message_thread_id=topic.id + 100)
    assert await bot("editForumTopic", **this) is True
    assert api.suspicious == ["editForumTopic: nothing is to be changed"]
    group.deletes_topic(topic)
    for method in ("editForumTopic", "closeForumTopic", "reopenForumTopic", "deleteForumTopic"):
        await refuses(UNKNOWN, method, **this, **({"name": "x"} if method == "editForumTopic" else {}))


async def test_messages_in_a_topic(group: Group, api: BotApiServer, bot: Bot) -> None:
    """Every kind of message goes where it is sent, and replies to the opening of the topic if to nothing else."""
    topic, other = await made(group, bot), await made(group, bot, "T-2")
    here = {"chat_id": group.id, "message_thread_id": topic.id}
    fields = {"chat_id": str(group.id), "message_thread_id": str(topic.id)}
    first = await bot("sendMessage", **here, text="a")
    sent = [
        first,
        await bot.upload("sendDocument", {"document": ("a.txt", b"A")}, **fields),
        await bot.upload("sendPhoto", {"photo": ("a.png", b"A")}, **fields),
    ]
    assert {(message["message_thread_id"], message["is_topic_message"]) for message in sent} == {(topic.id, True)}
    assert {message["reply_to_message"]["message_id"] for message in sent} == {topic.id}
    assert "forum_topic_created" in first["reply_to_message"]
    assert [message.id for message in group.screen_of(topic)] == [message["message_id"] for message in sent]
    reply = await bot("sendMessage", **here, text="b", reply_parameters={"message_id": first["message_id"]})
    assert reply["reply_to_message"]["message_id"] == first["message_id"]
    assert "reply_to_message" not in reply["reply_to_message"]
    followed = await bot(
        "sendMessage", chat_id=group.id, text="c", reply_parameters={"message_id": first["message_id"]}
    )
    assert followed["message_thread_id"] == topic.id
    across = {**here, "message_thread_id": other.id, "reply_parameters": {"message_id": first["message_id"]}}
    elsewhere = await bot("sendMessage", **across, text="d")
    assert (elsewhere["message_thread_id"], elsewhere["external_reply"]["message_id"]) == (
        other.id,
        first["message_id"],
    )
    assert elsewhere["reply_to_message"]["message_id"] == other.id
    general = await bot("sendMessage", chat_id=group.id, text="e")
    assert {"message_thread_id", "is_topic_message", "reply_to_message"} & general.keys() == set()
    assert [message.text for message in group.screen_of(None)] == ["e"]
    assert (api.suspicious, api.refused) == ([], [])


async def test_refused_threads(group: Group, bot: Bot, refuses: Refuses) -> None:
    """General has no number, deleted topics and unknown ones are not found, and their messages are gone."""
    topic = await made(group, bot)
    here = {"chat_id": group.id, "message_thread_id": topic.id}
    sent = await bot("sendMessage", **here, text="a")
    await refuses(GONE, "sendMessage", chat_id=group.id, message_thread_id=1, text="x")
    await refuses(GONE, "sendMessage", chat_id=group.id, message_thread_id=sent["message_id"], text="x")
    group.deletes_topic(topic)
    await refuses(GONE, "sendMessage", **here, text="x")
    lost = {"chat_id": group.id, "message_id": sent["message_id"]}
    await refuses("Bad Request: message to edit not found", "editMessageText", **lost, text="x")
    await refuses("Bad Request: message to delete not found", "deleteMessage", **lost)
    await refuses("Bad Request: message to copy not found", "copyMessage", **lost, from_chat_id=group.id)
    reply = {"message_id": sent["message_id"]}
    await refuses(
        "Bad Request: message to be replied not found",
        "sendMessage",
        chat_id=group.id,
        text="x",
        reply_parameters=reply,
    )
    alone = await bot(
        "sendMessage", chat_id=group.id, text="x", reply_parameters={**reply, "allow_sending_without_reply": True}
    )
    assert "message_thread_id" not in alone


async def test_deleting_a_topic_tells_nobody(group: Group, api: BotApiServer, bot: Bot, boss: Person) -> None:
    """Other deeds of people do."""
    topic = group.opens_topic(boss, "Café")
    group.renames_topic(boss, topic, "Thé")
    group.closes_topic(boss, topic)
    group.reopens_topic(boss, topic)
    group.deletes_topic(topic)
    kinds = [set(update["message"]) for update in await taken(api, bot)]
    assert [
        kind & {"forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened"}
        for kind in kinds
    ] == [
        {"forum_topic_created"},
        {"forum_topic_edited"},
        {"forum_topic_closed"},
        {"forum_topic_reopened"},
    ]


async def test_closed_topics(group: Group, bot: Bot, refuses: Refuses, boss: Person, api: BotApiServer) -> None:
    """Only those who manage topics and whoever opened one can write there."""
    own, theirs = await made(group, bot), group.opens_topic(boss, "Café")
    other = api.person()
    group.joins(other)
    for topic in (own, theirs):
        group.closes_topic(boss, topic)
        assert "message_id" in await bot("sendMessage", chat_id=group.id, message_thread_id=topic.id, text="x")
    group.demotes_bot(boss)
    assert "message_id" in await bot("sendMessage", chat_id=group.id, message_thread_id=own.id, text="x")
    await refuses(CLOSED, "sendMessage", chat_id=group.id, message_thread_id=theirs.id, text="x")
    group.says(boss, "moi si", topic=theirs)
    with pytest.raises(AssertionError, match="the topic is closed"):
        group.says(other, "moi non", topic=theirs)


async def test_topics_turned_off_and_on(group: Group, bot: Bot, refuses: Refuses) -> None:
    """In between, a thread means nothing and there is no word about it."""
    topic = await made(group, bot)
    here = {"chat_id": group.id, "message_thread_id": topic.id}
    group.turns_topics_off()
    assert "is_forum" not in await bot("getChat", chat_id=group.id)
    assert "message_thread_id" not in await bot("sendMessage", **here, text="x")
    await refuses(NO_FORUM, "editForumTopic", **here, name="x")
    assert group.turns_topics_on() is group
    assert (await bot("getChat", chat_id=group.id))["is_forum"] is True
    assert (await bot("sendMessage", **here, text="x"))["is_topic_message"] is True


async def test_a_group_gets_topics(api: BotApiServer, bot: Bot, refuses: Refuses, boss: Person) -> None:
    """It becomes a supergroup, where the bot and everybody are what they were; the old one can only be looked at."""
    old = api.group("Support", members=[boss])
    old.adds_bot(boss)
    old.promotes_bot(boss)
    new = old.turns_topics_on()
    await refuses("Bad Request: group chat was upgraded to a supergroup chat", "sendMessage", chat_id=old.id, text="x")
    assert api.calls[-1].answer["parameters"] == {"migrate_to_chat_id": new.id}
    assert "upgraded" in await bot("getChatMember", chat_id=old.id, user_id=boss.id)
    assert (await bot("getChat", chat_id=old.id))["type"] == "group"
    assert (await bot("getChat", chat_id=new.id))["is_forum"] is True
    assert (await bot("getChatMember", chat_id=new.id, user_id=boss.id))["status"] == "creator"
    assert await bot("createForumTopic", chat_id=new.id, name="x") == "Bad Request: not enough rights to create a topic"
    new.promotes_bot(boss)
    assert (await made(new, bot)).name == "T-1 · Panne"
    with pytest.raises(AssertionError, match="the group is a supergroup now"):
        old.says(boss, "là ?")


async def test_what_the_bot_may_delete(group: Group, bot: Bot, refuses: Refuses, boss: Person, clock: Clock) -> None:
    """Its own messages, others' by right, the note that opens a topic never; nothing after two days."""
    topic = await made(group, bot)
    own = await bot("sendMessage", chat_id=group.id, message_thread_id=topic.id, text="x")
    old = await bot("sendMessage", chat_id=group.id, text="x")
    one, two = group.says(boss, "a", topic=topic), group.says(boss, "b", topic=topic)
    impossible = "Bad Request: message can't be deleted"
    await refuses(impossible, "deleteMessage", chat_id=group.id, message_id=topic.id)
    assert await bot("deleteMessage", chat_id=group.id, message_id=one.id) is True
    group.promotes_bot(boss, without={"can_delete_messages"})
    await refuses(impossible, "deleteMessage", chat_id=group.id, message_id=two.id)
    assert await bot("deleteMessage", chat_id=group.id, message_id=own["message_id"]) is True
    clock.now += 48 * 3600
    await refuses(f"{impossible} for everyone", "deleteMessage", chat_id=group.id, message_id=old["message_id"])
