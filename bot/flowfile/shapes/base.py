"""What all shapes are made of."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field
from pydantic_core import PydanticCustomError, PydanticKnownError

ID_PATTERN = r"^[a-z][a-z0-9_]*$"
ID_LENGTH = 32
LANGUAGE_PATTERN = r"^[a-z]{2}$"


class Shape(BaseModel):
    """Only the keys named here are allowed."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _seen(words: str) -> str:
    """Words that can be seen: spaces and characters without width alone are as good as nothing."""
    if not any(char.isprintable() and not char.isspace() for char in words):
        raise PydanticKnownError("string_too_short", {"min_length": 1})
    return words


Id = Annotated[str, Field(pattern=ID_PATTERN, max_length=ID_LENGTH)]
Language = Annotated[str, Field(pattern=LANGUAGE_PATTERN)]
Words = Annotated[str, Field(min_length=1), AfterValidator(_seen)]
Target = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
NodeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
Count = Annotated[int, Field(ge=1, le=20)]


def one_or_many(value: object) -> object:
    """A single text or mapping stands for a list of one."""
    return [value] if isinstance(value, str | dict) else value


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


def by_key(**variants: str) -> Discriminator:
    """Chooses the variant by the first of these keys that is there; a `_` at the end keeps off Python's words."""
    tags = {key.rstrip("_"): tag for key, tag in variants.items()}

    def variant(value: object) -> str | None:
        return next((tag for key, tag in tags.items() if isinstance(value, dict) and key in value), None)

    return Discriminator(
        variant,
        custom_error_type="no_variant",
        custom_error_message="one of these keys is needed here: " + ", ".join(tags),
    )
