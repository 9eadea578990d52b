"""What is to be sent: chat by chat in order, no chat waiting for another; what is sent is marked in the store."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import structlog
from telegram.error import BadRequest, TelegramError

from bot.adapters.telegram.bot import Bot, Sent
from bot.adapters.telegram.inbound import CHANNEL, Tap, chat_id
from bot.adapters.telegram.limiter import Priority, Rank, Sleep
from bot.adapters.telegram.outbound import Outgoing, Text, outgoing
from bot.adapters.telegram.pseudonym import Pseudonyms
from bot.adapters.telegram.sender import Sender, Unreachable
from bot.adapters.telegram.text import Marked
from bot.adapters.telegram.tidying import Tidying
from bot.adapters.telegram.typing_indicator import TypingIndicator
from bot.service.ports import Pending, Store, StoreUnavailable
from bot.service.ticket_files import TicketFile

_REMEMBERED = 10_000
"""Chats whose last receipt is kept in memory, in case the store has not been told yet; and replies that were sent."""

_LET_OTHERS = 60.0
"""Seconds that earlier replies to a chat, in the hands of another process, are waited for at most: one that is gone is
noticed after thirty, and taken over ten later."""
_TAKE_OVER_EVERY = 10.0
_LOOK_EVERY = 0.2

_CROWD = 10
"""Chats that are being answered at one moment, beyond which buttons of old questions go later."""

_TIDIED = 32
"""So many messages are remembered whose buttons were taken away: Telegram refuses to do that twice."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is worth knowing about the last reply to a chat.

    `question` is the message whose buttons are those of the open question. `answer` is the message that answers the
    pictures of `album`, which the next picture of the same album changes instead of adding another; `shown` is the
    digest of what it shows. `tidied` are the last messages whose buttons were taken away. `reply` is the number of the
    last reply that was sent: where several processes send, the receipt with the higher one counts.
    """

    question: int | None = None
    album: str | None = None
    answer: int | None = None
    shown: str | None = None
    tidied: tuple[int, ...] = ()
    reply: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """What one update leads to: a reply to be sent, or the button that was pressed, to be taken away."""

    reply: Pending | None
    tap: Tap | None
    priority: Priority


@dataclass
class Lane:
    """One chat's jobs that wait, in the order of their replies, and the task that does them; `busy` with the first."""

    waiting: list[Job] = field(default_factory=list)
    busy: bool = False
    known: set[int] = field(default_factory=set)
    task: asyncio.Task[None] | None = None

    def put(self, job: Job) -> None:
        """Adds a job, before the first whose reply is later, but for the one that is being done."""
        self.waiting.insert(next(self._later_than(job), len(self.waiting)), job)

    def _later_than(self, job: Job) -> Iterator[int]:
        """The places of jobs whose reply is later than this one's; those of buttons alone are passed over."""
        for place, each in enumerate(self.waiting):
            if place >= self.busy and each.reply and job.reply and each.reply.id > job.reply.id:
                yield place


class Outbox:
    """Sends replies and changes messages; each call returns at once. Addresses under `own` domains become links.

    `forward` names, in a language, the button that takes a ticket to another chat; None where the bot cannot do that.
    """

    def __init__(
        self,
        bot: Bot,
        store: Store,
        names: Pseudonyms,
        typing: TypingIndicator,
        own: Sequence[str],
        sleep: Sleep = asyncio.sleep,
        forward: Callable[[str], str] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._bot, self._store, self._names, self._typing, self._sleep = bot, store, names, typing, sleep
        self._own, self._forward = own, forward
        self._lanes: dict[str, Lane] = {}
        self._receipts: OrderedDict[str, Receipt] = OrderedDict()
        self._sent: OrderedDict[int, None] = OrderedDict()
        self._tidying = Tidying(lambda: len(self._lanes) > _CROWD, sleep)

    def post(
        self,
        chat: str,
        reply: Pending | None,
        tap: Tap | None = None,
        receipt: str | None = None,
        rank: Rank = "reply",
    ) -> None:
        """Sends a reply after those that wait already, then leaves the pressed choice in the history.

        A reply that waits already, or was sent, is not sent twice: an update that comes again may have been looked at
        before the store was told. `receipt` is what the store knows of the chat's last reply. `rank` is what it is.
        """
        if (reply is None and tap is None) or (reply is not None and reply.id in self._sent):
            return
        lane = self._lanes.setdefault(chat, Lane())
        if reply is not None:
            if reply.id in lane.known:
                return
            lane.known.add(reply.id)
        self._remember(chat, _newer(self._receipts.get(chat), _receipt(receipt)))
        lane.put(Job(reply, tap, Priority(rank, self._monotonic())))
        if lane.task is None or lane.task.done():
            self._typing.begin(chat)
            lane.task = asyncio.create_task(self._run(chat, lane))

    def drop(self, chat: str) -> None:
        """Sends nothing of what still waits for a chat, but for what is being sent."""
        lane = self._lanes.get(chat)
        if lane is not None:
            del lane.waiting[lane.busy :]
        self._tidying.drop(chat)

    async def take_over(self, *, alone: bool = False) -> None:
        """Sends what nobody is sending: of an earlier run, or of another process that is gone."""
        for chat, waiting in (await self._store.take_over(CHANNEL, alone=alone)).items():
            for pending in waiting:  # what the store knows of the chat is asked for when its turn has come
                self.post(chat, replace(pending, behind=True))

    async def keep_taking_over(self) -> None:
        """Does so again and again, until cancelled: whoever does is known to be there."""
        while True:
            try:
                await self.take_over()
            except StoreUnavailable as error:
                log.warning("store.unavailable", problem=str(error))
            await self._sleep(_TAKE_OVER_EVERY)

    async def drain(self, seconds: float) -> int:
        """Waits until everything is sent, or so long; how many replies are left for the next start."""
        tasks = [lane.task for lane in self._lanes.values() if lane.task]
        until = time.monotonic() + seconds
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._tidying.drain(max(0.0, until - time.monotonic()))
        return sum(job.reply is not None for lane in self._lanes.values() for job in lane.waiting)

    async def _run(self, chat: str, lane: Lane) -> None:
        sender = Sender(self._bot, chat_id(chat), self._names.of(chat), self._sleep)
        try:
            while lane.waiting:
                await self._let_others(chat, lane)
                if not lane.waiting:
                    break
                lane.busy = True
                try:
                    await self._do(chat, lane.waiting[0], sender)
                except Exception:  # what comes after it must not wait for ever
                    log.exception("telegram.not_done", chat=self._names.of(chat))
                lane.busy = False
                done = lane.waiting.pop(0)
                if done.reply is not None:
                    lane.known.discard(done.reply.id)
            del self._lanes[chat]
        finally:
            self._typing.end(chat)

    async def _do(self, chat: str, job: Job, sender: Sender) -> None:
        """One job: first what people wait for, then what is only tidy. What cannot be done is logged and left."""
        before = self._receipts.setdefault(chat, Receipt())
        try:
            if job.reply is not None:
                if job.reply.reply.remove is not None:
                    await sender.remove(int(job.reply.reply.remove))
                await self._send(chat, job.reply, sender, job.priority)
        except Unreachable as error:
            log.info("chat.unreachable", chat=self._names.of(chat), reason=str(error))
        except Exception:
            log.exception("telegram.not_sent", chat=self._names.of(chat))
        if job.reply is not None:
            last = self._receipts[chat]
            self._remember(chat, replace(last, reply=max(last.reply, job.reply.id)))
            self._sent[job.reply.id] = None
            _forget_oldest(self._sent)
            await self._mark_sent(chat, job.reply.id)
        await self._tidy(chat, job.tap, before.question, sender)

    async def _let_others(self, chat: str, lane: Lane) -> None:
        """Waits while earlier replies to this chat are in the hands of another process: people read them in order.

        They may come here meanwhile, when that one is gone: then they are the first of those that wait.
        """
        for _ in range(round(_LET_OTHERS / _LOOK_EVERY)):
            reply = lane.waiting[0].reply if lane.waiting else None
            if reply is None or not reply.behind:
                return
            try:
                waits, receipt = await self._store.ahead(chat, reply.id)
            except StoreUnavailable:
                waits, receipt = True, None
            self._remember(chat, _newer(self._receipts.get(chat), _receipt(receipt)))
            if not waits and lane.waiting and lane.waiting[0].reply is reply:
                return
            await self._sleep(_LOOK_EVERY)

    async def _mark_sent(self, chat: str, reply: int) -> None:
        """Insists: a reply that is not marked would be sent again."""
        while True:
            try:
                return await self._store.mark_sent(chat, reply, orjson.dumps(self._receipts[chat]).decode())
            except StoreUnavailable as error:
                log.warning("store.unavailable", problem=str(error))
                await self._sleep(1)

    async def _tidy(self, chat: str, tap: Tap | None, question: int | None, sender: Sender) -> None:
        """Leaves the choice that was taken in the history; buttons of a question that is over disappear."""
        receipt = self._receipts[chat]
        over = question if question != receipt.question else None
        pressed = tap.message if tap is not None else None
        kept = (*receipt.tidied, receipt.question, None)
        done = [message for message in dict.fromkeys((pressed, over)) if message not in kept and message is not None]

        async def tidied() -> None:
            try:
                for message in done:
                    last = self._receipts.get(chat, receipt)
                    if message == last.question:
                        continue  # it was put off, and the message asks again
                    if tap is not None and message == pressed:
                        await sender.mark_choice(tap)
                    else:
                        await sender.remove_buttons(message)
                    last = self._receipts.get(chat, last)
                    self._remember(chat, replace(last, tidied=(*last.tidied, message)[-_TIDIED:]))
            except (Unreachable, TelegramError) as error:
                log.info("telegram.not_tidied", chat=self._names.of(chat), problem=str(error))

        if done:
            await self._tidying.do(chat, tidied)

    async def _send(self, chat: str, pending: Pending, sender: Sender, priority: Priority) -> None:
        reply = pending.reply
        forward = self._forward(reply.language) if self._forward else None
        before, messages = self._receipts[chat], outgoing(reply, self._own, forward)
        if reply.album is not None and reply.album == before.album and await self._replaced(chat, messages, sender):
            return
        question, last = before.question, None
        for message in messages:
            sent = await self._send_message(chat, message, reply.node, sender, priority)
            last = sent.message if sent is not None else last
            if isinstance(message, Text) and message.asks:
                question = last
        if pending.id < before.reply:
            return  # it comes late: the question that is open is that of a later one
        receipt = Receipt(question, tidied=before.tidied, reply=before.reply)
        if reply.album is not None:
            receipt = replace(receipt, album=reply.album, answer=last, shown=self._shown(messages[-1]))
        self._remember(chat, receipt)

    async def _send_message(
        self, chat: str, message: Outgoing, node: str, sender: Sender, priority: Priority
    ) -> Sent | None:
        try:
            sent = await sender.send(message, priority)
        except BadRequest as error:
            log.warning("telegram.refused", chat=self._names.of(chat), node=node, problem=error.message)
            return await self._send_plainly(message, sender, priority) if isinstance(message, Text) else None
        await self._note_file(chat, message, sent)
        return sent

    async def _note_file(self, chat: str, message: Outgoing, sent: Sent) -> None:
        """Where Telegram keeps a ticket's text: from there it can be sent on."""
        if isinstance(message, TicketFile) and message.name.endswith(".txt") and sent.file is not None:
            try:
                await self._store.note_file(chat, message.name, sent.file)
            except StoreUnavailable as error:
                log.warning("store.unavailable", problem=str(error))

    async def _send_plainly(self, message: Text, sender: Sender, priority: Priority) -> Sent | None:
        """A message that was refused, with less and less around its words; None when they are refused too."""
        try:
            return await sender.send(Text(Marked(message.content.text), message.buttons, message.asks), priority)
        except BadRequest:
            try:
                return await sender.send(Text(Marked(message.content.text)), priority)
            except BadRequest:
                return None

    async def _replaced(self, chat: str, messages: tuple[Outgoing, ...], sender: Sender) -> bool:
        """Whether the answer to the pictures before now says what it has to say to this one."""
        before, last = self._receipts[chat], messages[-1]
        if before.answer is None or len(messages) > 1 or not isinstance(last, Text):
            return False
        if self._shown(last) != before.shown and not await sender.replace(before.answer, last):
            return False
        question = before.answer if last.asks else before.question
        self._remember(chat, replace(before, question=question, shown=self._shown(last)))
        return True

    def _shown(self, message: Outgoing) -> str | None:
        """A digest of what a message shows, which is kept in clear."""
        return self._names.of_words(message.shown) if isinstance(message, Text) else None

    def _remember(self, chat: str, receipt: Receipt) -> None:
        self._receipts[chat] = receipt
        self._receipts.move_to_end(chat)
        _forget_oldest(self._receipts)


def _forget_oldest(remembered: OrderedDict[Any, Any]) -> None:
    while len(remembered) > _REMEMBERED:
        remembered.popitem(last=False)


def _newer(known: Receipt | None, stored: Receipt) -> Receipt:
    """What is known here may not be stored yet; what is stored may come from another process."""
    return known if known is not None and known.reply >= stored.reply else stored


def _receipt(stored: str | None) -> Receipt:
    if stored is None:
        return Receipt()
    fields = orjson.loads(stored)
    return Receipt(**{**fields, "tidied": tuple(fields["tidied"])})
