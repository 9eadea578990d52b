"""The calls of every update: what is made of answers, whoever gives them."""

import json
from typing import Any

import pytest
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.adapters.telegram.bot import Address, Bot, NoMessage, Sent
from bot.adapters.telegram.limiter import FairRateLimiter
from bot.adapters.telegram.outbound import Text
from bot.adapters.telegram.request import PooledRequest, result_of
from bot.adapters.telegram.text import Marked
from bot.service.ticket_files import TicketFile


def refusal(**more: Any) -> bytes:
    """The Bot API says no."""
    return json.dumps({"ok": False, "description": "Bad Request: so it is", **more}).encode()


@pytest.mark.parametrize(
    ("status", "body", "raised"),
    [
        (400, refusal(), BadRequest),
        (401, refusal(), InvalidToken),
        (403, refusal(), Forbidden),
        (404, refusal(), InvalidToken),
        (409, refusal(), Conflict),
        (500, refusal(), NetworkError),
        (429, refusal(parameters={"retry_after": 3}), RetryAfter),
        (429, refusal(parameters={"retry_after": 0}), NetworkError),
        (429, refusal(parameters={"retry_after": 10**17}), NetworkError),
        (400, refusal(parameters={"migrate_to_chat_id": -100}), ChatMigrated),
        *((status, b"<html>not found</html>", NetworkError) for status in (200, 302, 400, 401, 403, 404, 409, 502)),
        (404, b"", NetworkError),
        (200, b"[]", NetworkError),
        (200, b'{"ok": true}', NetworkError),
    ],
)
def test_what_is_refused(status: int, body: bytes, raised: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """As the library has it; a page that is none of the Bot API's, of a proxy, says nothing about token or chat."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    with pytest.raises(raised) as told:
        result_of(status, body)
    assert type(told.value) is raised


class Answering(PooledRequest):
    """A Bot API that says the same to everything; what it was sent is kept."""

    def __init__(self, result: object) -> None:
        super().__init__()
        self.result, self.sent = result, b""

    async def call(
        self, url: str, method: str, data: Any, read_timeout: float = 0, connect_timeout: float = 0
    ) -> tuple[int, bytes]:
        """Answers."""
        del url, method, read_timeout, connect_timeout
        self.sent = data
        return 200, json.dumps({"ok": True, "result": self.result}).encode()


def bot_of(request: PooledRequest) -> Bot:
    """A bot that asks it."""
    return Bot(Address("http://127.0.0.1:1", "1:a"), request, FairRateLimiter())


@pytest.mark.parametrize("result", [True, None, {}, [], {"message_id": "5"}, "5"])
async def test_an_answer_that_is_no_message(result: object) -> None:
    """Something was sent: it is not sent again, as it would be after a network error."""
    with pytest.raises(NoMessage):
        await bot_of(Answering(result)).post(5, Text(Marked("Bonjour")))


@pytest.mark.parametrize("document", ["oops", None, {}, {"file_id": 5}, []])
async def test_a_document_of_another_shape(document: object) -> None:
    """The message counts all the same."""
    bot = bot_of(Answering({"message_id": 7, "document": document}))
    assert await bot.post(5, TicketFile("a.txt", b"a")) == Sent(7)


async def test_half_of_a_character() -> None:
    """It is sent as Telegram reads it."""
    request = Answering({"message_id": 7})
    await bot_of(request).post(5, Text(Marked("a\ud83d")))
    assert json.loads(request.sent)["text"] == "a\ud83d"
