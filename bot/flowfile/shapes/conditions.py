"""The shapes of conditions and of the paragraphs that depend on them."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, Tag

from bot.flowfile.shapes.base import Id, Shape, Words, by_key, one_or_many


class ChoiceTakenShape(Shape):
    """One of these choices answered the question saved under this name."""

    answer: Id
    is_: Annotated[list[Id], BeforeValidator(one_or_many, json_schema_input_type=Id | list[Id])] = Field(alias="is")


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
    by_key(
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


def _bare_paragraph(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


class ParagraphShape(Shape):
    """A paragraph that is shown only when its condition holds."""

    text: Words
    when: ConditionShape | None = None


Paragraph = Annotated[ParagraphShape, BeforeValidator(_bare_paragraph, json_schema_input_type=Words | ParagraphShape)]
Text = Annotated[
    list[Paragraph],
    Field(min_length=1),
    BeforeValidator(one_or_many, json_schema_input_type=Words | list[Words | ParagraphShape]),
]
Examples = list[Words]
