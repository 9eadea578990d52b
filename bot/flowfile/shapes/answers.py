"""The shape of a file of ready-made answers."""

from typing import Annotated, Literal

from pydantic import Field

from bot.flowfile.shapes.base import Flag, Id, Shape, Words


class AnswerShape(Shape):
    """What staff of the support group send with one press."""

    label: Words = Field(description="The button, as staff see it.")
    text: Words = Field(description="What the person reads.")
    asks: Flag = Field(
        default=False, description="Whether it asks the person for more: what they write next is then their answer."
    )


class AnswersShape(Shape):
    """The ready-made answers of the support group."""

    format: Literal["1"] | Literal[1] = Field(description="The version of this format.")
    answers: Annotated[dict[Id, AnswerShape], Field(min_length=1)] = Field(
        description="The answers, by id, in the order of the buttons."
    )
