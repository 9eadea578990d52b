"""The ticket of a session, and its text by the flow's template."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from bot.engine.conditions import holds
from bot.model.answer import Attachment, AttemptTime, Environment, ErrorMessage, Identifier, Photo, Unclear
from bot.model.flow import OTHER_CAUSE, URGENCIES, End, Flow, Menu, Question
from bot.model.message import Copyable, Message, Part, Verbatim, Words
from bot.model.placeholder import fill, isolated
from bot.model.session import Entry, Session
from bot.model.ticket import (
    AdviceStep,
    QuestionStep,
    Step,
    Ticket,
    TicketAttempt,
    TicketEnvironment,
    TicketError,
    TicketFlow,
)
from bot.service.display import answer_words, choice_taken, setting_words, title_of
from bot.service.visible import level
from bot.service.voice import Voice, message

_V = TypeVar("_V", ErrorMessage, Identifier, Environment)


def ticket(flow: Flow, session: Session, reference: str, now: datetime, voice: Voice) -> Ticket:
    """The ticket of a session that has come to a ticket's end."""
    trail = session.place.trail
    error, identifier, environment = _last(trail, ErrorMessage), _last(trail, Identifier), _last(trail, Environment)
    urgencies = [entry.urgency for _, entry in session.place.latest() if entry.urgency is not None]
    photos = tuple(entry.value.attachment for entry in trail if isinstance(entry.value, Photo))
    return Ticket(
        reference=reference,
        cause=next((entry.cause for entry in reversed(trail) if entry.cause), OTHER_CAUSE),
        urgency=max(urgencies, key=URGENCIES.index, default="normal"),
        language=session.language,
        error_message=_error(error),
        signature=error.signature if error else None,
        attempt=_attempt(flow, trail, voice),
        created_at=now,
        identifier=identifier.text if identifier else None,
        environment=TicketEnvironment(environment.device, environment.system, environment.browser)
        if environment
        else TicketEnvironment(),
        steps=tuple(_steps(flow, trail, voice)),
        attachments=(*session.attachments, *photos),
        flow=TicketFlow(flow.name, flow.digest),
    )


def ticket_message(flow: Flow, end: End, session: Session, made: Ticket, voice: Voice) -> Message:
    """The ticket as a message to be forwarded, by the template of its end node."""
    fields = _fields(flow, made, voice)
    filled = frozenset(name for name, words in fields.items() if words)
    values = {name: setting_words(setting, voice) for name, setting in flow.settings.items()} | fields
    parts: list[Part] = []
    for paragraph in end.template:
        if not holds(paragraph.when, flow, session.place.trail, made.created_at, filled):
            continue
        words = voice.phrase(paragraph.phrase)
        if words.strip() == "{error_message}" and made.error_message.text is not None:
            parts.append(Verbatim(voice.say("exact message"), made.error_message.text, voice.say("end of the message")))
        else:
            parts.append(Words(fill(words, values)))
    copies = (
        Copyable(voice.say("Copy the reference"), made.reference),
        Copyable(voice.say("Copy the short version"), _short(fields)),
    )
    return Message(tuple(parts), copies)


_SHORT = 256
"""Characters of the short version: what Telegram copies at once."""


def _short(fields: Mapping[str, str]) -> str:
    """The ticket in a few words, to be dictated or pasted into a form with little room."""
    names = ("reference", "cause", "attempt", "error_message")
    words = " · ".join(" ".join(fields[name].split()) for name in names)
    return words if len(words) <= _SHORT else words[: _SHORT - 1] + "…"


def _fields(flow: Flow, made: Ticket, voice: Voice) -> dict[str, str]:
    """The ticket's fields in words; empty where there is nothing."""
    equipment = (made.environment.device, made.environment.system, made.environment.browser)
    return {
        "reference": made.reference,
        "flow": voice.phrase(flow.title),
        "cause": cause_words(flow, made, voice),
        "urgency": voice.say(_URGENCIES[made.urgency]),
        "language": voice.language_name,
        "error_message": made.error_message.text
        or (
            voice.say("Exact message: not given.")
            if made.error_message.shown
            else voice.say("Exact message: none was shown, according to the user.")
        ),
        "signature": made.signature or "",
        "attempt": attempt_words(made.attempt, voice),
        "identifier": isolated(made.identifier or ""),
        "environment": ", ".join(_equipment(part, voice) for part in equipment if part),
        "steps": "\n".join(_step_lines(flow, made, voice)),
        "attachments": ", ".join(attachment_words(attachment, voice) for attachment in made.attachments),
        "created_at": voice.instant(made.created_at),
    }


_URGENCIES = {"normal": message("normal"), "high": message("high"), "urgent": message("URGENT")}
_EQUIPMENT = {"computer": message("computer"), "phone": message("phone"), "tablet": message("tablet")}


def _equipment(part: str, voice: Voice) -> str:
    return voice.say(_EQUIPMENT[part]) if part in _EQUIPMENT else part


def attachment_name(attachment: Attachment) -> str:
    """A picture's name, on one line."""
    return isolated(level(" ".join(attachment.name.split())))


def attachment_words(attachment: Attachment, voice: Voice) -> str:
    """A picture's name, and the words that came with it."""
    name = attachment_name(attachment)
    return f"{name} ({voice.quoted(attachment.caption)})" if attachment.caption else name


def _error(told: ErrorMessage | None) -> TicketError:
    return TicketError(told.text, told.shown, told.redactions) if told else TicketError(None, shown=True)


def _attempt(flow: Flow, trail: tuple[Entry, ...], voice: Voice) -> TicketAttempt:
    """The last attempt time told, in the user's words; the words of an attempt that stayed unclear are not lost."""
    asked = [entry for entry in trail if _asks_attempt(flow, entry)]
    told = next((entry for entry in reversed(asked) if isinstance(entry.value, AttemptTime)), None)
    unclear = next((entry.value.words for entry in reversed(asked) if isinstance(entry.value, Unclear)), "")
    if told is None or not isinstance(told.value, AttemptTime):
        return TicketAttempt(None, "unknown", unclear)
    choice = choice_taken(flow, told)
    label = voice.phrase(choice.label) if choice else ""
    words = told.value.words or (unclear if told.value.at is None else "") or label
    return TicketAttempt(told.value.at, told.value.precision, words)


def _asks_attempt(flow: Flow, entry: Entry) -> bool:
    node = flow.nodes.get(entry.node)
    return isinstance(entry.value, AttemptTime) or (isinstance(node, Question) and node.kind == "attempt_time")


def ticket_subject(flow: Flow | None, made: Ticket, voice: Voice) -> str:
    """A ticket in one line; without its flow, its cause goes by its bare name."""
    phrase = (flow.causes.get(made.cause) or flow.title) if flow is not None else None
    cause = voice.phrase(phrase) if phrase is not None else made.cause
    return voice.say("Ticket {reference}: {cause}", reference=made.reference, cause=cause)


def cause_words(flow: Flow | None, made: Ticket, voice: Voice) -> str:
    """The name of a ticket's cause, while its flow has it."""
    known = flow.causes if flow is not None else {}
    return voice.phrase(known[made.cause]) if made.cause in known else voice.say("not known")


def attempt_words(attempt: TicketAttempt, voice: Voice) -> str:
    """When the attempt was, and the words in which it was told."""
    time = voice.attempt(AttemptTime(attempt.at, attempt.precision, attempt.words))
    return f"{time} ({voice.quoted(attempt.words)})" if attempt.words else time


def _steps(flow: Flow, trail: tuple[Entry, ...], voice: Voice) -> Iterator[Step]:
    for entry in trail:
        title = title_of(flow, entry)
        if title is None or entry.interrupt is not None:
            continue
        node = flow.nodes.get(entry.node)
        if isinstance(node, Menu) and node.advice:
            yield AdviceStep(entry.node, voice.phrase(title), answer_words(flow, entry, voice))
        else:
            yield QuestionStep(entry.node, voice.phrase(title), answer_words(flow, entry, voice))


def _step_lines(flow: Flow, made: Ticket, voice: Voice) -> Iterator[str]:
    """The steps as lines of text. The message and the time stand at the head of a ticket; they are not repeated."""
    number = 0
    for step in made.steps:
        node = flow.nodes.get(step.node)
        if isinstance(node, Question) and node.kind in ("error_message", "attempt_time"):
            continue
        number += 1
        title, words = (step.question, step.answer) if isinstance(step, QuestionStep) else (step.advice, step.outcome)
        indented = isolated(words).replace("\n", "\n   ")
        yield voice.say("{number}. {title}: {answer}", number=str(number), title=title, answer=indented)


def _last(trail: tuple[Entry, ...], kind: type[_V]) -> _V | None:
    return next((entry.value for entry in reversed(trail) if isinstance(entry.value, kind)), None)
