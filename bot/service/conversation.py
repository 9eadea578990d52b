"""One update, from what came in to what goes out: load, understand, step, commit, send."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from bot.engine.arrive import Stepped
from bot.engine.machine import Machine
from bot.model.effects import Ask, Attached, Effect, Greeted, HideSecret, ShowStatus, ShowTicket, WriteTicket
from bot.model.error import BotError
from bot.model.inputs import Greet
from bot.model.lexicon import Lexicon
from bot.model.message import Message, Reply, Words
from bot.model.redaction import Redacted
from bot.model.session import Session
from bot.service.addressee import addressee
from bot.service.counter import Counter
from bot.service.courier import Courier
from bot.service.deliveries import Deliveries
from bot.service.delivery import Sink, SinkName
from bot.service.desk import Desk, is_staffed, not_taken
from bot.service.discretion import asks_about_codes, discreet, discreet_json, redacted, told_of
from bot.service.expect import expects
from bot.service.followup import amended, standings, still_asked
from bot.service.hours import SupportHours
from bot.service.incoming import (
    Content,
    Edited,
    Flooded,
    Incoming,
    Pictured,
    Returned,
    Said,
    Strayed,
    Unreadable,
    asks_nothing_new,
    bounded,
)
from bot.service.interpret import Interpreter
from bot.service.jobs import Job
from bot.service.look_ins import LookIns
from bot.service.own_data import Keeping, Request, erased, export, is_export, request_of, waits
from bot.service.pictures import Pictures, picture_name
from bot.service.ports import (
    Catalog,
    Channel,
    Clock,
    Pending,
    References,
    ReferenceTaken,
    SetAside,
    Store,
    Turn,
    WriteSet,
    WrittenTicket,
)
from bot.service.react import PAUSE, STALE, Reactor
from bot.service.reading import Reader
from bot.service.readings import Readings
from bot.service.render import Renderer
from bot.service.replies import line
from bot.service.sayings import FLOODED, NOT_DONE, SET_ASIDE, STRAY
from bot.service.silence import next_look
from bot.service.staff import StaffPressed
from bot.service.taken import Taken, taken_before
from bot.service.ticket import ticket
from bot.service.voice import Voice, Voices, spoken

_REFERENCE_TRIES = 5


class Conversation:
    """Talks with everybody; each chat's conversation is in the store.

    Without sinks, people carry their tickets. `always` are the sinks that get every ticket; to the others one goes only
    if its person asks for it. `pictures` is where pictures are read from on the way. `lexicons` are the words by which
    each flow's causes are recognised; `keeping` is what people are told about what is kept. `calls` says whether it can
    speak to people first: whoever falls silent is reminded then, as flows say. `desk` is the support group's side,
    where there is such a group.
    """

    def __init__(
        self,
        machine: Machine,
        catalog: Catalog,
        store: Store,
        sinks: Sequence[Sink],
        clock: Clock,
        references: References,
        zone: tzinfo,
        lexicons: Mapping[str, Lexicon] | None = None,
        keeping: Keeping | None = None,
        *,
        always: Collection[SinkName] = (),
        pictures: Pictures | None = None,
        reader: Reader | None = None,
        hours: SupportHours | None = None,
        calls: bool = False,
        desk: Desk | None = None,
    ) -> None:
        self._machine, self._catalog, self._store = machine, catalog, store
        self._clock, self._references, self._zone = clock, references, zone
        self._voices = Voices(catalog, zone)
        self._keeping, self._calls, self._desk = keeping, calls, desk
        self._counter = Counter(sinks, always, self._voices, machine.flows, hours)
        courier = Courier(store, {sink.name: sink for sink in sinks}, pictures, self._voices, machine.flows)
        self.deliveries = Deliveries(store, self._counter, courier, self._voices, clock)
        self._interpreter = Interpreter(machine, lexicons or {}, self._voices)
        self.readings = Readings(machine, store, pictures, reader, self._interpreter, self._voices, clock, zone)
        self.look_ins = LookIns(machine, store, self._renderer, clock, zone)
        self._reactor = Reactor(machine, self._interpreter, self._voices)

    def prepare(self) -> None:
        """Makes ready what it takes to understand people, which else the first of them waits for.

        May be called from another thread, while people are talking.
        """
        self._interpreter.prepare()

    async def handle(self, incoming: Incoming, channel: Channel) -> None:
        """Takes one update, does what is due (a ticket to be handed on), then sends what is to be said.

        For channels that show one thing after the other. Replies that a crash kept from being sent go out first;
        whoever only came back gets those alone.
        """
        with _Noted(incoming.update):
            async with self._store.turn(incoming.chat, incoming.update) as turn:
                waiting = list(await turn.waiting())
                if not turn.repeated and not (waiting and asks_nothing_new(incoming.content, turn.session)):
                    taken = await self._take(turn, incoming)
                    waiting += [taken.reply] if taken.reply else []
        try:
            told, failures = await self._work_off()
            waiting += told
        finally:
            for pending in waiting:
                await channel.send(pending.reply)
                await self._store.mark_sent(incoming.chat, pending.id)
        for failure in failures:
            raise failure

    async def _work_off(self) -> tuple[list[Pending], Sequence[Exception]]:
        """Does the jobs that are due; what people are told of it, and how some of it failed: that is tried again."""
        told: list[Pending] = []

        async def read(number: int, job: Job) -> None:
            told.extend((await self.readings.read(number, job)).replies)

        read_failures = await self._store.jobs.work_off({"read": read}) if self.readings.possible else ()
        delivered, failures = await self.deliveries.work_off()
        return [*told, *delivered], [*read_failures, *failures]

    async def take(self, incoming: Incoming) -> Taken:
        """Takes one update and commits what it changes; the channel then sends the reply and marks it.

        An update that was taken before changes nothing; its reply may still wait, so what waits is given out again.
        """
        if is_staffed(incoming):
            return await self._desk.take(incoming) if self._desk is not None else Taken()
        with _Noted(incoming.update):
            async with self._store.turn(incoming.chat, incoming.update) as turn:
                return await taken_before(turn) if turn.repeated else await self._take(turn, incoming)

    async def set_aside(
        self, letter: SetAside, language: str | None = None, content: Content | None = None, *, tell: bool = True
    ) -> Taken:
        """Keeps an update that cannot be taken, and tells the person so unless there is nobody to tell.

        Staff, whose `content` it is, are told in the group: by a notice, or by a job.
        """
        voice = self._voices.of(spoken(self._catalog, language))
        letter = replace(
            letter,
            content=discreet_json(letter.content, voice),
            reason=redacted(letter.reason, voice, about_codes=True).text,
        )
        reply = line(voice.say(SET_ASIDE), voice) if tell else None
        pending = await self._store.set_aside(letter, reply, not_taken(content))
        return Taken(pending, notice=voice.say(NOT_DONE) if isinstance(content, StaffPressed) else None)

    async def _take(self, turn: Turn, incoming: Incoming) -> Taken:
        incoming = _saying(incoming, bounded(incoming.content))
        clock = self._clock.now().astimezone(self._zone)
        now = min(clock, incoming.at.astimezone(self._zone)) if incoming.at else clock
        match incoming.content:
            case Strayed(link):
                return Taken(await turn.commit(WriteSet(clock, None, _to_a_stray(link, self._voice(None, incoming)))))
            case Flooded():
                voice = self._voice(turn.session, incoming)
                told = line(voice.say(FLOODED), voice)
                return Taken(await turn.commit(WriteSet(clock, turn.session, told)), receipt=turn.receipt)
            case Returned() if turn.session is None or turn.session.ended is not None:
                return Taken(receipt=turn.receipt)
        if (request := request_of(incoming.content)) is not None:
            pending = await self._own_data(turn, request, self._voice(turn.session, incoming), clock)
            return Taken(pending, erased=request == "forget")
        if (wish := self._counter.wish(incoming.content, turn.session)) is not None:
            voice = self._voice(turn.session, incoming)
            pending = await turn.commit(await self._counter.serve(turn, wish, clock, voice))
            return Taken(pending, receipt=turn.receipt)
        incoming, cut = self._discreet(turn.session, incoming)
        pause = turn.seen is not None and now - turn.seen >= PAUSE
        before = _adding_nothing(turn.session) if pause else turn.session
        if (added := await self._add(turn, before, incoming, cut, clock, pause=pause)) is not None:
            return Taken(added, receipt=turn.receipt)
        if (amended := await self._amend(turn, incoming, cut, clock)) is not None:
            return Taken(amended, receipt=turn.receipt)
        session, effects = self._reactor.react(before, turn.seen, incoming, now)
        if session.adding is not None and not _is_aside(incoming.content, effects):
            session = replace(session, adding=None)
        renderer = self._renderer(session, now)
        if effects == (STALE,):
            return Taken(None, renderer.refusal(STALE.reason), turn.receipt, renderer.node)
        if cut.found:
            effects = (HideSecret(cut.found), *effects)
        if not effects:
            return Taken(receipt=turn.receipt, node=renderer.node)
        at = turn.seen if isinstance(incoming.content, Returned) and turn.seen else clock
        pending = await self._commit(turn, (session, effects), renderer, incoming, at)
        return Taken(pending, receipt=turn.receipt, node=renderer.node)

    async def _add(
        self, turn: Turn, session: Session | None, incoming: Incoming, cut: Redacted, now: datetime, *, pause: bool
    ) -> Pending | None:
        """Adds what came in to the ticket it is meant for; nothing where it is meant for none.

        Whoever is back after a `pause` and says hello is told that support waits for them, if it does.
        """
        content = incoming.content
        if session is None or not isinstance(content, Said | Pictured):
            return None
        to = await addressee(turn, incoming.chat, session, content, now, grouped=self._desk is not None)
        if to is None:
            return None
        voice = self._voices.of(session.language)
        if isinstance(content, Said):
            given = self._reactor.reads(session, content, now)
            if pause and to.asked is not None and session.ended is not None and isinstance(given, Greet):
                return await turn.commit(WriteSet(now, session, still_asked(to.asked, given.talk, voice)))
            if not to.takes(given):
                return None
        write = await self._counter.add(turn, session, to.reference, content, now, voice)
        return await turn.commit(_without_secrets(write, cut, content.message, voice))

    async def _amend(self, turn: Turn, incoming: Incoming, cut: Redacted, now: datetime) -> Pending | None:
        """Changes what was added to a ticket of the support group, where that was edited."""
        session, content = turn.session, incoming.content
        if self._desk is None or session is None or not isinstance(content, Edited):
            return None
        voice = self._voices.of(session.language)
        write = await amended(turn, incoming.chat, content, now, self._counter.doors, voice)
        return await turn.commit(_without_secrets(write, cut, content.message, voice)) if write is not None else None

    def _voice(self, session: Session | None, incoming: Incoming) -> Voice:
        return self._voices.of(session.language if session else spoken(self._catalog, incoming.language))

    async def _own_data(self, turn: Turn, request: Request, voice: Voice, now: datetime) -> Pending:
        """Hands over what is kept of somebody, or erases it."""
        if request == "forget":
            return await turn.erase(now, erased(voice))
        on_its_way = any(is_export(each.reply) for each in await turn.waiting())
        told = waits(voice) if on_its_way else export(voice, await turn.everything())
        return await turn.commit(WriteSet(now, _adding_nothing(turn.session), told))

    async def _commit(
        self, turn: Turn, stepped: Stepped, renderer: Renderer, incoming: Incoming, now: datetime
    ) -> Pending:
        session, effects = stepped
        if not _has(effects, WriteTicket):
            reply = _about(await self._looking_back(turn, incoming.chat, effects, renderer), effects, incoming.content)
            look_in = self._next_look(session, now)
            picture = self._picture_to_read(session, effects)
            return await turn.commit(WriteSet(now, session, reply, look_in=look_in, picture=picture))
        for _ in range(_REFERENCE_TRIES):
            made = ticket(self._machine.flows[session.place.flow], session, self._references.new(), now, renderer.voice)
            written = WrittenTicket(made, renderer.ticket_message(made))
            reply = _about(renderer.reply(effects, written), effects, incoming.content)
            reply = self._counter.close(reply, made.reference, now, renderer.voice)
            new = self._counter.new(made.reference)
            try:
                return await turn.commit(WriteSet(now, session, reply, written, deliveries=new))
            except ReferenceTaken:
                continue
        raise NoFreeReference(f"{_REFERENCE_TRIES} references in a row were already taken")

    def _picture_to_read(self, session: Session, effects: tuple[Effect, ...]) -> str | None:
        """The picture that has just come where an error message is asked for, if it can be read."""
        asked = expects(self._machine, session) == "error_message" and session.place.legible is None
        if not (self.readings.possible and asked and _has(effects, Attached)):
            return None
        return picture_name(session.attachments[-1])

    async def _looking_back(self, turn: Turn, chat: str, effects: tuple[Effect, ...], renderer: Renderer) -> Reply:
        """The reply to effects that make no ticket, but may ask about the last one."""
        last = await turn.last_ticket() if _has(effects, ShowTicket, ShowStatus) else None
        if last is None:
            return renderer.reply(effects)
        reference = last.ticket.reference
        sent = await turn.deliveries(reference)
        states = self._counter.states(sent, renderer.voice)
        if self._desk is not None:
            states += await standings(turn, chat, renderer.voice)
        reply = renderer.reply(effects, last, states)
        if not _has(effects, ShowTicket):
            return reply
        return self._counter.offered(reply, reference, sent, await turn.additions(reference), renderer.voice)

    def _next_look(self, session: Session, now: datetime) -> datetime | None:
        return next_look(self._machine.flows, session, now) if self._calls else None

    def _renderer(self, session: Session, now: datetime) -> Renderer:
        signatures = self._interpreter.signatures(session.place.flow)
        return Renderer(self._machine, session, now, self._voices.of(session.language), signatures, self._keeping)

    def _discreet(self, session: Session | None, incoming: Incoming) -> tuple[Incoming, Redacted]:
        """What came in without its secrets, and what was cut."""
        voice = self._voice(session, incoming)
        flow = self._machine.flows.get(session.place.flow) if session else None
        about_codes = session is not None and flow is not None and asks_about_codes(flow, session)
        content, cut = discreet(incoming.content, voice, about_codes=about_codes)
        return _saying(incoming, content), cut


class _Noted:
    """What goes wrong is told with the update it went wrong with."""

    __slots__ = ("_update",)

    def __init__(self, update: str) -> None:
        self._update = update

    def __enter__(self) -> None:
        """Nothing is done."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Exception):
            error.add_note(f"while taking update {self._update}")


def _saying(incoming: Incoming, content: Content) -> Incoming:
    """The update, with this content."""
    return incoming if content is incoming.content else replace(incoming, content=content)


def _to_a_stray(link: str | None, voice: Voice) -> Reply:
    """What is said where others listen; nothing where they know the way."""
    return line(voice.say(STRAY, link=link), voice) if link else Reply((), (), None, "", voice.language, 0)


def _without_secrets(write: WriteSet, cut: Redacted, name: str | None, voice: Voice) -> WriteSet:
    """What is written, with what was cut told first, and the message that held it to be taken away."""
    if not cut.found:
        return write
    told = Message((Words(told_of(cut.found, voice)),))
    return replace(write, reply=replace(write.reply, messages=(told, *write.reply.messages), remove=name))


def _adding_nothing(session: Session | None) -> Session | None:
    """The session of somebody who does not go on to add what they announced."""
    return replace(session, adding=None) if session is not None else None


def _is_aside(content: Content, effects: tuple[Effect, ...]) -> bool:
    """Whether somebody who was going to add something still is: they changed, or sent, something else by the way.

    Whatever was asked since is what they answer next.
    """
    return (isinstance(content, Edited | Unreadable) or _has(effects, Greeted)) and not _has(effects, Ask)


class NoFreeReference(BotError):
    """No new reference could be found for a ticket."""


def _about(reply: Reply, effects: tuple[Effect, ...], content: Content) -> Reply:
    """The reply, with what it has to do with the message that is answered: its album, or that it is to be removed."""
    name = content.message if isinstance(content, Said | Edited | Pictured) else None
    album = content.album if isinstance(content, Pictured) else None
    remove = name if _has(effects, HideSecret) else None
    return reply if album is None and remove is None else replace(reply, album=album, remove=remove)


def _has(effects: tuple[Effect, ...], *kinds: type[Effect]) -> bool:
    return any(isinstance(effect, kinds) for effect in effects)
