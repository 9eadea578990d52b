"""Shows people that the bot is typing while something takes longer: taking what they wrote, or sending the answer."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from telegram.error import TelegramError

from bot.adapters.telegram.inbound import chat_id
from bot.adapters.telegram.limiter import Sleep
from bot.adapters.telegram.sender import Bot

_LONG = 1.5
"""Seconds that nobody notices."""
_SHOWN = 5.0
"""Seconds that Telegram shows it for."""


class TypingIndicator:
    """Counts what is under way for each chat; shows it from the first second and a half to the end of the last."""

    def __init__(self, bot: Bot, sleep: Sleep = asyncio.sleep) -> None:
        self._bot, self._sleep = bot, sleep
        self._under_way: Counter[str] = Counter()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @contextmanager
    def during(self, chat: str) -> Iterator[None]:
        """As long as the block runs."""
        self.begin(chat)
        try:
            yield
        finally:
            self.end(chat)

    def begin(self, chat: str) -> None:
        """Something is under way for this chat."""
        self._under_way[chat] += 1
        if chat not in self._tasks:
            self._tasks[chat] = asyncio.create_task(self._show(chat))

    def end(self, chat: str) -> None:
        """One thing less is under way."""
        self._under_way[chat] -= 1
        if not self._under_way[chat]:
            del self._under_way[chat]
            self._tasks.pop(chat).cancel()

    async def _show(self, chat: str) -> None:
        await self._sleep(_LONG)
        try:
            while True:
                await self._bot.send_chat_action(chat_id(chat), "typing")
                await self._sleep(_SHOWN)
        except TelegramError:
            return  # it is only a sign; the answer itself is insisted on
