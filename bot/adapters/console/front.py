"""What every face of the terminal has in common."""

from typing import Protocol
from uuid import uuid4

from bot.model.message import Reply
from bot.service.conversation import Conversation
from bot.service.incoming import Content, Incoming, Opened

CHAT = "console"
"""The one chat of a terminal."""


class Front(Protocol):
    """A face of the terminal: where the user's turns come from and the replies go."""

    async def read(self) -> Content | None:
        """The next turn; None at the end of input."""

    async def send(self, reply: Reply) -> None:
        """Shows a reply."""


async def chat(conversation: Conversation, front: Front, language: str | None, flow: str | None) -> None:
    """Talks until the input ends."""
    await conversation.deliver()
    content: Content | None = Opened(language, flow)
    while content is not None:
        await conversation.handle(Incoming(CHAT, uuid4().hex, content), front)
        content = await front.read()
