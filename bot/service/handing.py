"""What people can do with a ticket that is made: have it sent to support, and add something to it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bot.model.case import Rating
from bot.model.message import Button, Copyable, Message, Part, Reply, Verbatim, Words
from bot.model.session import Session
from bot.service.by_hand import HOW, MAIL, PHONE, other_ways, ways
from bot.service.delivery import SINK_NAMES, Addition, Delivery, SinkName
from bot.service.doors import Doors, places
from bot.service.incoming import Commanded, Content, Said
from bot.service.ports import WrittenTicket
from bot.service.ticket import attachment_name
from bot.service.voice import Voice, message
from bot.understanding.manners import without_manners
from bot.understanding.normal import normal, normal_phrase


@dataclass(frozen=True, slots=True)
class Send:
    """Wants a ticket sent; None: the last one."""

    sink: SinkName
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Add:
    """Wants to add something to a ticket; None: the last one."""

    reference: str | None = None


@dataclass(frozen=True, slots=True)
class AddNothing:
    """Wants to add nothing after all."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Says how a ticket ended that support has closed."""

    reference: str
    rating: Rating


@dataclass(frozen=True, slots=True)
class Reopen:
    """Wants a ticket opened again that support has closed."""

    reference: str


Way: TypeAlias = Literal["phone", "mail"]


@dataclass(frozen=True, slots=True)
class Carry:
    """Wants to pass a ticket on by hand, in some way, or to see in which ways they can; None: the last one."""

    by: Way | None
    reference: str | None = None


Wish: TypeAlias = Send | Add | AddNothing | Carry | Rate | Reopen

_SEND: Mapping[SinkName, str] = {
    "group": message("Send to the support team"),
    "email": message("Send by e-mail"),
    "glpi": message("Send to support"),
    "zammad": message("Send to the help desk"),
    "webhook": message("Hand over to support"),
    "folder": message("Leave for support"),
}
GONE = message("I do not have this ticket any more. If you still see it above, forward it to support yourself.")
"""What is said about a ticket that was erased, or never was its person's."""
_ADD, _ADD_NOTHING = message("Add something"), message("Nothing to add")

_ACTION = re.compile(r"(send)-([a-z]+)(?:-([0-9a-z-]+))?|(add|other-ways|by-phone|by-mail)(?:-([0-9a-z-]+))?")
_WAYS: Mapping[str, Way | None] = {"other-ways": None, "by-phone": "phone", "by-mail": "mail"}
_FOLLOW_UP = re.compile(r"(rate|reopen)-([0-9a-z]+-[0-9a-z]+)(?:-(good|bad))?")
ADD_NOTHING = "add-nothing"


def is_action(name: str) -> bool:
    """Whether a command of this name stands for such a wish."""
    return _of_action(name) is not None


def wish_of(content: Content, session: Session | None, voices: Sequence[Voice], doors: Doors) -> Wish | None:
    """What somebody wants done with a ticket, if that is what they say.

    A button says of which; words, which are heard only where the conversation has ended, mean the last.
    """
    match content:
        case Commanded(name):
            return _of_action(name)
        case Said(text) if session is not None and session.ended == "ticket":
            said = without_manners(normal(text))
            known: list[tuple[str, Wish]] = [(_SEND[sink], Send(sink)) for sink in doors]
            known += [(_ADD, Add()), (_ADD_NOTHING, AddNothing())]
            known += [(HOW, Carry(None)), (PHONE, Carry("phone")), (MAIL, Carry("mail"))]
            return next(
                (wish for words, wish in known if any(said == normal_phrase(each.say(words)) for each in voices)), None
            )
        case _:
            return None


def _of_action(name: str) -> Wish | None:
    if name == ADD_NOTHING:
        return AddNothing()
    match followed.groups() if (followed := _FOLLOW_UP.fullmatch(name)) else ():
        case ("rate", str(reference), ("good" | "bad") as rating):
            return Rate(reference.upper(), rating)
        case ("reopen", str(reference), None):
            return Reopen(reference.upper())
    match found.groups() if (found := _ACTION.fullmatch(name)) else ():
        case ("send", sink, reference, None, None) if sink in SINK_NAMES:
            return Send(next(each for each in SINK_NAMES if each == sink), reference.upper() if reference else None)
        case (None, None, None, "add", reference):
            return Add(reference.upper() if reference else None)
        case (None, None, None, str(way), reference):
            return Carry(_WAYS[way], reference.upper() if reference else None)
        case _:
            return None


def with_offers(
    reply: Reply,
    reference: str,
    doors: Doors,
    sent: Sequence[Delivery],
    additions: int,
    voice: Voice,
    *,
    shown: bool = False,
) -> Reply:
    """A reply with what can be done with a ticket now, not what was done already; and where it would go.

    So many `additions` go with it. The ways to pass it on by hand are behind one button, so that there are few, unless
    they are to be `shown`.
    """
    gone = {each.sink for each in sent if each.parcel == reference and each.state != "failed"}
    left = {sink: place for sink, place in doors.items() if sink not in gone}
    about = reference.lower()
    send = [Button(f"send-{sink}-{about}", voice.say(_SEND[sink])) for sink in left]
    add = Button(f"add-{about}", voice.say(_ADD))
    offered = (*ways(reference, voice), *send, add) if shown else (*send, add, other_ways(reference, voice))
    return _above(replace(reply, offers=offered), [_consent(left, additions, voice)] if left else [])


def _above(reply: Reply, told: Sequence[str]) -> Reply:
    """The reply with this said right above what it offers: after the ticket, where it has one."""
    words = tuple(map(Words, told))
    if reply.closing is not None:
        return replace(reply, closing=replace(reply.closing, parts=(*reply.closing.parts, *words)))
    if reply.ticket is not None:
        return replace(reply, closing=Message(words) if words else None)
    *before, last = reply.messages
    return replace(reply, messages=(*before, replace(last, parts=(*last.parts, *words))))


def _consent(doors: Doors, additions: int, voice: Voice) -> str:
    """Where a ticket goes, and with what, if its person asks for that."""
    goes_to = voice.choice_of(places(doors, voice))
    if additions:
        return voice.say(
            "I can also send the ticket to support for you, if you ask me to: your answers, the exact message, your "
            "pictures and what you added then go to support ({places}). Nothing is sent unless you do.",
            places=goes_to,
        )
    return voice.say(
        "I can also send the ticket to support for you, if you ask me to: your answers, the exact message and your "
        "pictures then go to support ({places}). Nothing is sent unless you do.",
        places=goes_to,
    )


def nothing_to_add(voice: Voice) -> tuple[Button, ...]:
    """The way out of adding."""
    return (Button(ADD_NOTHING, voice.say(_ADD_NOTHING)),)


def under_way(written: WrittenTicket, destination: str, voice: Voice) -> str:
    """That a ticket is being sent."""
    return voice.say(
        "I am sending ticket {reference} to support ({place}). I will tell you here when it has arrived.",
        reference=written.ticket.reference,
        place=destination,
    )


def state_words(delivery: Delivery, destination: str, voice: Voice) -> str:
    """How far a delivery has got."""
    parcel = {"reference": delivery.parcel, "place": destination}
    match delivery:
        case Delivery(state="taken", number=str(number)):
            return voice.say(
                "{reference} has arrived ({place}). Support's number for it: {number}.", **parcel, number=number
            )
        case Delivery(state="taken"):
            return voice.say("{reference} has arrived ({place}).", **parcel)
        case Delivery(state="failed"):
            return voice.say(
                "I could not hand {reference} over ({place}). Please forward it yourself; those who run this bot can "
                "see why.",
                **parcel,
            )
        case _:
            return voice.say("{reference} is on its way ({place}).", **parcel)


def delayed(delivery: Delivery, destination: str, voice: Voice) -> str:
    """That a delivery has failed for now."""
    return voice.say(
        "{reference} has not reached support ({place}) yet. I keep trying; you need not do anything. If it is urgent, "
        "forward it yourself.",
        reference=delivery.parcel,
        place=destination,
    )


def invitation(reference: str, onward: Sequence[str], voice: Voice) -> str:
    """What is asked of somebody who wants to add something, and where it goes."""
    asked = voice.say(
        "What would you like to add to ticket {reference}? Write it in one message, or send a picture.",
        reference=reference,
    )
    if onward:
        then = voice.say("I send it where the ticket went: {places}.", places=", ".join(onward))
    else:
        then = voice.say("You then forward it to support, as you did with the ticket.")
    return f"{asked}\n\n{then}"


def addition_message(addition: Addition, reference: str, voice: Voice) -> Message:
    """What was added, as a message to be forwarded. Words that came with a picture are the text of the addition."""
    title = voice.say("Ticket {reference}: addition {number}", reference=reference, number=str(addition.number))
    parts: list[Part] = [Words(f"{title}\n{voice.instant(addition.created_at)}")]
    if addition.text:
        parts.append(Verbatim(voice.say("addition"), addition.text, voice.say("end of the addition")))
    if addition.attachments:
        names = ", ".join(map(attachment_name, addition.attachments))
        parts.append(Words(voice.say("Attachments: {names}", names=names)))
    return Message(tuple(parts), (Copyable(voice.say("Copy the reference"), reference),))
