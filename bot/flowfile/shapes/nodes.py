"""The shapes of nodes."""

from typing import Annotated, Literal, Self

from pydantic import Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from bot.flowfile.shapes.base import Count, Flag, Id, Shape, Target, Words, by_key
from bot.flowfile.shapes.choices import Choices, ChoiceShape
from bot.flowfile.shapes.conditions import ConditionShape, Text
from bot.model.answer import AnswerKind
from bot.model.flow import Outcome


class BoundShape(Shape):
    """At most so many times, then on to another node."""

    at_most: Count
    then: Target


class QuestionShape(Shape):
    """A question with a typed answer."""

    ask: AnswerKind = Field(description="What kind of answer is expected.")
    text: Text
    title: Words = Field(description="Its short name in the summary and in the ticket.")
    save: Id | None = Field(
        default=None, description="The name the answer is kept under; the node's own name when left out."
    )
    choices: list[ChoiceShape] = Field(default_factory=list, description="Ready-made answers, or ways out.")
    goto: Target
    retries: BoundShape | None = Field(
        default=None, description="How often an answer that is not understood is asked again."
    )
    loop: BoundShape | None = Field(
        default=None, description="How often the conversation may come by here, where a path leads back to it."
    )


class MenuShape(Shape):
    """A question answered by one of its choices; with `advice: true`, an advice and how it went."""

    text: Text
    choices: Choices
    title: Words | None = Field(
        default=None,
        description="Its short name in the summary and in the ticket; without a title it appears in neither.",
    )
    save: Id | None = Field(
        default=None, description="The name the answer is kept under; the node's own name when left out."
    )
    advice: Flag = Field(default=False, description="The text is an advice, the choices tell how it went.")
    loop: BoundShape | None = Field(
        default=None, description="How often the conversation may come by here, where a path leads back to it."
    )


class MessageShape(Shape):
    """A text that asks nothing."""

    text: Text
    goto: Target


class CallShape(Shape):
    """Goes through a sub-flow, then on."""

    call: Id = Field(description="The sub-flow's name.")
    goto: Target | None = Field(
        default=None, description="Where to go on after it; left out when the sub-flow always ends the conversation."
    )


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
    template: Text | None = Field(default=None, description="The ticket's text; only for `end: ticket`.")

    @model_validator(mode="after")
    def _template_fits(self) -> Self:
        if (self.end == "ticket") != (self.template is not None):
            raise PydanticCustomError(
                "template_misplaced", "a template belongs to an end with a ticket, and only there"
            )
        return self


NODE_KINDS = {
    "ask": "~QuestionShape",
    "summary": "~SummaryShape",
    "offer": "~OfferShape",
    "call": "~CallShape",
    "decide": "~DecideShape",
    "end": "~EndShape",
    "choices": "~MenuShape",
    "text": "~MessageShape",
}
"""The keys that tell what a node is; the first that is there counts."""

AnyNode = Annotated[
    Annotated[QuestionShape, Tag("~QuestionShape")]
    | Annotated[SummaryShape, Tag("~SummaryShape")]
    | Annotated[OfferShape, Tag("~OfferShape")]
    | Annotated[CallShape, Tag("~CallShape")]
    | Annotated[DecideShape, Tag("~DecideShape")]
    | Annotated[EndShape, Tag("~EndShape")]
    | Annotated[MenuShape, Tag("~MenuShape")]
    | Annotated[MessageShape, Tag("~MessageShape")],
    by_key(**NODE_KINDS),
]
Nodes = Annotated[dict[Id, AnyNode], Field(min_length=1)]
