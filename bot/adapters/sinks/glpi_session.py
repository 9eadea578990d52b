"""A session of GLPI's REST API (version 1, `apirest.php`), and what its error codes mean for the operator."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp
from pydantic import SecretStr

from bot.adapters.sinks.http import LARGEST, Answer, Peer, as_json
from bot.service.delivery import Undelivered

_LOST = ("ERROR_SESSION_TOKEN_INVALID", "ERROR_SESSION_TOKEN_MISSING")
_UNAUTHORIZED, _FORBIDDEN, _TOO_LARGE = 401, 403, 413
TOO_LARGE = str(_TOO_LARGE)
"""What stands for a code where the web server in front refuses a request for its size."""
_GOODBYE = 5.0
"""Seconds that ending a session may take; it ends by itself some time later."""

_REMEDIES: Mapping[str, str] = {
    "ERROR_APP_TOKEN_PARAMETERS_MISSING": "Set BOT_GLPI_APP_TOKEN to the token of the API client",
    "ERROR_WRONG_APP_TOKEN_PARAMETER": "Set BOT_GLPI_APP_TOKEN to the token of the API client",
    "ERROR_NOT_ALLOWED_IP": "In GLPI, under Setup > General > API, let an API client cover the bot's address",
    "ERROR_LOGIN_PARAMETERS_MISSING": (
        "The token was sent, but GLPI did not see it: let its web server pass the header Authorization on to PHP "
        "(Apache: CGIPassAuth On)"
    ),
    "ERROR_LOGIN_WITH_CREDENTIALS_DISABLED": "In GLPI, under Setup > General > API, allow login with external tokens",
    "ERROR_GLPI_LOGIN_USER_TOKEN": "Set BOT_GLPI_USER_TOKEN to the API token of an active user",
    "ERROR_GLPI_LOGIN": "Set BOT_GLPI_USER_TOKEN to the API token of an active user",
    "ERROR_RIGHT_MISSING": "Give the profile of the bot's user the rights that docs/delivery-http.md lists",
    "ERROR_ITEM_NOT_FOUND": "Look in GLPI whether the ticket was deleted",
    "ERROR_GLPI_ADD": (
        "Look whether the profile of the bot's user may do this in the entity, whether BOT_GLPI_ENTITY and "
        "BOT_GLPI_CATEGORY exist, whether the ticket's template asks for more fields, and whether the ticket that "
        "something is added to is closed"
    ),
    "ERROR_UPLOAD_FILE_TOO_BIG_POST_MAX_SIZE": "Raise post_max_size and upload_max_filesize of GLPI's PHP",
    "ERROR": "In GLPI, under Setup > General > API, enable the REST API",
}
_SEEN_AT = re.compile(r"\(([0-9A-Fa-f.:]{2,45})\)")


@dataclass(frozen=True, slots=True)
class GlpiAccess:
    """Where GLPI's API is (`url` ends in apirest.php), and who the bot is there."""

    url: str
    user_token: SecretStr
    app_token: SecretStr | None = None


class Refused(Undelivered):
    """GLPI does not take something, and says why by a `code`."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, hopeless=True)
        self.code = code


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes along with an input."""

    name: str
    media_type: str
    content: bytes


class GlpiSession:
    """From `initSession` to `killSession`. One that GLPI ended meanwhile is begun anew, once."""

    def __init__(self, peer: Peer, access: GlpiAccess) -> None:
        self._peer = peer
        self._access = access
        self._token = ""
        self._renewed = False
        self._sees_all = False

    async def __aenter__(self) -> Self:
        await self._begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._token:
            with suppress(Undelivered, TimeoutError):
                async with asyncio.timeout(_GOODBYE):
                    await self._call("GET", "killSession")

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, largest: int = LARGEST) -> Any:  # noqa: ANN401 - JSON can be anything
        """What there is.

        Raises:
            Refused: GLPI says no.
            Undelivered: it does not answer as it should.
        """
        return await self._ask("GET", path, params=params, largest=largest)

    async def see_all(self) -> None:
        """Looks into all entities from here on, not only the one the bot's user begins in; raises as `get` does."""
        self._sees_all = True
        await self._ask("POST", "changeActiveEntities", body=lambda: as_json({"is_recursive": True}))

    async def add(self, kind: str, item: Mapping[str, object], upload: Upload | None = None) -> int:
        """Adds an item, with a file where there is one; its id. Raises as `get` does."""
        body = {"input": item}
        answer = await self._ask("POST", kind, body=lambda: _form(body, upload) if upload else as_json(body))
        made = answer.get("id") if isinstance(answer, dict) else None
        if not isinstance(made, int) or made is False:
            raise self._peer.passing(f"the answer to a new {kind} does not say which one it is")
        if upload and _failed(answer.get("upload_result")):
            raise self._refused("ERROR_GLPI_ADD", "")
        return made

    async def _begin(self) -> None:
        answer = await self._call("GET", "initSession")
        token = answer.json.get("session_token") if isinstance(answer.json, dict) else None
        if not answer.good:
            raise self._refusal(answer)
        if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]{1,256}", token):
            raise self._peer.unlike(answer)
        self._token = token

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Callable[[], bytes | aiohttp.FormData] | None = None,
        largest: int = LARGEST,
    ) -> Any:  # noqa: ANN401 - likewise
        answer = await self._call(method, path, params, body, largest)
        if _code(answer) in _LOST and not self._renewed:
            self._renewed = True
            self._token = ""
            await self._begin()
            if self._sees_all:
                await self.see_all()
            answer = await self._call(method, path, params, body, largest)
        if not answer.good:
            raise self._refusal(answer)
        if answer.json is None:
            raise self._peer.unlike(answer)
        return answer.json

    async def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        body: Callable[[], bytes | aiohttp.FormData] | None = None,
        largest: int = LARGEST,
    ) -> Answer:
        headers: dict[str, str] = {}
        if self._access.app_token is not None:
            headers["App-Token"] = self._access.app_token.get_secret_value()
        if self._token:
            headers["Session-Token"] = self._token
        else:
            headers["Authorization"] = f"user_token {self._access.user_token.get_secret_value()}"
        data = body() if body else None
        if isinstance(data, bytes):
            headers["Content-Type"] = "application/json"
        url = f"{self._access.url}/{path}"
        return await self._peer.call(method, url, headers=headers, params=params, data=data, largest=largest)

    def _refusal(self, answer: Answer) -> Undelivered:
        """What a status of 4xx means."""
        code = _code(answer)
        if code is not None:
            seen = _SEEN_AT.search(str(answer.json[1])) if code == "ERROR_NOT_ALLOWED_IP" else None
            return self._refused(code, f" of the bot at {seen[1]}" if seen else "")
        if answer.status in (_UNAUTHORIZED, _FORBIDDEN):
            problem = f"answers {answer.status}, without a code of its own"
            return self._peer.hopeless(problem, "Look at BOT_GLPI_USER_TOKEN, and at what stands in front of GLPI")
        if answer.status == _TOO_LARGE:
            said = self._peer.hopeless("does not take so large a request (413)", "Raise the limit of its web server")
            return Refused(str(said), TOO_LARGE)
        return self._peer.unlike(answer)

    def _refused(self, code: str, what: str) -> Refused:
        remedy = _REMEDIES.get(code, "GLPI's own documentation, at the address in BOT_GLPI_URL, has this code")
        return Refused(str(self._peer.hopeless(f"refuses a call{what} ({code})", remedy)), code)


def _code(answer: Answer) -> str | None:
    """The code of an error: it comes first in a list. The text after it is in any language, and may repeat people."""
    match answer.json:
        case [str(code), _] if not answer.good and re.fullmatch("ERROR[A-Z_]{0,60}", code):
            return code
        case _:
            return None


def _form(body: Mapping[str, object], upload: Upload) -> aiohttp.FormData:
    """One file only: of several, GLPI's documents keep the first. File names would be quoted as in addresses."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("uploadManifest", as_json(body).decode(), content_type="application/json")
    form.add_field("filename[0]", upload.content, filename=upload.name, content_type=upload.media_type)
    return form


def _failed(result: object) -> bool:
    """Whether a file was refused: somewhere in its result there is an error."""
    if isinstance(result, Mapping):
        return bool(result.get("error")) or any(_failed(each) for each in result.values())
    return isinstance(result, Sequence) and not isinstance(result, str) and any(_failed(each) for each in result)
