"""What becomes of tickets after they are made: sent where people want them, and added to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model.flow import Flow
from bot.model.message import Message, Reply, Words
from bot.model.session import Added, Session
from bot.service.allowance import MOST_ADDITIONS, full, has_sent_most, sent_most
from bot.service.by_hand import Drafts, dictation, which_way
from bot.service.delivery import Addition, Delivery, Sink, SinkName, parcel_id
from bot.service.doors import Doors, place
from bot.service.followup import after_adding, closed, follow_up
from bot.service.handing import (
    GONE,
    Add,
    AddNothing,
    Carry,
    Rate,
    Reopen,
    Send,
    Way,
    Wish,
    addition_message,
    delayed,
    invitation,
    nothing_to_add,
    state_words,
    under_way,
    wish_of,
    with_offers,
)
from bot.service.hours import SupportHours
from bot.service.hours_words import expected_words
from bot.service.incoming import Content, Pictured, Said
from bot.service.ports import Turn, WriteSet, WrittenAddition, WrittenTicket
from bot.service.replies import line
from bot.service.voice import Voice, Voices


class Counter:
    """Where people hand tickets in. `always` are the sinks that get every ticket, without being asked for it.

    Where the `hours` of support are known, people are told when to expect an answer. `flows` are those that tickets
    come from.
    """

    def __init__(
        self,
        sinks: Sequence[Sink],
        always: Collection[SinkName],
        voices: Voices,
        flows: Mapping[str, Flow],
        hours: SupportHours | None = None,
    ) -> None:
        self._voices, self._hours = voices, hours
        self._flows, self._drafts = flows, Drafts(flows)
        self._places: Doors = {sink.name: sink.destination for sink in sinks}
        self.doors: Doors = {name: place for name, place in self._places.items() if name not in always}
        self._always = [name for name in self._places if name in always]

    @property
    def open(self) -> bool:
        """Whether tickets go anywhere but to their people."""
        return bool(self._places)

    def wish(self, content: Content, session: Session | None) -> Wish | None:
        """What somebody wants done with a ticket, if that is what they say."""
        return wish_of(content, session, self._voices.all(), self.doors)

    def new(self, reference: str) -> tuple[Delivery, ...]:
        """Where a ticket goes that was just made."""
        return tuple(Delivery(reference, sink) for sink in self._always)

    def close(self, reply: Reply, reference: str, now: datetime, voice: Voice) -> Reply:
        """The reply that hands out a ticket, with what can be done with it, and when to expect an answer."""
        if not self.doors:
            told = voice.say("Have you forgotten something? You can still add it.")
            reply = replace(reply, closing=Message((Words(told),)))
        offered = self.offered(reply, reference, (), 0, voice)
        expected = tuple(map(Words, self._expected(now, voice)))
        before = offered.closing.parts if offered.closing is not None else ()
        return replace(offered, closing=Message((*before, *expected)))

    def offered(self, reply: Reply, reference: str, sent: Sequence[Delivery], additions: int, voice: Voice) -> Reply:
        """A reply with what can be done with a ticket now, and where it would go."""
        return with_offers(reply, reference, self.doors, sent, additions, voice)

    def _expected(self, now: datetime, voice: Voice) -> list[str]:
        return [expected_words(self._hours.expectation(now), voice)] if self._hours is not None else []

    async def serve(self, turn: Turn, wish: Wish, now: datetime, voice: Voice) -> WriteSet:
        """What is written and said about a wish."""
        session = replace(turn.session, adding=None) if turn.session is not None else None
        if isinstance(wish, AddNothing):
            words = voice.say("All right. For another problem, write “restart”.")
            return WriteSet(now, session, line(words, voice))
        written = await (turn.ticket(wish.reference) if wish.reference else turn.last_ticket())
        if written is None or session is None:
            return WriteSet(now, session, line(voice.say(GONE), voice))
        sent = await turn.deliveries(written.ticket.reference)
        match wish:
            case Send(sink):
                count = await turn.additions(written.ticket.reference)
                write = self._send(session, written, count, sink, sent, now, voice)
                if write.deliveries and await has_sent_most(turn, self.doors, now):
                    return WriteSet(now, session, sent_most(written.ticket.reference, voice))
                return write
            case Add():
                if await turn.additions(written.ticket.reference) >= MOST_ADDITIONS:
                    return WriteSet(now, session, full(written.ticket.reference, voice))
                return self._invite(session, written, sent, now, voice)
            case Rate() | Reopen():
                return await follow_up(turn, session, wish, written.ticket.reference, now, voice)
            case Carry(way):
                count = await turn.additions(written.ticket.reference)
                reply = self._by_hand(written, way, count, sent, voice)
                return WriteSet(now, session, reply)

    def _send(
        self,
        session: Session,
        written: WrittenTicket,
        additions: int,
        sink: SinkName,
        sent: Sequence[Delivery],
        now: datetime,
        voice: Voice,
    ) -> WriteSet:
        reference, goes_to = written.ticket.reference, place(sink, self.doors, voice)
        if sink not in self.doors:
            words = voice.say("I cannot send your ticket there at the moment. Please forward it yourself.")
            return WriteSet(now, session, line(words, voice))
        known = {each.parcel: each for each in sent if each.sink == sink and each.state != "failed"}
        if reference in known:
            return WriteSet(now, session, line(state_words(known[reference], goes_to, voice), voice))
        parcels = [parcel_id(reference, number) for number in range(additions + 1)]
        given_up = {each.parcel for each in sent if each.sink == sink and each.state == "failed"}
        asked = [
            Delivery(parcel, sink, "renewed" if parcel in given_up else "waiting")
            for parcel in parcels
            if parcel not in known
        ]
        told = line(under_way(written, goes_to, voice), voice)
        reply = self.offered(told, reference, [*sent, *asked], additions, voice)
        return WriteSet(now, session, reply, deliveries=asked)

    def _by_hand(
        self, written: WrittenTicket, way: Way | None, additions: int, sent: Sequence[Delivery], voice: Voice
    ) -> Reply:
        made, file = written.ticket, None
        match way:
            case None:
                told = which_way(made.reference, voice)
            case "phone":
                told = dictation(made, self._flows.get(made.flow.name), voice)
            case "mail":
                told, file = self._drafts.draft(written, additions, voice, self._voices.of(made.language))
        reply = Reply((told,), (), None, "", voice.language, 0, file=file)
        return with_offers(reply, made.reference, self.doors, sent, additions, voice, shown=way is None)

    def _invite(
        self, session: Session, written: WrittenTicket, sent: Sequence[Delivery], now: datetime, voice: Voice
    ) -> WriteSet:
        reference = written.ticket.reference
        onward = [place(sink, self.doors, voice) for sink in self._onward(reference, sent) if sink in self.doors]
        words = invitation(reference, onward, voice)
        return WriteSet(now, replace(session, adding=reference), line(words, voice, nothing_to_add(voice)))

    def _onward(self, reference: str, sent: Sequence[Delivery]) -> list[SinkName]:
        """The sinks that get what is added to a ticket: those of the ticket itself, but where that was given up."""
        there = [each for each in sent if each.parcel == reference and each.state != "failed"]
        return [each.sink for each in there if each.sink in self._places]

    async def add(
        self, turn: Turn, session: Session, reference: str, content: Said | Pictured, now: datetime, voice: Voice
    ) -> WriteSet:
        """What is written and said when somebody adds something to a ticket."""
        written = await turn.ticket(reference)
        if written is None:
            session = replace(session, adding=None)
            return WriteSet(now, session, line(voice.say(GONE), voice))
        album = content.album if isinstance(content, Pictured) else None
        session = replace(session, adding=None, added=Added(reference, now, album))
        sent, count = await turn.deliveries(reference), await turn.additions(reference)
        told = [sink for sink in self._onward(reference, sent) if sink in self.doors]
        if count >= MOST_ADDITIONS:
            return WriteSet(now, session, replace(full(reference, voice), album=album))
        if told and await has_sent_most(turn, self.doors, now):
            return WriteSet(now, session, replace(sent_most(reference, voice), album=album))
        addition = _addition(count + 1, content, now)
        parcel = parcel_id(reference, addition.number)
        asked = [Delivery(parcel, sink) for sink in self._onward(reference, sent)]
        message = addition_message(addition, reference, voice)
        noted = _noted(message, voice, album if told else None, onward=bool(told))
        reply = self.offered(noted, reference, sent, addition.number, voice)
        reply = replace(reply, offers=(*reply.offers, *await closed(turn, reference, voice)))
        return WriteSet(
            now,
            session,
            reply,
            addition=WrittenAddition(reference, addition, message),
            deliveries=asked,
            case=await after_adding(turn, reference),
        )

    def arrived(self, delivery: Delivery, now: datetime, voice: Voice) -> Reply:
        """What is said when a delivery has come to its end, well or not."""
        told = [state_words(delivery, place(delivery.sink, self._places, voice), voice)]
        if delivery.state == "taken":
            told += self._expected(now, voice)
        return line("\n\n".join(told), voice)

    def late(self, delivery: Delivery, voice: Voice) -> Reply:
        """What is said when a delivery takes its time."""
        return line(delayed(delivery, place(delivery.sink, self._places, voice), voice), voice)

    def states(self, sent: Sequence[Delivery], voice: Voice) -> list[str]:
        """How far each delivery has got, but for those that nobody asked for."""
        return [
            state_words(each, place(each.sink, self._places, voice), voice)
            for each in sent
            if each.sink not in self._always
        ]

    def silent(self, delivery: Delivery) -> bool:
        """Whether nobody asked for this delivery, and nobody is told of it."""
        return delivery.sink in self._always


def _noted(message: Message, voice: Voice, album: str | None, *, onward: bool) -> Reply:
    """What is said to an addition, with the message to be forwarded where it does not go `onward` by itself.

    To the pictures of an `album` it is the same one message, so that channels can show it once.
    """
    noted = voice.say("Noted.") if onward else voice.say("Noted. Please forward this to support as well:")
    more = voice.say("Anything else?")
    if album is not None:
        return replace(line(f"{noted} {more}", voice), album=album)
    closing = Message((Words(more),))
    return replace(line(noted, voice), messages=(Message((Words(noted),)), message), closing=closing)


def _addition(number: int, content: Said | Pictured, now: datetime) -> Addition:
    match content:
        case Said(text, source):
            return Addition(number, text, (), now, source)
        case Pictured(attachment, _, source):
            return Addition(number, attachment.caption, (attachment,), now, source)
