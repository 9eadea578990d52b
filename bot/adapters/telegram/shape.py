"""What is read of an update, and its shape. The library takes whatever comes: a number for a text, a list for a number.

What is kept of an update is read again at the next one, so nothing of another type may get that far. Nor is an object
made of anything that nobody reads: of all that Telegram tells, that is most.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.adapters.telegram.raw import Raw
from bot.model.error import BotError

_Id = Annotated[int, Field(ge=-(2**53), le=2**53)]
"""Of chats, people and messages: Telegram promises 52 bits."""
_Name = Annotated[str, Field(max_length=255)]
"""Ids, types and codes; Telegram's are shorter."""
_Size = Annotated[int, Field(ge=0, le=2**53)]
_Instant = Annotated[int, Field(ge=0, lt=2**32)]


class Misshapen(BotError):
    """An update of another shape than Telegram's."""


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True)


class Chat(_Shape):
    """Where something happened."""

    id: _Id
    type: _Name
    title: str | None = None


class User(_Shape):
    """Who did it; `language_code` is that of their device."""

    id: _Id
    is_bot: bool
    first_name: str | None = None
    username: _Name | None = None
    language_code: _Name = ""


class File(_Shape):
    """A file that Telegram keeps."""

    file_id: _Name
    file_size: _Size = 0
    file_name: str = ""
    mime_type: _Name = ""


class Entity(_Shape):
    """What a stretch of a text is, counted in UTF-16 units."""

    type: _Name
    offset: _Size
    length: _Size
    url: str | None = None


class Button(_Shape):
    """A button under a message."""

    text: str
    callback_data: _Name | None = None


class Keyboard(_Shape):
    """The buttons under a message, row by row."""

    inline_keyboard: list[list[Button]]

    @property
    def buttons(self) -> list[Button]:
        """All of them."""
        return [button for row in self.inline_keyboard for button in row]


class Replied(_Shape):
    """A message that is replied to."""

    message_id: _Id
    sender: User | None = Field(None, alias="from")
    text: str = ""
    forum_topic_created: dict[str, object] | None = None
    reply_markup: Keyboard | None = None


class Message(_Shape):
    """A message. Of one that is gone for the bot there is no date, and nothing but where it was."""

    message_id: _Id
    message_thread_id: _Id | None = None
    is_topic_message: bool = False
    sender_chat: Chat | None = None
    author_signature: str = ""
    migrate_to_chat_id: _Id | None = None
    migrate_from_chat_id: _Id | None = None
    left_chat_member: dict[str, object] | None = None
    reply_to_message: Replied | None = None
    date: _Instant
    edit_date: _Instant | None = None
    chat: Chat
    sender: User | None = Field(None, alias="from")
    via_bot: User | None = None
    text: str | None = None
    caption: str | None = None
    entities: list[Entity] = Field(default_factory=list)
    caption_entities: list[Entity] = Field(default_factory=list)
    media_group_id: _Name | None = None
    photo: list[File] = Field(default_factory=list)
    document: File | None = None
    animation: object = None
    voice: object = None
    audio: object = None
    video: object = None
    video_note: object = None
    sticker: object = None
    dice: object = None
    contact: object = None
    venue: object = None
    location: object = None
    poll: object = None
    game: object = None
    story: object = None
    invoice: object = None
    paid_media: object = None
    checklist: object = None
    reply_markup: Keyboard | None = None


class CallbackQuery(_Shape):
    """A button that was pressed."""

    id: _Name
    sender: User = Field(alias="from")
    data: _Name | None = None
    message: Message | None = None


class InlineQuery(_Shape):
    """What somebody types after the bot's name."""

    id: _Name
    sender: User = Field(alias="from")
    query: Annotated[str, Field(max_length=1_024)]
    offset: _Name = ""


class Membership(_Shape):
    """What somebody is in a chat."""

    status: _Name


class MembershipChange(_Shape):
    """What the bot itself has become in a chat."""

    chat: Chat
    sender: User = Field(alias="from")
    new_chat_member: Membership


class Update(_Shape):
    """One of these happened."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    channel_post: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: MembershipChange | None = None
    inline_query: InlineQuery | None = None

    @property
    def chat(self) -> Chat | None:
        """Where it happened, if in a chat."""
        pressed = self.callback_query.message if self.callback_query else None
        message = self.message or self.edited_message or self.channel_post or pressed
        return message.chat if message else self.my_chat_member.chat if self.my_chat_member else None


def is_chat(number: int) -> bool:
    """Whether a chat can have this number."""
    return type(number) is int and 0 < abs(number) <= 2**53


def read(raw: Raw) -> Update:
    """An update.

    Raises:
        Misshapen: something has another type than Telegram says, and where. Its value is not repeated.
    """
    try:
        return Update.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Misshapen(f"{'.'.join(map(str, first['loc']))}: {first['type']}") from None
