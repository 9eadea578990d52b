"""How answers read, in the user's language."""

from collections.abc import Mapping
from typing import assert_never

from bot.model.answer import (
    AttemptTime,
    Environment,
    ErrorMessage,
    FreeText,
    Identifier,
    NothingGiven,
    Photo,
    Unclear,
    Value,
    WebAddress,
)
from bot.model.flow import Choice, Flow, Menu, Phrase, Question, Setting, Summary
from bot.model.session import Entry, Place
from bot.model.target import Target
from bot.service.verdict_words import address_part
from bot.service.voice import Voice


def answer_words(flow: Flow, entry: Entry, voice: Voice) -> str:
    """What the user answered: the choice's label, the value, or both where one says more than the other."""
    choice = choice_taken(flow, entry)
    label = voice.phrase(choice.label) if choice else None
    match entry.value:
        case None | NothingGiven() | Environment(words="") | ErrorMessage(text=None) if label is not None:
            return label
        case AttemptTime(at=None) if label is not None:
            return label
        case AttemptTime(words=words) as attempt if words or label:
            return f"{voice.attempt(attempt)} ({label or voice.quoted(words)})"
        case Unclear(words) if label is not None:
            return f"{label} ({voice.quoted(words)})"
        case None:
            return voice.say("not given")
        case value:
            return value_words(value, voice)


def value_words(value: Value, voice: Voice) -> str:
    """A typed value in words, whole and unchanged where it is the user's."""
    match value:
        case ErrorMessage(text):
            return voice.say("none was shown") if text is None else text
        case FreeText(text) | Identifier(text) | WebAddress(text):
            return text
        case AttemptTime():
            return voice.attempt(value)
        case Environment(words, device, system, browser):
            return words or ", ".join(part for part in (device, system, browser) if part)
        case Photo(attachment):
            return attachment.name
        case NothingGiven():
            return voice.say("not given")
        case Unclear(words):
            return words
        case _:
            assert_never(value)


def target_words(target: Target, flows: Mapping[str, Flow], voice: Voice) -> str:
    """What a conversation can be about: the cause, or the flow."""
    flow = flows[target.flow]
    return voice.phrase(flow.causes.get(target.cause or "", flow.title))


def choice_taken(flow: Flow, entry: Entry) -> Choice | None:
    """The choice that an entry took, while the flow still has it."""
    node = flow.nodes.get(entry.node)
    choices = node.choices if isinstance(node, Menu | Question | Summary) else ()
    return next((choice for choice in choices if choice.id == entry.choice), None)


def title_of(flow: Flow, entry: Entry) -> Phrase | None:
    """The short name of the question an entry answers; None for one that appears nowhere."""
    node = flow.nodes.get(entry.node)
    return node.title if isinstance(node, Menu | Question) else None


def known_value(flow: Flow, place: Place, name: str, voice: Voice) -> str | None:
    """What a placeholder of a node's text stands for; None when there is no such thing.

    It is a setting, an answer, or a part of a web address that was answered, seen from all domains of the settings.
    """
    if name in flow.settings:
        return setting_words(flow.settings[name], voice)
    answer, dot, part = name.partition(".")
    entry = place.answer(answer)
    if not dot:
        return answer_words(flow, entry, voice) if entry else None
    if entry is None or not isinstance(entry.value, WebAddress):
        return None
    return address_part(entry.value, part, flow.domains, voice)


def setting_words(setting: Setting, voice: Voice) -> str:
    """The value of a setting: a text in the user's language, a choice of domains, anything else as it is.

    Of an empty one, what the flow says instead; nothing where it says nothing.
    """
    match setting:
        case Setting(value="" | (), unknown=Phrase() as instead):
            return voice.phrase(instead)
        case Setting(type="text", value=str(value)):
            return voice.phrase(Phrase(setting.context, value)) if value else ""
        case Setting(value=tuple(domains)):
            return voice.choice_of(domains)
        case _:
            return str(setting.value)
