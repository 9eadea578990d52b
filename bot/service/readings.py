"""Error messages that people send as pictures: read, and shown to them to be confirmed."""

from datetime import tzinfo

from bot.engine.follow import follow
from bot.engine.machine import Machine
from bot.engine.step import step
from bot.model.answer import Attachment
from bot.model.inputs import Answer, Legible
from bot.service.discretion import redacted
from bot.service.interpret import Interpreter
from bot.service.jobs import Job
from bot.service.pictures import Pictures, picture_name
from bot.service.ports import Clock, Store, Turn, WriteSet
from bot.service.reading import Reader
from bot.service.render import Renderer
from bot.service.taken import Taken, taken_before
from bot.service.voice import Voices
from bot.understanding.understand import MAX_CHARACTERS


class Readings:
    """Does the jobs that read pictures. Without a reader or pictures, they come to nothing."""

    def __init__(
        self,
        machine: Machine,
        store: Store,
        pictures: Pictures | None,
        reader: Reader | None,
        interpreter: Interpreter,
        voices: Voices,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._machine, self._store = machine, store
        self._pictures, self._reader = pictures, reader
        self._interpreter, self._voices = interpreter, voices
        self._clock, self._zone = clock, zone

    @property
    def possible(self) -> bool:
        """Whether pictures can be read."""
        return self._pictures is not None and self._reader is not None

    async def read(self, number: int, job: Job) -> Taken:
        """Does a job: shows what stands in a picture to whoever sent it, if the message is still asked for.

        Reading takes its time, and the chat goes on meanwhile; the same job again shows nothing twice.
        """
        async with self._store.turn(job.chat, f"job-{number}-look") as turn:
            attachment = _asked_about(turn, job)
        text = await self._text(attachment) if attachment is not None else None
        if text is None:
            return Taken()
        async with self._store.turn(job.chat, f"job-{number}") as turn:
            if turn.repeated:
                return await taken_before(turn)
            return await self._show(turn, text)

    async def _text(self, attachment: Attachment) -> str | None:
        if self._pictures is None or self._reader is None:
            return None
        content = await self._pictures.read(attachment)
        read = await self._reader.read(content) if content is not None else None
        return read.text[:MAX_CHARACTERS] if read is not None and read.text.strip() else None

    async def _show(self, turn: Turn, text: str) -> Taken:
        if turn.session is None or turn.seen is None:
            return Taken()
        now = self._clock.now().astimezone(self._zone)
        voice = self._voices.of(turn.session.language)
        session, moved = follow(self._machine, turn.session, now)
        cut = redacted(text, voice, about_codes=False).text
        given = self._interpreter.answer(session.place.flow, cut, "error_message", now)
        if moved or not isinstance(given, Answer):
            return Taken()
        session, effects = step(self._machine, session, Legible(given), now)
        if not effects:
            return Taken()
        signatures = self._interpreter.signatures(session.place.flow)
        renderer = Renderer(self._machine, session, now, voice, signatures)
        pending = await turn.commit(WriteSet(turn.seen, session, renderer.reply(effects)))
        return Taken(pending, receipt=turn.receipt, node=renderer.node)


def _asked_about(turn: Turn, job: Job) -> Attachment | None:
    """The picture that a job is about, while its conversation has it."""
    kept = turn.session.attachments if turn.session is not None and turn.session.ended is None else ()
    return next((each for each in kept if picture_name(each) == job.ticket), None)
