"""Where people and the bot meet: a chat as those in it see it, and channels."""

import asyncio
import time
from itertools import count
from typing import Protocol

from tests.botapi.entities import typed
from tests.botapi.markup import Button
from tests.botapi.members import rights_in
from tests.botapi.updates import Update
from tests.botapi.world import JSON, Chat, Kind, Message, Query, World

CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
_PEOPLE = count(7_100_000_001)
_GROUPS = count(4_100_000_001)
_CHANNELS = count(2_100_000_001)
Shown = tuple[tuple[Button, ...], ...]


class Somebody(Protocol):
    """Whoever has an account."""

    user: JSON


class Place:
    """A chat as it is seen: the bot's messages as they stand now, and what has happened since one last looked."""

    def __init__(self, world: World, kind: Kind, named: JSON) -> None:
        ids = {
            "private": lambda: next(_PEOPLE),
            "group": lambda: -next(_GROUPS),
            "supergroup": lambda: -1_000_000_000_000 - next(_CHANNELS),
            "channel": lambda: -1_000_000_000_000 - next(_CHANNELS),
        }
        self.world = world
        self.chat = Chat(ids[kind](), kind, named, "stranger")
        world.chats[self.chat.id] = self.chat
        self._looked = 0

    @property
    def id(self) -> int:
        """The chat's number."""
        return self.chat.id

    @property
    def screen(self) -> list[Message]:
        """The bot's messages."""
        return [message for message in self.chat.messages.values() if message.by_bot and not message.deleted]

    @property
    def last(self) -> Message:
        """The bot's latest message."""
        return self.screen[-1]

    @property
    def buttons(self) -> Shown:
        """The buttons of the latest message that has any."""
        return next((message.rows for message in reversed(self.screen) if message.rows), ())

    @property
    def documents(self) -> dict[str, bytes]:
        """The files that the bot sent, by name."""
        files = [message.document for message in self.screen]
        return {file.name: file.data for file in files if file is not None}

    async def hears(self, n: int = 1, timeout: float = 10, *, edits: bool = True) -> list[Message]:  # noqa: ASYNC109 -- a test's own patience
        """Waits until the bot has said so many things since one last looked; edits count unless told otherwise."""
        kinds = {"new", "edit"} if edits else {"new"}

        def heard() -> list[Message]:
            """What was said so far."""
            return [of for what, of in self._news() if what in kinds and isinstance(of, Message)]

        if not await self.world.updates.bell.until(lambda: len(heard()) >= n, timeout):
            raise AssertionError(f"heard {len(heard())} of {n} in {timeout} s: {[m.text for m in heard()]}")
        messages = heard()
        self._looked = len(self.chat.heard)
        return messages

    async def happens(self, timeout: float = 10) -> list[tuple[str, Message | Query]]:  # noqa: ASYNC109 -- a test's own patience
        """Waits until the bot does anything here: ("new" | "edit" | "delete", message) or ("answer", button press)."""
        if not await self.world.updates.bell.until(lambda: bool(self._news()), timeout):
            raise AssertionError(f"nothing happened in {timeout} s")
        news = self._news()
        self._looked = len(self.chat.heard)
        return news

    async def settled(self, quiet: float = 0.2, timeout: float = 10) -> list[Message]:  # noqa: ASYNC109 -- a test's own patience
        """Waits until the bot has taken all that comes from here and was quiet for some time; what it has said."""
        end = time.monotonic() + timeout
        while True:
            rest = self.chat.last_call + quiet - time.monotonic()
            waiting = [update for update in self.world.updates.waiting if self._concerned(update)]
            if not waiting and not self.chat.calls and rest <= 0:
                return await self.hears(0)
            if time.monotonic() > end:
                raise AssertionError(f"not settled in {timeout} s; {len(waiting)} updates were not taken")
            await asyncio.sleep(min(max(rest, 0.01), 0.05))

    def _concerned(self, update: Update) -> bool:
        """Whether an update comes from here: somebody's presses also from where the buttons are."""
        match update.lane:
            case ("callback", person):
                return self.chat.id in {person, update.body["callback_query"]["message"]["chat"]["id"]}
            case (*_, number):
                return number == self.chat.id
        return False

    def _news(self) -> list[tuple[str, Message | Query]]:
        """What the bot did since one last looked."""
        return self.chat.heard[self._looked :]


class Channel(Place):
    """A channel."""

    def __init__(self, world: World, title: str, kind: Kind) -> None:
        super().__init__(world, kind, {"title": title})

    def adds_bot(self, by: Somebody) -> None:
        """Somebody makes the bot an administrator."""
        self.world.stands(self.chat, "member", by.user, rights_in("channel"))

    @property
    def author(self) -> JSON:
        """What messages say that somebody writes in groups in the name of this channel."""
        return {"from": CHANNEL_BOT, "sender_chat": self.chat.json()}

    def posts(self, text: str) -> Message:
        """Something is published."""
        said, entities = typed(text)
        message = self.world.post(self.chat, None, {"text": said, **({"entities": entities} if entities else {})})
        self.world.tells(message, "channel_post")
        return message
