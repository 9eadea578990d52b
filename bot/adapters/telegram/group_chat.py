"""The support group as a chat of Telegram: who is in it, where it has moved to, and what fails there."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from telegram import ChatMember, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.adapters.telegram.outbound import Outgoing, Text
from bot.adapters.telegram.posting import Poster, TopicGone
from bot.adapters.telegram.sender import Bot
from bot.service.cases import Cases
from bot.service.delivery import Undelivered
from bot.service.staff import CannotTell, Member

T = TypeVar("T")

LONGEST_NAME = 128
"""Characters of a topic's name."""
_PRESENT = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)
_NO_TOPICS = "not a forum"
_NO_RIGHT = ("not enough rights", "chat_admin_required")

log = structlog.get_logger()


class Refused(Undelivered):
    """Telegram does not take a message as it is."""


class GroupChat:
    """The chat with this number, wherever it moves to."""

    def __init__(self, bot: Bot, number: int, cases: Cases) -> None:
        self.number = number
        self._bot, self._poster, self._cases = bot, Poster(bot), cases

    async def title(self) -> str | None:
        """What the group is called; None where Telegram does not say now. What was in another group is forgotten."""
        await self._cases.settle(self.number)
        try:
            return (await self._bot.get_chat(self.number)).title
        except TelegramError as error:
            log.warning("group.unknown", problem=error.message)
            return None

    async def follow(self, number: int) -> None:
        """The group is another chat now."""
        if number == self.number:
            return
        self.number = number
        log.error("group.moved", todo=f"the support group has another id now: set BOT_SUPPORT_CHAT={number}")
        await self._cases.settle(number)

    async def includes(self, who: Member) -> bool:
        """Whether somebody is in the group.

        Raises:
            CannotTell: Telegram does not say now.
        """
        if who.number is None:
            return True
        try:
            member = await self._bot.get_chat_member(self.number, who.number)
        except BadRequest as error:
            if "not found" in error.message.lower():
                return False
            raise CannotTell(f"Telegram does not say who is in the support group: {error.message}") from None
        except TelegramError as error:
            raise CannotTell(f"Telegram does not say who is in the support group: {error.message}") from None
        return member.status in _PRESENT or bool(getattr(member, "is_member", False))

    async def open_topic(self, name: str) -> int | None:
        """Opens a topic; None where the group has none."""
        try:
            topic = await self._insist(lambda: self._bot.create_forum_topic(self.number, name[:LONGEST_NAME]))
        except BadRequest as error:
            words = error.message.lower()
            if _NO_TOPICS in words:
                return None
            if any(each in words for each in _NO_RIGHT):
                raise Undelivered(
                    "the bot may not open topics in the support group: make it an administrator who manages topics"
                ) from None
            raise Undelivered(f"Telegram refuses a topic in the support group: {error.message}") from None
        return topic.message_thread_id

    async def send(self, message: Outgoing, topic: int | None, to: int | None) -> Message:
        """Sends a message.

        Raises:
            TopicGone: there is no such topic any more; or the group has moved, and nothing is where it was.
            Refused: it will not be sent as it is.
            Undelivered: it could not be sent, or nobody knows.
        """
        try:
            return await self._insist(lambda: self._poster.send(self.number, message, topic, to))
        except BadRequest as error:
            raise Refused(f"Telegram refuses a message in the support group: {error.message}") from None

    async def edit(self, message: int, text: Text) -> bool:
        """Has a message say something else; False where it is gone.

        Raises:
            TopicGone: the group has moved, and nothing is where it was.
            Undelivered: it could not be done, or nobody knows.
        """
        return await self._insist(lambda: self._poster.edit(self.number, message, text))

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T:
        try:
            return await call()
        except BadRequest:
            raise
        except ChatMigrated as error:
            await self.follow(error.new_chat_id)
            raise TopicGone from None
        except Forbidden as error:
            raise Undelivered(f"the bot is not in the support group any more: {error.message}") from None
        except TelegramError as error:
            raise Undelivered(f"Telegram does not take a message to the support group: {error.message}") from None
