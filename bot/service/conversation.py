"""One update, from what came in to what goes out: load, understand, step, commit, send."""

from datetime import datetime, tzinfo
from typing import assert_never

from bot.engine.follow import follow
from bot.engine.machine import Machine
from bot.engine.step import Stepped, begin, step
from bot.model.effects import WriteTicket
from bot.model.error import BotError
from bot.model.inputs import Attach, Choose, Input, Interrupted, Resume, SwitchLanguage
from bot.model.session import Session
from bot.service.expect import expectation
from bot.service.incoming import Commanded, Content, Incoming, Opened, Pictured, Pressed, Said
from bot.service.plain import plain
from bot.service.ports import (
    Catalog,
    Channel,
    Clock,
    Pending,
    References,
    ReferenceTaken,
    Sink,
    Store,
    Turn,
    WriteSet,
    WrittenTicket,
)
from bot.service.render import Renderer
from bot.service.ticket import ticket
from bot.service.voice import Voice
from bot.understanding.commands import COMMANDS
from bot.understanding.understand import next_language, understand

_REFERENCE_TRIES = 5


class Conversation:
    """Talks with everybody; each chat's conversation is in the store."""

    def __init__(
        self,
        machine: Machine,
        catalog: Catalog,
        store: Store,
        sink: Sink,
        clock: Clock,
        references: References,
        zone: tzinfo,
    ) -> None:
        self._machine, self._catalog, self._store, self._sink = machine, catalog, store, sink
        self._clock, self._references, self._zone = clock, references, zone
        self._voices: dict[str, Voice] = {}

    async def handle(self, incoming: Incoming, channel: Channel) -> None:
        """Takes one update: commits what it changes, hands on a ticket, then sends what is to be said.

        An update that was taken before changes nothing; replies that a crash kept from being sent are sent now.
        """
        try:
            async with self._store.turn(incoming.chat, incoming.update) as turn:
                waiting = list(turn.pending)
                if not turn.repeated and not (waiting and isinstance(incoming.content, Opened)):
                    waiting.append(await self._take(turn, incoming))
        except Exception as error:
            error.add_note(f"while taking update {incoming.update} of chat {incoming.chat}")
            raise
        try:
            if any(pending.reply.ticket for pending in waiting):
                await self.deliver()
        finally:
            for pending in waiting:
                await channel.send(pending.reply)
                await self._store.mark_sent(pending.id)

    async def deliver(self) -> None:
        """Hands the tickets that wait for it to the sink."""
        for written in await self._store.undelivered():
            await self._sink.deliver(written)
            await self._store.mark_delivered(written.ticket.reference)

    async def _take(self, turn: Turn, incoming: Incoming) -> Pending:
        now = self._clock.now().astimezone(self._zone)
        session, effects = self._step(turn.session, incoming.content, now)
        voice = self._voice(session.language)
        renderer = Renderer(self._machine, session, now, voice)
        if not any(isinstance(effect, WriteTicket) for effect in effects):
            return await turn.commit(WriteSet(session, renderer.reply(effects)))
        for _ in range(_REFERENCE_TRIES):
            made = ticket(self._machine.flows[session.place.flow], session, self._references.new(), now, voice)
            reply = renderer.reply(effects, made)
            written = WrittenTicket(made, plain(reply.messages[-1]))
            try:
                return await turn.commit(WriteSet(session, reply, written))
            except ReferenceTaken:
                continue
        raise NoFreeReference(f"{_REFERENCE_TRIES} references in a row were already taken")

    def _step(self, session: Session | None, content: Content, now: datetime) -> Stepped:
        if session is None or (isinstance(content, Opened) and _begins_anew(session, content)):
            opened = content if isinstance(content, Opened) else Opened()
            language = opened.language or (session.language if session else self._catalog.languages[0])
            return begin(self._machine, language, now, opened.flow)
        followed, moved = follow(self._machine, session, now)
        if moved:
            return followed, moved
        return step(self._machine, followed, self._input(followed, content, now), now)

    def _input(self, session: Session, content: Content, now: datetime) -> Input:
        match content:
            case Said(text):
                return understand(text, expectation(self._machine, session, self._catalog, now), now)
            case Pressed(choice):
                return Choose(choice)
            case Pictured(attachment):
                return Attach(attachment)
            case Commanded("language", str(language)) if language in self._catalog.languages:
                return SwitchLanguage(language)
            case Commanded("language"):
                return SwitchLanguage(next_language(expectation(self._machine, session, self._catalog, now)))
            case Commanded(name):
                return COMMANDS[name] if name in COMMANDS else Interrupted(name)
            case Opened(language) if language is not None and language != session.language:
                return SwitchLanguage(language)
            case Opened():
                return Resume()
            case _:
                assert_never(content)

    def _voice(self, language: str) -> Voice:
        if language not in self._voices:
            self._voices[language] = Voice(self._catalog, language, self._zone)
        return self._voices[language]


class NoFreeReference(BotError):
    """No new reference could be found for a ticket."""


def _begins_anew(session: Session, opened: Opened) -> bool:
    return session.ended is not None or (opened.flow is not None and opened.flow != session.place.flow)
