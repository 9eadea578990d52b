"""Shows people that the bot is typing while something takes longer: taking what they wrote, or sending the answer."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from telegram.error import TelegramError

from bot.adapters.telegram.bot import Bot
from bot.adapters.telegram.inbound import chat_id
from bot.adapters.telegram.limiter import Sleep

_LOOK_EVERY = 0.5
_LOOKS = 4
"""Seconds between looks at what is under way, and how many it is still there at before people are shown: nobody notices
a second and a half."""
_SHOWN = 5.0
"""Seconds that Telegram shows it for."""


class TypingIndicator:
    """Counts what is under way for each chat, and shows it when it takes long, until the last has ended.

    One task looks after all chats: most of what is under way ends long before anybody would have to be shown.
    """

    def __init__(self, bot: Bot, sleep: Sleep = asyncio.sleep) -> None:
        self._bot, self._sleep = bot, sleep
        self._under_way: Counter[str] = Counter()
        self._looks: Counter[str] = Counter()
        self._shown: dict[str, asyncio.Task[None]] = {}
        self._watching: asyncio.Task[None] | None = None

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
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())

    def end(self, chat: str) -> None:
        """One thing less is under way."""
        self._under_way[chat] -= 1
        if not self._under_way[chat]:
            del self._under_way[chat]
            self._looks.pop(chat, None)
            if chat in self._shown:
                self._shown.pop(chat).cancel()

    async def _watch(self) -> None:
        while self._under_way:
            await self._sleep(_LOOK_EVERY)
            for chat in self._under_way:
                self._looks[chat] += 1
                if self._looks[chat] >= _LOOKS and chat not in self._shown:
                    self._shown[chat] = asyncio.create_task(self._show(chat))

    async def _show(self, chat: str) -> None:
        try:
            while True:
                await self._bot.send_chat_action(chat_id(chat), "typing")
                await self._sleep(_SHOWN)
        except TelegramError:
            return  # it is only a sign; the answer itself is insisted on
