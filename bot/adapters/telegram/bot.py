"""The bot on Telegram: python-telegram-bot's, with the calls that every update leads to made of few objects.

The library makes an object of each button and of each message that comes back, which takes longer than the call itself.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from mimetypes import guess_type
from typing import Any

import orjson
from pyreqwest.multipart import FormBuilder
from telegram.ext import ExtBot

from bot.adapters.telegram.limiter import FairRateLimiter, Priority
from bot.adapters.telegram.outbound import Outgoing, Picture, Text
from bot.adapters.telegram.request import PooledRequest, part_of, result_of
from bot.adapters.telegram.text import Entity
from bot.model.error import BotError
from bot.service.ticket_files import TicketFile

_NO_PREVIEW = {"is_disabled": True}
_ANSWER = "answerCallbackQuery"
_MAX_TOAST = 200
"""Characters that are shown in passing."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the Bot API is, and who asks. `root` is the server's, without a slash at its end."""

    root: str
    token: str

    @property
    def url(self) -> str:
        """The beginning of every call."""
        return f"{self.root}/bot{self.token}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was sent, and whether it is in a topic; of a document, where Telegram keeps it."""

    message: int
    file: str | None = None
    in_topic: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the press of a button is answered with: that it has arrived, and a `toast` to show in passing."""

    query: str
    toast: str | None = None

    def as_reply(self) -> Mapping[str, str]:
        """The call, as it may stand in the reply to a webhook's request."""
        return {"method": _ANSWER, **self.parameters}

    @property
    def parameters(self) -> dict[str, str]:
        """What the call says."""
        shown = {"text": self.toast[:_MAX_TOAST]} if self.toast else {}
        return {"callback_query_id": self.query} | shown


class NoMessage(BotError):
    """Something was sent, and what is not said: nothing that is to be done again."""


class Bot(ExtBot[Priority]):
    """One bot. All its calls keep the limits; those made here raise what the library's do, a `TelegramError`."""

    def __init__(self, address: Address, request: PooledRequest, limiter: FairRateLimiter) -> None:
        os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's coming way to give durations; without, it warns
        super().__init__(
            address.token,
            base_url=f"{address.root}/bot",
            base_file_url=f"{address.root}/file/bot",
            request=request,
            get_updates_request=request,
            rate_limiter=limiter,
        )
        self._lean_request, self._limiter, self._url = request, limiter, address.url

    async def post(
        self,
        chat: int,
        message: Outgoing,
        priority: Priority | None = None,
        topic: int | None = None,
        to: int | None = None,
    ) -> Sent:
        """Sends one message, into a topic, in reply to another one if that is still there."""
        whither: dict[str, Any] = {"chat_id": chat}
        if topic is not None:
            whither["message_thread_id"] = topic
        if to is not None:
            whither["reply_parameters"] = {"message_id": to, "allow_sending_without_reply": True}
        match message:
            case Text():
                return _sent(await self._call("sendMessage", whither | _shown(message), priority))
            case TicketFile():
                return _sent(await self._call("sendDocument", whither, priority, message))
            case Picture("photo", file_id):
                return _sent(await self._call("sendPhoto", whither | {"photo": file_id}, priority))
            case Picture(_, file_id):
                return _sent(await self._call("sendDocument", whither | {"document": file_id}, priority))

    async def change(self, chat: int, message: int, text: Text) -> None:
        """Has a message say something else."""
        await self._call("editMessageText", {"chat_id": chat, "message_id": message} | _shown(text))

    async def remove_buttons(self, chat: int, message: int) -> None:
        """Takes the buttons of a message away."""
        await self._call("editMessageReplyMarkup", {"chat_id": chat, "message_id": message})

    async def answer(self, answer: Answer) -> None:
        """Tells Telegram that the press of a button has arrived."""
        await self._call(_ANSWER, answer.parameters)

    async def _call(
        self, method: str, data: dict[str, Any], priority: Priority | None = None, document: TicketFile | None = None
    ) -> Any:  # noqa: ANN401 - JSON
        async def made() -> Any:  # noqa: ANN401 - JSON
            body = _json(data) if document is None else _form(data, document)
            return result_of(*await self._lean_request.call(f"{self._url}/{method}", "POST", body))

        return await self._limiter.process_request(made, (), {}, method, data, priority)


def _shown(text: Text) -> dict[str, Any]:
    """What a text message shows."""
    shown: dict[str, Any] = {"text": text.content.text, "link_preview_options": _NO_PREVIEW}
    if text.content.entities:
        shown["entities"] = _entities(text.content.entities)
    if text.buttons is not None:
        shown["reply_markup"] = text.buttons
    return shown


def _entities(entities: Sequence[Entity]) -> Sequence[Mapping[str, Any]]:
    return [
        {"type": each.type, "offset": each.offset, "length": each.length} | ({"url": each.url} if each.url else {})
        for each in entities
    ]


def _sent(answer: Any) -> Sent:  # noqa: ANN401 - JSON
    match answer:
        case {"message_id": int(number), "document": {"file_id": str(file)}}:
            return Sent(number, file, answer.get("is_topic_message") is True)
        case {"message_id": int(number)}:
            return Sent(number, None, answer.get("is_topic_message") is True)
    raise NoMessage("what the Bot API says that it has sent is no message")


def _json(data: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(data)
    except TypeError:  # halves of characters, which the quick writer refuses
        return json.dumps(data).encode()


def _form(data: Mapping[str, Any], document: TicketFile) -> FormBuilder:
    form = FormBuilder()
    for name, value in data.items():
        form = form.text(name, value if isinstance(value, str) else json.dumps(value))
    media_type, _ = guess_type(document.name)
    return form.part("document", part_of(document.name, document.content, media_type))
