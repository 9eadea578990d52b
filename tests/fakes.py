"""Stand-ins for the outside: they keep to the ports, and the store passes the same contract tests as the real one."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.adapters.store.codec import dump_reply, dump_session, dump_ticket
from bot.adapters.store.turn import ChatBusy
from bot.engine.machine import Machine
from bot.model.case import Case, Relay
from bot.model.lexicon import Lexicon
from bot.model.message import Message, Reply
from bot.model.reference import reference
from bot.model.session import Session
from bot.model.ticket import Ticket
from bot.service.cases import Action, CaseWrite, Posted
from bot.service.conversation import Conversation
from bot.service.delivery import Accepted, Addition, Delivery, Parcel, Sink, SinkName, parcel_id
from bot.service.incoming import Commanded, Content, Incoming, Opened, Pressed, Said
from bot.service.jobs import GROUP, Handlers, Job, Kind, Queued, wait_after
from bot.service.plain import plain
from bot.service.ports import (
    Pending,
    ReferenceTaken,
    SetAside,
    Shipment,
    Store,
    StoreUnavailable,
    WriteSet,
    WrittenAddition,
    WrittenTicket,
)
from tests.desk import MONDAY, PARIS, catalog, machine


@dataclass
class MemoryTurn:
    """One chat of a `MemoryStore`, held for one update."""

    store: "MemoryStore"
    chat: str
    update: str

    @property
    def session(self) -> Session | None:
        """The chat's session."""
        return self.store.sessions.get(self.chat)

    async def waiting(self) -> Sequence[Pending]:
        """Replies that were not sent."""
        return [pending for chat, pending in self.store.replies.values() if chat == self.chat]

    @property
    def repeated(self) -> bool:
        """Whether this update was committed before."""
        before = self.store.erased_by.get(self.chat)
        old = before is not None and self.update.isdecimal() and int(self.update) < before
        return old or (self.chat, self.update) in self.store.updates

    @property
    def seen(self) -> datetime | None:
        """When the last turn took place."""
        return self.store.seen.get(self.chat)

    @property
    def receipt(self) -> str | None:
        """What the channel noted."""
        return self.store.receipts.get(self.chat)

    def claim_look_in(self, job: int) -> bool:
        """Whether this is the job that was to look in."""
        _, awaited = self.store.looks_in.get(self.chat, (None, None))
        if job == awaited:
            self.store.looks_in[self.chat] = (None, job)
        return job == awaited

    async def look_in_later(self, due: datetime | None) -> None:
        """Has another job do it."""
        job = self.store.jobs.add(Job("look_in", self.chat, due)) if due else None
        self.store.looks_in[self.chat] = (due, job)

    @property
    def cases(self) -> "MemoryCases":
        """The cases."""
        return self.store.cases

    async def last_ticket(self) -> WrittenTicket | None:
        """The newest ticket of this chat."""
        own = [written for chat, written in self.store.tickets.values() if chat == self.chat]
        return max(own, key=lambda written: written.ticket.created_at, default=None)

    async def ticket(self, reference: str) -> WrittenTicket | None:
        """A ticket of this chat."""
        owner, written = self.store.tickets.get(reference, ("", None))
        return written if owner == self.chat else None

    async def deliveries(self, reference: str) -> Sequence[Delivery]:
        """Where a ticket of this chat and its additions go."""
        return [
            delivery
            for owner, delivery in self.store.deliveries.values()
            if owner == self.chat and (delivery.parcel == reference or delivery.parcel.startswith(f"{reference}-"))
        ]

    async def additions(self, reference: str) -> int:
        """How often something was added."""
        return sum(
            owner == self.chat and added.reference == reference for owner, added in self.store.additions.values()
        )

    async def sent_since(self, instant: datetime, sinks: Collection[SinkName]) -> int:
        """How many parcels were asked to go there."""
        store = self.store
        own = [key for key, (owner, _) in store.deliveries.items() if owner == self.chat and key[1] in sinks]
        return len({parcel for parcel, sink in own if store.sent_at[parcel, sink] >= _whole_second(instant)})

    async def everything(self) -> str:
        """All that is kept, in the tables of the real one."""
        store, chat = self.store, self.chat
        session = store.sessions.get(chat)
        found = {
            "conversations": [{"chat": chat, "session": json.loads(dump_session(session))}] if session else [],
            "tickets": [
                {"content": json.loads(dump_ticket(written.ticket))}
                for owner, written in store.tickets.values()
                if owner == chat
            ],
            "replies": [
                {"content": json.loads(dump_reply(_without_text(each.reply)))} for each in await self.waiting()
            ],
            "set_aside": [{"content": letter.content} for letter in store.letters if letter.chat == chat],
            "updates": [{"id": update} for owner, update in store.updates if owner == chat],
            "jobs": [{"id": each.id} for each in store.jobs.waiting.values() if each.job.chat == chat],
        }
        return json.dumps(found, ensure_ascii=False)

    async def erase(self, at: datetime, reply: Reply) -> Pending:
        """Forgets the chat."""
        own = [case.reference for case in self.store.cases.kept.values() if case.chat == self.chat]
        self.store.cases.say_farewell(own)
        self.store.erase(self.chat)
        if self.update.isdecimal():
            self.store.erased_by[self.chat] = int(self.update)
        self.store.updates[self.chat, self.update] = _whole_second(at)
        return self.store.add_reply(self.chat, reply)

    async def attend(self, at: datetime, write: CaseWrite) -> None:
        """Keeps what one of the staff did."""
        self.store.cases.write(at, write)
        self.store.updates[self.chat, self.update] = _whole_second(at)

    async def decline(self, at: datetime, job: Job) -> None:
        """Keeps that it changes nothing."""
        self.store.jobs.add(job)
        self.store.updates[self.chat, self.update] = _whole_second(at)

    async def commit(self, write: WriteSet) -> Pending:
        """Keeps everything, or nothing."""
        if write.ticket is not None:
            reference = write.ticket.ticket.reference
            if reference in self.store.tickets:
                raise ReferenceTaken(reference)
            self.store.tickets[reference] = (self.chat, write.ticket)
        if write.addition is not None:
            parcel = parcel_id(write.addition.reference, write.addition.addition.number)
            self.store.additions[parcel] = (self.chat, write.addition)
            self.store.cases.touched[write.addition.reference] = write.addition.addition.created_at
        if write.case is not None:
            self.store.cases.write(write.at, write.case)
        if write.picture is not None:
            self.store.jobs.add(Job("read", self.chat, ticket=write.picture))
        for delivery in write.deliveries:
            if delivery.asked or (delivery.parcel, delivery.sink) in self.store.deliveries:
                self.store.deliveries[delivery.parcel, delivery.sink] = (self.chat, delivery)
                self.store.sent_at.setdefault((delivery.parcel, delivery.sink), _whole_second(write.at))
            if delivery.asked:
                kind: Kind = "post" if delivery.sink == "group" else "deliver"
                job = Job(kind, self.chat, ticket=delivery.parcel, sink=delivery.sink)
                self.store.jobs.drop(job)
                self.store.jobs.add(job)
        at = None
        if write.session is not None:
            at = self.store.seen[self.chat] = _whole_second(write.at)
            self.store.sessions[self.chat] = write.session
            known, _ = self.store.looks_in.get(self.chat, (None, None))
            if write.look_in is not None and (known is None or known > write.look_in or known < write.at):
                await self.look_in_later(write.look_in)
        self.store.updates[self.chat, self.update] = at
        return self.store.add_reply(self.chat, write.reply)


def _without_text(reply: Reply) -> Reply:
    """A reply that names its file and no more."""
    return reply if reply.file is None else replace(reply, file=replace(reply.file, text=""))


def _whole_second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


_TELLING: Sequence[Kind] = ("relay", "show")


@dataclass
class MemoryJobs:
    """Jobs in memory, by the time that it is told."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    waiting: dict[int, Queued] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def add(self, job: Job) -> int:
        """Adds a job."""
        number = next(self.numbers)
        self.waiting[number] = Queued(number, job, _whole_second(job.due or self.now()), 0, dead=False)
        return number

    def drop(self, job: Job) -> None:
        """Takes those away that do the same."""
        for number in [number for number, each in self.waiting.items() if replace(each.job, due=None) == job]:
            del self.waiting[number]

    async def work(self, handlers: Handlers) -> None:
        """Again and again."""
        while True:
            doing = asyncio.ensure_future(self.work_off(handlers))
            try:
                await asyncio.shield(doing)
            except asyncio.CancelledError:
                await asyncio.wait({doing}, timeout=3)
                doing.cancel()
                raise
            await asyncio.sleep(0.005)

    async def work_off(self, handlers: Handlers) -> Sequence[Exception]:
        """What is due."""
        failed: list[Exception] = []

        def is_due(each: Queued) -> bool:
            return not each.dead and each.due <= self.now() and each.job.kind in handlers and not self._is_behind(each)

        while each := next(filter(is_due, await self.queued()), None):
            try:
                await handlers[each.job.kind](each.id, replace(each.job, tries=each.tries))
            except Exception as error:  # noqa: BLE001 - as the real one
                failed.append(error)
                if each.id not in self.waiting:
                    continue
                tries, wait = each.tries + 1, wait_after(each.tries + 1, error)
                due = each.due if wait is None else _whole_second(self.now() + wait)
                problem = f"{type(error).__name__}: {error}"
                self.waiting[each.id] = Queued(each.id, each.job, due, tries, wait is None, problem)
            else:
                self.waiting.pop(each.id, None)
        return failed

    def _is_behind(self, job: Queued) -> bool:
        """Whether an earlier one of its lane waits."""
        lane = job.job.lane
        return any(
            lane is not None and each.job.lane == lane and each.id < job.id and not each.dead
            for each in self.waiting.values()
        )

    async def queued(self) -> Sequence[Queued]:
        """All of them."""
        return sorted(self.waiting.values(), key=lambda each: (each.due, each.id))

    async def retry(self, job: int) -> bool:
        """Makes it due."""
        if job not in self.waiting:
            return False
        self.waiting[job] = replace(self.waiting[job], due=_whole_second(self.now()), tries=0, dead=False)
        return True

    async def forget(self, job: int) -> bool:
        """Takes it away."""
        return self.waiting.pop(job, None) is not None


@dataclass
class MemoryStore:
    """Conversations in memory."""

    sessions: dict[str, Session] = field(default_factory=dict)
    updates: dict[tuple[str, str], datetime | None] = field(default_factory=dict)
    replies: dict[int, tuple[str, Pending]] = field(default_factory=dict)
    tickets: dict[str, tuple[str, WrittenTicket]] = field(default_factory=dict)
    additions: dict[str, tuple[str, WrittenAddition]] = field(default_factory=dict)
    deliveries: dict[tuple[str, SinkName], tuple[str, Delivery]] = field(default_factory=dict)
    sent_at: dict[tuple[str, SinkName], datetime] = field(default_factory=dict)
    sent_files: dict[tuple[str, str], str] = field(default_factory=dict)
    cases: "MemoryCases" = field(init=False)
    seen: dict[str, datetime] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    receipt_replies: dict[str, int] = field(default_factory=dict)
    erased_by: dict[str, int] = field(default_factory=dict)
    letters: list[SetAside] = field(default_factory=list)
    alive_at: datetime | None = None
    jobs: MemoryJobs = field(default_factory=MemoryJobs)
    looks_in: dict[str, tuple[datetime | None, int | None]] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.cases = MemoryCases(self)

    @asynccontextmanager
    async def turn(self, chat: str, update: str) -> AsyncIterator[MemoryTurn]:
        """Holds the chat."""
        yield MemoryTurn(self, chat, update)

    def erase(self, chat: str) -> None:
        """Forgets a chat."""
        for own in (self.sessions, self.seen, self.receipts, self.receipt_replies):
            own.pop(chat, None)
        for key in [key for key in self.updates if key[0] == chat]:
            del self.updates[key]
        for number in [number for number, (owner, _) in self.replies.items() if owner == chat]:
            del self.replies[number]
        for known in [known for known, (owner, _) in self.tickets.items() if owner == chat]:
            del self.tickets[known]
        self.additions = {name: each for name, each in self.additions.items() if each[0] != chat}
        self.deliveries = {name: each for name, each in self.deliveries.items() if each[0] != chat}
        self.sent_files = {name: each for name, each in self.sent_files.items() if name[0] != chat}
        self.letters = [letter for letter in self.letters if letter.chat != chat]
        self.looks_in.pop(chat, None)
        self.cases.erase(chat)
        self.jobs.waiting = {number: each for number, each in self.jobs.waiting.items() if each.job.chat != chat}

    async def erase_before(self, instant: datetime) -> int:
        """Forgets who was not heard of since, and what else is older."""
        old = [chat for chat, seen in self.seen.items() if seen < instant]
        for chat in old:
            self.cases.say_farewell(case.reference for case in self.cases.kept.values() if case.chat == chat)
            self.erase(chat)
        stale = [known for known in self.cases.kept if self.cases.touched[known] < instant]
        self.cases.say_farewell(stale)
        for known in stale:
            del self.cases.kept[known]
        for known, (_, written) in list(self.tickets.items()):
            if written.ticket.created_at < instant and known not in self.cases.kept:
                del self.tickets[known]
        self.letters = [letter for letter in self.letters if letter.at >= instant]
        waiting = self.jobs.waiting.items()
        self.jobs.waiting = {n: each for n, each in waiting if each.job.chat != GROUP or each.due >= instant}
        return len(old)

    def add_reply(self, chat: str, reply: Reply) -> Pending:
        """Notes a reply as not yet sent."""
        pending = Pending(next(self.numbers), reply)
        self.replies[pending.id] = (chat, pending)
        return pending

    async def mark_sent(self, chat: str, reply: int, receipt: str | None = None) -> None:
        """Forgets a reply that was sent."""
        self.replies.pop(reply, None)
        if receipt is not None and chat in self.sessions and self.receipt_replies.get(chat, 0) <= reply:
            self.receipts[chat], self.receipt_replies[chat] = receipt, reply

    async def take_over(self, channel: str, *, alone: bool = False) -> Mapping[str, Sequence[Pending]]:
        """The replies that were not sent, once: there is but this process."""
        del alone
        found: dict[str, list[Pending]] = {}
        for chat, pending in self.replies.values():
            if chat.startswith(channel):
                found.setdefault(chat, []).append(pending)
        return found

    async def ahead(self, chat: str, reply: int) -> tuple[bool, str | None]:
        """Nobody else sends."""
        del reply
        return False, self.receipts.get(chat)

    async def set_aside(self, letter: SetAside, reply: Reply | None, job: Job | None = None) -> Pending | None:
        """Keeps an update that cannot be taken, once."""
        if (letter.chat, letter.update) in self.updates:
            return None
        self.updates[letter.chat, letter.update] = _whole_second(letter.at)
        self.letters.append(letter)
        if job is not None:
            self.jobs.add(job)
        return self.add_reply(letter.chat, reply) if reply is not None else None

    async def active_since(self, instant: datetime) -> Sequence[str]:
        """The chats that were heard of since."""
        return [chat for chat, at in sorted(self.seen.items(), key=lambda each: each[1]) if at >= instant]

    async def forget_updates(self, before: datetime) -> None:
        """Forgets updates that nobody will repeat."""
        self.updates = {key: at for key, at in self.updates.items() if at is None or at >= before}
        self.erased_by = {
            chat: number for chat, number in self.erased_by.items() if (chat, str(number)) in self.updates
        }

    async def alive(self) -> datetime | None:
        """When the bot last noted that it was running."""
        return self.alive_at

    async def note_alive(self, at: datetime) -> None:
        """Notes that the bot is running."""
        self.alive_at = _whole_second(at)

    async def shipment(self, parcel: str, sink: SinkName) -> Shipment | None:
        """A delivery that is not taken yet."""
        _, delivery = self.deliveries.get((parcel, sink), ("", None))
        _, added = self.additions.get(parcel, ("", None))
        reference = added.reference if added else parcel
        if delivery is None or delivery.state == "taken" or reference not in self.tickets:
            return None
        chat, written = self.tickets[reference]
        _, first = self.deliveries.get((reference, sink), ("", None)) if added else ("", None)
        return Shipment(chat, delivery, written, added, first)

    async def note_delivery(self, delivery: Delivery) -> None:
        """Notes how far it has got."""
        known = self.deliveries.get((delivery.parcel, delivery.sink))
        if known is not None:
            self.deliveries[delivery.parcel, delivery.sink] = (known[0], delivery)

    async def tickets_of(self, chat: str, most: int | None, reference: str | None = None) -> Sequence[WrittenTicket]:
        """The tickets of a chat, the newest first."""
        own = [written for owner, written in self.tickets.values() if owner == chat]
        named = [written for written in own if reference in (None, written.ticket.reference)]
        return sorted(named, key=lambda written: written.ticket.created_at, reverse=True)[:most]

    async def note_file(self, chat: str, name: str, file: str) -> None:
        """Notes where a file is kept."""
        if chat in self.sessions:
            self.sent_files[chat, name] = file

    async def files(self, chat: str) -> Mapping[str, str]:
        """Where files are kept."""
        return {name: file for (owner, name), file in self.sent_files.items() if owner == chat}


@dataclass
class MemoryCases:
    """The cases of a `MemoryStore`."""

    store: MemoryStore
    kept: dict[str, Case] = field(default_factory=dict)
    sent: list[Relay] = field(default_factory=list)
    shown: dict[tuple[str, str, int], Posted] = field(default_factory=dict)
    done: list[Action] = field(default_factory=list)
    group: int | None = None
    moves: dict[int, int] = field(default_factory=dict)
    touched: dict[str, datetime] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def write(self, at: datetime, write: CaseWrite) -> None:
        """Keeps what is changed, with a job."""
        case = write.case
        known = self.kept.get(case.reference)
        if known is None or known.version != case.version:
            raise ChatBusy("this case was changed by somebody else; try again")
        self.kept[case.reference] = replace(
            known,
            state=case.state,
            by=case.by,
            rating=case.rating,
            choosing=case.choosing,
            ratings=case.ratings,
            version=case.version + 1,
        )
        self.touched[case.reference] = at
        for relay in write.relays:
            self.sent.append(replace(relay, id=next(self.numbers)))
        if write.edited is not None:
            edited = write.edited
            self._put(edited.id, lambda known: replace(known, text=edited.text, revision=edited.revision))
        if write.action is not None:
            self.done.append(replace(write.action, at=_whole_second(write.action.at)))
        for kind in _TELLING:
            self.store.jobs.add(Job(kind, case.chat, ticket=case.reference))

    def _put(self, number: int, change: Callable[[Relay], Relay]) -> None:
        self.sent = [change(each) if each.id == number else each for each in self.sent]

    def say_farewell(self, references: Iterable[str]) -> None:
        """Has the group told that nothing is kept of these."""
        for each in references:
            if (header := self.kept[each].header) is not None:
                self.store.jobs.add(Job("farewell", GROUP, ticket=each, post=header))

    def erase(self, chat: str) -> None:
        """Forgets the cases of a chat."""
        gone = {case.reference for case in self.kept.values() if case.chat == chat}
        self.done = [each for each in self.done if each.reference not in gone]
        self.kept = {name: case for name, case in self.kept.items() if name not in gone}
        self.sent = [each for each in self.sent if each.reference not in gone]
        self.shown = {name: each for name, each in self.shown.items() if name[0] not in gone}

    async def of(self, reference: str) -> Case | None:
        """The case of a ticket."""
        return self.kept.get(reference)

    async def at(self, message: int, topic: int | None = None) -> Case | None:
        """The case that a message belongs to."""
        shows = [name[0] for name, each in self.shown.items() if each.message == message]
        heads = [case.reference for case in self.kept.values() if case.header == message]
        around = [case.reference for case in self.kept.values() if topic is not None and case.topic == topic]
        return next((self.kept.get(each) for each in [*reversed(shows), *heads, *around]), None)

    async def of_chat(self, chat: str) -> Sequence[Case]:
        """The cases of a person."""
        return [case for case in reversed(self.kept.values()) if case.chat == chat]

    async def ticket(self, reference: str) -> tuple[Ticket, Message] | None:
        """A ticket, and the message that hands it on."""
        _, written = self.store.tickets.get(reference, ("", None))
        return (written.ticket, written.message) if written is not None else None

    async def relays(self, reference: str) -> Sequence[Relay]:
        """What goes to the person of a case."""
        return [each for each in self.sent if each.reference == reference]

    async def relay_of(self, source: int) -> Relay | None:
        """What a message was sent on as."""
        own = [each for each in reversed(self.sent) if each.source == source]
        return next((each for each in own if each.state != "refused"), None)

    async def relay_to(self, chat: str, message: int) -> Relay | None:
        """What was sent to a person as this message."""
        own = [each for each in self.sent if self.kept[each.reference].chat == chat]
        return next((each for each in own if message in each.targets), None)

    async def additions(self, reference: str) -> Sequence[Addition]:
        """What was added to a ticket."""
        own = [added.addition for _, added in self.store.additions.values() if added.reference == reference]
        return sorted(own, key=lambda each: each.number)

    async def addition_of(self, chat: str, source: str) -> tuple[str, Addition] | None:
        """What a person added with this message."""
        own = [added for owner, added in self.store.additions.values() if owner == chat]
        return next(((each.reference, each.addition) for each in own if each.addition.source == source), None)

    async def posted(self, reference: str) -> Sequence[Posted]:
        """The messages that show a ticket."""
        return [each for name, each in self.shown.items() if name[0] == reference]

    async def begin(self, reference: str) -> Case | None:
        """The case of a ticket, made where there is none."""
        if reference not in self.kept and reference in self.store.tickets:
            self.kept[reference] = Case(reference, self.store.tickets[reference][0])
            self.touched[reference] = self.store.seen[self.store.tickets[reference][0]]
        return self.kept.get(reference)

    async def note_place(self, reference: str, topic: int | None, header: int | None) -> None:
        """Where the group has a case."""
        if reference in self.kept:
            self.kept[reference] = replace(self.kept[reference], topic=topic, header=header, shown=None)

    async def note_shown(self, reference: str, shown: str) -> None:
        """What its header shows."""
        if reference in self.kept:
            self.kept[reference] = replace(self.kept[reference], shown=shown)

    async def note_posted(self, reference: str, posted: Sequence[Posted]) -> None:
        """Messages that were posted, or posted anew."""
        for each in posted if reference in self.kept else ():
            self.shown[reference, each.parcel, each.step] = each

    async def forget_posted(self, reference: str) -> None:
        """Its messages are gone."""
        self.shown = {name: each for name, each in self.shown.items() if name[0] != reference}
        await self.note_place(reference, None, None)

    async def note_relay(self, relay: Relay) -> None:
        """How far a relay has got."""
        own = [each for each in self.sent if (each.id, each.reference) == (relay.id, relay.reference)]
        for each in own:
            self._put(each.id, lambda known: replace(relay, text=known.text, revision=known.revision))

    async def moved(self, group: int) -> int:
        """Where the group is now."""
        return self.moves.get(group, group)

    async def note_move(self, group: int, to: int) -> None:
        """The group has moved."""
        self.moves[group] = to

    async def have_shown(self, reference: str) -> None:
        """Has a job show what is new."""
        if reference in self.kept:
            self.store.jobs.add(Job("show", self.kept[reference].chat, ticket=reference))

    async def settle(self, group: int) -> None:
        """The group is this chat."""
        if group != self.group:
            self.group, self.shown = group, {}
            self.kept = {name: replace(case, topic=None, header=None, shown=None) for name, case in self.kept.items()}
            self.sent = [replace(each, source=None) for each in self.sent]

    async def actions(self) -> Sequence[Action]:
        """What was done with all cases."""
        return self.done


@dataclass
class WeakStore(MemoryStore):
    """A store that fails when it is asked for these turns, or told of these replies; counted from 1."""

    turns: "count[int]" = field(default_factory=lambda: count(1))
    marks: "count[int]" = field(default_factory=lambda: count(1))
    failing_turns: tuple[int, ...] = ()
    failing_marks: tuple[int, ...] = ()

    @asynccontextmanager
    async def turn(self, chat: str, update: str) -> AsyncIterator[MemoryTurn]:
        """Holds the chat, or fails."""
        if next(self.turns) in self.failing_turns:
            raise StoreUnavailable("the database does not answer as it should: locked")
        async with super().turn(chat, update) as turn:
            yield turn

    async def mark_sent(self, chat: str, reply: int, receipt: str | None = None) -> None:
        """Forgets a reply, or fails."""
        if next(self.marks) in self.failing_marks:
            raise StoreUnavailable("the database does not answer as it should: locked")
        await super().mark_sent(chat, reply, receipt)


@dataclass
class MemorySink:
    """Keeps the parcels it is given."""

    taken: list[Parcel] = field(default_factory=list)
    name: SinkName = "folder"
    destination: str = "the folder"
    encloses: bool = True

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Takes a parcel."""
        del again
        self.taken.append(parcel)
        return Accepted()

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class HandClock:
    """A clock that is moved by hand."""

    instant: datetime = MONDAY

    def now(self) -> datetime:
        """The instant it was moved to."""
        return self.instant

    def passes(self, time: timedelta) -> None:
        """Moves it on."""
        self.instant += time


@dataclass
class CountedReferences:
    """References in a row, so that tickets can be compared."""

    given: "count[int]" = field(default_factory=lambda: count(0))

    def new(self) -> str:
        """The next reference."""
        return reference("22222" + "23456789"[next(self.given) % 8] + "2")


@dataclass
class Person:
    """Somebody who talks with the bot, and remembers what it said."""

    conversation: Conversation
    chat: str = "somebody"
    heard: list[Reply] = field(default_factory=list)
    updates: "count[int]" = field(default_factory=lambda: count(1))

    async def send(self, reply: Reply) -> None:
        """Hears a reply."""
        self.heard.append(reply)

    async def does(self, content: Content) -> Reply:
        """Does something, and gets the last reply to it."""
        await self.conversation.handle(Incoming(self.chat, str(next(self.updates)), content), self)
        return self.heard[-1]

    async def opens(self, language: str | None = None, flow: str | None = None) -> Reply:
        """Comes to the bot."""
        return await self.does(Opened(language, flow))

    async def says(self, text: str) -> Reply:
        """Writes a text."""
        return await self.does(Said(text))

    async def presses(self, choice: str) -> Reply:
        """Takes a choice."""
        return await self.does(Pressed(choice))

    async def commands(self, name: str, value: str | None = None) -> Reply:
        """Gives a command."""
        return await self.does(Commanded(name, value))


def conversation(
    store: Store | None = None,
    sink: Sink | None = None,
    clock: HandClock | None = None,
    flows: Machine | None = None,
    lexicons: Mapping[str, Lexicon] | None = None,
) -> Conversation:
    """The shipped bot on a Monday morning, in memory unless told otherwise; it knows no words unless given some."""
    return Conversation(
        flows or machine(),
        catalog(),
        store or MemoryStore(),
        [sink or MemorySink()],
        clock or HandClock(),
        CountedReferences(),
        PARIS,
        lexicons,
        always=["folder"],
    )


def said(reply: Reply) -> str:
    """All that a reply says, as plain text."""
    return "\n\n".join(plain(message) for message in reply.messages)
