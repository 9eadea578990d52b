"""HTTP to the Bot API: python-telegram-bot's requests, and raw calls, over one pool of connections."""

import asyncio
import atexit
import json
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from typing import Any, TypeAlias

import orjson
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import DetailedPyreqwestError, PyreqwestError
from pyreqwest.multipart import FormBuilder, PartBuilder
from pyreqwest.response import ResponseBodyReader
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

_CONNECT, _READ, _FILE = 10.0, 20.0, 120.0
"""Seconds to connect, to wait for an answer unless a call says otherwise, and for a file to come or go. A call may
take as long as all that applies to it together, so that none can hang for ever."""
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_IDLE = 60.0
"""Seconds that a connection is kept which nobody uses."""
_REST = 0.1
"""Seconds for the client's thread to come to rest at the end of the process, which would be aborted otherwise."""
_REFUSALS: Mapping[int, type[TelegramError]] = {
    HTTPStatus.BAD_REQUEST: BadRequest,
    HTTPStatus.UNAUTHORIZED: InvalidToken,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: InvalidToken,
    HTTPStatus.CONFLICT: Conflict,
}
"""What the library makes of each status."""
_A_DAY = 86_400
_LARGEST = 64 * 1024 * 1024
"""Bytes of an answer. A hundred updates of the longest texts, each in reply to another, take about a third of it."""

Body: TypeAlias = str | bytes | FormBuilder
"""What a call says: a form's parameters, encoded; JSON; or a form with files."""


class PooledRequest(BaseRequest):
    """Requests over one pool of connections, as many as there are calls: one that hangs is in nobody's way.

    A proxy is the environment's, looked up once. No redirect is followed: it would take the token along.
    """

    def __init__(self) -> None:
        self._client: Client | None = None

    @property
    def read_timeout(self) -> float:
        """How long an answer is waited for, in seconds."""
        return _READ

    async def initialize(self) -> None:
        """Opens the pool."""
        if self._client is None:
            _rest_at_the_end()
            self._client = _client()

    async def shutdown(self) -> None:
        """Closes the pool."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The JSON of an answer. The library's own would log the whole answer when it is none.

        Raises:
            NetworkError: the answer is no JSON, as that of a proxy that fails.
        """
        answer = _json(payload)
        if not isinstance(answer, dict):
            raise NetworkError("the answer is no JSON object")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request, as python-telegram-bot asks for it; the status code and the body.

        Raises:
            TimedOut: no answer came in time; whether the call took effect is unknown.
            NetworkError: the connection failed.
        """
        del write_timeout, connect_timeout, pool_timeout
        body: Body | None = None
        if request_data is not None:
            body = _form(request_data) if request_data.contains_files else request_data.url_encoded_parameters()
        seconds = float(read_timeout) if isinstance(read_timeout, int | float) else _READ
        return await self.call(url, method, body, seconds)

    async def call(self, url: str, method: str, body: Body | None, read_timeout: float = _READ) -> tuple[int, bytes]:
        """One raw request; raises as `do_request` does. `read_timeout` is in seconds."""
        if self._client is None:
            raise NetworkError("the connection is closed")
        task = asyncio.current_task()
        before = task.cancelling() if task is not None else 0
        try:
            return await self._answer(self._client, url, method, body, read_timeout)
        finally:  # an answer that has just come is given even to somebody who is cancelled at that moment
            if task is not None and task.cancelling() > before:
                raise asyncio.CancelledError

    async def _answer(
        self, client: Client, url: str, method: str, body: Body | None, read_timeout: float
    ) -> tuple[int, bytes]:
        try:
            request = client.request(method, url)
            match body:
                case bytes():
                    request = request.body_bytes(body).header("content-type", _JSON)
                case str():
                    request = request.body_text(body).header("content-type", _FORM)
                case FormBuilder():
                    request, read_timeout = request.multipart(body), read_timeout + _FILE
                case None:
                    read_timeout += _FILE
            request = request.timeout(timedelta(seconds=_CONNECT + read_timeout))
            async with request.build_streamed() as answer:
                return answer.status, await _whole(answer.body_reader)
        except TimeoutError:  # what is known of it names the address, which holds the token
            raise TimedOut from None
        except (PyreqwestError, ValueError) as error:  # likewise
            raise NetworkError(f"the connection to the Bot API failed ({_why(error, url)})") from None


def _json(payload: bytes) -> Any:  # noqa: ANN401 - any JSON
    """The JSON of an answer; None when it is none."""
    try:
        return orjson.loads(payload)
    except ValueError:
        pass
    try:
        return json.loads(payload)  # halves of characters, which the quick reader refuses
    except (ValueError, RecursionError):
        return None


def result_of(status: int, body: bytes) -> Any:  # noqa: ANN401 - JSON
    """What the Bot API answers.

    Raises:
        TelegramError: it refuses, or what was answered is not its; of the class that the library takes for it.
    """
    match _json(body):
        case {"ok": True, "result": result}:
            return result
        case {"parameters": {"migrate_to_chat_id": int(number)}}:
            raise ChatMigrated(number)
        case {"parameters": {"retry_after": int(seconds)}} if 0 < seconds <= _A_DAY:
            raise RetryAfter(seconds)
        case {"description": str(description)}:
            raise _REFUSALS.get(status, NetworkError)(description)
    raise NetworkError(f"status {status}")  # of a proxy, for example: the Bot API says why


@cache
def _rest_at_the_end() -> None:
    atexit.register(time.sleep, _REST)


def _why(error: Exception, url: str) -> str:
    """What kind of error it was, and its last cause, if that says nothing of the address."""
    causes = error.details.get("causes") if isinstance(error, DetailedPyreqwestError) and error.details else None
    cause = str(causes[-1].get("message", "")) if causes else ""
    words = f": {cause}" if cause and url not in cause and "/bot" not in cause else ""
    return f"{type(error).__name__}{words}"


def _client() -> Client:
    builder = ClientBuilder().http1_only().follow_redirects(enable=False).referer(enable=False)
    builder = builder.gzip(enable=False).deflate(enable=False).brotli(enable=False).zstd(enable=False)
    return builder.connect_timeout(timedelta(seconds=_CONNECT)).pool_idle_timeout(timedelta(seconds=_IDLE)).build()


async def _whole(answer: ResponseBodyReader) -> bytes:
    body = bytes(await answer.read(_LARGEST + 1) or b"")
    if len(body) > _LARGEST:
        raise NetworkError(f"the answer is larger than {_LARGEST:,} bytes")
    return body


def _form(request_data: RequestData) -> FormBuilder:
    form = FormBuilder()
    for name, value in request_data.json_parameters.items():
        form = form.text(name, value)
    for name, (file_name, content, media_type) in request_data.multipart_data.items():
        file = content if isinstance(content, bytes) else content.read()
        form = form.part(name, part_of(file_name, file, media_type))
    return form


def part_of(file_name: str, content: bytes, media_type: str | None) -> PartBuilder:
    """A file, as part of a form."""
    part = PartBuilder.from_bytes(content).file_name(file_name)
    return part.mime(media_type) if media_type else part
