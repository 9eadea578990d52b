"""The shapes of whole files: flows, libraries, the desk's settings, signatures, examples and ready-made answers."""

from typing import Annotated, Literal, Self

from pydantic import Field, Tag, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from bot.flowfile.shapes.answers import AnswersShape
from bot.flowfile.shapes.base import Id, NodeName, SettingText, Shape, Words, by_key
from bot.flowfile.shapes.conditions import Examples, Text
from bot.flowfile.shapes.examples import ExamplesShape
from bot.flowfile.shapes.nodes import Nodes
from bot.flowfile.shapes.signatures import SignaturesShape
from bot.model.flow import SettingType


class InterruptShape(Shape):
    """What the user can ask for at any moment, and then comes back."""

    label: Words = Field(description="Its name for the user; typing it asks for it.")
    words: Examples = Field(default_factory=list, description="Other words that ask for it.")
    text: Text | None = None
    call: Id | None = Field(default=None, description="The sub-flow to go through instead of a text.")

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
    about: Words = Field(description="What it is, for whoever fills it.")
    default: SettingText = Field(default="", description="Its value when nobody fills it; empty means unknown.")
    unknown: Words | None = Field(default=None, description="What texts say instead of the value while it is empty.")

    @field_validator("unknown")
    @classmethod
    def _stands_in_texts(cls, unknown: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("type") == "flag":
            raise PydanticCustomError(
                "wrong_value", 'a flag is true or false, and stands in no text; take "unknown" out'
            )
        return unknown


class TimerShape(Shape):
    """What to say after a silence."""

    after: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3} (minute|hour|day)s?$")] = Field(
        description="A number and minutes, hours or days: `4 hours`."
    )
    text: Text


class SharedShape(Shape):
    """What flows and libraries have in common."""

    format: Literal["1"] | Literal[1] = Field(description="The version of this format.")
    settings: dict[Id, SettingShape] = Field(default_factory=dict)
    interrupts: dict[Id, InterruptShape] = Field(default_factory=dict)
    subflows: dict[Id, SubflowShape] = Field(default_factory=dict)
    renamed: dict[NodeName, NodeName] = Field(
        default_factory=dict,
        description="Old node names and the new ones (`node`, or `subflow.node`), so that conversations under way are "
        "followed.",
    )


class LibraryShape(SharedShape):
    """A file that flows share: settings, interrupts and sub-flows, but no nodes of its own."""

    library: Id


class FlowShape(SharedShape):
    """The decision tree of one service."""

    flow: Id
    title: Words = Field(description="Its name for the user, where several flows are offered.")
    use: list[Id] = Field(default_factory=list, description="The libraries it shares.")
    examples: Examples = Field(default_factory=list, description="Other ways people name this service.")
    causes: dict[Id, Words] = Field(
        default_factory=dict, description="The causes a ticket can name, each with its title."
    )
    reminder: TimerShape | None = None
    expiry: TimerShape | None = None
    start: Id = Field(description="The first node.")
    nodes: Nodes


class SettingsFileShape(Shape):
    """The desk's own settings file."""

    format: Literal["1"] | Literal[1]
    settings: dict[Id, SettingText]


FILE_KINDS = {
    "answers": "~AnswersShape",
    "examples_by_cause": "~ExamplesShape",
    "signatures": "~SignaturesShape",
    "flow": "~FlowShape",
    "library": "~LibraryShape",
    "settings": "~SettingsFileShape",
}
"""The keys that tell what a file is; the first that is there counts."""

FileShape = Annotated[
    Annotated[AnswersShape, Tag("~AnswersShape")]
    | Annotated[ExamplesShape, Tag("~ExamplesShape")]
    | Annotated[SignaturesShape, Tag("~SignaturesShape")]
    | Annotated[FlowShape, Tag("~FlowShape")]
    | Annotated[LibraryShape, Tag("~LibraryShape")]
    | Annotated[SettingsFileShape, Tag("~SettingsFileShape")],
    by_key(**FILE_KINDS),
]
