"""The shape of flow files, as the author writes them. The JSON Schema for editors is generated from here."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from bot.model.answer import AnswerKind, PartOfDay
from bot.model.flow import Outcome, SettingType, Urgency

ID_PATTERN = r"^[a-z][a-z0-9_]*$"
ID_LENGTH = 32


class Shape(BaseModel):
    """Only the keys named here are allowed."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


Id = Annotated[str, Field(pattern=ID_PATTERN, max_length=ID_LENGTH)]
Words = Annotated[str, Field(min_length=1)]
Target = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
NodeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
Count = Annotated[int, Field(ge=1, le=20)]


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str | dict) else value


def _bare_paragraph(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


def _flag(value: object) -> object:
    if value not in ("true", "false"):
        raise PydanticCustomError("wrong_value", "write true or false")
    return value == "true"


Flag = Annotated[bool, BeforeValidator(_flag, json_schema_input_type=bool)]


TAG = "~"
"""Begins the names of variants, so that they are never taken for an author's keys."""


def _setting(value: object) -> object:
    if isinstance(value, str | bool) or (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        return value
    raise PydanticCustomError("wrong_value", "write a text, true or false, or a list of texts")


SettingText = Annotated[str | list[str] | bool, BeforeValidator(_setting)]


def _by_key(**variants: str) -> Discriminator:
    """Chooses the variant by the first of these keys that is there; a `_` at the end keeps off Python's words."""
    by_key = {key.rstrip("_"): tag for key, tag in variants.items()}

    def variant(value: object) -> str | None:
        return next((tag for key, tag in by_key.items() if isinstance(value, dict) and key in value), None)

    return Discriminator(
        variant,
        custom_error_type="no_variant",
        custom_error_message="one of these keys is needed here: " + ", ".join(by_key),
    )


class ChoiceTakenShape(Shape):
    """One of these choices answered the question saved under this name."""

    answer: Id
    is_: Annotated[list[Id], BeforeValidator(_one_or_many, json_schema_input_type=Id | list[Id])] = Field(alias="is")


class AnsweredShape(Shape):
    """Something was answered under this name."""

    answer: Id
    given: Literal["true"] | Literal[True]


class HostOutsideShape(Shape):
    """The web address saved under this name lies outside the domains of this setting."""

    answer: Id
    outside: Id


class SettingKnownShape(Shape):
    """The setting is filled; for a flag: true."""

    setting: Id


class FieldFilledShape(Shape):
    """The ticket has something in this field. Only in ticket templates."""

    field: Id


class InMonthsShape(Shape):
    """The date is in one of these months, 1 to 12."""

    months: Annotated[list[Annotated[int, Field(ge=1, le=12)]], Field(min_length=1)]


class NotShape(Shape):
    """The condition does not hold."""

    not_: "ConditionShape" = Field(alias="not")


class AllOfShape(Shape):
    """All the conditions hold."""

    all: Annotated[list["ConditionShape"], Field(min_length=1)]


class AnyOfShape(Shape):
    """At least one of the conditions holds."""

    any: Annotated[list["ConditionShape"], Field(min_length=1)]


ConditionShape = Annotated[
    Annotated[ChoiceTakenShape, Tag("~ChoiceTakenShape")]
    | Annotated[AnsweredShape, Tag("~AnsweredShape")]
    | Annotated[HostOutsideShape, Tag("~HostOutsideShape")]
    | Annotated[SettingKnownShape, Tag("~SettingKnownShape")]
    | Annotated[FieldFilledShape, Tag("~FieldFilledShape")]
    | Annotated[InMonthsShape, Tag("~InMonthsShape")]
    | Annotated[NotShape, Tag("~NotShape")]
    | Annotated[AllOfShape, Tag("~AllOfShape")]
    | Annotated[AnyOfShape, Tag("~AnyOfShape")],
    _by_key(
        is_="~ChoiceTakenShape",
        given="~AnsweredShape",
        outside="~HostOutsideShape",
        setting="~SettingKnownShape",
        field="~FieldFilledShape",
        months="~InMonthsShape",
        not_="~NotShape",
        all="~AllOfShape",
        any="~AnyOfShape",
    ),
]


class ParagraphShape(Shape):
    """A paragraph that is shown only when its condition holds."""

    text: Words
    when: ConditionShape | None = None


Paragraph = Annotated[ParagraphShape, BeforeValidator(_bare_paragraph, json_schema_input_type=Words | ParagraphShape)]
Text = Annotated[
    list[Paragraph],
    Field(min_length=1),
    BeforeValidator(_one_or_many, json_schema_input_type=Words | list[Words | ParagraphShape]),
]
Examples = list[Words]


class MinutesAgoShape(Shape):
    """So many minutes ago."""

    minutes_ago: Annotated[int, Field(ge=0, le=10_000)]


class HoursAgoShape(Shape):
    """So many hours ago."""

    hours_ago: Annotated[int, Field(ge=1, le=1_000)]


class DayAgoShape(Shape):
    """So many days ago; today when only a part of the day is named."""

    days_ago: Annotated[int, Field(ge=0, le=366)] = 0
    part: PartOfDay | None = None


class EquipmentShape(Shape):
    """A ready-made answer to an environment question."""

    device: Words | None = None
    system: Words | None = None
    browser: Words | None = None


def _answer_variant(value: object) -> str:
    match value:
        case {"minutes_ago": _}:
            return "~MinutesAgoShape"
        case {"hours_ago": _}:
            return "~HoursAgoShape"
        case {"days_ago": _} | {"part": _}:
            return "~DayAgoShape"
        case dict():
            return "~EquipmentShape"
        case _:
            return "~keyword"


AnswerShape = Annotated[
    Annotated[Literal["none_shown", "now", "unknown", "nothing"], Tag("~keyword")]
    | Annotated[MinutesAgoShape, Tag("~MinutesAgoShape")]
    | Annotated[HoursAgoShape, Tag("~HoursAgoShape")]
    | Annotated[DayAgoShape, Tag("~DayAgoShape")]
    | Annotated[EquipmentShape, Tag("~EquipmentShape")],
    Discriminator(_answer_variant),
]


class ChoiceShape(Shape):
    """One answer on offer."""

    id: Id
    """Its stable name; never shown."""
    label: Words
    """What the button says. Short enough for a phone."""
    goto: Target | None = None
    """The node to go to, or `return` to leave the sub-flow."""
    answer: AnswerShape | None = None
    """On a question: the ready-made answer this choice stands for."""
    interrupt: Id | None = None
    """The interrupt to show before the question comes back."""
    when: ConditionShape | None = None
    """Offered only when this holds."""
    cause: Id | None = None
    """Taking it names the cause of the ticket."""
    urgency: Urgency | None = None
    """Taking it sets the urgency of the ticket."""
    examples: Examples = []
    """Other ways people say it."""


Choices = Annotated[list[ChoiceShape], Field(min_length=1)]


class BoundShape(Shape):
    """At most so many times, then on to another node."""

    at_most: Count
    then: Target


class QuestionShape(Shape):
    """A question with a typed answer."""

    ask: AnswerKind
    """What kind of answer is expected."""
    text: Text
    title: Words
    """Its short name in the summary and in the ticket."""
    save: Id | None = None
    """The name the answer is kept under; the node's own name when left out."""
    choices: list[ChoiceShape] = []
    """Ready-made answers, or ways out."""
    goto: Target
    retries: BoundShape | None = None
    """How often an answer that is not understood is asked again."""
    loop: BoundShape | None = None
    """How often the conversation may come by here, where a path leads back to it."""


class MenuShape(Shape):
    """A question answered by one of its choices; with `advice: true`, an advice and how it went."""

    text: Text
    choices: Choices
    title: Words | None = None
    """Its short name in the summary and in the ticket; without a title it appears in neither."""
    save: Id | None = None
    """The name the answer is kept under; the node's own name when left out."""
    advice: Flag = False
    """The text is an advice, the choices tell how it went."""
    loop: BoundShape | None = None
    """How often the conversation may come by here, where a path leads back to it."""


class MessageShape(Shape):
    """A text that asks nothing."""

    text: Text
    goto: Target


class CallShape(Shape):
    """Goes through a sub-flow, then on."""

    call: Id
    """The sub-flow's name."""
    goto: Target | None = None
    """Where to go on after it; left out when the sub-flow always ends the conversation."""


class BranchShape(Shape):
    """One way on; without `when`: otherwise."""

    when: ConditionShape | None = None
    goto: Target


class DecideShape(Shape):
    """Takes the first branch whose condition holds."""

    decide: Annotated[list[BranchShape], Field(min_length=1)]


class SummaryShape(Shape):
    """Lists the answers, any of which can be corrected, and goes on by its choices."""

    summary: Literal["answers"]
    text: Text
    choices: Choices


class OfferShape(Shape):
    """Offers the other flows."""

    offer: Literal["flows"]
    text: Text


class EndShape(Shape):
    """Where a conversation ends."""

    end: Outcome
    text: Text
    template: Text | None = None
    """The ticket's text; only for `end: ticket`."""

    @model_validator(mode="after")
    def _template_fits(self) -> Self:
        if (self.end == "ticket") != (self.template is not None):
            raise PydanticCustomError(
                "template_misplaced", "a template belongs to an end with a ticket, and only there"
            )
        return self


AnyNode = Annotated[
    Annotated[QuestionShape, Tag("~QuestionShape")]
    | Annotated[SummaryShape, Tag("~SummaryShape")]
    | Annotated[OfferShape, Tag("~OfferShape")]
    | Annotated[CallShape, Tag("~CallShape")]
    | Annotated[DecideShape, Tag("~DecideShape")]
    | Annotated[EndShape, Tag("~EndShape")]
    | Annotated[MenuShape, Tag("~MenuShape")]
    | Annotated[MessageShape, Tag("~MessageShape")],
    _by_key(
        ask="~QuestionShape",
        summary="~SummaryShape",
        offer="~OfferShape",
        call="~CallShape",
        decide="~DecideShape",
        end="~EndShape",
        choices="~MenuShape",
        text="~MessageShape",
    ),
]
Nodes = Annotated[dict[Id, AnyNode], Field(min_length=1)]


class InterruptShape(Shape):
    """What the user can ask for at any moment, and then comes back."""

    label: Words
    """Its name for the user; typing it asks for it."""
    words: Examples = []
    """Other words that ask for it."""
    text: Text | None = None
    call: Id | None = None
    """The sub-flow to go through instead of a text."""

    @model_validator(mode="after")
    def _text_or_call(self) -> Self:
        if (self.text is None) == (self.call is None):
            raise PydanticCustomError("text_or_call", "an interrupt has either a text or a call")
        return self


class SubflowShape(Shape):
    """Nodes that can be called from several places."""

    start: Id
    nodes: Nodes


class SettingShape(Shape):
    """A fact that belongs to the desk and can be filled in its settings file."""

    type: SettingType
    about: Words
    """What it is, for whoever fills it."""
    default: SettingText = ""
    """Its value when nobody fills it; empty means unknown."""


class TimerShape(Shape):
    """What to say after a silence."""

    after: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3} (minute|hour|day)s?$")]
    """A number and minutes, hours or days: `4 hours`."""
    text: Text


class SharedShape(Shape):
    """What flows and libraries have in common."""

    format: Literal["1"] | Literal[1]
    """The version of this format."""
    settings: dict[Id, SettingShape] = {}
    interrupts: dict[Id, InterruptShape] = {}
    subflows: dict[Id, SubflowShape] = {}
    renamed: dict[NodeName, NodeName] = {}
    """Old node names and the new ones (`node`, or `subflow.node`), so that conversations under way are followed."""


class LibraryShape(SharedShape):
    """A file that flows share: settings, interrupts and sub-flows, but no nodes of its own."""

    library: Id


class FlowShape(SharedShape):
    """The decision tree of one service."""

    flow: Id
    title: Words
    """Its name for the user, where several flows are offered."""
    use: list[Id] = []
    """The libraries it shares."""
    examples: Examples = []
    """Other ways people name this service."""
    causes: dict[Id, Words] = {}
    """The causes a ticket can name, each with its title."""
    reminder: TimerShape | None = None
    expiry: TimerShape | None = None
    start: Id
    """The first node."""
    nodes: Nodes


class SettingsFileShape(Shape):
    """The desk's own settings file."""

    format: Literal["1"] | Literal[1]
    settings: dict[Id, SettingText]


FileShape = Annotated[
    Annotated[FlowShape, Tag("~FlowShape")]
    | Annotated[LibraryShape, Tag("~LibraryShape")]
    | Annotated[SettingsFileShape, Tag("~SettingsFileShape")],
    _by_key(flow="~FlowShape", library="~LibraryShape", settings="~SettingsFileShape"),
]
