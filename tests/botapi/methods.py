"""The methods there are: the parameters each takes, and what it does."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.botapi import chats, copying, inline, sending, topics
from tests.botapi.hypertext import units
from tests.botapi.limits import Limits
from tests.botapi.refusals import QUERY_TOO_OLD, bad, not_found
from tests.botapi.world import JSON, Call, World

Handler = Callable[[World, Limits, Call], Any]

_ACTIONS = (
    "cancel typing record_video upload_video record_audio record_voice upload_audio upload_voice upload_photo "
    "upload_document choose_sticker pick_up_location find_location record_video_note upload_video_note"
)
_MOST_TO_FETCH = 20 * 1024 * 1024
_TO = (
    "business_connection_id chat_id message_thread_id:int direct_messages_topic_id:int disable_notification:bool "
    "protect_content:bool allow_paid_broadcast:bool message_effect_id reply_parameters:json "
)
_NEW = _TO + "suggested_post_parameters:json reply_markup:json parse_mode "
_CAPTION = _NEW + "caption caption_entities:json "
_OLD = "business_connection_id chat_id message_id:int inline_message_id reply_markup:json "
PARAMETERS: Mapping[str, str] = {
    "getMe": "",
    "getUpdates": "offset:int limit:int timeout:int allowed_updates:json",
    "setWebhook": "url certificate ip_address max_connections:int allowed_updates:json drop_pending_updates:bool "
    "secret_token",
    "deleteWebhook": "drop_pending_updates:bool",
    "getWebhookInfo": "",
    "sendMessage": _NEW + "text entities:json link_preview_options:json",
    "sendPhoto": _CAPTION + "photo show_caption_above_media:bool has_spoiler:bool",
    "sendDocument": _CAPTION + "document thumbnail disable_content_type_detection:bool",
    "sendMediaGroup": _TO + "media:json",
    "copyMessage": _CAPTION + "from_chat_id message_id:int show_caption_above_media:bool video_start_timestamp:int",
    "editMessageText": _OLD + "text parse_mode entities:json link_preview_options:json rich_message:json",
    "editMessageCaption": _OLD + "caption parse_mode caption_entities:json show_caption_above_media:bool",
    "editMessageReplyMarkup": _OLD,
    "answerCallbackQuery": "callback_query_id text show_alert:bool url cache_time:int",
    "answerInlineQuery": "inline_query_id results:json cache_time:int is_personal:bool next_offset button:json",
    "sendChatAction": "business_connection_id chat_id message_thread_id:int action",
    "deleteMessage": "chat_id message_id:int",
    "getFile": "file_id",
    "setMyCommands": "commands:json scope:json language_code",
    "getMyCommands": "scope:json language_code",
    "deleteMyCommands": "scope:json language_code",
    "setMyDescription": "description language_code",
    "getMyDescription": "language_code",
    "setMyShortDescription": "short_description language_code",
    "getMyShortDescription": "language_code",
    "leaveChat": "chat_id",
    "getChat": "chat_id",
    "getChatMember": "chat_id user_id:int",
    "createForumTopic": "chat_id name icon_color:int icon_custom_emoji_id",
    "editForumTopic": "chat_id message_thread_id:int name icon_custom_emoji_id",
    "closeForumTopic": "chat_id message_thread_id:int",
    "reopenForumTopic": "chat_id message_thread_id:int",
    "deleteForumTopic": "chat_id message_thread_id:int",
}
_SPELLING = {name.lower(): name for name in PARAMETERS}


def spelled(method: str) -> str:
    """The method's name, in which capitals do not matter."""
    return _SPELLING.get(method.lower(), method)


def decode(world: World, call: Call) -> None:
    """Reads the parameters of a call as what they are to be; those that do not exist are suspicious."""
    if call.method not in PARAMETERS:
        raise not_found("method not found")
    kinds = dict(name.partition(":")[::2] for name in PARAMETERS[call.method].split())
    attached = {
        str(value).removeprefix("attach://")
        for value in re.findall(r"attach://[^\\\"\s,}]+", json.dumps(call.params, ensure_ascii=False))
    }
    for name in [*call.params, *call.uploads]:
        if name not in kinds and name not in attached:
            world.suspects(f"{call.method}: there is no parameter {name}")
    for name, value in call.params.items():
        call.params[name] = _decoded(world, name, kinds.get(name, ""), value)


def _decoded(world: World, name: str, kind: str, value: Any) -> Any:
    """One parameter; a client may send everything as text."""
    match kind:
        case "json" if isinstance(value, str):
            try:
                return json.loads(value) if value else None
            except ValueError:
                what = "reply keyboard markup" if name == "reply_markup" else name.replace("_", " ")
                raise bad(f"Can't parse {what} JSON object") from None
        case "int":
            if re.fullmatch(r"-?\d+", str(value)):
                return int(value)
            world.suspects(f"{name} is no number: {value}")
            return 0
        case "bool":
            return str(value).lower() in {"true", "yes", "1"}
        case "":
            return value if isinstance(value, str | int) else json.dumps(value)
    return value


def get_me(world: World, _: Limits, __: Call) -> JSON:
    """The bot's account."""
    able = {"can_join_groups": True, "can_read_all_group_messages": not world.privacy}
    able["supports_inline_queries"] = world.inline_mode
    return {**world.bot, **able, "can_connect_to_business": False, "has_main_web_app": False}


def send_chat_action(world: World, _: Limits, call: Call) -> bool:
    """Shows that the bot is busy."""
    if call.params.get("action") not in _ACTIONS.split():
        raise bad("Wrong parameter action in request")
    world.chat(call.params.get("chat_id"))
    return True


def answer_callback_query(world: World, _: Limits, call: Call) -> bool:
    """Answers a press on a button, once and in time."""
    query = world.queries.get(str(call.params.get("callback_query_id")))
    if query is None or query.answered is not None or world.clock() - query.time > world.answer_within:
        raise bad(QUERY_TOO_OLD)
    text = str(call.params.get("text") or "")
    if units(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    query.answered, query.text, query.alert = world.clock(), text, bool(call.params.get("show_alert"))
    world.hears(query.message.chat, "answer", query)
    return True


def get_file(world: World, _: Limits, call: Call) -> JSON:
    """Where to fetch a file."""
    if not call.params.get("file_id"):
        raise bad("file_id not specified")
    file = world.files.get(str(call.params["file_id"]))
    if file is None:
        raise bad("invalid file_id")
    if len(file.data) > _MOST_TO_FETCH:
        raise bad("file is too big")
    return {**file.json(), "file_path": file.path}


def set_my_commands(world: World, _: Limits, call: Call) -> bool:
    """Sets the menu for a scope and a language."""
    commands = call.params.get("commands") or []
    if not isinstance(commands, list):
        raise bad("Expected an Array of BotCommand")
    menu = []
    for given in commands:
        if not isinstance(given, dict) or not all(isinstance(given.get(n), str) for n in ("command", "description")):
            raise bad("Can't parse BotCommand: expected an Object")
        command, description = given["command"].strip().removeprefix("/"), given["description"].strip()
        if not command:
            raise bad("Command must be non-empty")
        if len(command) > 32:
            raise bad("Command length must not exceed 32")
        if not description:
            raise bad("Command description must be non-empty")
        if len(description) > 256:
            raise bad("Command description length must not exceed 256")
        if not re.fullmatch(r"[a-z0-9_]+", command):
            raise bad("BOT_COMMAND_INVALID")
        menu.append({"command": command, "description": description})
    if len(menu) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    world.profile["commands", _scope(call), _language(call)] = menu
    return True


def get_my_commands(world: World, _: Limits, call: Call) -> Any:
    """The menu of a scope and a language."""
    return world.profile.get(("commands", _scope(call), _language(call)), [])


def delete_my_commands(world: World, _: Limits, call: Call) -> bool:
    """Takes a menu away."""
    world.profile.pop(("commands", _scope(call), _language(call)), None)
    return True


def _describes(name: str, most: int, problem: str) -> Handler:
    """Sets one of the bot's descriptions."""

    def describe(world: World, _: Limits, call: Call) -> bool:
        """Keeps the text for a language."""
        text = str(call.params.get(name) or "")
        if units(text) > most:
            raise bad(problem)
        world.profile[name, _language(call)] = text
        return True

    return describe


def _described(name: str) -> Handler:
    """Gets one of the bot's descriptions, in the language asked for or else the one for everybody."""

    def described(world: World, _: Limits, call: Call) -> JSON:
        """The text that is shown."""
        return {name: world.profile.get((name, _language(call)), world.profile.get((name, ""), ""))}

    return described


def _language(call: Call) -> str:
    """The language a text is for; empty for everybody."""
    code = str(call.params.get("language_code") or "")
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad("Invalid language code specified")
    return code


def _scope(call: Call) -> str:
    """Whom a menu is for."""
    scope = call.params.get("scope") or {"type": "default"}
    kinds = {
        "default": (),
        "all_private_chats": (),
        "all_group_chats": (),
        "all_chat_administrators": (),
        "chat": ("chat_id",),
        "chat_administrators": ("chat_id",),
        "chat_member": ("chat_id", "user_id"),
    }
    if not isinstance(scope, dict) or scope.get("type") not in kinds:
        raise bad("Can't parse BotCommandScope: Unsupported type specified")
    if any(name not in scope for name in kinds[scope["type"]]):
        raise bad("Can't parse BotCommandScope: Empty chat_id specified")
    return json.dumps(scope, sort_keys=True)


HANDLERS: Mapping[str, Handler] = {
    "getMe": get_me,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
    "copyMessage": copying.copy_message,
    "editMessageText": sending.edit_message_text,
    "editMessageCaption": sending.edit_message_caption,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": inline.answer_inline_query,
    "sendChatAction": send_chat_action,
    "deleteMessage": sending.delete_message,
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyDescription": _describes("description", 512, "DESCRIPTION_TOO_LONG"),
    "getMyDescription": _described("description"),
    "setMyShortDescription": _describes("short_description", 120, "ABOUT_TOO_LONG"),
    "getMyShortDescription": _described("short_description"),
    "leaveChat": chats.leave_chat,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "createForumTopic": topics.create_forum_topic,
    "editForumTopic": topics.edit_forum_topic,
    "closeForumTopic": topics.close_forum_topic,
    "reopenForumTopic": topics.reopen_forum_topic,
    "deleteForumTopic": topics.delete_forum_topic,
}
