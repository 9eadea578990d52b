"""The shape of what is read of an update. The library takes whatever comes: a number for a text, a list for a number.

What is kept of an update is read again at the next one, so nothing of another type may get that far.
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


class _Chat(_Shape):
    id: _Id
    type: _Name


class _User(_Shape):
    id: _Id
    is_bot: bool
    language_code: _Name = ""


class _Bot(_Shape):
    username: _Name = ""


class _File(_Shape):
    file_id: _Name
    file_size: _Size = 0
    file_name: str = ""
    mime_type: _Name = ""


class _Entity(_Shape):
    type: _Name
    offset: _Size
    length: _Size


class _Button(_Shape):
    text: str
    callback_data: _Name = ""


class _Keyboard(_Shape):
    inline_keyboard: list[list[_Button]]


class _Replied(_Shape):
    message_id: _Id
    sender: _User | None = Field(None, alias="from")
    text: str = ""
    forum_topic_created: dict[str, object] | None = None


class _Message(_Shape):
    message_id: _Id
    message_thread_id: _Id = 0
    is_topic_message: bool = False
    sender_chat: _Chat | None = None
    author_signature: str = ""
    migrate_to_chat_id: _Id = 0
    reply_to_message: _Replied | None = None
    date: _Instant
    edit_date: _Instant = 0
    chat: _Chat
    sender: _User | None = Field(None, alias="from")
    via_bot: _Bot | None = None
    text: str = ""
    caption: str = ""
    entities: list[_Entity] = []
    media_group_id: _Name = ""
    photo: list[_File] = []
    document: _File | None = None
    reply_markup: _Keyboard | None = None


class _Query(_Shape):
    id: _Name
    sender: _User = Field(alias="from")
    data: _Name = ""
    message: _Message | None = None


class _InlineQuery(_Shape):
    id: _Name
    sender: _User = Field(alias="from")
    query: Annotated[str, Field(max_length=1_024)]
    offset: _Name = ""


class _Change(_Shape):
    chat: _Chat
    sender: _User = Field(alias="from")


class _Update(_Shape):
    message: _Message | None = None
    edited_message: _Message | None = None
    channel_post: _Message | None = None
    callback_query: _Query | None = None
    my_chat_member: _Change | None = None
    inline_query: _InlineQuery | None = None


def is_chat(number: int) -> bool:
    """Whether a chat can have this number."""
    return type(number) is int and 0 < abs(number) <= 2**53


def check(raw: Raw) -> None:
    """Nothing, for an update of the right shape.

    Raises:
        Misshapen: something has another type than Telegram says, and where. Its value is not repeated.
    """
    try:
        _Update.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Misshapen(f"{'.'.join(map(str, first['loc']))}: {first['type']}") from None
