"""The shape of a file of examples: how people tell their trouble."""

from typing import Annotated, Literal

from pydantic import Field

from bot.flowfile.shapes.base import Id, Language, Shape, Words

Sayings = Annotated[list[Words], Field(min_length=1)]
Languages = Annotated[dict[Language, Sayings], Field(min_length=1)]


class ExamplesShape(Shape):
    """How people tell each trouble in their own words; they are compared with, and never shown."""

    format: Literal["1"] | Literal[1] = Field(description="The version of this format.")
    flow: Id = Field(description="The flow whose causes these are.")
    examples_by_cause: Annotated[dict[Id, Languages], Field(min_length=1)] = Field(
        description="For each cause, and `other`, what people say, by language: `fr`, `en`."
    )
