"""What is said about cases: to the group in the desk's own language, to people in theirs."""

from collections.abc import Mapping, Sequence

from bot.model.canned import CannedAnswer
from bot.model.case import Case, CaseState, Refusal, Relay
from bot.model.flow import Flow, Urgency
from bot.model.message import Button, Message, Words
from bot.model.ticket import Ticket
from bot.service.case_moves import Move
from bot.service.staff import Note, Telling
from bot.service.voice import Voice, message

ANSWER = "answer-"
"""What the names of buttons begin with that send ready-made answers; the answer's id follows."""

_STATES: Mapping[CaseState, str] = {
    "open": message("not taken yet"),
    "taken": message("taken by {name}"),
    "asked": message("waits for the person ({name})"),
    "resolved": message("resolved"),
}
_TO_PERSON: Mapping[CaseState, str] = {
    "open": message("{reference} is with the support team; nobody has taken it yet."),
    "taken": message("Somebody from the support team is dealing with {reference}."),
    "asked": message("The support team has written to you about {reference} and waits for your answer."),
    "resolved": message("The support team has closed {reference}."),
}
_URGENCIES: Mapping[Urgency, str] = {"high": message("high priority"), "urgent": message("urgent")}
_HINT = message(
    "Reply to one of these messages to write to the person. Anything else written here stays in this group."
)
_REFUSALS: Mapping[Refusal, str] = {
    "blocked": message("Not delivered: the person has blocked the bot or deleted their account."),
    "unreachable": message("Not delivered: the person could not be reached for most of a day."),
    "unchecked": message("Not passed on: I could not check that its author is a member of this group. Send it again."),
    "unfit": message("Not passed on: I only pass on texts, pictures and documents."),
    "gone": message("Not passed on: I keep nothing of this ticket any more."),
    "failed": message("Not passed on: something went wrong here. Send it again."),
    "declined": message("Not delivered: Telegram does not take this message. Send it in another way."),
}


def cause_words(ticket: Ticket, flows: Mapping[str, Flow], voice: Voice) -> str:
    """What a ticket is about."""
    flow = flows.get(ticket.flow.name)
    phrase = (flow.causes.get(ticket.cause) or flow.title) if flow is not None else None
    return voice.phrase(phrase) if phrase is not None else ticket.cause


def topic_name(ticket: Ticket, flows: Mapping[str, Flow], voice: Voice) -> str:
    """What the topic of a case is called."""
    return f"{ticket.reference} · {cause_words(ticket, flows, voice)}"


def header_words(case: Case, ticket: Ticket, flows: Mapping[str, Flow], voice: Voice) -> str:
    """How a case stands, in a line, and how to write to its person."""
    state = voice.say(_STATES[case.state], name=case.by or "?")
    parts = [case.reference, cause_words(ticket, flows, voice)]
    if ticket.urgency in _URGENCIES:
        parts.append(voice.say(_URGENCIES[ticket.urgency]))
    parts.append(state)
    if case.rating is not None:
        parts.append("👍" if case.rating == "good" else "👎")
    return f"{' · '.join(parts)}\n{voice.say(_HINT)}"


def header_rows(case: Case, answers: Sequence[CannedAnswer], voice: Voice) -> list[list[Button]]:
    """What staff can do with a case now."""
    if case.state == "resolved":
        return [[Button("reopen", voice.say("Reopen"))]]
    if case.choosing:
        chosen = [[Button(f"{ANSWER}{each.id}", voice.phrase(each.label))] for each in answers]
        return [*chosen, [Button("close", voice.say("Back"))]]
    take = Button("over", voice.say("Take over")) if case.state == "taken" else Button("take", voice.say("Take"))
    choose = [Button("choose", voice.say("Answers"))] if answers else []
    return [[take, *choose, Button("resolve", voice.say("Resolve"))]]


def not_possible(case: Case, move: Move, by: str, voice: Voice) -> str:
    """Why a move cannot be made by this one of the staff."""
    if case.state == "resolved":
        return voice.say("This ticket is resolved. Reopen it first.")
    if move in ("take", "take_over") and case.by == by:
        return voice.say("You already have it.")
    if move == "take":
        return voice.say("{name} already has it.", name=case.by or "?")
    return voice.say("That is not possible now.")


def refusal_words(refusal: Refusal, voice: Voice) -> str:
    """Why something did not get to its person."""
    return voice.say(_REFUSALS[refusal])


def outcome_note(relay: Relay, voice: Voice) -> Note:
    """Why something did not get to its person, or that it did; with its words, where the group does not have them."""
    title = voice.say("Sent to the person:") if relay.refusal is None else refusal_words(relay.refusal, voice)
    return Note(title, "" if relay.shown else relay.text)


def farewell_words(reference: str, voice: Voice) -> str:
    """That nothing of a case is kept."""
    return voice.say(
        "{reference} · I keep nothing of this ticket any more: its person has asked to be forgotten, or nothing was "
        "done about it for long. I cannot erase what stands here: please delete it.",
        reference=reference,
    )


def told(relay: Relay, voice: Voice) -> Telling:
    """A relay as its person reads it, under the desk's name."""
    about = relay.reference.lower()
    answer = answering(relay.reference, voice)
    match relay.kind:
        case "words":
            title = (
                voice.say("Support ({reference}), edited message:", reference=relay.reference)
                if relay.revision > 1
                else voice.say("Support ({reference}):", reference=relay.reference)
            )
            words = f"{title}\n\n{relay.text}" if relay.text else title
            return Telling(Message((Words(words),)), ((answer,),), relay.attachment)
        case "resolved":
            words = voice.say(
                "The support team has closed ticket {reference}. Are you satisfied? If it is not solved, open it "
                "again.",
                reference=relay.reference,
            )
            rates = (Button(f"rate-{about}-good", "👍"), Button(f"rate-{about}-bad", "👎"))
            return Telling(Message((Words(words),)), (rates, (Button(f"reopen-{about}", voice.say("Reopen")),)))
        case "reopened":
            words = voice.say("The support team has opened ticket {reference} again.", reference=relay.reference)
            return Telling(Message((Words(words),)), ((answer,),))


def answering(reference: str, voice: Voice) -> Button:
    """The button by which somebody answers support."""
    return Button(f"add-{reference.lower()}", voice.say("Answer"))


def standing(case: Case, voice: Voice) -> str:
    """How a case stands, for its person."""
    return voice.say(_TO_PERSON[case.state], reference=case.reference)
