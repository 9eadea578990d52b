"""What the bot writes into chats: sending, changing and deleting messages."""

from typing import Any

from tests.botapi.entities import formatted, is_empty
from tests.botapi.hypertext import units
from tests.botapi.limits import Limits
from tests.botapi.markup import buttons, checked_markup
from tests.botapi.refusals import NOT_MODIFIED, bad
from tests.botapi.threads import placed
from tests.botapi.world import JSON, Call, Chat, File, Message, World

_TWO_DAYS = 48 * 60 * 60
_PHOTO = (1280, 960)
_UNDELETABLE = ("forum_topic_created", "migrate_from_chat_id")


def send_message(world: World, limits: Limits, call: Call) -> JSON:
    """Sends a text."""
    content = _text(world, call.params)
    return send(world, limits, call, [content])[0].json()


def send_document(world: World, limits: Limits, call: Call) -> JSON:
    """Sends a document."""
    content = _carried(world, call, "document", call.params.get("document"), call.params)
    return send(world, limits, call, [content])[0].json()


def send_photo(world: World, limits: Limits, call: Call) -> JSON:
    """Sends a photo."""
    content = _carried(world, call, "photo", call.params.get("photo"), call.params)
    return send(world, limits, call, [content])[0].json()


def send_media_group(world: World, limits: Limits, call: Call) -> list[JSON]:
    """Sends an album of photos, or of documents."""
    media = call.params.get("media")
    if media is None:
        raise bad('Parameter "media" is required')
    if not isinstance(media, list):
        raise bad("Expected an Array of InputMedia")
    contents = []
    for item in media:
        if not isinstance(item, dict) or item.get("type") not in {"photo", "document"}:
            kind = item.get("type") if isinstance(item, dict) else None
            raise bad(f'Can\'t parse InputMedia: type "{kind}" is unsupported')
        contents.append(_carried(world, call, item["type"], item.get("media"), item))
    if not contents:
        raise bad("There are no messages to send")
    if len(contents) > 10:
        raise bad("Too many messages to send as an album")
    if len(contents) == 1:
        world.suspects("sendMediaGroup: an album of one")
    if len({item["type"] for item in media}) > 1:
        raise bad("document can't be mixed with other media types")
    album = str(next(world.numbers))
    sent = send(world, limits, call, [{"media_group_id": album, **content} for content in contents])
    return [message.json() for message in sent]


def edit_message_text(world: World, _: Limits, call: Call) -> JSON:
    """Says something else in a message."""
    content = _text(world, call.params)
    message = _own(world, call)
    if "text" not in message.body:
        raise bad("There is no text in the message to edit")
    return _change(world, message, {"text": content["text"], "entities": content.get("entities")}, call)


def edit_message_caption(world: World, _: Limits, call: Call) -> JSON:
    """Says something else below a photo or document, or nothing."""
    content = caption_of(world, call.params)
    message = _own(world, call)
    if message.document is None:
        raise bad("There is no caption in the message to edit")
    wanted = {name: content.get(name) for name in ("caption", "caption_entities")}
    return _change(world, message, wanted, call)


def edit_message_reply_markup(world: World, _: Limits, call: Call) -> JSON:
    """Gives a message other buttons, or none."""
    return _change(world, _own(world, call), {}, call)


def delete_message(world: World, _: Limits, call: Call) -> bool:
    """Deletes a message for two days: the bot's own, anybody's in a private chat or by right, no opening of a topic."""
    if not call.params.get("chat_id"):
        raise bad("Chat identifier is not specified")
    if not call.params.get("message_id"):
        raise bad("Message identifier is not specified")
    message = message_in(world.chat(call.params["chat_id"]), call.params["message_id"], "message to delete")
    free = message.by_bot or message.chat.kind == "private" or message.chat.may("can_delete_messages")
    if not free or any(name in message.body for name in _UNDELETABLE):
        raise bad("Message can't be deleted")
    if world.now - int(message.body["date"]) >= _TWO_DAYS:
        raise bad("Message can't be deleted for everyone")
    message.deleted = True
    world.hears(message.chat, "delete", message)
    return True


def file_named(world: World, call: Call, field: str, given: Any) -> File:
    """The file a call uploads, under the field's own name or another, or one the server knows."""
    name = str(given).removeprefix("attach://") if str(given).startswith("attach://") else field
    upload = call.uploads.get(name)
    if upload is not None:
        if not upload.data:
            raise bad("file must be non-empty")
        return world.keep(upload.name, upload.mime_type, upload.data, field)
    if not given:
        raise bad(f"There is no {field} in the request")
    if given not in world.files:
        raise bad("Wrong file identifier/HTTP URL specified")
    return world.files[given]


def _text(world: World, params: JSON) -> JSON:
    """The text and entities of a message."""
    if not params.get("text"):
        raise bad("Message text is empty")
    text, entities = _formatted(world, params, "text", "entities")
    if is_empty(text):
        raise bad("Text must be non-empty")
    if units(text) > 4096:
        raise bad("Message is too long")
    options = params.get("link_preview_options")
    if not isinstance(options, dict | None):
        raise bad("Object expected as link preview options")
    shown = {"link_preview_options": options} if options else {}
    return {"text": text, **({"entities": entities} if entities else {}), **shown}


def _formatted(world: World, params: JSON, name: str, entities: str) -> tuple[str, list[JSON]]:
    """A text with its formatting, given one way or the other."""
    given = params.get(entities) or []
    if not isinstance(given, list):
        raise bad(f"Can't parse {entities} JSON object")
    if given and params.get("parse_mode"):
        world.suspects(f"{name}: both parse_mode and {entities}")
    return formatted(str(params.get(name) or ""), str(params.get("parse_mode") or ""), given)


def caption_of(world: World, params: JSON) -> JSON:
    """The caption a call gives, if any, with its entities."""
    caption, entities = _formatted(world, params, "caption", "caption_entities")
    if units(caption) > 1024:
        raise bad("Message caption is too long")
    return {"caption": caption, **({"caption_entities": entities} if entities else {})} if caption else {}


def _carried(world: World, call: Call, kind: str, given: Any, params: JSON) -> JSON:
    """A photo or document with its caption."""
    caption = caption_of(world, params)
    file = file_named(world, call, kind, given)
    if kind == "photo":
        width, height = _PHOTO
        content: JSON = {"photo": [{**file.json(), "width": width, "height": height}]}
    else:
        content = {"document": {"file_name": file.name, "mime_type": file.mime_type, **file.json()}}
    return {**content, **caption}


def send(world: World, limits: Limits, call: Call, contents: list[JSON]) -> list[Message]:
    """Puts messages into the chat, once everything about them is right."""
    params = call.params
    markup = checked_markup(params.get("reply_markup"))
    chat = world.chat(params.get("chat_id"))
    where = placed(world, chat, params)
    if not world.inline_mode and any(button.action.startswith("switch") for row in buttons(markup) for button in row):
        world.suspects(f"{call.method}: a button for inline mode, which the bot does not have")
    if params.get("protect_content"):
        world.suspects(f"{call.method}: protect_content")
    limits.take(chat, len(contents))
    shown = {"reply_markup": markup} if markup else {}
    sent = [world.post(chat, world.bot, {**where, **content, **shown}) for content in contents]
    for message in sent:
        world.hears(chat, "new", message)
    return sent


def message_in(chat: Chat, number: int, what: str) -> Message:
    """A message of the chat that is still there."""
    message = chat.messages.get(number)
    if message is None or message.deleted:
        raise bad(f"{what} not found")
    return message


def _own(world: World, call: Call) -> Message:
    """The bot's message that a call wants to change."""
    if not call.params.get("chat_id") and not call.params.get("message_id"):
        raise bad("Message identifier is not specified")
    chat = world.chat(call.params.get("chat_id"))
    message = message_in(chat, call.params.get("message_id") or 0, "message to edit")
    if not message.by_bot:
        raise bad("Message can't be edited")
    return message


def _change(world: World, message: Message, content: JSON, call: Call) -> JSON:
    """Changes what is said and the buttons; buttons that are not given are taken away."""
    wanted = {**content, "reply_markup": checked_markup(call.params.get("reply_markup"))}
    if all(message.body.get(name) == value for name, value in wanted.items()):
        raise bad(NOT_MODIFIED)
    if "reply_markup" in message.body:
        message.before.append(message.body["reply_markup"])
    body = {**message.body, **wanted, "edit_date": world.now}
    message.body = {name: value for name, value in body.items() if value is not None}
    world.hears(message.chat, "edit", message)
    return message.json()
