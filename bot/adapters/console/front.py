"""What every face of the terminal has in common."""

import sys
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

from bot.adapters.console.own_files import CHAT, FilesLeft, OwnFiles
from bot.model.error import BotError
from bot.model.message import Reply
from bot.service.conversation import Conversation
from bot.service.incoming import Content, Incoming, Opened
from bot.service.own_data import request_of


class Front(Protocol):
    """A face of the terminal: where the user's turns come from and the replies go."""

    async def read(self) -> Content | None:
        """The next turn; None at the end of input."""

    async def send(self, reply: Reply) -> None:
        """Shows a reply."""

    async def fail(self, problem: str) -> None:
        """Says why the last turn was not taken. It changed nothing and can be sent again."""


@dataclass
class _Answer:
    """What the front is given for one turn."""

    front: Front
    given: bool = False

    async def send(self, reply: Reply) -> None:
        self.given = True
        await self.front.send(reply)


async def chat(
    conversation: Conversation, front: Front, language: str | None, flow: str | None, files: OwnFiles | None = None
) -> None:
    """Talks until the input ends. While the opening cannot be taken, every turn is another try at it.

    The `files` that were left go with what is kept, when somebody asks for that.
    """
    try:
        await conversation.deliveries.try_again()
    except BotError as error:
        _tell(error)
    content: Content | None = Opened(language, flow)
    while content is not None:
        if files is not None and request_of(content) == "forget":
            await _erase(files)
        taken = await _take(conversation, front, content)
        given = await front.read()
        if taken or given is None or not isinstance(content, Opened):
            content = given


async def _take(conversation: Conversation, front: Front, content: Content) -> bool:
    """Takes one turn and says what becomes of it; whether it was taken."""
    answer = _Answer(front)
    try:
        await conversation.handle(Incoming(CHAT, uuid4().hex, content), answer)
    except BotError as error:
        if not answer.given:
            await front.fail(str(error))
            return False
        _tell(error)
    return True


async def _erase(files: OwnFiles) -> None:
    try:
        await files.erase()
    except FilesLeft as error:
        _tell(error)


def _tell(error: BotError) -> None:
    """Tells the operator what is no answer to the person."""
    sys.stderr.write(f"{error}\n")
