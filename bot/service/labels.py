"""What the choices on offer say."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from bot.model.flow import Choice, Flow
from bot.model.offer import Confirmation, Correction, FlowOnOffer, Offered, Proposal, Resumption, Suggestion, Switch
from bot.model.session import Place
from bot.model.target import Target
from bot.service.display import target_words, title_of
from bot.service.voice import Voice


def label(offer: Offered, among: Sequence[Offered], flows: Mapping[str, Flow], place: Place, voice: Voice) -> str:
    """What one of the choices on offer at a place says; `among` are all of them."""
    match offer:
        case Choice(label=phrase):
            return voice.phrase(phrase)
        case FlowOnOffer(name):
            return voice.phrase(flows[name].title)
        case Correction(_, index):
            title = title_of(flows[place.flow], place.trail[index])
            return voice.say("Correct: {title}", title=voice.phrase(title) if title else "")
        case Proposal(_, attempt):
            twice = sum(isinstance(other, Proposal) for other in among) > 1
            return voice.say("Yes, {time}", time=voice.short(attempt, offset=twice))
        case Resumption("resume"):
            return voice.say("Go on")
        case Resumption():
            return voice.say("Begin again")
        case Suggestion(_, Target() as target):
            return target_words(target, flows, voice)
        case Suggestion():
            return voice.say("Something else")
        case Confirmation("read_right"):
            return voice.say("Yes, exactly")
        case Confirmation():
            return voice.say("No, I will write it myself")
        case Switch():
            return voice.say("Follow that other lead")
        case _:
            assert_never(offer)
