"""The shape of a file of signatures: how error messages are recognised."""

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from bot.flowfile.shapes.base import Id, Shape, Words

Code = Annotated[Words, WithJsonSchema({"type": ["string", "integer"], "minLength": 1})]
"""What a product calls an error; a number need not be quoted."""


class SignatureShape(Shape):
    """One kind of error, and what its messages have in common."""

    id: Id = Field(description="Its stable name; shown in tickets only.")
    cause: Id = Field(description="The flow's cause that it means; `other` when this desk has nothing to do with it.")
    means: Words = Field(description="What it means, in one sentence, for the person who sees it.")
    first: Words = Field(description="What to do first, in one sentence.")
    codes: list[Code] = Field(
        default_factory=list, description="What products call it: `PE21`, `AADSTS50055`, `ERR_CERT_*`."
    )
    phrases: list[Words] = Field(
        default_factory=list,
        description="How its messages are worded: words, `…` for a few others, `<group>`, `(this|that)`, `+` for in "
        "any order.",
    )
    patterns: list[Words] = Field(
        default_factory=list,
        description="Regular expressions for what no phrase can say, on small letters without accents; rarely needed.",
    )
    examples: list[Words] = Field(
        default_factory=list, description="Whole messages of this kind, in the desk's own words."
    )


class SignaturesShape(Shape):
    """How the error messages of a flow are recognised."""

    format: Literal["1"] | Literal[1] = Field(description="The version of this format.")
    flow: Id = Field(description="The flow whose causes they mean.")
    words: dict[Id, Annotated[list[Words], Field(min_length=1)]] = Field(
        default_factory=dict, description="Groups of words with the same meaning, for `<group>` in phrases."
    )
    ignore: list[Words] = Field(
        default_factory=list,
        description="Phrases of sentences that stand on every login page and say nothing about an error.",
    )
    signatures: list[SignatureShape]
