"""One update, from raw JSON to its commit. Polling and webhook both end here."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from weakref import WeakValueDictionary

import structlog
from telegram.error import BadRequest, TelegramError

from bot.adapters.telegram.bot import Answer, Bot
from bot.adapters.telegram.flood import Floods
from bot.adapters.telegram.group_chat import GroupChat
from bot.adapters.telegram.inbound import Arrival, Inbound, Tap, chat_id, chat_name
from bot.adapters.telegram.inline import InlineMode
from bot.adapters.telegram.limiter import Rank, Sleep
from bot.adapters.telegram.outbox import Outbox
from bot.adapters.telegram.pseudonym import Pseudonyms
from bot.adapters.telegram.raw import Raw
from bot.adapters.telegram.shape import is_chat, read
from bot.adapters.telegram.typing_indicator import TypingIndicator
from bot.service.conversation import Conversation
from bot.service.desk import is_staffed
from bot.service.incoming import Flooded, Incoming, Returned, Strayed
from bot.service.jobs import Job
from bot.service.ports import Clock, SetAside, StoreUnavailable
from bot.service.surrogates import well_formed
from bot.service.taken import Taken

_TRIES = 3
_WAIT = 0.05
"""Seconds between tries of an update that fails."""
_ANSWER_TRIES = 4
"""How often a button's query is answered before it is left: Telegram waits for a minute or two, people do not."""

log = structlog.get_logger()


class Receiver:
    """Takes updates; those of one chat one after the other, those of different chats at once."""

    def __init__(
        self,
        bot: Bot,
        conversation: Conversation,
        inbound: Inbound,
        outbox: Outbox,
        names: Pseudonyms,
        typing: TypingIndicator,
        floods: Floods,
        inline: InlineMode,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        group: GroupChat | None = None,
    ) -> None:
        self._group = group
        self._bot, self._conversation, self._inbound, self._outbox = bot, conversation, inbound, outbox
        self._names, self._typing, self._clock, self._sleep = names, typing, clock, sleep
        self._floods, self._inline, self._monotonic = floods, inline, monotonic
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, raw: Raw, held: set[str] | None = None) -> Answer | None:
        """Returns when the update is committed, or set aside: it may be confirmed then.

        What comes of it is what a button's press is to be answered with, which whoever delivers the update sees to.
        `held` are the chats of which an earlier update of the same batch could not be committed: those after it wait.

        Raises:
            StoreUnavailable: nothing can be committed now; the update is to be delivered again.
        """
        held = set() if held is None else held
        if raw.get("inline_query") is not None:
            self._inline.take(raw)  # nothing of it is kept: who gets no answer types on
            return None
        if self._group is not None and (speaking := _chat_of(raw)) is not None:
            await self._group.recognise(chat_id(speaking))
        try:
            arrival = self._read(raw)
        except Exception as error:
            log.exception("update.unreadable")
            async with self._lane(_chat_of(raw) or ""):
                await self._set_aside(raw, None, error)
            match raw.get("callback_query"):
                case {"id": str(query)}:
                    return Answer(query)
            return None
        if arrival.incoming is None:
            return _answer_to(arrival.tap, None)
        chat = arrival.incoming.chat
        if is_staffed(arrival.incoming):
            async with self._lane(chat):
                with _InOrder(chat, held):
                    return await self._take(raw, arrival.incoming, arrival.tap)
        with self._typing.during(chat):
            async with self._lane(chat):
                with _InOrder(chat, held):
                    return await self._take_in_turn(raw, arrival.incoming, arrival.tap)

    async def _take_in_turn(self, raw: Raw, incoming: Incoming, tap: Tap | None) -> Answer | None:
        moment = self._moment(incoming)
        standing = self._floods.standing(incoming.chat, moment)
        answer = _answer_to(tap, None)
        match standing:
            case "calm":
                answer = await self._take(raw, incoming, tap)
            case "begins":
                await self._begin_flood(raw, incoming)
        self._floods.note(incoming.chat, moment, standing)
        return answer

    def _moment(self, incoming: Incoming) -> float:
        """When it was done: what waited while the bot was away did not come all at once."""
        age = (self._clock.now() - incoming.at).total_seconds() if incoming.at is not None else 0.0
        return self._monotonic() - max(age, 0.0)

    async def _begin_flood(self, raw: Raw, incoming: Incoming) -> None:
        """Says once that it is too much; never where others listen."""
        log.warning("flood.began", chat=self._names.of(incoming.chat))
        if not isinstance(incoming.content, Strayed):
            await self._take(raw, replace(incoming, content=Flooded()), None)

    async def come_back(self, chat: str, update: str) -> None:
        """After an absence of the bot: the open question of a chat is asked again, once per absence."""
        async with self._lane(chat):
            taken = await self._conversation.take(Incoming(chat, update, Returned()))
            self._post(chat, taken)

    async def look_in(self, number: int, job: Job) -> None:
        """Somebody may have been silent for long: what their flow says about that is sent."""
        async with self._lane(job.chat):
            self._post(job.chat, await self._conversation.look_ins.look_in(number, job.chat), rank="reminder")

    async def deliver(self, number: int, job: Job) -> None:
        """A ticket is to be handed to the desk; its person is told what comes of it."""
        done = await self._conversation.deliveries.deliver(number, job)
        self._post(job.chat, done.taken)
        if done.failure is not None:
            raise done.failure

    async def read(self, number: int, job: Job) -> None:
        """A picture is to be read; whoever sent it is asked whether that is right."""
        self._post(job.chat, await self._conversation.readings.read(number, job))

    async def drain(self, seconds: float) -> None:
        """Waits for the answers to buttons that are under way."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    def _read(self, raw: Raw) -> Arrival:
        return self._inbound.arrival(read(raw))

    async def _take(self, raw: Raw, incoming: Incoming, tap: Tap | None) -> Answer | None:
        began = time.monotonic()
        for number in range(1, _TRIES + 1):
            try:
                taken = await self._conversation.take(incoming)
                break
            except StoreUnavailable:
                raise
            except Exception as error:
                log.exception("update.failed", chat=self._names.of(incoming.chat), number=number)
                if number == _TRIES:
                    return _answer_to(tap, await self._set_aside(raw, incoming, error))
                await self._sleep(_WAIT * number)
        self._after(incoming, taken, tap)
        log.info(
            "update.taken",
            chat=self._names.of(incoming.chat),
            kind=type(incoming.content).__name__.lower(),
            node=taken.node,
            outcome=_outcome(taken),
            ms=round((time.monotonic() - began) * 1000, 1),
        )
        return _answer_to(tap, taken.notice)

    def _after(self, incoming: Incoming, taken: Taken, tap: Tap | None) -> None:
        """What need not be waited for: sends."""
        if is_staffed(incoming):
            return
        if taken.erased:
            self._outbox.drop(incoming.chat)
        pressed = None if tap is None else _pressed(tap, taken)
        self._post(incoming.chat, taken, pressed)

    def _post(self, chat: str, taken: Taken, tap: Tap | None = None, rank: Rank = "reply") -> None:
        for pending in taken.waiting:
            self._outbox.post(chat, pending, receipt=taken.receipt)
        self._outbox.post(chat, taken.reply, tap, taken.receipt, rank)

    def answer_later(self, answer: Answer) -> None:
        """Answers a button's press; nobody waits for that."""
        task = asyncio.create_task(self._answer(answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, answer: Answer) -> None:
        for number in range(1, _ANSWER_TRIES + 1):
            try:
                await self._bot.answer(answer)
            except BadRequest as error:
                log.info("button.too_old", problem=error.message)
            except TelegramError as error:
                log.warning("button.not_answered", problem=error.message, number=number)
                await self._sleep(0.5 * number)
                continue
            return

    async def _set_aside(self, raw: Raw, incoming: Incoming | None, error: Exception) -> str | None:
        """Keeps what cannot be taken; whoever did it is told, or the notice to tell them with is given."""
        chat = incoming.chat if incoming else _chat_of(raw)
        update = str(raw.get("update_id", ""))
        reason = well_formed("\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())]))
        letter = SetAside(chat or "", update, json.dumps(raw, ensure_ascii=True), reason, self._clock.now())
        private = chat is not None and chat_id(chat) > 0
        language, content = (incoming.language, incoming.content) if incoming is not None else (None, None)
        taken = await self._conversation.set_aside(letter, language, content, tell=private)
        log.error("update.set_aside", chat=self._names.of(chat or ""), update=update, problem=type(error).__name__)
        if chat is not None:
            self._post(chat, taken)
        return taken.notice

    def _lane(self, chat: str) -> asyncio.Lock:
        """Held by one update of a chat at a time."""
        return self._lanes.setdefault(chat, asyncio.Lock())


class _InOrder:
    """Takes an update of a chat, unless an earlier one waits; if it cannot be committed, those after it wait as well.

    Raises:
        StoreUnavailable: it is to be delivered again.
    """

    __slots__ = ("_chat", "_held")

    def __init__(self, chat: str, held: set[str]) -> None:
        self._chat, self._held = chat, held

    def __enter__(self) -> None:
        if self._chat in self._held:
            raise StoreUnavailable("an earlier update of this chat waits")

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, StoreUnavailable):
            self._held.add(self._chat)


def _answer_to(tap: Tap | None, notice: str | None) -> Answer | None:
    """What a button's press is answered with, if it was one."""
    return Answer(tap.query, notice) if tap is not None else None


def _outcome(taken: Taken) -> str:
    """What became of an update, for the log."""
    if taken.reply is not None:
        return "answered"
    if taken.notice is not None:
        return "noticed"
    return "repeated" if taken.waiting else "nothing"


def _pressed(tap: Tap, taken: Taken) -> Tap:
    """The button's message, to be changed; a button that did nothing leaves no choice behind."""
    return Tap(tap.query, tap.message) if taken.notice is not None else tap


def _chat_of(raw: Raw) -> str | None:
    """The chat of an update that cannot be read, as far as it can be told."""
    for name in ("message", "edited_message", "channel_post", "my_chat_member"):
        match raw.get(name):
            case {"chat": {"id": int(number)}} if is_chat(number):
                return chat_name(number)
    match raw.get("callback_query"):
        case {"message": {"chat": {"id": int(number)}}} if is_chat(number):
            return chat_name(number)
    return None
