"""Calls that jobs make: each is tried once, and how it fails is for the job to judge."""

from telegram import InputFile, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import BadRequest

from bot.adapters.telegram.outbound import Outgoing, Picture, Text
from bot.adapters.telegram.sender import Bot
from bot.service.ticket_files import TicketFile

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = ("message thread not found", "topic_deleted", "topic_id_invalid")
_CLOSED = "topic_closed"


class TopicGone(Exception):
    """The topic was deleted, with all that was in it."""


class Poster:
    """Sends and changes messages."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, chat: int, message: Outgoing, topic: int | None = None, to: int | None = None) -> Message:
        """Sends one message, into a topic, in reply to another one if that is still there.

        Raises:
            TopicGone: there is no such topic.
            TelegramError: it could not be sent, or nobody knows.
        """
        try:
            return await self._send(chat, message, topic, to)
        except BadRequest as error:
            if topic is not None and _CLOSED in error.message.lower():
                await self._bot.reopen_forum_topic(chat, topic)
                return await self._send(chat, message, topic, to)
            if topic is not None and any(words in error.message.lower() for words in _GONE):
                raise TopicGone from error
            raise

    async def _send(self, chat: int, message: Outgoing, topic: int | None, to: int | None) -> Message:
        reply = ReplyParameters(to, allow_sending_without_reply=True) if to is not None else None
        match message:
            case Text(content, buttons):
                return await self._bot.send_message(
                    chat,
                    content.text,
                    entities=content.entities or None,
                    reply_markup=buttons,
                    link_preview_options=_NO_PREVIEW,
                    message_thread_id=topic,
                    reply_parameters=reply,
                )
            case TicketFile(name, content):
                file = InputFile(content, filename=name, attach=False)
                return await self._bot.send_document(chat, file, message_thread_id=topic, reply_parameters=reply)
            case Picture("photo", file_id):
                return await self._bot.send_photo(chat, file_id, message_thread_id=topic, reply_parameters=reply)
            case Picture(_, file_id):
                return await self._bot.send_document(chat, file_id, message_thread_id=topic, reply_parameters=reply)

    async def edit(self, chat: int, message: int, text: Text) -> bool:
        """Has a message say something else; False where it is gone or cannot be changed.

        Raises:
            TelegramError: it could not be done, or nobody knows.
        """
        try:
            await self._bot.edit_message_text(
                text.content.text,
                chat,
                message,
                entities=text.content.entities or None,
                reply_markup=text.buttons,
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            return "not modified" in error.message.lower()
        return True
