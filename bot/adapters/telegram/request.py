"""HTTP to the Bot API: python-telegram-bot's requests, and raw calls, over one aiohttp session."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_CONNECT = 10.0
_READ = 20.0
_WRITE = 30.0
"""Seconds to connect, and to wait for an answer, unless a call says otherwise; and for all the rest of a call, so that
none can hang for ever."""
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
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=True
            )

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
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            answer = None
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
        data: aiohttp.FormData | Mapping[str, str] | None = None
        if request_data is not None:
            data = _form(request_data) if request_data.contains_files else request_data.json_parameters
        return await self.call(url, method, data, _seconds(read_timeout, _READ), _seconds(connect_timeout, _CONNECT))

    async def call(
        self,
        url: str,
        method: str,
        data: aiohttp.FormData | Mapping[str, str] | None,
        read_timeout: float = _READ,
        connect_timeout: float = _CONNECT,
    ) -> tuple[int, bytes]:
        """One raw request; raises as `do_request` does."""
        if self._session is None:
            raise NetworkError("the connection is closed")
        whole = connect_timeout + read_timeout + _WRITE
        timeout = aiohttp.ClientTimeout(total=whole, connect=connect_timeout, sock_read=read_timeout)
        try:
            async with self._session.request(method, url, data=data, timeout=timeout) as answer:
                return answer.status, await _body(answer)
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(f"the connection to the Bot API failed ({type(error).__name__})") from error


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
