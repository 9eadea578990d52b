"""Telling both sides what is new of a case: people what staff wrote, the group how the case stands.

All of it is read from what is kept, done step by step, and noted after each: whoever does it again goes on there.
"""

import asyncio
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.model.case import Case, Refusal, Relay
from bot.service.case_words import outcome_note, refusal_words, told
from bot.service.cases import Posted
from bot.service.jobs import Job, wait_after
from bot.service.ports import Store
from bot.service.staff import Declined, Group, Line, Telling, Unreached
from bot.service.voice import Voices

_SAID = "said"
"""The parcel of what the bot says in the group by itself, beside tickets and additions."""


class Relays:
    """Does the jobs that are about cases; those of one case one after the other."""

    def __init__(self, store: Store, group: Group, line: Line, voices: Voices) -> None:
        self._store, self._cases, self._group, self._line = store, store.cases, group, line
        self._voices = voices
        self._voice = voices.of(voices.catalog.languages[0])
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def relay(self, number: int, job: Job) -> None:
        """Tells the person what is due; what became of it, the group is told by another job, as far as it cares.

        Raises:
            Exception: how it failed; it is to be tried again.
        """
        del number
        reference = job.ticket or ""
        async with self._alone(job):
            try:
                await self._tell_person(reference, job.tries)
            finally:
                if any(relay.untold for relay in await self._cases.relays(reference)):
                    await self._cases.have_shown(reference)

    async def show(self, number: int, job: Job) -> None:
        """Shows the group how a case stands, and what it does not know of it.

        Raises:
            Exception: how it failed; it is to be tried again.
        """
        del number
        reference = job.ticket or ""
        async with self._alone(job):
            await self._tell_group(reference)

    def _alone(self, job: Job) -> asyncio.Lock:
        """Held while a job is done, against others of its lane."""
        return self._locks.setdefault(job.lane or "", asyncio.Lock())

    async def farewell(self, number: int, job: Job) -> None:
        """Tells the group that nothing of a case is kept any more."""
        del number
        if job.post is not None:
            await self._group.part(job.ticket or "", job.post)

    async def refuse(self, number: int, job: Job) -> None:
        """Tells staff why a message of theirs was not passed on, of which no case knows."""
        del number
        if job.post is not None:
            refusal: Refusal = "gone" if job.ticket == "gone" else "failed"
            await self._group.refuse(job.post, refusal_words(refusal, self._voice))

    async def _tell_person(self, reference: str, tries: int) -> None:
        case, ticket = await self._cases.of(reference), await self._cases.ticket(reference)
        if case is None or ticket is None:
            return
        voice = self._voices.of(ticket[0].language)
        for relay in await self._cases.relays(reference):
            if relay.state == "waiting" or relay.changed:
                await self._tell(case.chat, relay, told(relay, voice), tries)

    async def _tell(self, chat: str, relay: Relay, telling: Telling, tries: int) -> None:
        """What the person does not have of a relay; what they have says first what it says now."""
        try:
            if relay.changed and not await self._line.change(chat, relay.targets, telling):
                relay = replace(relay, state="waiting", targets=())
            relay = replace(relay, sent=relay.revision)
            async for target in self._line.send(chat, telling, len(relay.targets)):
                relay = replace(relay, targets=(*relay.targets, target))
                await self._cases.note_relay(relay)
            await self._cases.note_relay(replace(relay, state="sent"))
        except Unreached:
            await self._cases.note_relay(replace(relay, state="refused", refusal="blocked"))
        except Declined:
            await self._cases.note_relay(replace(relay, state="refused", refusal="declined"))
        except Exception as error:
            if wait_after(tries + 1, error) is None:
                await self._cases.note_relay(replace(relay, state="refused", refusal="unreachable"))
            raise

    async def _tell_group(self, reference: str) -> None:
        case, ticket = await self._cases.of(reference), await self._cases.ticket(reference)
        if case is None or ticket is None:
            return
        await self._group.show(case, ticket[0])
        for relay in await self._cases.relays(reference):
            await self._say(case, relay)
        await self._group.rewrite(case)

    async def _say(self, case: Case, relay: Relay) -> None:
        """What the group does not know of a relay: that its words arrived, or did not.

        Nothing else changes with a relay after that, so that what is noted here undoes nothing.
        """
        if relay.untold:
            note = outcome_note(relay, self._voice)
            message = await self._group.say(case, note, relay.source)
            await self._cases.note_posted(case.reference, [Posted(_SAID, relay.id, message)])
            await self._cases.note_relay(replace(relay, shown=True, told=True))
