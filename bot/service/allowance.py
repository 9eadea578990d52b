"""How much people may add to tickets and have sent: enough for everybody's trouble, too little to flood a desk."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.model.message import Reply
from bot.service.by_hand import ways
from bot.service.delivery import SinkName
from bot.service.ports import Turn
from bot.service.replies import line
from bot.service.voice import Voice

MOST_ADDITIONS = 20
"""Additions to one ticket; each may come with a picture."""
MOST_SENT = 30
"""Tickets and additions that one person has sent to support within `DAY`."""
MOST_EDITS = 5
"""Changes of one addition, each of which changes a message in the support group."""
DAY = timedelta(days=1)


async def has_sent_most(turn: Turn, sinks: Collection[SinkName], now: datetime) -> bool:
    """Whether somebody has had as much sent to these sinks lately as they may."""
    return await turn.sent_since(now - DAY, sinks) >= MOST_SENT


def full(reference: str, voice: Voice) -> Reply:
    """That a ticket has as many additions as it can have, and what to do instead."""
    words = voice.say(
        "Ticket {reference} has all the additions that it can take, so I have not added anything more. Please pass it "
        "on to support yourself: forward it, or tell them on the phone.",
        reference=reference,
    )
    return line(words, voice, ways(reference, voice))


def sent_most(reference: str, voice: Voice) -> Reply:
    """That nothing more is sent for somebody today, and what to do instead."""
    words = voice.say(
        "I have sent as much for you as I can in one day, so I have not sent this. I can again tomorrow. If it cannot "
        "wait, forward it to support yourself, or tell them on the phone."
    )
    return line(words, voice, ways(reference, voice))
