"""HTTP to the desk's systems: one peer, bounded in time and size, and the failures that all of them have."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.adapters.sinks.public_addresses import NOT_PUBLIC, public_socket
from bot.service.delivery import Undelivered

LARGEST = 64 * 1024
"""Bytes of an answer, unless a call says otherwise."""
_CONNECT = 10.0
"""Seconds."""
_DONE, _ELSEWHERE, _BROKEN = 2, 3, 5
"""What statuses begin with: done, to be looked for elsewhere, the server's own failure."""
_TOO_MANY = 429
_PASSING = frozenset({408, 425, _TOO_MANY})
"""What is refused now and may be taken later, besides the server's own failures."""
_RETRY = "Then say: python -m bot jobs retry NUMBER (python -m bot jobs lists the numbers)"


def host_of(url: str) -> str:
    """The host of an address, as people read it."""
    return urlsplit(url).hostname or url


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer answered; `json` is None when it is no JSON, or too long."""

    status: int
    json: Any

    @property
    def good(self) -> bool:
        """Whether it was done."""
        return self.status // 100 == _DONE


class Peer:
    """A server that takes tickets.

    `what` is what the operator calls it, `address` the setting that holds its address; calls end after `patience`
    seconds. With `guard`, the setting that names exceptions, it is reached at public addresses only.
    """

    def __init__(
        self,
        what: str,
        address: str,
        *,
        trust: ssl.SSLContext | None = None,
        patience: float = 60.0,
        guard: str | None = None,
    ) -> None:
        self.what = what
        self.address = address
        self._trust = trust
        self._patience = patience
        self._guard = guard
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        data: bytes | aiohttp.FormData | None = None,
        largest: int = LARGEST,
    ) -> Answer:
        """One call. What the peer refuses (a status of 4xx) is an answer too, unless it may be taken later.

        Raises:
            Undelivered: no answer came, or one that says to come back later, or to go elsewhere.
        """
        try:
            request = self._opened().request(
                method, url, headers=headers, params=params, data=data, allow_redirects=False
            )
            async with request as response:
                body = await _read(response, largest)
        # What the library's errors say, and hold, is not passed on: headers with tokens among it.
        except TimeoutError:
            raise self.passing(f"no answer within {self._patience:g} seconds, so nobody knows the outcome") from None
        except aiohttp.ClientSSLError:
            raise self.passing(
                "its certificate is not trusted; if it is from an authority of your own, set BOT_CA_FILE"
            ) from None
        except (aiohttp.ClientError, OSError) as error:
            if isinstance(error, aiohttp.ClientConnectorError) and NOT_PUBLIC in str(error.os_error):
                raise self.hopeless(
                    f"is not reached, as {NOT_PUBLIC}", f"Name its host in {self._guard} if it is meant to be so"
                ) from None
            raise self.passing(f"the connection failed ({type(error).__name__})") from None
        self._heed(response)
        return Answer(response.status, _json(response.content_type, body))

    def _heed(self, response: aiohttp.ClientResponse) -> None:
        """Raises what every peer means by a status."""
        status = response.status
        if status // 100 == _ELSEWHERE:
            raise self.hopeless(
                f"redirects elsewhere ({status}), and redirects are not followed: tokens would go along",
                f"Give the final address in {self.address}",
            )
        if status in _PASSING or status // 100 >= _BROKEN:
            why = "it is asked too much" if status == _TOO_MANY else "it cannot take it now"
            after = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
            raise self.passing(f"{why} ({status})", after=after)

    def passing(self, problem: str, *, after: timedelta | None = None) -> Undelivered:
        """A failure that may pass; whether the peer took something may be unknown."""
        return Undelivered(f"{self.what}: {problem}; it will be tried again", after=after)

    def hopeless(self, problem: str, remedy: str) -> Undelivered:
        """A failure that stays until the operator does something."""
        return Undelivered(f"{self.what} {problem}. {remedy}. {_RETRY}", hopeless=True)

    def unlike(self, answer: Answer) -> Undelivered:
        """An answer that something else gave, in front of the peer or in its place: what was taken is unknown."""
        return self.passing(f"an answer ({answer.status}) that is not {self.what}'s; look at {self.address}")

    async def close(self) -> None:
        """Closes what is open."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        """Opened when it is first needed. Each call has its own connection: tickets are too rare to keep one."""
        if self._session is None:
            connector = aiohttp.TCPConnector(
                ssl=self._trust or True,
                socket_factory=public_socket if self._guard else None,
                force_close=True,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "guichet"},
                timeout=aiohttp.ClientTimeout(total=self._patience, connect=_CONNECT),
            )
        return self._session


async def _read(response: aiohttp.ClientResponse, largest: int) -> bytes:
    """The body; nothing of one that is longer than that."""
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > largest:
            return b""
    return bytes(body)


def _json(media_type: str, body: bytes) -> Any:  # noqa: ANN401 - JSON can be anything
    if media_type != "application/json":
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def as_json(value: object) -> bytes:
    """A value as JSON, to be sent."""
    return json.dumps(value, ensure_ascii=False).encode()


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """How long to wait by a Retry-After header (seconds, or a date); None when it says neither."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:10]))
    try:
        until = parsedate_to_datetime(text)
        return max((until if until.tzinfo else until.replace(tzinfo=UTC)) - now, timedelta(0))
    except (ValueError, OverflowError):
        return None
