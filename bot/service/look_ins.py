"""Chats that are looked in on after a silence: whoever is in the middle is reminded or let go, as their flow says."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from bot.engine.follow import follow
from bot.engine.machine import Machine
from bot.engine.step import step
from bot.model.session import Session
from bot.service.ports import Clock, Store, WriteSet
from bot.service.render import Renderer
from bot.service.silence import next_look, overdue
from bot.service.taken import Taken, taken_before


class LookIns:
    """Does the jobs that look in on chats."""

    def __init__(
        self,
        machine: Machine,
        store: Store,
        renderer: Callable[[Session, datetime], Renderer],
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._machine, self._store, self._renderer = machine, store, renderer
        self._clock, self._zone = clock, zone

    async def look_in(self, number: int, chat: str) -> Taken:
        """Does a job.

        One that another has replaced does nothing; neither does one whose conversation has moved on, but for having
        another look at the right time. The same job again gives out what is still to be sent.
        """
        async with self._store.turn(chat, f"job-{number}") as turn:
            if turn.repeated:
                return await taken_before(turn)
            if not turn.claim_look_in(number) or turn.session is None or turn.seen is None:
                return Taken()
            now = self._clock.now().astimezone(self._zone)
            flows, (session, moved) = self._machine.flows, follow(self._machine, turn.session, now)
            due = overdue(flows, session, now - turn.seen)
            if due is None or moved:
                await turn.look_in_later(None if moved else _not_at_once(next_look(flows, session, turn.seen), now))
                return Taken()
            session, effects = step(self._machine, session, due, now)
            renderer = self._renderer(session, now)
            again = _not_at_once(next_look(flows, session, turn.seen), now)
            pending = await turn.commit(WriteSet(turn.seen, session, renderer.reply(effects), look_in=again))
            return Taken(pending, receipt=turn.receipt, node=renderer.node)


def _not_at_once(due: datetime | None, now: datetime) -> datetime | None:
    """A look that comes too early, as clocks differ, is not followed by another at the same moment."""
    return max(due, now + timedelta(minutes=1)) if due is not None else None
