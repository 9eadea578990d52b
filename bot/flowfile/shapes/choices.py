"""The shapes of choices and of the ready-made answers they stand for."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from bot.flowfile.shapes.base import Flag, Id, Shape, Target, Words
from bot.flowfile.shapes.conditions import ConditionShape, Examples
from bot.model.answer import PartOfDay
from bot.model.flow import Urgency


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


ANSWER_KINDS = {
    "minutes_ago": "~MinutesAgoShape",
    "hours_ago": "~HoursAgoShape",
    "days_ago": "~DayAgoShape",
    "part": "~DayAgoShape",
    "device": "~EquipmentShape",
    "system": "~EquipmentShape",
    "browser": "~EquipmentShape",
}
"""The keys that tell what a ready-made answer is; the first that is there counts."""


def _answer_variant(value: object) -> str:
    if not isinstance(value, dict):
        return "~keyword"
    return next((tag for key, tag in ANSWER_KINDS.items() if key in value), "~EquipmentShape")


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

    id: Id = Field(description="Its stable name; never shown.")
    label: Words = Field(description="What the button says. Short enough for a phone.")
    goto: Target | None = Field(default=None, description="The node to go to, or `return` to leave the sub-flow.")
    answer: AnswerShape | None = Field(
        default=None, description="On a question: the ready-made answer this choice stands for."
    )
    interrupt: Id | None = Field(default=None, description="The interrupt to show before the question comes back.")
    when: ConditionShape | None = Field(default=None, description="Offered only when this holds.")
    once: Flag = Field(
        default=False,
        description="Offered only until the question that it leads to has an answer; then that can be corrected.",
    )
    cause: Id | None = Field(default=None, description="Taking it names the cause of the ticket.")
    urgency: Urgency | None = Field(default=None, description="Taking it sets the urgency of the ticket.")
    examples: Examples = Field(default_factory=list, description="Other ways people say it.")


Choices = Annotated[list[ChoiceShape], Field(min_length=1)]
