"""What a conversation becomes by what came in: from a channel's words to one step, or several, of the engine."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.engine.amend import said_in
from bot.engine.arrive import Stepped, left_behind
from bot.engine.follow import follow
from bot.engine.machine import Machine
from bot.engine.step import begin, open_cause, step
from bot.model.answer import ANSWER_KINDS, AttemptTime
from bot.model.effects import Ask, Effect, Refuse
from bot.model.inputs import (
    Amend,
    Answer,
    Attach,
    Back,
    Choose,
    ComeBack,
    Greet,
    Held,
    Input,
    Interrupted,
    LastTicket,
    Miss,
    Propose,
    Recognise,
    Resume,
    Send,
    Status,
    Suggest,
    SwitchLanguage,
)
from bot.model.session import Entry, Session
from bot.service.expect import expectation
from bot.service.incoming import (
    Commanded,
    Content,
    Edited,
    Flooded,
    Incoming,
    Opened,
    Pictured,
    Pressed,
    Returned,
    Said,
    Strayed,
    Unreadable,
)
from bot.service.interpret import Interpreter
from bot.service.staff import GroupMoved, StaffEdited, StaffPressed, StaffWrote
from bot.service.voice import Voices, spoken
from bot.understanding.attempt_time import time_within
from bot.understanding.commands import COMMANDS
from bot.understanding.understand import next_language

PAUSE = timedelta(hours=4)
"""After a silence of this length, people are asked whether to go on or to begin again."""

STALE = Refuse("stale")


class Reactor:
    """Knows the flows and the words; each call is about one conversation."""

    def __init__(self, machine: Machine, interpreter: Interpreter, voices: Voices) -> None:
        self._machine, self._interpreter = machine, interpreter
        self._voices, self._catalog = voices, voices.catalog

    def react(self, session: Session | None, seen: datetime | None, incoming: Incoming, now: datetime) -> Stepped:
        """The next session and the effects.

        `seen` is when the chat was last heard of. A choice offered by an earlier revision gives `STALE` alone.
        """
        content = incoming.content
        if session is None:
            return self._begin(None, incoming, now)
        if isinstance(content, Opened) and self._begins_anew(session, content):
            return self._begin(session, incoming, now)
        followed, moved = follow(self._machine, session, now)
        paused = seen is not None and now - seen >= PAUSE and self._waits(followed, content, now)
        if paused and (session.ended is not None or not session.place.trail):
            return self._begin(session, incoming, now)
        if moved:
            return followed, moved
        if _is_stale(content, followed):
            return followed, (STALE,)
        if paused and followed.place.away is None:
            return self._come_back(followed, content, now)
        given = self._input(followed, content, now)
        if isinstance(given, Amend) and followed.ended is None and _says_the_same(followed, given):
            return followed, ()
        if followed.place.away is not None:
            if given == Choose("resume"):
                return self._resume(followed, now)
            if isinstance(content, Said) and isinstance(given, Miss | Recognise | Suggest):
                given = ComeBack((Held(content.text, content.message),))
        return step(self._machine, followed, given, now)

    def _begin(self, before: Session | None, incoming: Incoming, now: datetime) -> Stepped:
        """A conversation that begins; a picture that opens it is kept, a cause that was asked for is entered.

        "Back" leads to the one that was left for it, if that was still open.
        """
        content = incoming.content
        opened = content if isinstance(content, Opened) else Opened()
        language = spoken(self._catalog, opened.language, before.language if before else None, incoming.language)
        flow = opened.flow or self._flow_of(opened.cause)
        session, effects = begin(self._machine, language, now, flow, before)
        if before is not None and before.ended is None:
            session = replace(session, past=left_behind(before), attachments=before.attachments)
        match content:
            case Opened(cause=str(cause)):
                entered = open_cause(self._machine, session, cause, now)
                return (entered[0], (*_silent(effects), *entered[1])) if entered else (session, effects)
            case Pictured(attachment):
                kept, more = step(self._machine, session, Attach(attachment), now)
                return kept, (*_silent(effects), *more)
            case Said() | Commanded():
                given = self._input(session, content, now)
                if isinstance(given, Miss | Greet):
                    return session, effects
                after, more = step(self._machine, session, given, now)
                return after, (*_silent(effects), *more)
            case _:
                return session, effects

    def _waits(self, session: Session, content: Content, now: datetime) -> bool:
        """Whether this can wait until somebody who was away has said how to go on.

        What can be asked for at any time cannot; of a conversation that has ended, that is what looks back on it.
        """
        if not isinstance(content, Said):
            return isinstance(content, Opened | Pictured | Unreadable)
        given = self._input(session, content, now)
        if session.ended is not None:
            return not isinstance(given, Back | Status | LastTicket)
        return isinstance(given, Answer | Choose | Propose | Recognise | Suggest | Greet | Miss)

    def reads(self, session: Session, said: Said, now: datetime) -> Input:
        """What a text says, where the conversation stands."""
        return self._input(session, said, now)

    def _begins_anew(self, session: Session, opened: Opened) -> bool:
        elsewhere = opened.flow is not None and opened.flow != session.place.flow
        return session.ended is not None or elsewhere or opened.cause is not None

    def _flow_of(self, cause: str | None) -> str | None:
        """The first flow that knows this cause."""
        return next((name for name, flow in self._machine.flows.items() if cause in flow.causes), None)

    def _come_back(self, session: Session, content: Content, now: datetime) -> Stepped:
        match content:
            case Said(text, message):
                return step(self._machine, session, ComeBack((Held(text, message),)), now)
            case _:
                kept, effects = step(self._machine, session, self._input(session, content, now), now)
                back, more = step(self._machine, kept, ComeBack(), now)
                return back, (*_silent(effects), *more)

    def _resume(self, session: Session, now: datetime) -> Stepped:
        """Goes on after a pause; what was written meanwhile is taken as it would have been."""
        held = session.place.away or ()
        resumed, effects = step(self._machine, session, Choose("resume"), now)
        for each in held:
            expected = expectation(self._machine, resumed, self._voices, now)
            given = _said_in(self._interpreter.input(resumed, each.words, expected, now), each.source)
            lost = isinstance(given, Greet) or (isinstance(given, Miss) and expected.expects == "choice")
            if resumed.ended is None and not lost:
                resumed, more = step(self._machine, resumed, given, now)
                effects = (*_silent(effects), *more)
        return resumed, effects

    def _input(self, session: Session, content: Content, now: datetime) -> Input:
        match content:
            case Said(text, message):
                expected = expectation(self._machine, session, self._voices, now)
                return _said_in(self._interpreter.input(session, text, expected, now), message)
            case Edited(text, message):
                return self._amended(session, text, message, now)
            case Pressed(choice):
                return Choose(choice)
            case Pictured(attachment):
                return Attach(attachment)
            case Unreadable(medium):
                return Send(medium)
            case Commanded("language", str(language)) if language in self._catalog.languages:
                return SwitchLanguage(language)
            case Commanded("language"):
                return SwitchLanguage(next_language(expectation(self._machine, session, self._voices, now)))
            case Commanded(name):
                return COMMANDS[name] if name in COMMANDS else Interrupted(name)
            case Opened(language) if language is not None and language != session.language:
                return SwitchLanguage(language)
            case Opened():
                return Resume()
            case Returned():
                return Resume(after_absence=True)
            case Strayed() | Flooded() | StaffPressed() | StaffWrote() | StaffEdited() | GroupMoved():
                raise AssertionError("this is no part of a conversation")
            case _:
                assert_never(content)

    def _amended(self, session: Session, text: str, message: str, now: datetime) -> Amend:
        entry = said_in(session, message)
        if entry is None or entry.node not in self._machine.flows[session.place.flow].nodes:
            return Amend(message, None)
        value = entry.value
        if isinstance(value, AttemptTime) and not _was_asked_for(session, entry):
            return Amend(message, time_within(text, now))
        kind = next((kind for kind in ANSWER_KINDS if value is not None and value.kind == kind), None)
        given = self._interpreter.answer(session.place.flow, text, kind, now) if kind is not None else None
        return Amend(message, given.value if isinstance(given, Answer) else None)


def _said_in(given: Input, message: str | None) -> Input:
    """The input, with the message that its answers were given in."""
    match given:
        case Answer():
            return replace(given, source=message)
        case Recognise(known=known) | Suggest(known=known):
            return replace(given, known=tuple(replace(answer, source=message) for answer in known))
        case _:
            return given


def _was_asked_for(session: Session, entry: Entry) -> bool:
    """Whether an answer is all that its message says: others were found in longer words, before they were asked for."""
    given = entry in (*session.place.trail, *session.place.replay)
    return given and any((place.node, place.stack) == (entry.node, entry.stack) for place in session.past)


def _says_the_same(session: Session, given: Amend) -> bool:
    """Whether a message was touched without a change of what it says."""
    entry = said_in(session, given.source)
    match entry.value if entry is not None else None, given.value:
        case AttemptTime(at, precision), AttemptTime() as time:
            return (at, precision) == (time.at, time.precision)
        case before, after:
            return entry is not None and before == after


def _is_stale(content: Content, session: Session) -> bool:
    match content:
        case Pressed(_, int(revision)) | Commanded(_, _, int(revision)):
            return revision != session.revision
        case _:
            return False


def _silent(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """The effects without their question: another follows."""
    return tuple(effect for effect in effects if not isinstance(effect, Ask))
