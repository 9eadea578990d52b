"""HTTP to the Bot API: python-telegram-bot's requests, and raw calls, over one aiohttp session."""

import json
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson
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

_CONNECT = 10.0
_READ = 20.0
_WRITE = 30.0
"""Seconds to connect, and to wait for an answer, unless a call says otherwise; and for all the rest of a call, so that
none can hang for ever."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON = {"Content-Type": "application/json"}
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


class AiohttpRequest(BaseRequest):
    """Requests over one pool of connections, as many as there are calls: one that hangs is in nobody's way."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """How long an answer is waited for, in seconds."""
        return _READ

    async def initialize(self) -> None:
        """Opens the pool."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        """Closes the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

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
        del write_timeout, pool_timeout
        data: aiohttp.FormData | str | None = None
        if request_data is not None:
            data = _form(request_data) if request_data.contains_files else request_data.url_encoded_parameters()
        timeouts = _seconds(read_timeout, _READ), _seconds(connect_timeout, _CONNECT)
        return await self.call(url, method, data, *timeouts)

    async def call(
        self,
        url: str,
        method: str,
        data: aiohttp.FormData | str | bytes | None,
        read_timeout: float = _READ,
        connect_timeout: float = _CONNECT,
    ) -> tuple[int, bytes]:
        """One raw request, with a form, or bytes of JSON; raises as `do_request` does."""
        if self._session is None:
            raise NetworkError("the connection is closed")
        timeout = _timeout(connect_timeout, read_timeout)
        headers = _FORM if isinstance(data, str) else _JSON if isinstance(data, bytes) else None
        try:
            async with self._session.request(
                method, url, data=data, headers=headers, timeout=timeout, proxy=_proxy_of(url)
            ) as answer:
                return answer.status, await _body(answer)
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(f"the connection to the Bot API failed ({type(error).__name__})") from error
        except TelegramError:
            raise
        except Exception as error:
            raise NetworkError(f"the call to the Bot API failed ({type(error).__name__})") from error


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


def _proxy_of(url: str) -> str | None:
    """The proxy that the environment names for an address."""
    parts = urlsplit(url)
    return _proxy(parts.scheme, parts.hostname or "")


@lru_cache(16)
def _proxy(scheme: str, host: str) -> str | None:
    return None if proxy_bypass(host) else getproxies().get(scheme)


@lru_cache(16)
def _timeout(connect: float, read: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=connect + read + _WRITE, sock_connect=connect, sock_read=read)


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > _LARGEST:
            raise NetworkError(f"the answer is larger than {_LARGEST:,} bytes")
    return bytes(body)


def _seconds(given: object, default: float) -> float:
    return float(given) if isinstance(given, int | float) else default


def _form(request_data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, media_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=media_type)
    return form
