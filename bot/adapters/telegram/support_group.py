"""Tickets in the support group: each is a topic with a message that shows how it stands, the ticket, and what is added.

Every message is noted when it is sent, and what is noted is not sent again. What staff delete is made again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar
from weakref import WeakValueDictionary

from bot.adapters.telegram.addresses import live
from bot.adapters.telegram.group_chat import GroupChat, Moved, Refused
from bot.adapters.telegram.group_texts import addition_blocks, quoted, together
from bot.adapters.telegram.inbound import picture_source
from bot.adapters.telegram.outbound import Outgoing, Picture, Text
from bot.adapters.telegram.person_line import rows_of_buttons
from bot.adapters.telegram.posting import TopicGone
from bot.adapters.telegram.pseudonym import Pseudonyms
from bot.adapters.telegram.text import Marked, marked, split
from bot.model.answer import Attachment
from bot.model.canned import CannedAnswer
from bot.model.case import Case
from bot.model.flow import Flow
from bot.model.message import Message
from bot.model.ticket import Ticket
from bot.service.case_words import farewell_words, header_rows, header_words, topic_name
from bot.service.cases import Cases, Posted
from bot.service.delivery import Accepted, Addition, Parcel, SinkName, Undelivered
from bot.service.plain import plain
from bot.service.ports import Clock
from bot.service.staff import Member, Note
from bot.service.ticket_files import text_file
from bot.service.voice import Voices

T = TypeVar("T")

BUTTON = "case:"
"""What the data of buttons in the group begins with."""
_TRIES = 3
"""How often a topic is made again in one go that is deleted meanwhile."""
_PICTURES = 100
"""The step of an addition's first picture: those before it are of its text, which may become longer."""
_NOTHING_MORE = Marked("…")
"""Where the rest of a text stood that is shorter now."""
_NOT_KEPT = "this ticket is not kept any more"


class SupportGroup:
    """The group, as a sink of tickets, and as a place where cases are talked about."""

    name: SinkName = "group"
    encloses = False

    def __init__(
        self,
        chat: GroupChat,
        names: Pseudonyms,
        cases: Cases,
        clock: Clock,
        voices: Voices,
        flows: Mapping[str, Flow],
        own: Sequence[str],
        answers: Sequence[CannedAnswer] = (),
        destination: str = "Telegram",
    ) -> None:
        self.chat, self.destination, self._names = chat, destination, names
        self._cases, self._clock, self._flows, self._own, self._answers = cases, clock, flows, own, answers
        self._voice = voices.of(voices.catalog.languages[0])
        self._one_by_one = asyncio.Lock()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Posts a ticket, or what was added to it, as far as that is not done: whole, before another one begins."""
        del again  # what was done is noted
        async with self._one_by_one:
            if await self._cases.begin(parcel.ticket.reference) is None:
                raise Undelivered(_NOT_KEPT, hopeless=True)
            await self._held(parcel.ticket.reference, self._brought)
        return Accepted()

    async def close(self) -> None:
        """Nothing of its own is open."""

    async def includes(self, who: Member) -> bool:
        """Whether somebody is of the group."""
        return await self.chat.includes(who)

    async def follow(self, number: int) -> None:
        """The group has another number now."""
        await self.chat.follow(number)

    async def show(self, case: Case, ticket: Ticket) -> None:
        """Brings the header up to date; where there is none any more, all of the case is posted anew."""

        async def show(case: Case) -> None:
            text, digest = self._header(case, ticket)
            if case.header is None:
                await self._brought(case)
            elif case.shown == digest:
                return
            elif not await self.chat.edit(case.header, text):
                await self._put_header(case, ticket)
            else:
                await self._cases.note_shown(case.reference, digest)

        await self._held(case.reference, show)

    async def say(self, case: Case, note: Note, to: int | None = None) -> int:
        """Says something in the topic."""

        async def say(case: Case) -> int:
            numbers = [await self._post(case, Text(each), to) for each in split(self._noted(note))]
            return numbers[-1]

        return await self._held(case.reference, say)

    async def rewrite(self, case: Case) -> None:
        """Has messages show what their additions say now; where they cannot, others do."""
        await self._held(case.reference, self._rewritten)

    async def refuse(self, message: int, words: str) -> None:
        """Replies to a message of staff, in whichever topic it stands."""
        with suppress(Moved):  # the message is not there
            await self.chat.send(Text(Marked(words)), None, message)

    async def part(self, reference: str, header: int) -> None:
        """Says so in place of the header, and below it, where staff notice; nothing where it was deleted."""
        farewell = Text(Marked(farewell_words(reference, self._voice)))
        with suppress(Moved):  # the message is not there
            if await self.chat.edit(header, farewell):
                await self.chat.send(farewell, None, header)

    async def _held(self, reference: str, do: Callable[[Case], Awaitable[T]]) -> T:
        """Does something with a case, alone; once more, with all of it made again, where its topic was deleted."""
        async with self._locks.setdefault(reference, asyncio.Lock()):
            for number in range(_TRIES):
                case = await self._kept(reference)
                try:
                    if number and do != self._brought:
                        await self._brought(case)
                        case = await self._kept(reference)
                    return await do(case)
                except TopicGone:
                    await self._cases.forget_posted(reference)
                except Moved:
                    continue
            raise Undelivered(f"the topic of {reference} is deleted again and again")

    async def _brought(self, case: Case) -> None:
        """Posts all of a case that is not posted: its header, the ticket, and what was added to it, in this order."""
        written = await self._cases.ticket(case.reference)
        if written is None:
            raise Undelivered(_NOT_KEPT, hopeless=True)
        ticket, message = written
        if case.header is None:
            case = await self._put_header(case, ticket)
        posted = {(each.parcel, each.step) for each in await self._cases.posted(case.reference)}
        await self._steps(case, case.reference, enumerate(self._of_ticket(ticket, message)), posted)
        additions = await self._cases.additions(case.reference)
        waiting = [each for each in additions if (_parcel(case, each), 0) not in posted]
        now = self._clock.now()
        for group in together(waiting, now, self._voice):
            number = await self._post(case, Text(split(self._added(group))[0]))
            shown = [Posted(_parcel(case, each), 0, number, each.edits) for each in group]
            await self._cases.note_posted(case.reference, shown)
            await self._rest(case, group[-1], posted)
        for each in additions:  # of which only the beginning was posted before
            if each not in waiting:
                await self._rest(case, each, posted)

    async def _rest(self, case: Case, addition: Addition, posted: set[tuple[str, int]]) -> None:
        """What follows the first message of an addition: the end of a long text, and pictures."""
        texts = [Text(each) for each in split(self._added([addition]))]
        pictures = enumerate(_pictures(addition.attachments), _PICTURES)
        await self._steps(case, _parcel(case, addition), [*enumerate(texts)][1:], posted)
        await self._steps(case, _parcel(case, addition), pictures, posted)

    async def _steps(
        self, case: Case, parcel: str, steps: Iterable[tuple[int, Outgoing]], posted: set[tuple[str, int]]
    ) -> None:
        for step, outgoing in steps:
            if (parcel, step) not in posted:
                number = await self._post(case, outgoing)
                await self._cases.note_posted(case.reference, [Posted(parcel, step, number)])

    async def _rewritten(self, case: Case) -> None:
        """Brings up to date what shows additions that were edited since."""
        additions = {_parcel(case, each): each for each in await self._cases.additions(case.reference)}
        posted = [each for each in await self._cases.posted(case.reference) if each.parcel in additions]
        heads = [each for each in posted if each.step == 0]
        for message in sorted({each.message for each in heads if additions[each.parcel].edits > each.edits}):
            parcels = [each.parcel for each in heads if each.message == message]
            shows = {each.step: each.message for each in posted if each.parcel == parcels[0] and each.step < _PICTURES}
            pieces = split(self._added([additions[each] for each in parcels]))
            pieces += [_NOTHING_MORE] * (len(shows) - len(pieces))
            for step, piece in reversed([*enumerate(pieces)]):  # the first one last: by it, the rest is known to be old
                number = await self._put(case, Text(piece), shows.get(step))
                shown = [Posted(each, step, number, additions[each].edits) for each in parcels]
                await self._cases.note_posted(case.reference, shown)

    async def _put(self, case: Case, text: Text, place: int | None) -> int:
        """Has a message show a text, or else another one; the number of the one that does."""
        return place if place is not None and await self.chat.edit(place, text) else await self._post(case, text)

    async def _put_header(self, case: Case, ticket: Ticket) -> Case:
        """Posts the header, in a topic of its own where the group has topics."""
        topic = case.topic
        if topic is None:
            topic = await self.chat.open_topic(topic_name(ticket, self._flows, self._voice))
            await self._cases.note_place(case.reference, topic, None)
        text, digest = self._header(case, ticket)
        sent = await self.chat.send(text, topic, None)
        topic = topic if sent.in_topic else None
        await self._cases.note_place(case.reference, topic, sent.message)
        await self._cases.note_shown(case.reference, digest)
        kept = await self._cases.of(case.reference)
        if kept is None:  # who had it forgotten meanwhile did not know of this message
            await self.part(case.reference, sent.message)
            raise Undelivered(_NOT_KEPT, hopeless=True)
        return kept

    async def _kept(self, reference: str) -> Case:
        """The case as it is now: its person may have asked to be forgotten at any moment."""
        case = await self._cases.of(reference)
        if case is None:
            raise Undelivered(_NOT_KEPT, hopeless=True)
        return case

    async def _post(self, case: Case, outgoing: Outgoing, to: int | None = None) -> int:
        """Sends one message about a case, in reply to its header: where topics were turned off, by that it is known."""
        case = await self._kept(case.reference)
        try:
            sent = await self.chat.send(outgoing, case.topic, to or case.header)
        except Refused:
            sent = await self.chat.send(self._instead(outgoing), case.topic, to or case.header)
        if case.topic is not None and not sent.in_topic:  # topics were turned off
            await self._cases.note_place(case.reference, None, case.header)
        return sent.message

    def _instead(self, outgoing: Outgoing) -> Text:
        """What can be shown where that cannot: a text with nothing marked, or that a file is missing."""
        if isinstance(outgoing, Text):
            return Text(Marked(outgoing.content.text))
        return Text(Marked(self._voice.say("A file of this ticket cannot be shown here: Telegram does not take it.")))

    def _header(self, case: Case, ticket: Ticket) -> tuple[Text, str]:
        words = header_words(case, ticket, self._flows, self._voice)
        text = Text(Marked(words), rows_of_buttons(header_rows(case, self._answers, self._voice), BUTTON))
        return text, self._names.of_words(text.shown)

    def _of_ticket(self, ticket: Ticket, message: Message) -> Sequence[Outgoing]:
        texts = [Text(each) for each in split(marked(message, self._own, live))]
        return [*texts, text_file(ticket.reference, plain(message)), *_pictures(ticket.attachments)]

    def _added(self, added: Sequence[Addition]) -> Marked:
        return quoted(addition_blocks(added, self._clock.now(), self._voice), self._own)

    def _noted(self, note: Note) -> Marked:
        return quoted([(note.words, note.quoted)], self._own)


def _parcel(case: Case, addition: Addition) -> str:
    return f"{case.reference}-{addition.number}"


def _pictures(attachments: Sequence[Attachment]) -> list[Outgoing]:
    sources = [picture_source(each) for each in attachments]
    return [Picture(*source) for source in sources if source is not None]
