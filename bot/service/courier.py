"""Brings parcels to sinks: one delivery, from what the store keeps to what the sink says."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.model.answer import Attachment
from bot.model.flow import Flow
from bot.model.picture import MAX_BYTES, SUFFIXES
from bot.service.delivery import Accepted, Addition, Delivery, Enclosure, Parcel, Sink, SinkName, Undelivered
from bot.service.jobs import MOST_TRIES
from bot.service.pictures import Pictures, PictureUnavailable
from bot.service.ports import Shipment, Store
from bot.service.ticket import ticket_subject
from bot.service.voice import Voices

_ALL_PICTURES = MAX_BYTES
"""Bytes of the pictures of one parcel: sinks hold several copies of them."""
_PICTURE_TRIES = 3
"""So often is a delivery tried for want of a picture; then it goes without."""


class Courier:
    """Takes parcels to the sinks that the operator opened; to each of them, one with pictures at a time."""

    def __init__(
        self,
        store: Store,
        sinks: Mapping[SinkName, Sink],
        pictures: Pictures | None,
        voices: Voices,
        flows: Mapping[str, Flow],
    ) -> None:
        self._store, self._sinks, self._pictures = store, sinks, pictures
        self._voices, self._flows = voices, flows
        self._one_by_one = {name: asyncio.Lock() for name in sinks}

    async def bring(self, shipment: Shipment, tries: int = 0) -> Accepted:
        """Hands a shipment to its sink, after so many `tries` in vain.

        Raises:
            BotError: it was not taken, or nobody knows.
        """
        if tries >= MOST_TRIES:
            raise Undelivered("the bot ended while it was at it, again and again; its log may say why", hopeless=True)
        delivery = shipment.delivery
        sink = self._sinks.get(delivery.sink)
        if sink is None:
            raise Undelivered(f"there is no sink “{delivery.sink}” in the settings any more", hopeless=True)
        if shipment.first is not None and shipment.first.state != "taken":
            raise Undelivered(f"ticket {shipment.first.parcel} itself is not there yet")
        added = shipment.addition
        pictures = (added.addition if added else shipment.written.ticket).attachments if sink.encloses else ()
        if not pictures:
            return await self._hand_over(shipment, sink, (), tries)
        async with self._one_by_one[sink.name]:  # one for all: a slow sink would hold up the others
            return await self._hand_over(shipment, sink, pictures, tries)

    async def _hand_over(self, shipment: Shipment, sink: Sink, pictures: Sequence[Attachment], tries: int) -> Accepted:
        delivery = shipment.delivery
        parcel = await self._parcel(shipment, pictures, tries)
        again = delivery.state != "waiting"
        if delivery.asked:  # from here on, a crash leaves open what became of it
            await self._store.note_delivery(replace(delivery, state="begun"))
        return await sink.deliver(parcel, again=again)

    async def _parcel(self, shipment: Shipment, pictures: Sequence[Attachment], tries: int) -> Parcel:
        ticket, added = shipment.written.ticket, shipment.addition
        enclosures: list[Enclosure] = []
        missing: list[str] = []
        room = _ALL_PICTURES
        for number, attachment in enumerate(pictures, 1):
            content = await self._content(attachment, tries) if attachment.size <= room else None
            if content is None or len(content) > room:
                missing.append(attachment.name)
            else:
                room -= len(content)
                name = f"{shipment.delivery.parcel}-{number}{_suffix(attachment)}"
                enclosures.append(Enclosure(name, _media_type(attachment), content))
        return Parcel(
            id=shipment.delivery.parcel,
            ticket=ticket,
            subject=self._subject(shipment),
            message=added.message if added else shipment.written.message,
            addition=_as_handed_on(added.addition) if added else None,
            enclosures=tuple(enclosures),
            missing=tuple(missing),
            number=shipment.first.number if shipment.first else None,
        )

    async def _content(self, attachment: Attachment, tries: int) -> bytes | None:
        """A picture; None where it is gone, or could not be had so often that the ticket goes without it."""
        try:
            return await self._pictures.read(attachment) if self._pictures is not None else None
        except PictureUnavailable:
            if tries + 1 < _PICTURE_TRIES:
                raise
            return None

    def _subject(self, shipment: Shipment) -> str:
        ticket, added = shipment.written.ticket, shipment.addition
        voice = self._voices.of(ticket.language)
        if added is not None:
            return voice.say(
                "Ticket {reference}: addition {number}", reference=ticket.reference, number=str(added.addition.number)
            )
        return ticket_subject(self._flows.get(ticket.flow.name), ticket, voice)


def _as_handed_on(addition: Addition) -> Addition:
    """What was added, as it was when it was asked to go to sinks."""
    return addition if addition.handed_on is None else replace(addition, text=addition.handed_on)


def _media_type(attachment: Attachment) -> str:
    """The type of a picture, one of those that are kept."""
    given = attachment.media_type.partition(";")[0].strip().lower()
    return given if given in SUFFIXES else "application/octet-stream"


def _suffix(attachment: Attachment) -> str:
    """How the picture's file name ends: never what somebody typed."""
    return SUFFIXES.get(_media_type(attachment), (".bin",))[0]


def settled(delivery: Delivery, accepted: Accepted) -> Delivery:
    """A delivery that was taken."""
    return replace(delivery, state="taken", number=_shown(accepted.number))


def _shown(number: str | None) -> str | None:
    """What a sink calls a ticket, fit to be shown."""
    return re.sub(r"[^\w#./-]+", " ", number).strip()[:40] or None if number else None
