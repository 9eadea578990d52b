"""What people do with a ticket that the support group has: answer without being asked to, change that, rate, reopen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model.case import Case
from bot.model.effects import Over
from bot.model.inputs import SmallTalk
from bot.model.message import Button, Reply
from bot.model.session import Session
from bot.service.allowance import MOST_EDITS
from bot.service.case_moves import Move, moved
from bot.service.case_words import answering, standing
from bot.service.cases import Action, CaseWrite
from bot.service.delivery import parcel_id
from bot.service.doors import Doors, places
from bot.service.handing import GONE, Rate, Reopen, addition_message
from bot.service.incoming import Edited
from bot.service.ports import Turn, WriteSet, WrittenAddition
from bot.service.replies import line
from bot.service.sayings import LINES, SMALL_TALK
from bot.service.voice import Voice

_PERSON = "person"
"""What the trail calls whose ticket it is."""


async def after_adding(turn: Turn, reference: str) -> CaseWrite | None:
    """What becomes of a case when its person adds to it."""
    case = await turn.cases.of(reference)
    after = moved(case, "add") if case is not None else None
    return CaseWrite(after) if after is not None and after != case else None


def still_asked(case: Case, talk: SmallTalk, voice: Voice) -> Reply:
    """What is said to somebody who only says hello while support waits for their answer."""
    words = f"{voice.say(SMALL_TALK[talk])} {standing(case, voice)}"
    over = voice.say(LINES[Over])
    return line(f"{words}\n\n{over}", voice, (answering(case.reference, voice),))


async def closed(turn: Turn, reference: str, voice: Voice) -> tuple[Button, ...]:
    """What is offered for a case that support has closed: that it may be opened again."""
    case = await turn.cases.of(reference)
    return (reopening(case, voice),) if case is not None and case.state == "resolved" else ()


def reopening(case: Case, voice: Voice) -> Button:
    """The button that opens a case again."""
    return Button(f"reopen-{case.reference.lower()}", voice.say("Reopen"))


async def amended(turn: Turn, chat: str, edited: Edited, now: datetime, doors: Doors, voice: Voice) -> WriteSet | None:
    """What is written and said when somebody edits what they added; None where it is no such message, or the same.

    The group sees the change; what goes through other `doors` stays as it was.
    """
    found = await turn.cases.addition_of(chat, edited.message)
    case = await turn.cases.of(found[0]) if found is not None else None
    if found is None or case is None or found[1].text == edited.text:
        return None
    if found[1].edits >= MOST_EDITS:
        words = voice.say("I cannot take over more changes of this message. Please send what is new as a new message.")
        return WriteSet(now, turn.session, line(words, voice))
    before = found[1]
    sent = [each for each in await turn.deliveries(case.reference) if each.sink != "group"]
    parcel = parcel_id(case.reference, before.number)
    elsewhere = {each.sink: doors[each.sink] for each in sent if each.parcel == parcel and each.sink in doors}
    handed_on = before.text if elsewhere and before.handed_on is None else before.handed_on
    addition = replace(before, text=edited.text, edits=before.edits + 1, handed_on=handed_on)
    as_handed_on = addition if handed_on is None else replace(addition, text=handed_on)
    message = addition_message(as_handed_on, case.reference, voice)
    words = (
        voice.say(
            "Noted. The change shows in the support team's group only. What went to {places} stays as it was: if the "
            "change matters there, send it to me as a new message.",
            places=", ".join(places(elsewhere, voice)),
        )
        if elsewhere
        else voice.say("Noted. The support team sees it, marked as edited.")
    )
    added = WrittenAddition(case.reference, addition, message)
    return WriteSet(now, turn.session, line(words, voice), addition=added, case=CaseWrite(case))


async def follow_up(
    turn: Turn, session: Session, wish: Rate | Reopen, reference: str, now: datetime, voice: Voice
) -> WriteSet:
    """What is written and said when somebody rates how their ticket ended, or opens it again."""
    case = await turn.cases.of(reference)
    if case is None:
        return WriteSet(now, session, line(voice.say(GONE), voice))
    move: Move = "rate" if isinstance(wish, Rate) else "reopen"
    after = moved(case, move, rating=wish.rating if isinstance(wish, Rate) else None)
    if after is None:
        return WriteSet(now, session, line(standing(case, voice), voice, _add(reference, voice)))
    action = Action(now, reference, "rated" if move == "rate" else "reopened", _PERSON)
    if move == "rate":
        words = voice.say("Thank you for telling us. If the problem is not solved, you can open the ticket again.")
        reply = line(words, voice, (reopening(case, voice),))
    else:
        words = voice.say("Ticket {reference} is open again: the support team sees it.", reference=reference)
        reply = line(words, voice, _add(reference, voice))
    return WriteSet(now, session, reply, case=CaseWrite(after, action=action) if after != case else None)


async def standings(turn: Turn, chat: str, voice: Voice) -> Sequence[str]:
    """How the tickets of a person stand at the support group, the newest first."""
    return [standing(case, voice) for case in await turn.cases.of_chat(chat)]


def _add(reference: str, voice: Voice) -> tuple[Button, ...]:
    return (Button(f"add-{reference.lower()}", voice.say("Add something")),)
