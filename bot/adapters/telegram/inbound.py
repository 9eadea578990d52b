"""From what Telegram delivers to what the conversation takes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from telegram.constants import ChatMemberStatus, ChatType, MessageEntityType

from bot.adapters.telegram.buttons import meant
from bot.adapters.telegram.shape import CallbackQuery, Chat, MembershipChange, Message, Replied, Update, User
from bot.adapters.telegram.text import Entity
from bot.model.answer import Attachment
from bot.model.inputs import Medium
from bot.model.picture import objection
from bot.model.reference import reference_in
from bot.service.incoming import (
    Commanded,
    Content,
    Edited,
    Incoming,
    Opened,
    Pictured,
    Said,
    Strayed,
    Unreadable,
)

ALLOWED_UPDATES = ("message", "edited_message", "channel_post", "callback_query", "my_chat_member", "inline_query")

CHANNEL = "telegram:"
"""What the names of its chats begin with."""
_MAX_CAPTION, _MAX_NAME = 4_096, 255
"""Characters of a caption and of a file's name; Telegram has no longer ones. What is cut is marked."""
STRAYED = "strayed"
"""The one update that a chat where others listen ever has."""

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


def chat_name(chat_id: int) -> str:
    """A chat as the conversation knows it."""
    return f"{CHANNEL}{chat_id}"


def chat_id(chat: str) -> int:
    """A chat as Telegram knows it."""
    return int(chat.removeprefix(CHANNEL))


@dataclass(frozen=True, slots=True)
class Tap:
    """A button that was pressed: the query to be answered, and the message it stands under, if it still does."""

    query: str
    message: int | None = None
    text: str = ""
    entities: tuple[Entity, ...] = ()
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an update says, and the button it came by."""

    incoming: Incoming | None
    tap: Tap | None = None


class Inbound:
    """Reads updates. `open_link` knows what the parameter of a link asks for, `commands` are those the bot has.

    `staff` reads those of the support group, where there is one, and gives None for all others.
    """

    def __init__(
        self,
        username: str,
        commands: frozenset[str],
        open_link: Callable[[str], Opened],
        staff: "Callable[[Update], Arrival | None] | None" = None,
    ) -> None:
        self._username, self._commands, self._open_link = username, commands, open_link
        self._staff = staff

    def arrival(self, update: Update) -> Arrival:
        """What an update says; nothing where nobody asks for anything."""
        if self._staff is not None and (done := self._staff(update)) is not None:
            return done
        if update.callback_query is not None:
            return self._tapped(update, update.callback_query)
        if self._is_passed_on(update):
            return Arrival(None)
        if update.edited_message is not None:
            return Arrival(self._edited(update, update.edited_message))
        if update.message is not None:
            return Arrival(self._written(update, update.message))
        if update.channel_post is not None:
            return Arrival(self._strayed(update.channel_post.chat, None))
        if update.my_chat_member is not None:
            return Arrival(self._membership(update.my_chat_member))
        return Arrival(None)

    def _is_passed_on(self, update: Update) -> bool:
        """Whether this is a ticket that somebody took along from here: they tell somebody else, not the bot."""
        message = update.message or update.edited_message or update.channel_post
        return message is not None and message.via_bot is not None and message.via_bot.username == self._username

    def _tapped(self, update: Update, query: CallbackQuery) -> Arrival:
        message = query.message
        if message is None or message.chat.type != ChatType.PRIVATE or query.data is None:
            return Arrival(None, Tap(query.id))
        label, has_buttons = None, None
        if message.reply_markup is not None:
            label = next((each.text for each in message.reply_markup.buttons if each.callback_data == query.data), None)
            has_buttons = message.message_id
        entities = tuple(Entity(each.type, each.offset, each.length, each.url) for each in message.entities)
        tap = Tap(query.id, has_buttons, message.text or "", entities, label)
        return Arrival(_incoming(update, message.chat, meant(query.data), None, query.sender), tap)

    def _written(self, update: Update, message: Message) -> Incoming | None:
        sender = message.sender
        if message.chat.type != ChatType.PRIVATE:
            gone = message.left_chat_member is not None or message.migrate_to_chat_id is not None
            if message.migrate_from_chat_id is not None:
                return Incoming(chat_name(message.chat.id), STRAYED, Strayed(None))
            return None if gone else self._strayed(message.chat, sender)
        if sender is None or sender.is_bot:
            return None
        content = self._content(message)
        return _incoming(update, message.chat, content, _instant(message.date), sender) if content else None

    def _edited(self, update: Update, message: Message) -> Incoming | None:
        words = message.text or message.caption
        if message.chat.type != ChatType.PRIVATE or words is None:
            return None
        content = Edited(words, str(message.message_id))
        at = _instant(message.edit_date) if message.edit_date is not None else None
        return _incoming(update, message.chat, content, at, message.sender)

    def _membership(self, change: MembershipChange) -> Incoming | None:
        came = change.new_chat_member.status in (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR)
        if change.chat.type == ChatType.PRIVATE or not came:
            return None
        return self._strayed(change.chat, change.sender)

    def _strayed(self, chat: Chat, sender: User | None) -> Incoming:
        language = sender.language_code if sender else None
        return Incoming(
            chat_name(chat.id), STRAYED, Strayed(f"https://t.me/{self._username}"), None, language_of(language)
        )

    def _content(self, message: Message) -> Content | None:
        if message.text is not None:
            return self._command(message) or Said(
                message.text, str(message.message_id), _replied(message), about(message.reply_to_message)
            )
        picture = _picture(message)
        if picture is not None:
            unfit = objection(picture.name, picture.media_type, picture.size)
            name, to = str(message.message_id), message.reply_to_message
            kept = Pictured(picture, message.media_group_id, name, _replied(message), about(to))
            return kept if unfit is None else Unreadable(unfit)
        medium = _medium(message)
        return Unreadable(medium) if medium else None

    def _command(self, message: Message) -> Content | None:
        entity = message.entities[0] if message.entities else None
        if entity is None or entity.type != MessageEntityType.BOT_COMMAND or entity.offset != 0:
            return None
        found = _COMMAND.fullmatch(message.text or "")
        if found is None:
            return None
        name, words = found[1].lower(), (found[2] or "").strip()
        if name == "start":
            return self._open_link(words)
        return Commanded(name, words or None) if name in self._commands else None


def _incoming(update: Update, chat: Chat, content: Content, at: datetime | None, sender: User | None) -> Incoming:
    language = language_of(sender.language_code if sender else None)
    return Incoming(chat_name(chat.id), str(update.update_id), content, at, language)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def about(message: Replied | None) -> str | None:
    """The ticket that a message of a bot, which can be no other one, speaks of in its first line."""
    if message is None or message.sender is None or not message.sender.is_bot:
        return None
    return reference_in(message.text.partition("\n")[0])


def _replied(message: Message) -> str | None:
    """The message that is replied to."""
    return str(message.reply_to_message.message_id) if message.reply_to_message is not None else None


def language_of(code: str | None) -> str | None:
    """The language of a code such as `fr-CA`."""
    return code.split("-")[0].lower() if code else None


def _picture(message: Message) -> Attachment | None:
    caption = message.caption or ""
    if len(caption) > _MAX_CAPTION:
        caption = f"{caption[: _MAX_CAPTION - 1]}…"
    if message.photo:
        largest = message.photo[-1]
        name, size = f"photo-{message.message_id}.jpg", largest.file_size
        return Attachment(name, "image/jpeg", size, f"{CHANNEL}photo:{largest.file_id}", caption)
    document = message.document
    if document is not None and message.animation is None and document.mime_type.lower().startswith("image/"):
        name = document.file_name or f"image-{message.message_id}"
        if len(name) > _MAX_NAME:
            name = f"…{name[1 - _MAX_NAME :]}"
        return Attachment(
            name, document.mime_type, document.file_size, f"{CHANNEL}document:{document.file_id}", caption
        )
    return None


def picture_source(attachment: Attachment) -> tuple[str, str] | None:
    """Whether a picture is a photo or a document, and its file id; None when another channel keeps it."""
    if not attachment.file.startswith(CHANNEL):
        return None
    kind, _, file_id = attachment.file.removeprefix(CHANNEL).partition(":")
    return kind, file_id


_MEDIA: tuple[tuple[str, Medium], ...] = (
    ("voice", "voice"),
    ("audio", "voice"),
    ("video", "video"),
    ("video_note", "video"),
    ("animation", "video"),
    ("sticker", "sticker"),
    ("dice", "sticker"),
    ("contact", "contact"),
    ("venue", "location"),
    ("location", "location"),
    ("poll", "poll"),
    ("document", "file"),
    ("game", "other"),
    ("story", "other"),
    ("invoice", "other"),
    ("paid_media", "other"),
    ("checklist", "other"),
)
"""What people can send that the bot cannot read; whatever is not here is a note of Telegram's own."""


def _medium(message: Message) -> Medium | None:
    return next((medium for name, medium in _MEDIA if getattr(message, name, None)), None)
