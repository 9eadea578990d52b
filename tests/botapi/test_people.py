"""What people do arrives as Telegram would send it, and what the bot does is on their screens."""

import asyncio

import pytest
import telegram
from telegram.constants import ParseMode

from tests.botapi import BotApiServer, Button
from tests.botapi.conftest import Bot, Clock


async def test_everything_that_can_be_sent(api: BotApiServer, library: telegram.Bot) -> None:
    """The library knows each kind of message by its type, and no two have the same number."""
    person = api.person(language_code="en", first_name="Ana")
    sent = [
        person.start("abc"),
        person.sends_photo("caption"),
        person.sends_document("log.txt", "text/plain", b"log", "see /help"),
        *person.sends_album(2),
        person.forwards("from elsewhere"),
        person.sends_sticker(),
        person.sends_voice(),
        person.sends_video(),
        person.sends_video_note(),
        person.sends_audio(),
        person.sends_animation(),
        person.sends_contact(),
        person.sends_location(),
        person.sends_venue(),
        person.sends_poll(),
        person.sends_dice(),
    ]
    messages = [update.message for update in await library.get_updates()]
    assert (
        [message.id for message in sent] == [message.message_id for message in messages if message] == [*range(1, 18)]
    )
    kinds = [telegram.helpers.effective_message_type(message) for message in messages if message]
    assert kinds == [
        *["text", "photo", "document", "photo", "photo", "text", "sticker", "voice", "video", "video_note", "audio"],
        *["animation", "contact", "location", "location", "poll", "dice"],
    ]
    assert [message.venue is not None for message in messages if message].index(True) == 14
    first, photo, document, one, two, forward, *_ = filter(None, messages)
    assert (first.text, first.parse_entities()) == ("/start abc", {first.entities[0]: "/start"})
    assert first.from_user is not None
    assert (first.from_user.language_code, first.chat.id, first.from_user.id) == ("en", person.id, person.id)
    assert photo.photo[-1].file_size
    assert document.caption_entities[0].type == "bot_command"
    assert one.media_group_id == two.media_group_id
    assert isinstance(forward.forward_origin, telegram.MessageOriginHiddenUser)
    file = await library.get_file(document.document.file_id if document.document else "")
    assert bytes(await file.download_as_bytearray()) == b"log"
    assert api.suspicious == []
    assert api.refused == []


async def test_the_screen_is_as_it_stands_now(api: BotApiServer, library: telegram.Bot) -> None:
    """Texts, formatting, buttons and documents, after edits and deletions."""
    person = api.person()
    person.start()
    keyboard = telegram.InlineKeyboardMarkup.from_row(
        [
            telegram.InlineKeyboardButton("Yes", callback_data="y"),
            telegram.InlineKeyboardButton("Copy", copy_text=telegram.CopyTextButton("T-1")),
            telegram.InlineKeyboardButton("Site", url="https://a.fr/"),
        ]
    )
    question = await library.send_message(person.id, "<b>Well?</b>", parse_mode=ParseMode.HTML, reply_markup=keyboard)
    await library.send_document(person.id, b"ticket", filename="ticket.txt", caption="Yours")
    heard = await person.hears(2)
    assert [message.text for message in heard] == ["Well?", "Yours"]
    assert heard[0].entities == [{"type": "bold", "offset": 0, "length": 5}]
    assert person.documents == {"ticket.txt": b"ticket"}
    yes = Button("Yes", "callback_data", "y")
    assert list(person.buttons) == [(yes, Button("Copy", "copy_text", "T-1"), Button("Site", "url", "https://a.fr/"))]
    await question.edit_text("Well.")
    assert [message.text for message in await person.hears()] == ["Well."]
    assert list(person.buttons) == []
    await library.delete_message(person.id, heard[1].id)
    assert [what for what, _ in await person.happens()] == ["delete"]
    assert [message.text for message in person.screen] == ["Well."]
    assert api.suspicious == []


async def test_presses(api: BotApiServer, library: telegram.Bot) -> None:
    """By label or data, on the latest message that has the button, or on one where it no longer is."""
    person = api.person()
    person.start()
    keyboard = telegram.InlineKeyboardMarkup.from_button(telegram.InlineKeyboardButton("Yes", callback_data="y"))
    old = await library.send_message(person.id, "old", reply_markup=keyboard)
    await library.send_message(person.id, "new", reply_markup=keyboard)
    await library.edit_message_reply_markup(person.id, old.message_id)
    person.presses("Yes")
    person.presses("y")
    person.presses_on(person.screen[0], "Yes")
    await library.delete_message(person.id, old.message_id)
    person.presses_on(person.chat.messages[old.message_id], "Yes")
    with pytest.raises(AssertionError, match="no button 'No' on the screen"):
        person.presses("No")
    queries = [update.callback_query for update in await library.get_updates() if update.callback_query]
    assert {query.data for query in queries} == {"y"}
    shown = [update["callback_query"]["message"] for update in api.pending[1:]]
    assert [message.get("text") for message in shown] == ["new", "new", "old", None]
    assert ["reply_markup" in message for message in shown] == [True, True, False, False]
    assert shown[3] == {"chat": shown[0]["chat"], "message_id": old.message_id, "date": 0}
    await queries[0].answer("Noted")
    assert person.toasts == ["Noted"]
    assert len(person.unanswered) == 3


async def test_changes_by_people(api: BotApiServer, library: telegram.Bot, clock: Clock) -> None:
    """Edits, replies, blocking and unblocking."""
    person = api.person()
    message = person.says("helo")
    clock.now += 5
    person.edits(message.id, "hello")
    person.replies(message, "it is me")
    person.blocks()
    person.unblocks()
    _, edit, reply, blocked, unblocked = await library.get_updates()
    assert edit.edited_message is not None
    assert edit.edited_message.text == "hello"
    assert edit.edited_message.edit_date is not None
    assert reply.message is not None
    assert reply.message.reply_to_message is not None
    assert reply.message.reply_to_message.text == "hello"
    changes = [update.my_chat_member for update in (blocked, unblocked)]
    statuses = [(change.old_chat_member.status, change.new_chat_member.status) for change in changes if change]
    assert statuses == [("member", "kicked"), ("kicked", "member")]


async def test_groups_and_channels(api: BotApiServer, library: telegram.Bot) -> None:
    """The bot is added, reads, writes, and moves with a group."""
    person, group, channel = api.person(), api.group("Team"), api.channel("News")
    group.adds_bot(person)
    group.says(person, "hello")
    new = group.migrates()
    channel.adds_bot(person)
    channel.posts("news")
    updates = await library.get_updates()
    messages = [update.effective_message for update in updates]
    assert [telegram.helpers.effective_message_type(message) for message in messages if message] == [
        "new_chat_members",
        "text",
        "migrate_to_chat_id",
        None,
        "text",
    ]
    assert [message.migrate_from_chat_id for message in messages if message][3] == group.id
    assert updates[-1].channel_post is not None
    assert updates[-1].channel_post.from_user is None
    await library.send_message(new.id, "hello all")
    await library.send_message(channel.id, "hello world")
    assert (new.last.text, channel.last.text) == ("hello all", "hello world")
    assert (await library.get_chat(channel.id)).title == "News"


async def test_waiting(api: BotApiServer, bot: Bot) -> None:
    """Until something was said, until all is quiet, and not for ever."""
    person = api.person()
    person.start()

    async def answers() -> None:
        """Says two things to each update, then takes it."""
        for update in await bot.updates():
            await asyncio.sleep(0.05)
            for text in ("a", "b"):
                await bot("sendMessage", chat_id=person.id, text=text)
            await bot.updates(offset=update["update_id"] + 1)

    task = asyncio.create_task(answers())
    assert [message.text for message in await person.settled(0.1)] == ["a", "b"]
    await task
    with pytest.raises(AssertionError, match=r"heard 0 of 1 in 0\.05 s"):
        await person.hears(timeout=0.05)
    person.says("c")
    with pytest.raises(AssertionError, match=r"not settled in 0\.05 s; 1 updates were not taken"):
        await person.settled(timeout=0.05)
