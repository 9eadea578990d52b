"""Long polling: an update is confirmed by the next request only when it is committed."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.adapters.telegram.inbound import ALLOWED_UPDATES
from bot.adapters.telegram.limiter import Sleep, asked
from bot.adapters.telegram.presence import Presence
from bot.adapters.telegram.raw import NotAnUpdate, number_of, sound
from bot.adapters.telegram.receiver import Receiver
from bot.adapters.telegram.request import PooledRequest, result_of
from bot.service.ports import StoreOutdated, StoreUnavailable

_LONG_POLL = 50
"""Seconds that Telegram may wait for news."""
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
"""Seconds between tries when nothing can be fetched or committed; doubled each time."""

_CONFIRM = 1.0
"""Seconds for telling Telegram what was committed, when the bot is to stop."""

log = structlog.get_logger()


class Polling:
    """Fetches updates one batch after the other."""

    def __init__(
        self,
        request: PooledRequest,
        url: str,
        receiver: Receiver,
        presence: Presence,
        sleep: Sleep = asyncio.sleep,
        long_poll: int = _LONG_POLL,
    ) -> None:
        self._request, self._url, self._receiver, self._presence = request, url, receiver, presence
        self._sleep, self._long_poll = sleep, long_poll
        self._offset: int | None = None
        self._begun = False

    async def run(self, stopping: asyncio.Event) -> None:
        """Until it is to stop; what was committed is confirmed then.

        Raises:
            InvalidToken: Telegram refuses the token.
            StoreOutdated: this program must not go on.
        """
        wait = _FIRST_WAIT
        stop = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                problem = await self._until(stop, self._round())
                if problem is None:
                    wait = _FIRST_WAIT
                    continue
                await self._until(stop, self._wait(wait, problem))
                wait = min(wait * 2, _LONGEST_WAIT)
            await self._confirm()
        finally:
            stop.cancel()

    async def _round(self) -> TelegramError | StoreUnavailable | None:
        """One batch; what went wrong, if anything did."""
        try:
            batch = await self._fetch(self._long_poll if self._begun else 0)
            self._begun = True
            await self._presence.heard()
            await self._take(batch)
        except (InvalidToken, StoreOutdated):
            raise
        except (TelegramError, StoreUnavailable) as error:
            return error
        return None

    async def _take(self, batch: Sequence[object]) -> None:
        """Takes a batch; up to the first update that could not be committed, all may be confirmed."""
        numbered = [(number, raw) for raw in batch if (number := number_of(raw)) is not None]
        if batch and not numbered:
            raise NetworkError("what was answered are no updates")
        held: set[str] = set()
        results = await asyncio.gather(*(self._receive(raw, held) for _, raw in numbered), return_exceptions=True)
        for (number, _), result in zip(numbered, results, strict=True):
            if isinstance(result, BaseException):
                raise result
            self._offset = number + 1

    async def _receive(self, raw: object, held: set[str]) -> None:
        try:
            update = sound(raw)
        except NotAnUpdate as error:
            log.warning("update.refused", problem=str(error))
            return
        answer = await self._receiver.receive(update, held)
        if answer is not None:
            self._receiver.answer_later(answer)

    async def _until(self, stop: asyncio.Task[Any], work: Any) -> Any:  # noqa: ANN401 - a coroutine and its result
        """The result of the work, or None when it is to stop first; what is cut off then is delivered again."""
        task = asyncio.ensure_future(work)
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return None
        return task.result()

    async def _wait(self, seconds: float, problem: TelegramError | StoreUnavailable) -> None:
        match problem:
            case Conflict():
                why = "another program fetches this bot's updates, or a webhook is set; only one of them can"
                log.error("telegram.conflict", problem=why, wait=seconds)
            case RetryAfter():
                seconds = max(seconds, asked(problem))
                log.warning("telegram.retry", problem=problem.message, wait=seconds)
            case StoreUnavailable():
                log.error("store.unavailable", problem=str(problem), wait=seconds)
            case _:
                log.warning("telegram.unreachable", problem=problem.message, wait=seconds)
        await self._sleep(seconds)

    async def _confirm(self) -> None:
        """Tells Telegram what was committed, so that nothing is delivered twice."""
        if self._offset is not None:
            try:
                async with asyncio.timeout(_CONFIRM):
                    await self._fetch(0, limit=1)
            except (TelegramError, TimeoutError) as error:
                log.info("telegram.not_confirmed", problem=str(error))

    async def _fetch(self, seconds: int, limit: int = 100) -> list[object]:
        parameters = {"timeout": str(seconds), "limit": str(limit), "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if self._offset is not None:
            parameters["offset"] = str(self._offset)
        form = urlencode(parameters)
        status, body = await self._request.call(f"{self._url}/getUpdates", "POST", form, seconds + 15)
        match result_of(status, body):
            case list(updates):
                return updates
        raise NetworkError("what was answered are no updates")
