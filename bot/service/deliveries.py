"""Tickets on their way to the desk: each delivery is a job, and its person is told what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.service.counter import Counter
from bot.service.courier import Courier, settled
from bot.service.delivery import Delivery, sink_name
from bot.service.jobs import Job, wait_after
from bot.service.ports import Clock, Pending, Shipment, Store, StoreUnavailable, Turn, WriteSet
from bot.service.taken import Taken, taken_before
from bot.service.voice import Voices

_TELL_AFTER, _LONG = 3, timedelta(minutes=2)
"""After so many tries in vain, or one that took so long with the wait for the next one, people are told that a delivery
takes its time."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery that was tried: what its person is told of it, and how it failed, if it did."""

    taken: Taken
    failure: Exception | None = None


class Deliveries:
    """Does the jobs that take tickets to the sinks."""

    def __init__(self, store: Store, counter: Counter, courier: Courier, voices: Voices, clock: Clock) -> None:
        self._store, self._counter, self._courier = store, counter, courier
        self._voices, self._clock = voices, clock
        self._open = counter.open

    async def work_off(self) -> tuple[list[Pending], Sequence[Exception]]:
        """Takes to the sinks what is due; what people are told of it, and how some of it failed: it is tried again."""
        told: list[Pending] = []

        async def deliver(number: int, job: Job) -> None:
            done = await self.deliver(number, job)
            told.extend(done.taken.replies)
            if done.failure is not None:
                raise done.failure

        failures = await self._store.jobs.work_off({"deliver": deliver}) if self._open else ()
        return told, failures

    async def try_again(self) -> None:
        """Takes to the sinks all that waits, however lately that was tried; raises how the first of it failed."""
        if self._open:
            for each in await self._store.jobs.queued():
                if each.job.kind == "deliver":
                    await self._store.jobs.retry(each.id)
            for failure in (await self.work_off())[1]:
                raise failure

    async def deliver(self, number: int, job: Job) -> Delivered:
        """Does a job: takes a ticket, or what was added to one, to a sink, and tells its person what came of it.

        That is told when it has arrived, when it takes long, and when it is given up; the same job again tells nothing
        twice.
        """
        shipment = await self._store.shipment(job.ticket or "", sink_name(job.sink))
        if shipment is None:
            return Delivered(Taken())
        delivery, failure, outcome, long = shipment.delivery, None, "arrived", True
        began = self._clock.now()
        try:
            delivery = settled(delivery, await self._courier.bring(shipment, job.tries))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the job is tried again; people are told what became of it
            failure = error
            wait = wait_after(job.tries + 1, error)
            delivery = replace(delivery, state="failed" if wait is None else "begun")
            outcome = "failed" if wait is None else "late"
            long = wait is None or job.tries + 1 >= _TELL_AFTER or self._clock.now() - began + wait >= _LONG
        if self._counter.silent(delivery) or not long:
            await self._store.note_delivery(delivery)
            return Delivered(Taken(), failure)
        async with self._store.turn(job.chat, f"job-{number}-{outcome}") as turn:
            if not turn.repeated:
                return Delivered(await self._tell(turn, shipment, delivery, late=outcome == "late"), failure)
            told = await taken_before(turn)
        await self._store.note_delivery(delivery)  # it may have been tried again since that was told
        return Delivered(told, failure)

    async def _tell(self, turn: Turn, shipment: Shipment, delivery: Delivery, *, late: bool) -> Taken:
        """Tells somebody what became of a delivery, and notes it; nothing where it was erased meanwhile."""
        sent = await turn.deliveries(shipment.written.ticket.reference)
        known = any((each.parcel, each.sink) == (delivery.parcel, delivery.sink) for each in sent)
        if turn.session is None or not known:
            return Taken()
        voice = self._voices.of(turn.session.language)
        now = self._clock.now()
        reply = self._counter.late(delivery, voice) if late else self._counter.arrived(delivery, now, voice)
        at = turn.seen or now
        return Taken(await turn.commit(WriteSet(at, turn.session, reply, deliveries=[delivery])), receipt=turn.receipt)


async def forget_job(store: Store, number: int) -> bool:
    """Takes a job away, and what it was to hand on is not under way any more; False when there is no such job."""
    job = next((each.job for each in await store.jobs.queued() if each.id == number), None)
    if job is None or not await store.jobs.forget(number):
        return False
    if job.kind in ("deliver", "post"):
        shipment = await store.shipment(job.ticket or "", sink_name(job.sink))
        if shipment is not None:
            await store.note_delivery(replace(shipment.delivery, state="failed"))
    return True
