"""Which ticket something is meant for that people say or send after a ticket is made."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.model.case import Case
from bot.model.flow import START_FLOW
from bot.model.inputs import Answer, Choose, Input, Miss, Propose, Recognise, Suggest
from bot.model.session import Session
from bot.service.incoming import Pictured, Said
from bot.service.ports import Turn

AFTERTHOUGHT = timedelta(minutes=3)
"""What comes so soon after something was added to a ticket belongs to it as well, where nothing else is talked of."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """The ticket that something is meant for, `surely` if people said so.

    `anew` says that a conversation has begun in which nothing is answered yet. `asked` is the case, where support waits
    for an answer.
    """

    reference: str
    surely: bool = False
    anew: bool = False
    asked: Case | None = None

    def takes(self, given: Input) -> bool:
        """Whether words that were read so go there: small talk and commands do not, nor what answers a first question.

        Whoever pastes an error message where a conversation begins tells of another trouble.
        """
        if self.surely or isinstance(given, Miss):
            return True
        return not self.anew and isinstance(given, Answer | Choose | Propose | Recognise | Suggest)


async def addressee(
    turn: Turn, chat: str, session: Session, content: Said | Pictured, now: datetime, *, grouped: bool
) -> Addressee | None:
    """The ticket that something is meant for, if it is meant for one. `grouped` says that there is a support group.

    What replies to support, or to what the bot says about a ticket, goes there; then what was announced; then the rest
    of an album. Unless a conversation is under way, so does what support waits for, and what comes right after
    something was added.
    """
    if grouped and (replied := await _replied_to(turn, chat, content)) is not None:
        return Addressee(replied, surely=True)
    if session.adding is not None:
        return Addressee(session.adding)
    added = session.added
    if added is not None and isinstance(content, Pictured) and content.album and content.album == added.album:
        return Addressee(added.reference, surely=True)
    if session.ended is None and (session.place.trail or session.place.flow != START_FLOW):
        return None
    anew = session.ended is None
    recent = added.reference if added is not None and not anew and _since(added.at, now) < AFTERTHOUGHT else None
    if grouped and (asked := await _asked(turn, chat, recent)) is not None:
        return Addressee(asked.reference, anew=anew, asked=asked)
    return Addressee(recent) if recent is not None else None


def _since(at: datetime, now: datetime) -> timedelta:
    """How long ago it was. Of two instants in one zone Python subtracts the clocks, which summer time changes."""
    return now - at.astimezone(UTC)


async def _replied_to(turn: Turn, chat: str, content: Said | Pictured) -> str | None:
    """The ticket that the message speaks of which this replies to.

    That message may be a copy of the one that is known, sent right before the bot was killed.
    """
    if content.to is not None and content.to.isdecimal():
        relay = await turn.cases.relay_to(chat, int(content.to))
        if relay is not None:
            return relay.reference
    own = await turn.cases.of_chat(chat) if content.about is not None else ()
    return content.about if any(each.reference == content.about for each in own) else None


async def _asked(turn: Turn, chat: str, recent: str | None) -> Case | None:
    """The case that support waits for; of several, the one it wrote about last.

    None if something was added to a `recent` one, unless support has written about another since it wrote about that.
    """
    asked = [case for case in await turn.cases.of_chat(chat) if case.state == "asked"]
    written = [(await _last_word(turn, case.reference), case) for case in asked]
    last, case = max(written, key=lambda each: each[0], default=(0, None))
    if recent is None or case is None or case.reference == recent:
        return case
    return case if 0 < await _last_word(turn, recent) < last else None


async def _last_word(turn: Turn, reference: str) -> int:
    """The number of what support wrote last about a case, which grows with time; 0 if it wrote nothing."""
    return max((relay.id for relay in await turn.cases.relays(reference)), default=0)
