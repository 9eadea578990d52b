"""What people do in groups as the bot is told of it, and what it may ask about them."""

import json
from typing import Any

import pytest
import telegram

from tests.botapi import BotApiServer, Group, Person
from tests.botapi.conftest import Bot, Clock, Refuses

TAKE = {"inline_keyboard": [[{"text": "Take", "callback_data": "take"}]]}


@pytest.fixture
def boss(api: BotApiServer) -> Person:
    """Whoever made the group."""
    return api.person()


@pytest.fixture
def group(api: BotApiServer, boss: Person) -> Group:
    """A forum in which the bot has all rights."""
    group = api.group("Support", forum=True, members=[boss])
    group.adds_bot(boss)
    group.promotes_bot(boss)
    return group


async def heard(library: telegram.Bot) -> list[telegram.Message]:
    """The messages of people that the bot is told of, no notes."""
    messages = [update.effective_message for update in await library.get_updates()]
    kinds = {"text", "photo", "document"}
    return [found for found in messages if found and telegram.helpers.effective_message_type(found) in kinds]


async def test_what_is_written_in_a_topic(group: Group, boss: Person, library: telegram.Bot, bot: Bot) -> None:
    """What replies to nothing has the opening of the topic as what it replies to; a reply has its own."""
    topic = group.opens_topic(boss, "Café")
    header = await bot("sendMessage", chat_id=group.id, message_thread_id=topic.id, text="T-1")
    plain = group.says(boss, "une note", topic=topic)
    group.replies(boss, group.chat.messages[header["message_id"]], "pour vous")
    group.replies(boss, plain, "oui")
    group.sends_photo(boss, "une image", topic=topic)
    group.sends_document(boss, "a.txt", caption="un texte", to=plain)
    messages = await heard(library)
    assert {(message.message_thread_id, message.is_topic_message) for message in messages} == {(topic.id, True)}
    replied = [message.reply_to_message for message in messages]
    assert [found.message_id for found in replied if found] == [
        topic.id,
        header["message_id"],
        plain.id,
        topic.id,
        plain.id,
    ]
    assert [found.forum_topic_created is not None for found in replied if found] == [True, False, False, True, False]
    assert replied[1] is not None
    assert replied[1].from_user is not None
    assert replied[1].from_user.is_bot
    assert [message.text or message.caption for message in messages] == [
        "une note",
        "pour vous",
        "oui",
        "une image",
        "un texte",
    ]


@pytest.mark.parametrize("forum", [True, False])
async def test_outside_topics(api: BotApiServer, boss: Person, library: telegram.Bot, *, forum: bool) -> None:
    """A chain of replies has a number, too, but is no topic; a basic group has no numbers at all."""
    group = api.group("Support", supergroup=True, forum=forum)
    basic = api.group("Team")
    for place in (group, basic):
        place.adds_bot(boss)
        first = place.says(boss, "a")
        second = place.replies(boss, first, "b")
        place.replies(boss, second, "c")
    messages = await heard(library)
    start = messages[0].message_id
    assert [message.message_thread_id for message in messages] == [None, start, start, None, None, None]
    assert {message.is_topic_message for message in messages} == {None}
    assert [message.reply_to_message is not None for message in messages] == [False, True, True] * 2


async def test_edits(group: Group, boss: Person, library: telegram.Bot, clock: Clock) -> None:
    """Of a text or a caption, with where it stands."""
    topic = group.opens_topic(boss, "Café")
    text = group.says(boss, "helo", topic=topic)
    photo = group.sends_photo(boss, "un", topic=topic)
    clock.now += 5
    group.edits(text, "hello")
    group.edits(photo, "une")
    edits = [update.edited_message for update in await library.get_updates() if update.edited_message]
    assert [(edit.text or edit.caption, edit.message_thread_id, edit.edit_date is not None) for edit in edits] == [
        ("hello", topic.id, True),
        ("une", topic.id, True),
    ]
    assert edits[1].photo


async def test_who_speaks_for_the_group_or_a_channel(
    api: BotApiServer, group: Group, boss: Person, library: telegram.Bot
) -> None:
    """An anonymous administrator is a bot that everybody knows, with the group as the sender."""
    news = api.channel("News")
    group.says(boss, "moi")
    group.says(group, "nous")
    group.says(news, "eux")
    senders = [(message.from_user, message.sender_chat) for message in await heard(library)]
    assert [(user.id, chat.id if chat else None) for user, chat in senders if user] == [
        (boss.id, None),
        (1087968824, group.id),
        (136817688, news.id),
    ]


async def test_presses(api: BotApiServer, group: Group, boss: Person, bot: Bot, library: telegram.Bot) -> None:
    """Members press what they see; in a public group everybody does; who presses and is then thrown out has pressed."""
    stranger, late = api.person(), api.person()
    group.joins(late)
    topic = group.opens_topic(boss, "Café")
    await bot("sendMessage", chat_id=group.id, message_thread_id=topic.id, text="T-1", reply_markup=TAKE)
    query = group.presses(boss, "Take")
    group.presses(late, "take")
    group.bans(boss, late)
    for outsider in (stranger, late):
        with pytest.raises(AssertionError, match="who is not in a group does not see its buttons"):
            group.presses(outsider, "Take")
    public = api.group("Open", username="open_support")
    public.adds_bot(boss)
    await bot("sendMessage", chat_id=public.id, text="T-2", reply_markup=TAKE)
    public.presses(stranger, "Take")
    presses = [update.callback_query for update in await library.get_updates() if update.callback_query]
    assert [(press.from_user.id, press.message.chat.id) for press in presses if press.message] == [
        (boss.id, group.id),
        (late.id, group.id),
        (stranger.id, public.id),
    ]
    assert isinstance(presses[0].message, telegram.Message)
    assert presses[0].message.message_thread_id == topic.id
    assert await presses[0].answer("Pris") is True
    assert (boss.toasts, query.answered is not None) == (["Pris"], True)
    statuses = [(await library.get_chat_member(group.id, press.from_user.id)).status for press in presses]
    assert statuses == ["creator", "kicked", "left"]


async def test_waiting_for_a_group(group: Group, boss: Person, bot: Bot) -> None:
    """A press that was not taken is still to come, for the group as for who pressed."""
    await bot("sendMessage", chat_id=group.id, text="T-1", reply_markup=TAKE)
    updates = await bot.updates()
    await bot.updates(offset=updates[-1]["update_id"] + 1)
    group.presses(boss, "Take")
    for place in (group, boss):
        with pytest.raises(AssertionError, match=r"not settled in 0\.05 s; 1 updates were not taken"):
            await place.settled(timeout=0.05)
    last = (await bot.updates())[0]["update_id"]
    await bot.updates(offset=last + 1)
    assert [message.text for message in await group.settled(0.05)] == ["T-1"]


async def test_members(api: BotApiServer, group: Group, boss: Person, library: telegram.Bot) -> None:
    """The library knows every standing; the bot is told of changes if it asks for them."""
    await library.get_updates(allowed_updates=["message", "chat_member", "my_chat_member"])
    people = [api.person() for _ in range(7)]
    admin, member, muted, away, gone, banned, stranger = people
    for person in people[:-1]:
        group.joins(person)
    group.promotes(boss, admin, without={"can_manage_topics"})
    group.restricts(boss, muted)
    group.restricts(boss, away, is_member=False)
    group.leaves(gone)
    group.bans(boss, banned)
    found = [await library.get_chat_member(group.id, person.id) for person in [boss, *people]]
    assert [person.status for person in found] == [
        *["creator", "administrator", "member", "restricted", "restricted", "left", "kicked", "left"]
    ]
    assert isinstance(found[1], telegram.ChatMemberAdministrator)
    assert (found[1].can_manage_topics, found[1].can_delete_messages) == (False, True)
    assert [person.is_member for person in found if isinstance(person, telegram.ChatMemberRestricted)] == [True, False]
    own = await library.get_chat_member(group.id, library.id)
    assert isinstance(own, telegram.ChatMemberAdministrator)
    assert own.can_manage_topics is True
    updates = await library.get_updates()
    changes = [update.chat_member.new_chat_member for update in updates if update.chat_member]
    assert [change.status for change in changes] == [
        *["member"] * 6,
        *["administrator", "restricted", "restricted", "left", "kicked"],
    ]
    notes = [update.message for update in updates if update.message]
    assert [note.left_chat_member.id for note in notes if note.left_chat_member] == [gone.id, banned.id]
    for silent in (muted, gone, stranger):
        with pytest.raises(AssertionError, match="only members can write"):
            group.says(silent, "x")
    group.says(member, "x")


async def test_members_that_are_not_told(
    api: BotApiServer, group: Group, boss: Person, bot: Bot, refuses: Refuses
) -> None:
    """Numbers that are nobody's, members that are hidden, and private chats."""
    await refuses("Bad Request: invalid user_id specified", "getChatMember", chat_id=group.id)
    await refuses("Bad Request: member not found", "getChatMember", chat_id=group.id, user_id=77)
    boss.start()
    assert (await bot("getChatMember", chat_id=boss.id, user_id=boss.id))["status"] == "member"
    group.chat.hides_members = True
    assert (await bot("getChatMember", chat_id=group.id, user_id=boss.id))["status"] == "creator"
    group.demotes_bot(boss)
    await refuses("Bad Request: CHAT_ADMIN_REQUIRED", "getChatMember", chat_id=group.id, user_id=boss.id)
    assert (await bot("getChatMember", chat_id=group.id, user_id=1234))["status"] == "member"
    group.kicks_bot(boss)
    kicked = "Forbidden: bot was kicked from the supergroup chat"
    await refuses(kicked, "getChatMember", chat_id=group.id, user_id=boss.id)
    before = len(api.pending)
    group.says(boss, "entre nous")
    assert len(api.pending) == before


async def test_privacy(api: BotApiServer, boss: Person, bot: Bot, library: telegram.Bot) -> None:
    """An ordinary member hears commands, replies to it and notes; an administrator everything."""
    api.world.privacy = True
    assert (await library.get_me()).can_read_all_group_messages is False
    group = api.group("Support", forum=True)
    group.adds_bot(boss)
    group.promotes_bot(boss)
    topic = group.chat.topics[(await bot("createForumTopic", chat_id=group.id, name="T-1"))["message_thread_id"]]
    own = await bot("sendMessage", chat_id=group.id, message_thread_id=topic.id, text="T-1")
    group.demotes_bot(boss)
    unheard = group.says(boss, "une note", topic=topic)
    group.edits(unheard, "une autre")
    group.says(boss, "/start@another_bot")
    group.says(boss, "/start@guichet_test_bot")
    group.says(boss, "/help")
    group.replies(boss, group.chat.messages[own["message_id"]], "pour vous")
    group.replies(boss, unheard, "pour moi")
    group.promotes_bot(boss, without={"can_manage_topics"})
    group.says(boss, "tout")
    assert [message.text for message in await heard(library)] == [
        "/start@guichet_test_bot",
        "/help",
        "pour vous",
        "tout",
    ]


async def test_the_limit_of_a_group(api: BotApiServer, group: Group, boss: Person, bot: Bot) -> None:
    """Twenty messages in a minute over all topics, topics that are opened among them; edits are free."""
    other = api.group("Team")
    other.adds_bot(boss)
    threads = [(await bot("createForumTopic", chat_id=group.id, name=name))["message_thread_id"] for name in "ab"]
    for number in range(18):
        thread = threads[number % 2]
        last = await bot("sendMessage", chat_id=group.id, message_thread_id=thread, text=str(number))
        assert "message_id" in last
    copy = {"from_chat_id": group.id, "message_id": last["message_id"]}
    for method, params in (
        ("sendMessage", {"text": "x"}),
        ("createForumTopic", {"name": "x"}),
        ("copyMessage", copy),
    ):
        await bot(method, chat_id=group.id, **params)
        call = api.calls[-1]
        wait = call.answer["parameters"]["retry_after"]
        assert (call.status, call.error) == (429, f"Too Many Requests: retry after {wait}")
        assert 1 <= wait <= 60
    edited = await bot("editMessageText", chat_id=group.id, message_id=last["message_id"], text="y")
    assert edited["text"] == "y"
    assert "message_id" in await bot("sendMessage", chat_id=other.id, text="x")
    assert [topic.name for topic in group.topics] == ["a", "b"]


async def test_the_limit_passes(api: BotApiServer, group: Group, bot: Bot) -> None:
    """Once what was said is long enough ago, there is room again."""
    api.limits.group = (1, 0.1)
    assert "message_id" in await bot("sendMessage", chat_id=group.id, text="x")
    answers = [await bot("sendMessage", chat_id=group.id, text="y")]
    while not isinstance(answers[-1], dict):
        answers.append(await bot("sendMessage", chat_id=group.id, text="y"))
    assert {answer for answer in answers if isinstance(answer, str)} <= {"Too Many Requests: retry after 1"}


async def test_copies(api: BotApiServer, group: Group, boss: Person, bot: Bot, refuses: Refuses) -> None:
    """What a message carries goes into another chat without a word about where from, perhaps with another caption."""
    topic = group.opens_topic(boss, "Café")
    person = api.person(first_name="Somebody")
    photo, text = person.sends_photo("une image"), person.says("voir /help")
    document = group.sends_document(boss, "a.txt", data=b"A", topic=topic)
    there = {"chat_id": group.id, "message_thread_id": topic.id, "from_chat_id": person.id}
    copies = [
        await bot("copyMessage", **there, message_id=photo.id, reply_markup=TAKE),
        await bot("copyMessage", **there, message_id=photo.id, caption="une <b>autre</b>", parse_mode="HTML"),
        await bot("copyMessage", **there, message_id=text.id, caption="pour rien"),
        await bot("copyMessage", chat_id=person.id, from_chat_id=group.id, message_id=document.id),
    ]
    assert [set(copy) for copy in copies] == [{"message_id"}] * 4
    one, two, three = group.screen_of(topic)
    assert [message.text for message in (one, two, three)] == ["une image", "une autre", "voir /help"]
    assert [message.entities[0]["type"] for message in (two, three)] == ["bold", "bot_command"]
    assert one.document is not None
    assert [button.text for row in one.rows for button in row] == ["Take"]
    assert person.documents == {"a.txt": b"A"}
    assert "Somebody" not in json.dumps([message.body for message in (one, two, three)])
    await refuses(
        "Bad Request: the message can't be copied",
        "copyMessage",
        **{**there, "from_chat_id": group.id},
        message_id=topic.id,
    )
    await refuses("Bad Request: message to copy not found", "copyMessage", **there, message_id=99)
    await refuses('Bad Request: parameter "from_chat_id" is required', "copyMessage", chat_id=group.id, message_id=1)
    assert api.suspicious == []


async def test_captions(group: Group, boss: Person, bot: Bot, refuses: Refuses) -> None:
    """A caption can be changed or taken away, under what has one."""
    sent = await bot.upload("sendDocument", {"document": ("a.txt", b"A")}, chat_id=str(group.id), caption="un")
    this = {"chat_id": group.id, "message_id": sent["message_id"]}
    assert (await bot("editMessageCaption", **this, caption="deux"))["caption"] == "deux"
    unchanged = await bot("editMessageCaption", **this, caption="deux")
    assert unchanged.startswith("Bad Request: message is not modified")
    assert "caption" not in await bot("editMessageCaption", **this)
    text = await bot("sendMessage", chat_id=group.id, text="x")
    await refuses(
        "Bad Request: there is no caption in the message to edit",
        "editMessageCaption",
        chat_id=group.id,
        message_id=text["message_id"],
        caption="x",
    )
    theirs = group.sends_photo(boss, "x")
    await refuses(
        "Bad Request: message can't be edited",
        "editMessageCaption",
        chat_id=group.id,
        message_id=theirs.id,
        caption="x",
    )


async def test_replies_in_private(api: BotApiServer, library: telegram.Bot, bot: Bot) -> None:
    """With texts, photos and documents, to the bot's messages and to one's own; not to what those replied to."""
    person = api.person()
    person.start()
    await bot("sendMessage", chat_id=person.id, text="Support (T-1) : bonjour")
    first = person.replies(person.last, "merci")
    person.sends_photo("voici", to=person.last)
    person.sends_document(to=first)
    replies: list[Any] = [message.reply_to_message for message in (await heard(library))[1:]]
    assert [reply.text for reply in replies] == ["Support (T-1) : bonjour", "Support (T-1) : bonjour", "merci"]
    assert [reply.from_user.is_bot for reply in replies] == [True, True, False]
    assert replies[2].reply_to_message is None
