"""From what happens in the support group to what staff do."""

from telegram.constants import MessageEntityType

from bot.adapters.telegram.group_chat import GroupChat
from bot.adapters.telegram.inbound import CHANNEL, Arrival, Tap, chat_name
from bot.adapters.telegram.pseudonym import Pseudonyms
from bot.adapters.telegram.shape import CallbackQuery, Message, Replied, Update, User
from bot.adapters.telegram.support_group import BUTTON
from bot.model.answer import Attachment
from bot.model.reference import reference_in
from bot.service.incoming import Incoming
from bot.service.staff import GroupMoved, Member, Staffed, StaffEdited, StaffPressed, StaffWrote

_LONGEST = 64
"""Characters of a name."""


class StaffInbound:
    """Reads the updates of the support group, which are heard by nobody else. `me` is the bot's own number."""

    def __init__(self, chat: GroupChat, me: int, names: Pseudonyms) -> None:
        self._chat, self._me, self._names = chat, me, names

    def arrival(self, update: Update) -> Arrival | None:
        """What an update of the group says, nothing where staff are among themselves; None where it is of elsewhere."""
        chat = update.chat
        if chat is None:
            return None
        if chat.id != self._chat.number:
            became = update.message is not None and update.message.migrate_from_chat_id == self._chat.number
            moved = Incoming(chat_name(chat.id), str(update.update_id), GroupMoved(chat.id))
            return Arrival(moved) if became else None
        query, message = update.callback_query, update.message or update.edited_message
        if query is not None:
            content: Staffed | None = self._pressed(query)
        elif message is None:
            content = None
        elif message.migrate_to_chat_id is not None:
            content = GroupMoved(message.migrate_to_chat_id)
        elif update.edited_message is not None:
            content = self._edited(message)
        else:
            content = self._wrote(message)
        tap = Tap(query.id) if query is not None else None
        incoming = Incoming(chat_name(chat.id), str(update.update_id), content) if content is not None else None
        return Arrival(incoming, tap)

    def _pressed(self, query: CallbackQuery) -> StaffPressed | None:
        if query.message is None or query.data is None or not query.data.startswith(BUTTON):
            return None
        button = query.data.removeprefix(BUTTON)
        return StaffPressed(
            self._member(query.sender), query.message.message_id, button, query.message.message_thread_id
        )

    def _wrote(self, message: Message) -> StaffWrote | None:
        """A message in reply to one of the bot's."""
        to, who = self._bots(message.reply_to_message), self._author(message)
        if to is None or who is None:
            return None
        attachment = _attachment(message)
        text = _words(message) if attachment is not None or message.text is not None else ""
        return StaffWrote(who, message.message_id, to.message_id, text, attachment, _topic(message), _headed(to))

    def _edited(self, message: Message) -> StaffEdited | None:
        """The same, when it says something else: no other one was ever passed on."""
        words, who = _words(message), self._author(message)
        if not words or who is None or self._bots(message.reply_to_message) is None:
            return None
        return StaffEdited(who, message.message_id, words)

    def _bots(self, to: Replied | None) -> Replied | None:
        """A message that is replied to, if it is the bot's. All in a topic reply to its head, if to nothing else."""
        if to is None or to.forum_topic_created is not None:
            return None
        return to if to.sender is not None and to.sender.id == self._me else None

    def _author(self, message: Message) -> Member | None:
        """Who wrote; None for bots, and for channels that speak in the group."""
        if message.sender_chat is not None:
            is_group = message.sender_chat.id == self._chat.number
            name = message.author_signature or message.chat.title or ""
            return Member(None, name[:_LONGEST], self._names.of("staff:group")) if is_group else None
        sender = message.sender
        return self._member(sender) if sender is not None and not sender.is_bot else None

    def _member(self, user: User) -> Member:
        return Member(user.id, (user.first_name or "")[:_LONGEST], self._names.of(f"staff:{user.id}"))


def _words(message: Message) -> str:
    """What a message says; where a link hides behind other words, its address is written out after them."""
    entities = message.entities if message.text is not None else message.caption_entities
    raw = (message.text or message.caption or "").encode("utf-16-le", "surrogatepass")
    for entity in sorted(entities, key=lambda each: each.offset, reverse=True):
        if entity.type == MessageEntityType.TEXT_LINK and entity.url:
            end = 2 * (entity.offset + entity.length)
            raw = raw[:end] + f" ({entity.url})".encode("utf-16-le", "surrogatepass") + raw[end:]
    return raw.decode("utf-16-le", "surrogatepass")


def _headed(message: Replied) -> str | None:
    """The ticket of a header of the bot. What stands in other messages people wrote, who may name anybody's ticket."""
    buttons = message.reply_markup.buttons if message.reply_markup is not None else []
    if not any((each.callback_data or "").startswith(BUTTON) for each in buttons):
        return None
    return reference_in(message.text.partition(" ")[0])


def _topic(message: Message) -> int | None:
    """The topic that a message stands in; outside topics the number means something else."""
    return message.message_thread_id if message.is_topic_message else None


def _attachment(message: Message) -> Attachment | None:
    if message.photo:
        largest = message.photo[-1]
        name, size = f"photo-{message.message_id}.jpg", largest.file_size
        return Attachment(name, "image/jpeg", size, f"{CHANNEL}photo:{largest.file_id}", "")
    document = message.document
    if document is not None and message.animation is None:
        kind = document.mime_type or "application/octet-stream"
        name = (document.file_name or f"document-{message.message_id}")[:255]
        return Attachment(name, kind, document.file_size, f"{CHANNEL}document:{document.file_id}", "")
    return None
