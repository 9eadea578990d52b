"""The support group's side of cases: what staff do becomes one commit; jobs then tell the person and the group."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model.canned import CannedAnswer
from bot.model.case import Case, Refusal, Relay
from bot.service.case_moves import Move, moved
from bot.service.case_words import ANSWER, not_possible
from bot.service.cases import Action, ActionName, CaseWrite
from bot.service.incoming import Content, Incoming
from bot.service.jobs import GROUP, Job
from bot.service.ports import Clock, Store, Turn
from bot.service.staff import STAFFED, CannotTell, Group, GroupMoved, Member, StaffEdited, StaffPressed, StaffWrote
from bot.service.taken import Taken
from bot.service.voice import Voice, Voices

_BUTTONS: Mapping[str, Move] = {
    "take": "take",
    "over": "take_over",
    "choose": "choose",
    "close": "close",
    "resolve": "resolve",
    "reopen": "reopen",
}
_TRAIL: Mapping[Move, ActionName] = {"take": "took", "take_over": "took", "resolve": "resolved", "reopen": "reopened"}


class Desk:
    """Takes what staff do. Whoever does something is of the group at that moment, or nothing is done."""

    def __init__(
        self, store: Store, group: Group, voices: Voices, clock: Clock, answers: Sequence[CannedAnswer] = ()
    ) -> None:
        self._store, self._group, self._clock = store, group, clock
        self._voices, self._answers = voices, {answer.id: answer for answer in answers}
        self._voice = voices.of(voices.catalog.languages[0])

    async def take(self, incoming: Incoming) -> Taken:
        """Takes one update of the group; one that was taken before changes nothing."""
        content = incoming.content
        match content:
            case GroupMoved(number):
                await self._group.follow(number)
                return Taken()
            case StaffPressed(who) | StaffWrote(who) | StaffEdited(who):
                pass
            case _:
                return Taken()
        if isinstance(content, StaffEdited) and await self._store.cases.relay_of(content.message) is None:
            return Taken()  # it was never passed on
        try:
            included: bool | None = await self._group.includes(who)
        except CannotTell:
            included = None
        async with self._store.turn(incoming.chat, incoming.update) as turn:
            if turn.repeated:
                return Taken()
            match content:
                case StaffPressed():
                    return Taken(notice=await self._pressed(turn, content, included))
                case StaffWrote():
                    await self._wrote(turn, content, included)
                case StaffEdited() if included is not False:
                    await self._edited(turn, content, checked=included is True)
        return Taken()

    async def _pressed(self, turn: Turn, pressed: StaffPressed, included: bool | None) -> str | None:
        """Does what a button stands for; else says why not."""
        voice = self._voice
        if included is None:
            return voice.say(
                "I cannot check at the moment that you are a member of this group. Nothing was done; try again."
            )
        if not included:
            return voice.say("Only members of this group can do that.")
        case = await turn.cases.at(pressed.message, pressed.topic)
        if case is None:
            return voice.say("I keep nothing of this ticket any more.")
        if pressed.button.startswith(ANSWER):
            return await self._answered(turn, case, pressed)
        move = _BUTTONS.get(pressed.button)
        after = moved(case, move, pressed.who.name) if move is not None else None
        if move is None or after is None:
            return not_possible(case, move or "close", pressed.who.name, voice)
        relays = []
        if move == "resolve":
            relays = [Relay(case.reference, "resolved")]
        elif move == "reopen":
            relays = [Relay(case.reference, "reopened")]
        name = _TRAIL.get(move)
        await self._commit(turn, after, relays, name, pressed.who)
        return None

    async def _answered(self, turn: Turn, case: Case, pressed: StaffPressed) -> str | None:
        answer = self._answers.get(pressed.button.removeprefix(ANSWER))
        move: Move = "ask" if answer is not None and answer.asks else "inform"
        after = moved(case, move, pressed.who.name)
        written = await turn.cases.ticket(case.reference)
        if answer is None or after is None or written is None:
            return not_possible(case, move, pressed.who.name, self._voice)
        text = self._of(written[0].language).phrase(answer.text)
        relay = Relay(case.reference, "words", text, shown=False)
        await self._commit(turn, after, [relay], "answered", pressed.who)
        return None

    def _of(self, language: str) -> Voice:
        return self._voices.of(language)

    async def _wrote(self, turn: Turn, wrote: StaffWrote, included: bool | None) -> None:
        """Passes on what was written in reply to a message of a case; says so where there is none any more."""
        case = await turn.cases.at(wrote.to, wrote.topic)
        if case is None and wrote.about is not None:  # a copy that was sent right before the bot was killed
            case = await turn.cases.of(wrote.about)
        if included is False:
            return
        if case is None:
            await turn.decline(self._clock.now(), not_passed_on("gone", wrote.message))
            return
        relay = Relay(case.reference, "words", wrote.text, wrote.attachment, wrote.message)
        if included is None:
            refused = replace(relay, text="", attachment=None, state="refused", refusal="unchecked")
            await self._commit(turn, case, [refused], None, wrote.who)
        elif not wrote.text and wrote.attachment is None:
            await self._commit(turn, case, [replace(relay, state="refused", refusal="unfit")], None, wrote.who)
        else:
            after = moved(case, "write", wrote.who.name) or case
            await self._commit(turn, after, [relay], "wrote", wrote.who)

    async def _edited(self, turn: Turn, edited: StaffEdited, *, checked: bool) -> None:
        """Has what was passed on say what it says now; or says that this could not be checked."""
        relay = await turn.cases.relay_of(edited.message)
        case = await turn.cases.of(relay.reference) if relay is not None else None
        if relay is None or case is None or relay.text == edited.text:
            return
        if not checked:
            refused = Relay(case.reference, "words", source=edited.message, state="refused", refusal="unchecked")
            await self._commit(turn, case, [refused], None, edited.who)
            return
        anew = replace(relay, text=edited.text, revision=relay.revision + 1)
        await self._commit(turn, case, [], "edited", edited.who, anew)

    async def _commit(
        self,
        turn: Turn,
        case: Case,
        relays: Sequence[Relay],
        name: ActionName | None,
        who: Member,
        edited: Relay | None = None,
    ) -> None:
        now: datetime = self._clock.now()
        action = Action(now, case.reference, name, who.pseudonym) if name is not None else None
        await turn.attend(now, CaseWrite(case, relays, edited, action))


def not_passed_on(refusal: Refusal, message: int) -> Job:
    """Has staff told why a message of theirs was not passed on, of which no case knows."""
    return Job("refuse", GROUP, ticket=refusal, post=message)


def not_taken(content: Content | None) -> Job | None:
    """Has staff told that what they wrote could not be taken, if it is something that they wrote."""
    return not_passed_on("failed", content.message) if isinstance(content, StaffWrote | StaffEdited) else None


def is_staffed(incoming: Incoming) -> bool:
    """Whether something happened in the support group."""
    return isinstance(incoming.content, STAFFED)
