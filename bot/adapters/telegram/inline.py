"""Inline mode: whoever types the bot's name in any chat is offered their own tickets, to be sent there.

Each keystroke is a query, and a query is worth an answer for some seconds only. So of what somebody types the newest
waits, whoever is being answered is not answered a second time meanwhile, and so many are answered at once. Who has had
far more answers than a person needs gets none until they calm down.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from telegram import InlineQueryResult, InlineQueryResultArticle, InlineQueryResultsButton
from telegram.error import BadRequest, TelegramError

from bot.adapters.telegram.bot import Bot
from bot.adapters.telegram.flood import Floods
from bot.adapters.telegram.inbound import chat_name, language_of
from bot.adapters.telegram.inline_results import MOST_TICKETS, first_ticket, offered, reference_typed
from bot.adapters.telegram.pseudonym import Pseudonyms
from bot.adapters.telegram.raw import Raw
from bot.adapters.telegram.shape import InlineQuery, Misshapen, read
from bot.service.ports import Store, StoreUnavailable
from bot.service.voice import Voices, spoken

_AT_ONCE = 8
_WAITING = 1_000
"""People of whom a query waits; the one who waits longest is let go: they type on, or are gone."""
_WORTH = 25.0
"""Seconds that a query is worth an answer: Telegram keeps it for about thirty."""
_TOO_OLD = "query is too old"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody typed; worth an answer until then, by the clock of the loop. A later one has a higher number."""

    number: int
    query: str
    chat: str
    words: str = field(repr=False)
    language: str | None
    until: float


class InlineMode:
    """Answers inline queries, beside everything else; none of it is kept or logged. `own` as for messages."""

    def __init__(
        self,
        bot: Bot,
        store: Store,
        voices: Voices,
        names: Pseudonyms,
        own: tuple[str, ...] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot, self._store, self._voices = bot, store, voices
        self._names, self._own = names, own
        self._waiting: OrderedDict[str, _Asked] = OrderedDict()
        self._answering: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._floods, self._monotonic = Floods(), monotonic

    def take(self, raw: Raw) -> None:
        """Has a query answered, and returns at once. One that cannot be read is passed over."""
        try:
            update = read(raw)
        except Misshapen as error:
            log.warning("inline.unreadable", problem=str(error))
            return
        if update.inline_query is not None:
            self._put(_asked(update.update_id, update.inline_query))

    def _is_calm(self, chat: str) -> bool:
        """Whether somebody is answered no more often than people need; counted before each answer."""
        moment = self._monotonic()
        standing = self._floods.standing(chat, moment)
        self._floods.note(chat, moment, standing)
        if standing == "begins":
            log.warning("flood.began", chat=self._names.of(chat), kind="inline")
        return standing == "calm"

    async def close(self) -> None:
        """Answers no more."""
        self._waiting.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _put(self, asked: _Asked) -> None:
        """Has it wait instead of what was typed before; a webhook may bring an older one after a newer one."""
        waiting = self._waiting.get(asked.chat)
        if asked.number <= max(waiting.number if waiting else 0, self._answering.get(asked.chat, 0)):
            return
        self._waiting[asked.chat] = asked
        self._waiting.move_to_end(asked.chat)
        if len(self._waiting) > _WAITING:
            self._waiting.popitem(last=False)
        if len(self._tasks) < _AT_ONCE:
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        while (chat := next((chat for chat in self._waiting if chat not in self._answering), None)) is not None:
            asked = self._waiting.pop(chat)
            if not self._is_calm(chat):
                continue
            self._answering[chat] = asked.number
            try:
                async with asyncio.timeout_at(asked.until):
                    await self._answer(asked)
            except TimeoutError:
                log.info("inline.too_old", chat=self._names.of(chat))
            except StoreUnavailable as error:
                log.warning("store.unavailable", problem=str(error))
            except TelegramError as error:
                log.info("inline.not_answered", chat=self._names.of(chat), problem=error.message)
            except Exception:
                log.exception("inline.not_answered", chat=self._names.of(chat))
            finally:
                del self._answering[chat]

    async def _answer(self, asked: _Asked) -> None:
        reference = reference_typed(asked.words)
        named = await self._store.tickets_of(asked.chat, 1, reference) if reference is not None else ()
        tickets = named or await self._store.tickets_of(asked.chat, MOST_TICKETS)
        files = await self._store.files(asked.chat)
        results = offered(tickets, files, self._voices, self._own)
        voice = self._voices.of(spoken(self._voices.catalog, asked.language))
        button = None if tickets else first_ticket(voice)
        try:
            await self._send(asked, results, button)
        except BadRequest as error:
            words = [result for result in results if isinstance(result, InlineQueryResultArticle)]
            if _TOO_OLD in error.message.lower() or len(words) == len(results):
                raise
            log.warning("inline.refused", chat=self._names.of(asked.chat), problem=error.message)
            await self._send(asked, words, button)  # one file that Telegram does not know would spoil it all

    async def _send(
        self, asked: _Asked, results: Sequence[InlineQueryResult], button: InlineQueryResultsButton | None
    ) -> None:
        await self._bot.answer_inline_query(asked.query, results, cache_time=0, is_personal=True, button=button)


def _asked(number: int, query: InlineQuery) -> _Asked:
    person = query.sender
    until = asyncio.get_running_loop().time() + _WORTH
    return _Asked(number, query.id, chat_name(person.id), query.query, language_of(person.language_code), until)
