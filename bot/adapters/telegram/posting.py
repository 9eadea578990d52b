"""Calls that jobs make: each is tried once, and how it fails is for the job to judge."""

from telegram.error import BadRequest

from bot.adapters.telegram.bot import Bot, Sent
from bot.adapters.telegram.outbound import Outgoing, Text

_GONE = ("message thread not found", "topic_deleted", "topic_id_invalid")
_CLOSED = "topic_closed"


class TopicGone(Exception):
    """The topic was deleted, with all that was in it."""


class Poster:
    """Sends and changes messages."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, chat: int, message: Outgoing, topic: int | None = None, to: int | None = None) -> Sent:
        """Sends one message, into a topic, in reply to another one if that is still there.

        Raises:
            TopicGone: there is no such topic.
            TelegramError: it could not be sent, or nobody knows.
        """
        try:
            return await self._bot.post(chat, message, topic=topic, to=to)
        except BadRequest as error:
            if topic is not None and _CLOSED in error.message.lower():
                await self._bot.reopen_forum_topic(chat, topic)
                return await self._bot.post(chat, message, topic=topic, to=to)
            if topic is not None and any(words in error.message.lower() for words in _GONE):
                raise TopicGone from error
            raise

    async def edit(self, chat: int, message: int, text: Text) -> bool:
        """Has a message say something else; False where it is gone or cannot be changed.

        Raises:
            TelegramError: it could not be done, or nobody knows.
        """
        try:
            await self._bot.change(chat, message, text)
        except BadRequest as error:
            return "not modified" in error.message.lower()
        return True
