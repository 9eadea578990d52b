"""The support group as a chat of Telegram: who is in it, where it has moved to, and what fails there."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from math import inf
from typing import TypeVar

import structlog
from telegram import ChatFullInfo, ChatMember
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.adapters.telegram.bot import Bot, Sent
from bot.adapters.telegram.outbound import Outgoing, Text
from bot.adapters.telegram.posting import Poster
from bot.service.cases import Cases
from bot.service.delivery import Undelivered
from bot.service.staff import CannotTell, Member

T = TypeVar("T")

LONGEST_NAME = 128
"""Characters of a topic's name."""
_PRESENT = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)
_PATIENCE = 3.0
"""Seconds that a question about a member may take: whoever's update comes next waits for it."""
_LOOK_EVERY = 600.0
"""Seconds after which it is looked again whether the group is fit to be one."""
_NO_TOPICS = "not a forum"
_NO_RIGHT = ("not enough rights", "chat_admin_required")

log = structlog.get_logger()


def _unfit(chat: ChatFullInfo) -> str | None:
    """Why a chat cannot be the support group, and what to do: whoever comes into it is staff."""
    if chat.type == ChatType.CHANNEL:
        return "BOT_SUPPORT_CHAT is a channel: make a private group for staff, and set its id"
    if chat.username or chat.active_usernames:
        return "the support group is public, so that anybody can be staff: make it private"
    return None


class Refused(Undelivered):
    """Telegram does not take a message as it is."""


class Moved(Exception):
    """The group is another chat now. It is followed; what was shown in the old one is forgotten."""


class GroupChat:
    """The chat with this number, wherever it moves to. `unfit` says why it cannot be the group, if it cannot."""

    def __init__(self, bot: Bot, number: int, cases: Cases, now: Callable[[], float] = time.monotonic) -> None:
        self.number, self._now = number, now
        self.unfit: str | None = None
        self._looked = -inf
        self._bot, self._poster, self._cases = bot, Poster(bot), cases

    async def title(self) -> str | None:
        """What the group is called; None where Telegram does not say now. What was in another group is forgotten."""
        await self.follow(await self._cases.moved(self.number))
        await self._cases.settle(self.number)
        try:
            return (await self._look()).title
        except ChatMigrated as error:
            await self.follow(error.new_chat_id)
        except TelegramError as error:
            log.warning("group.unknown", problem=error.message)
        return None

    async def _look(self) -> ChatFullInfo:
        self._looked = self._now()
        chat = await self._bot.get_chat(self.number)
        self.unfit = _unfit(chat)
        if self.unfit is not None:
            log.error("group.unfit", todo=self.unfit)
        return chat

    async def _look_again(self) -> None:
        """Now and then: whoever runs the group may open it to everybody at any time."""
        if self._now() - self._looked > _LOOK_EVERY:
            try:
                await self._look()
            except TelegramError as error:
                log.warning("group.unknown", problem=error.message)

    async def follow(self, number: int) -> None:
        """The group is another chat now; whoever knows it by its old number is told so from now on."""
        if number == self.number:
            return
        log.error("group.moved", todo=f"the support group has another id now: set BOT_SUPPORT_CHAT={number}")
        await self._cases.note_move(self.number, number)
        await self._cases.settle(number)
        self.number = number

    async def recognise(self, number: int) -> None:
        """A chat speaks; it is followed where the group has become it, as another process has noted."""
        if number < 0 and number != self.number and await self._cases.moved(self.number) == number:
            await self.follow(number)

    async def includes(self, who: Member) -> bool:
        """Whether somebody is in the group.

        Raises:
            CannotTell: Telegram does not say now; or anybody can be in it.
        """
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._look_again()
                if self.unfit is not None:
                    raise CannotTell(self.unfit)
                if who.number is None:
                    return True
                member = await self._bot.get_chat_member(self.number, who.number)
        except TimeoutError:
            raise CannotTell("Telegram takes too long to say who is in the support group") from None
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

    async def send(self, message: Outgoing, topic: int | None, to: int | None) -> Sent:
        """Sends a message.

        Raises:
            TopicGone: there is no such topic any more.
            Moved: the group is another chat now, and nothing is where it was.
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
            Moved: the group is another chat now, and nothing is where it was.
            Undelivered: it could not be done, or nobody knows.
        """
        return await self._insist(lambda: self._poster.edit(self.number, message, text))

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T:
        await self._look_again()
        if self.unfit is not None:
            raise Undelivered(self.unfit)
        try:
            return await call()
        except BadRequest:
            raise
        except ChatMigrated as error:
            await self.follow(error.new_chat_id)
            raise Moved from None
        except Forbidden as error:
            raise Undelivered(f"the bot is not in the support group any more: {error.message}") from None
        except TelegramError as error:
            raise Undelivered(f"Telegram does not take a message to the support group: {error.message}") from None
