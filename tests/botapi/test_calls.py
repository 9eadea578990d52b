"""How calls come in, and what each method refuses, in the official words."""

from typing import Any

import aiohttp
import pytest

from tests.botapi import BotApiServer
from tests.botapi.conftest import Bot, Clock, Refuses

STRANGER = "Forbidden: bot can't initiate conversation with a user"
BLOCKED = "Forbidden: bot was blocked by the user"
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
DATA = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}


async def raw(api: BotApiServer, path: str) -> tuple[int, Any]:
    """The answer at an address."""
    async with aiohttp.ClientSession() as session, session.get(api.url + path) as response:
        return response.status, await response.json()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/bot9:WRONG/getMe", {"ok": False, "error_code": 401, "description": "Unauthorized"}),
        ("/botnone/getMe", {"ok": False, "error_code": 404, "description": "Not Found"}),
        ("/", {"ok": False, "error_code": 404, "description": "Not Found"}),
        ("/bot1234:TEST/sing", {"ok": False, "error_code": 404, "description": "Not Found: method not found"}),
    ],
)
async def test_wrong_addresses(api: BotApiServer, path: str, answer: Any) -> None:
    """A wrong token, address or method is refused before anything else."""
    assert await raw(api, path) == (answer["error_code"], answer)


async def test_parameters_come_in_any_form(api: BotApiServer, bot: Bot) -> None:
    """A query, a form, JSON and multipart mean the same; capitals in the method do not matter."""
    person = api.person()
    person.start()
    url = f"{api.url}/bot{api.token}/SENDmessage"
    fields = {"chat_id": str(person.id), "text": "é<b>", "disable_notification": "True"}
    async with aiohttp.ClientSession() as session:
        for given in ({"params": fields}, {"data": fields}, {"json": {**fields, "chat_id": person.id}}):
            async with session.post(url, **given) as response:
                assert response.status == 200
    await bot.upload("sendMessage", {}, **fields)
    assert [message.text for message in person.screen] == ["é<b>"] * 4
    assert {call.method for call in api.calls} == {"sendMessage"}
    assert [call.params["disable_notification"] for call in api.calls] == [True] * 4
    assert api.suspicious == []


async def test_what_must_be_a_mistake_is_noted(api: BotApiServer, bot: Bot) -> None:
    """Telegram ignores parameters it does not know; a test should not."""
    person = api.person()
    person.start()
    await bot("sendMessage", chat_id=person.id, text="x", reply_to_message_id=1, protect_content=True)
    assert api.suspicious == ["sendMessage: there is no parameter reply_to_message_id", "sendMessage: protect_content"]
    assert api.refused == []


BUTTONS: list[tuple[Any, str]] = [
    ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
    ({"text": "", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
    ({"text": "x", "callback_data": "x", "url": "https://a.fr"}, "BUTTON_TYPE_INVALID"),
    ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    ({"callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
    ("x", "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
    (
        {"text": "x", "url": "mailto:a@b.fr"},
        "inline keyboard button URL 'mailto:a@b.fr' is invalid: Wrong HTTP URL",
    ),
    (
        {"text": "x", "url": "ftp://a.fr"},
        "inline keyboard button URL 'ftp://a.fr' is invalid: Unsupported URL protocol",
    ),
    ({"text": "x", "url": "http://host/x"}, "inline keyboard button URL 'http://host/x' is invalid: Wrong HTTP URL"),
]


@pytest.mark.parametrize(("button", "problem"), BUTTONS)
async def test_buttons(api: BotApiServer, refuses: Refuses, button: Any, problem: str) -> None:
    """A button has one action, within its limits."""
    person = api.person()
    person.start()
    markup = {"inline_keyboard": [[button]]}
    await refuses(f"Bad Request: {problem}", "sendMessage", chat_id=person.id, text="x", reply_markup=markup)


async def test_keyboards(api: BotApiServer, bot: Bot, refuses: Refuses) -> None:
    """A keyboard has at most 8 buttons in a row and 100 in all; its longest button is as long as documented."""
    person = api.person()
    person.start()
    button = {"text": "x", "callback_data": "x" * 64}
    most = {"inline_keyboard": [[button] * 8] * 12}
    assert (await bot("sendMessage", chat_id=person.id, text="x", reply_markup=most))["reply_markup"] == most
    for rows in ([[button] * 9], [[button]] * 101):
        markup = {"inline_keyboard": rows}
        await refuses(
            "Bad Request: reply markup is too long", "sendMessage", chat_id=person.id, text="x", reply_markup=markup
        )
    await refuses(
        "Bad Request: can't parse reply keyboard markup JSON object",
        "sendMessage",
        chat_id=person.id,
        text="x",
        reply_markup="{",
    )
    await refuses(
        "Bad Request: object expected as reply markup", "sendMessage", chat_id=person.id, text="x", reply_markup=[]
    )


TEXTS: list[tuple[dict[str, Any], str]] = [
    ({}, "message text is empty"),
    ({"text": ""}, "message text is empty"),
    ({"text": " \n\u200b"}, "text must be non-empty"),
    ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "😀" * 2049}, "message is too long"),
    ({"text": "x" * 32769}, "text is too long"),
    ({"text": "<x>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
    ({"text": "x", "parse_mode": "RTF"}, "unsupported parse_mode"),
    ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ({"text": "x", "link_preview_options": [1]}, "object expected as link preview options"),
]


@pytest.mark.parametrize(("params", "problem"), TEXTS)
async def test_texts(api: BotApiServer, refuses: Refuses, params: dict[str, Any], problem: str) -> None:
    """A text has something to see, within 4096 UTF-16 units after its tags are read."""
    person = api.person()
    person.start()
    await refuses(f"Bad Request: {problem}", "sendMessage", chat_id=person.id, **params)
    assert person.screen == []


async def test_the_longest_text(api: BotApiServer, bot: Bot) -> None:
    """Tags and blanks around the text do not count."""
    person = api.person()
    person.start()
    text = "  <b>" + "x" * 4096 + "</b>\r\n"
    sent = await bot("sendMessage", chat_id=person.id, text=text, parse_mode="HTML")
    assert sent["text"] == "x" * 4096
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


async def test_chats_where_the_bot_may_not_write(api: BotApiServer, bot: Bot, refuses: Refuses) -> None:
    """Unknown chats, strangers, people who blocked the bot, groups that threw it out."""
    person, group = api.person(), api.group("Team")
    await refuses("Bad Request: chat_id is empty", "sendMessage", text="x")
    await refuses("Bad Request: chat not found", "sendMessage", chat_id=77, text="x")
    await refuses("Bad Request: chat not found", "sendMessage", chat_id="@nobody", text="x")
    await refuses(STRANGER, "sendMessage", chat_id=person.id, text="x")
    person.start()
    person.blocks()
    await refuses(BLOCKED, "sendMessage", chat_id=person.id, text="x")
    person.unblocks()
    assert (await bot("sendMessage", chat_id=person.id, text="x"))["message_id"] == 2
    await refuses("Forbidden: bot is not a member of the group chat", "getChat", chat_id=group.id)
    group.adds_bot(person)
    group.kicks_bot(person)
    await refuses("Forbidden: bot was kicked from the group chat", "sendMessage", chat_id=group.id, text="x")


async def test_a_group_that_became_a_supergroup(api: BotApiServer, bot: Bot) -> None:
    """The refusal names the new chat, which works."""
    person, group = api.person(), api.group("Team")
    group.adds_bot(person)
    new = group.migrates()
    assert await bot("sendMessage", chat_id=group.id, text="x") == (
        "Bad Request: group chat was upgraded to a supergroup chat"
    )
    assert api.calls[-1].answer["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await bot("sendMessage", chat_id=new.id, text="x"))["chat"]["type"] == "supergroup"
    await bot("leaveChat", chat_id=new.id)
    assert await bot("getChat", chat_id=new.id) == "Forbidden: bot is not a member of the supergroup chat"


async def test_edits(api: BotApiServer, bot: Bot, refuses: Refuses) -> None:
    """Only the bot's own messages that are still there, and only if something changes."""
    person = api.person()
    theirs = person.start()
    sent = await bot("sendMessage", chat_id=person.id, text="<b>a</b>", parse_mode="HTML", reply_markup=DATA)
    ours = {"chat_id": person.id, "message_id": sent["message_id"]}
    await refuses(SAME, "editMessageText", **ours, text="<b>a</b> ", parse_mode="HTML", reply_markup=DATA)
    await refuses(SAME, "editMessageReplyMarkup", **ours, reply_markup=DATA)
    await refuses(
        "Bad Request: message to edit not found", "editMessageText", chat_id=person.id, message_id=9, text="x"
    )
    await refuses(
        "Bad Request: message can't be edited", "editMessageText", chat_id=person.id, message_id=theirs.id, text="x"
    )
    await refuses("Bad Request: message identifier is not specified", "editMessageReplyMarkup")
    edited = await bot("editMessageText", **ours, text="a")
    assert "entities" not in edited
    assert "reply_markup" not in edited
    assert edited["edit_date"] == 1_780_000_000
    assert person.last.edited
    await bot("deleteMessage", **ours)
    assert person.screen == []
    await refuses("Bad Request: message to edit not found", "editMessageText", **ours, text="x")


async def test_deletions(api: BotApiServer, bot: Bot, refuses: Refuses, clock: Clock) -> None:
    """What people wrote can be deleted in a private chat, for 48 hours."""
    person, group = api.person(), api.group("Team")
    secret, old = person.says("my password is x"), person.says("hello")
    group.adds_bot(person)
    theirs = group.says(person, "hello")
    assert await bot("deleteMessage", chat_id=person.id, message_id=secret.id) is True
    assert secret.deleted
    await refuses("Bad Request: message to delete not found", "deleteMessage", chat_id=person.id, message_id=secret.id)
    await refuses("Bad Request: message can't be deleted", "deleteMessage", chat_id=group.id, message_id=theirs.id)
    clock.now += 48 * 3600
    await refuses(
        "Bad Request: message can't be deleted for everyone", "deleteMessage", chat_id=person.id, message_id=old.id
    )


async def test_answers_to_presses(api: BotApiServer, bot: Bot, refuses: Refuses, clock: Clock) -> None:
    """Each press is answered once, and in time."""
    person = api.person()
    person.start()
    await bot("sendMessage", chat_id=person.id, text="?", reply_markup=DATA)
    first, second = person.double_taps("Yes")
    assert person.unanswered == [first, second]
    await refuses("Bad Request: MESSAGE_TOO_LONG", "answerCallbackQuery", callback_query_id=first.id, text="x" * 201)
    assert await bot("answerCallbackQuery", callback_query_id=first.id, text="Thanks", show_alert=True) is True
    await refuses(TOO_OLD, "answerCallbackQuery", callback_query_id=first.id)
    clock.now += 151
    await refuses(TOO_OLD, "answerCallbackQuery", callback_query_id=second.id)
    await refuses(TOO_OLD, "answerCallbackQuery", callback_query_id="1")
    assert person.toasts == ["Thanks"]
    assert (first.answered, first.alert) == (1_780_000_000, True)
    assert person.unanswered == [second]


async def test_files(api: BotApiServer, bot: Bot, refuses: Refuses) -> None:
    """Files are uploaded, under their field or another name, sent again by id, and fetched."""
    person = api.person()
    photo = person.sends_photo()
    chat = str(person.id)
    sent = await bot.upload("sendDocument", {"document": ("a.txt", b"A")}, chat_id=chat, caption=" A ")
    await bot.upload("sendDocument", {"f1": ("b.txt", b"B")}, chat_id=chat, document="attach://f1")
    assert person.documents == {"a.txt": b"A", "b.txt": b"B"}
    assert (sent["caption"], sent["document"]["mime_type"]) == ("A", "text/plain")
    await bot("sendPhoto", chat_id=person.id, photo=photo.body["photo"][0]["file_id"])
    file = await bot("getFile", file_id=sent["document"]["file_id"])
    async with bot.session.get(f"{api.url}/file/bot{api.token}/{file['file_path']}") as response:
        assert await response.read() == b"A" == api.files[file["file_id"]]
    await refuses("Bad Request: there is no document in the request", "sendDocument", chat_id=person.id)
    await refuses(
        "Bad Request: wrong file identifier/HTTP URL specified", "sendPhoto", chat_id=person.id, photo="unknown"
    )
    await refuses(
        "Bad Request: message caption is too long",
        "sendPhoto",
        chat_id=person.id,
        photo=photo.body["photo"][0]["file_id"],
        caption="x" * 1025,
    )
    await refuses("Bad Request: invalid file_id", "getFile", file_id="unknown")
    assert api.suspicious == []


async def test_albums(api: BotApiServer, bot: Bot, refuses: Refuses) -> None:
    """An album is of two to ten photos, or documents."""
    person = api.person()
    known = person.sends_photo().body["photo"][0]["file_id"]
    photo, document = ({"type": kind, "media": known} for kind in ("photo", "document"))
    media = '[{"type": "document", "media": "attach://a"}, {"type": "document", "media": "attach://b", "caption": "B"}]'
    files = {"a": ("a.txt", b"A"), "b": ("b.txt", b"B")}
    sent = await bot.upload("sendMediaGroup", files, chat_id=str(person.id), media=media)
    assert len({message["media_group_id"] for message in sent}) == 1
    assert person.documents == {"a.txt": b"A", "b.txt": b"B"}
    for wrong, problem in (
        ([photo, document], "document can't be mixed with other media types"),
        ([photo] * 11, "too many messages to send as an album"),
        ([], "there are no messages to send"),
        ([{"type": "x"}], 'can\'t parse InputMedia: type "x" is unsupported'),
        ({}, "expected an Array of InputMedia"),
    ):
        await refuses(f"Bad Request: {problem}", "sendMediaGroup", chat_id=person.id, media=wrong)
    assert api.suspicious == []


async def test_the_menu(bot: Bot, refuses: Refuses) -> None:
    """Commands are kept by scope and language, within their limits."""
    menu = [{"command": "privacy", "description": "What is kept"}]
    scope = {"type": "all_private_chats"}
    await bot("setMyCommands", commands=menu, scope=scope, language_code="fr")
    assert await bot("getMyCommands", scope=scope, language_code="fr") == menu
    await bot("deleteMyCommands", scope=scope, language_code="fr")
    assert await bot("getMyCommands", scope=scope, language_code="fr") == []
    for command, description, problem in (
        ("A", "x", "BOT_COMMAND_INVALID"),
        ("a" * 33, "x", "command length must not exceed 32"),
        ("", "x", "command must be non-empty"),
        ("a", "", "command description must be non-empty"),
        ("a", "x" * 257, "command description length must not exceed 256"),
    ):
        wrong = [{"command": command, "description": description}]
        await refuses(f"Bad Request: {problem}", "setMyCommands", commands=wrong)
    await refuses("Bad Request: BOT_COMMANDS_TOO_MUCH", "setMyCommands", commands=menu * 101)
    await refuses("Bad Request: invalid language code specified", "getMyCommands", language_code="fr-FR")
    await refuses(
        "Bad Request: can't parse BotCommandScope: Unsupported type specified", "getMyCommands", scope={"type": "x"}
    )


async def test_the_descriptions(bot: Bot, refuses: Refuses) -> None:
    """What the bot says of itself, in a language or for everybody."""
    await bot("setMyDescription", description="x" * 512)
    await bot("setMyShortDescription", short_description="Aide", language_code="fr")
    assert await bot("getMyDescription", language_code="fr") == {"description": "x" * 512}
    assert await bot("getMyShortDescription") == {"short_description": ""}
    assert await bot("getMyShortDescription", language_code="fr") == {"short_description": "Aide"}
    await refuses("Bad Request: DESCRIPTION_TOO_LONG", "setMyDescription", description="x" * 513)
    await refuses("Bad Request: ABOUT_TOO_LONG", "setMyShortDescription", short_description="x" * 121)


async def test_the_rest(api: BotApiServer, bot: Bot, refuses: Refuses) -> None:
    """Small methods."""
    person = api.person()
    person.start()
    assert (await bot("getMe"))["username"] == "guichet_test_bot"
    assert await bot("sendChatAction", chat_id=person.id, action="typing") is True
    await refuses("Bad Request: wrong parameter action in request", "sendChatAction", chat_id=person.id, action="sing")
    await refuses("Bad Request: chat member status can't be changed in private chats", "leaveChat", chat_id=person.id)


async def test_rate_limits(api: BotApiServer, bot: Bot) -> None:
    """More than twenty messages at once to one person are too many; another person is still told."""
    first, second = api.person(), api.person()
    first.start()
    second.start()
    answers = [await bot("sendMessage", chat_id=first.id, text=str(i)) for i in range(21)]
    assert [isinstance(answer, dict) for answer in answers] == [True] * 20 + [False]
    assert answers[-1] == "Too Many Requests: retry after 1"
    assert api.refused[0].answer["parameters"] == {"retry_after": 1}
    assert isinstance(await bot("sendMessage", chat_id=second.id, text="x"), dict)
    api.limits.enabled = False
    assert isinstance(await bot("sendMessage", chat_id=first.id, text="x"), dict)
