"""A flow: the decision tree of one service, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias

from bot.model.answer import AnswerKind, PartOfDay, Value
from bot.model.condition import Condition

RETURN = "return"
"""The target that leaves a sub-flow: back to after its call, or to the interrupted question."""

OTHER_CAUSE = "other"
"""The cause of a ticket when no choice has named one."""

START_FLOW = "start"
"""The flow that opens every conversation and offers the others."""

Outcome: TypeAlias = Literal["solved", "ticket", "abandoned"]
OUTCOMES: Sequence[Outcome] = ("solved", "ticket", "abandoned")
Urgency: TypeAlias = Literal["normal", "high", "urgent"]
URGENCIES: Sequence[Urgency] = ("normal", "high", "urgent")
SettingType: TypeAlias = Literal["text", "url", "email", "phone", "flag", "domains"]
SETTING_TYPES: Sequence[SettingType] = ("text", "url", "email", "phone", "flag", "domains")
SettingValue: TypeAlias = str | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of the desk, to be shown in the user's language. `context` is file.node.slot, the catalogue's msgctxt."""

    context: str
    source: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a text, left out when its condition does not hold."""

    phrase: Phrase
    when: Condition | None = None


Text: TypeAlias = tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class MinutesAgo:
    """An attempt so many elapsed minutes ago, known to the minute."""

    minutes: int


@dataclass(frozen=True, slots=True)
class HoursAgo:
    """An attempt so many elapsed hours ago, known to the hour."""

    hours: int


@dataclass(frozen=True, slots=True)
class DayAgo:
    """An attempt so many calendar days ago, at a part of that day or any time of it."""

    days: int
    part: PartOfDay | None = None


Ago: TypeAlias = MinutesAgo | HoursAgo | DayAgo
"""When a ready-made answer says the attempt was, seen from the moment it is chosen."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer on offer.

    `given` is the ready-made answer it stands for; without a `goto` of its own the question's is taken. An
    `interrupt` answers nothing and comes back. One that is taken `once` is on offer until the question that it leads to
    has an answer.
    """

    id: str
    label: Phrase
    goto: str | None = None
    interrupt: str | None = None
    given: Value | Ago | None = None
    when: Condition | None = None
    cause: str | None = None
    urgency: Urgency | None = None
    examples: tuple[Phrase, ...] = ()
    once: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """At most so many times; after that, on to another node."""

    at_most: int
    then: str


@dataclass(frozen=True, slots=True)
class Message:
    """A text that asks nothing."""

    id: str
    text: Text
    goto: str


@dataclass(frozen=True, slots=True)
class Menu:
    """A question answered by one of its choices. An advice is a menu whose answer is how the advice went."""

    id: str
    text: Text
    save: str
    choices: tuple[Choice, ...]
    title: Phrase | None = None
    advice: bool = False
    loop: Bound | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with a typed answer; its choices are ready-made answers or ways out."""

    id: str
    kind: AnswerKind
    text: Text
    title: Phrase
    save: str
    goto: str
    choices: tuple[Choice, ...] = ()
    retries: Bound | None = None
    loop: Bound | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """Goes through a sub-flow, then on."""

    id: str
    subflow: str
    goto: str | None


@dataclass(frozen=True, slots=True)
class Branch:
    """One way on from a decision; no condition: otherwise."""

    goto: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Decide:
    """Takes the first branch whose condition holds. Asks nothing."""

    id: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Lists the answers, lets any one be corrected, and goes on by its choices."""

    id: str
    text: Text
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """Offers the other flows."""

    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class End:
    """Where a conversation ends; `template` is the ticket's text, for a ticket only."""

    id: str
    outcome: Outcome
    text: Text
    template: Text = ()


Node: TypeAlias = Message | Menu | Question | Call | Decide | Summary | Offer | End
Asking: TypeAlias = Menu | Question | Summary | Offer
"""The nodes that wait for the user."""


def text_of(node: Node) -> Text:
    """The text of a node; none for one that only leads on."""
    return () if isinstance(node, Call | Decide) else node.text


@dataclass(frozen=True, slots=True)
class Interrupt:
    """What the user can ask for at any node, and then comes back: a text, or a call of a sub-flow."""

    id: str
    label: Phrase
    words: tuple[Phrase, ...]
    text: Text = ()
    call: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A fact that belongs to the desk. An empty value means unknown, and texts say `unknown` instead, if there is one.

    A text is translated like any other phrase.
    """

    name: str
    context: str
    type: SettingType
    about: str
    value: SettingValue
    unknown: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """What to say after a silence of this length."""

    after: timedelta
    text: Text


@dataclass(frozen=True, slots=True)
class Flow:
    """One service's decision tree. Nodes of sub-flows are named `subflow.node`; `subflows` gives their first nodes."""

    name: str
    title: Phrase
    start: str
    nodes: Mapping[str, Node]
    subflows: Mapping[str, str]
    interrupts: Mapping[str, Interrupt]
    causes: Mapping[str, Phrase]
    settings: Mapping[str, Setting]
    renamed: Mapping[str, str]
    examples: tuple[Phrase, ...]
    reminder: Timer | None
    expiry: Timer | None
    digest: str

    @property
    def domains(self) -> tuple[str, ...]:
        """Every domain that its settings know as the desk's own."""
        known = (setting.value for setting in self.settings.values() if isinstance(setting.value, tuple))
        return tuple(domain for domains in known for domain in domains)

    def subflow_of(self, node: str) -> str | None:
        """The sub-flow that a node belongs to, None for the flow itself."""
        name, dot, _ = node.rpartition(".")
        return name if dot else None
