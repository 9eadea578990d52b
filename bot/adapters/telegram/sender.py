"""One chat's calls to the Bot API, insisted on until they are through or are known to be in vain."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.adapters.telegram.bot import Bot, Sent
from bot.adapters.telegram.inbound import Tap
from bot.adapters.telegram.limiter import Priority, Sleep
from bot.adapters.telegram.outbound import Outgoing, Text
from bot.adapters.telegram.text import chosen
from bot.model.error import BotError

T = TypeVar("T")

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0
"""Seconds between tries when the Bot API cannot be reached or fails; doubled each time."""
_TIDY_TRIES = 3
"""How often a message that is only to be tidied is tried: nobody waits for that."""

log = structlog.get_logger()


class Unreachable(BotError):
    """The chat takes no messages: the person blocked the bot, or the chat is gone."""


class Sender:
    """Sends to one chat; a call whose outcome is unknown is made again."""

    def __init__(self, bot: Bot, chat_id: int, name: str, sleep: Sleep = asyncio.sleep) -> None:
        self._bot, self._chat, self._sleep = bot, chat_id, sleep
        self._log = log.bind(chat=name)

    async def send(self, message: Outgoing, priority: Priority | None = None) -> Sent:
        """Sends one message; whoever has been waiting for longer goes before.

        Raises:
            Unreachable: nothing can be sent to this chat.
            BadRequest: Telegram refuses this message.
        """
        return await self._insist(lambda: self._bot.post(self._chat, message, priority))

    async def replace(self, message_id: int, text: Text) -> bool:
        """Has a message say something else; False when it can no longer be changed."""
        return await self._try_edit(lambda: self._bot.change(self._chat, message_id, text))

    async def mark_choice(self, tap: Tap) -> None:
        """Leaves the choice that was taken in the history, and takes the buttons away."""
        if tap.message is None:
            return
        marked = chosen(tap.text, tap.entities, tap.label) if tap.label and tap.text else None
        if marked is None or not await self.replace(tap.message, Text(marked)):
            await self.remove_buttons(tap.message)

    async def remove_buttons(self, message_id: int) -> None:
        """Takes the buttons of a message away, if it is still there."""
        await self._try_edit(lambda: self._bot.remove_buttons(self._chat, message_id))

    async def remove(self, message_id: int) -> None:
        """Takes somebody's message away, where Telegram lets a bot do that and it is still there."""
        try:
            await self._insist(lambda: self._bot.delete_message(self._chat, message_id), _TIDY_TRIES)
        except TelegramError as error:
            self._log.info("telegram.not_removed", problem=error.message)

    async def _try_edit(self, edit: Callable[[], Awaitable[object]]) -> bool:
        """Whether the message is now as it should be; a message that is gone or too old is no error."""
        try:
            await self._insist(edit, _TIDY_TRIES)
        except BadRequest as error:
            return "not modified" in error.message.lower()
        return True

    async def _insist(self, call: Callable[[], Awaitable[T]], tries: int | None = None) -> T:
        """The call's result, however often it takes; after so many tries, what the last one raised."""
        wait = _FIRST_WAIT
        while True:
            try:
                return await call()
            except BadRequest as error:
                if self._chat < 0 or "chat not found" in error.message.lower():
                    raise Unreachable(error.message) from error
                raise
            except Forbidden as error:
                raise Unreachable(error.message) from error
            except ChatMigrated as error:
                self._chat = error.new_chat_id
            except TelegramError as error:
                tries = None if tries is None else tries - 1
                if tries == 0:
                    raise
                self._log.warning("telegram.retry", problem=error.message, wait=wait)
                await self._sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 - so that chats do not retry in step
                wait = min(wait * 2, _LONGEST_WAIT)
