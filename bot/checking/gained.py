"""What a path has gained: the kinds of answers asked for, and the names answered."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from bot.checking.links import Link, links
from bot.model.condition import AllOf, Answered, ChoiceTaken, Condition, HostOutside
from bot.model.flow import Decide, Flow, Menu, Node, Question


@dataclass(frozen=True, slots=True)
class Gained:
    """What a path has after it: the kinds of answers asked for, and the names answered."""

    asked: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()

    def __or__(self, other: "Gained") -> "Gained":
        return Gained(self.asked | other.asked, self.answered | other.answered)

    def __and__(self, other: "Gained") -> "Gained":
        return Gained(self.asked & other.asked, self.answered & other.answered)


NOTHING = Gained()


def gain(flow: Flow, node: Node, link: Link) -> Gained:
    """What going on from a node by a link adds.

    An error message that somebody was asked for and went past is none; a time may be unknown. A branch that is taken
    because something was answered adds what had been gained with that answer, wherever that was.
    """
    match node:
        case Question(kind="error_message", save=save) if not link.answers:
            return Gained(answered=frozenset({save}))
        case Question(kind=kind, save=save):
            return Gained(frozenset({kind}), frozenset({save}))
        case Menu(save=save):
            return Gained(answered=frozenset({save}))
        case Decide():
            return reduce(or_, (_gained_with(flow, name) for name in answers_given(link.when)), NOTHING)
        case _:
            return NOTHING


def answers_given(when: Condition | None) -> Set[str]:
    """The answers that were surely given when a condition holds."""
    match when:
        case Answered(answer) | ChoiceTaken(answer=answer) | HostOutside(answer=answer):
            return {answer}
        case AllOf(conditions):
            return set().union(*(answers_given(part) for part in conditions))
        case _:
            return frozenset()


def _gained_with(flow: Flow, name: str) -> Gained:
    """What is gained by answering under a name, whichever node asked and however it was left."""
    gains = list(_gains(flow, name))
    return reduce(and_, gains) if gains else NOTHING


def _gains(flow: Flow, name: str) -> Iterator[Gained]:
    for node in flow.nodes.values():
        if isinstance(node, Menu | Question) and node.save == name:
            yield from (gain(flow, node, link) for link in links(node))
