"""A mistake in the shape of a file: what pydantic finds wrong, in the author's terms and at the author's place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from re import fullmatch, sub
from typing import Any, get_args
from unicodedata import normalize

from pydantic_core import ErrorDetails

from bot.flowfile.near import did_you_mean, near
from bot.flowfile.shapes.base import ID_LENGTH, ID_PATTERN, LANGUAGE_PATTERN, TAG, Shape
from bot.flowfile.shapes.choices import ANSWER_KINDS
from bot.flowfile.shapes.examples import ExamplesShape
from bot.flowfile.shapes.files import FILE_KINDS, FlowShape, LibraryShape
from bot.flowfile.shapes.nodes import NODE_KINDS
from bot.flowfile.shapes.signatures import SignaturesShape
from bot.flowfile.tree import Path, Source
from bot.model.diagnostic import Diagnostic, Slug

KINDS: Sequence[Mapping[str, str]] = (NODE_KINDS, FILE_KINDS, ANSWER_KINDS)
"""The keys that tell what something is, with their variants."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake in the shape of a file.

    `path` leads to the wrong value, to the value of the wrong key (`at_key`), or to where a value is `missing`.
    `meant` is what should perhaps stand there.
    """

    diagnostic: Diagnostic
    path: Path
    at_key: bool = False
    missing: bool = False
    meant: str | None = None

    @property
    def means_nothing(self) -> bool:
        """Whether it is a key that stands for nothing, wherever it may be written."""
        return self.diagnostic.slug == "unknown-key" and self.path[-1] not in _KEYS

    @property
    def hides_kind(self) -> bool:
        """Whether it misspells the key that tells what this is, so that all the rest of it seems wrong."""
        return self.at_key and any(self.meant in kinds for kinds in KINDS)


_CUSTOM: Mapping[str, Slug] = {
    "wrong_value": "wrong-value",
    "template_misplaced": "template-misplaced",
    "text_or_call": "text-or-call",
}
"""Our own checks of the shape."""

_EXPECTED = {
    "string_type": "a text",
    "list_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
}


def slip_of(source: Source, details: ErrorDetails) -> Slip:
    """The slip that an error of pydantic's stands for."""
    loc = details["loc"]
    path: Path = tuple(step for step in loc if not (isinstance(step, str) and step.startswith(TAG)))
    if path and path[-1] == "[key]":
        key = str(path[-2])
        return _at_key(source, path[:-1], "bad-name", f'"{key}" is not {_key(details)}', _as_name(key))
    context: dict[str, Any] = details.get("ctx", {})
    given = details["input"]
    slug: Slug
    meant: str | None = None
    match details["type"]:
        case "extra_forbidden":
            return _unknown_key(source, path, loc[:-1])
        case "missing":
            message = f'the key "{path[-1]}" is missing here'
            missing = Diagnostic(source.file, source.at_key(path[:-1]), "missing-key", message)
            return Slip(missing, path, missing=True)
        case "no_variant":
            return _no_variant(source, path, details)
        case kind if kind in _EXPECTED:
            slug, message = "wrong-type", f"expected {_EXPECTED[kind]}, found {_found(given)}"
        case "literal_error":
            expected = str(context["expected"]).lower().replace(" or ", ", ")
            allowed = [word.strip("'") for word in expected.split(", ")]
            slug = "unknown-value"
            message = f"{_found(given)} is not allowed here; allowed: {', '.join(allowed)}"
            if isinstance(given, str):
                meant = near(given, allowed)
                message += did_you_mean(given, allowed)
        case "string_pattern_mismatch" | "string_too_long":
            slug, message = "bad-name", f'"{given}" is not {_pattern(str(path[-1]))}'
            meant = _as_name(str(given)) if path[-1] != "after" else None
        case "string_too_short" | "too_short":
            slug, message = "empty", "nothing is written here; fill it in, or take the key out"
        case "greater_than_equal" | "less_than_equal":
            bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
            slug, message = "out-of-range", f"{given} is out of range; it must be {bound}"
        case other:
            slug, message = _CUSTOM[other], details["msg"]
            message += f"; found {_found(given)}" if slug == "wrong-value" else ""
    return Slip(Diagnostic(source.file, source.at(path), slug, message), path, meant=meant)


def _unknown_key(source: Source, path: Path, loc: tuple[int | str, ...]) -> Slip:
    """A key that the shape at `loc` has not; perhaps one that would make this another kind of thing."""
    key, allowed = str(path[-1]), _keys_allowed(loc)
    kinds = next((kinds for kinds in KINDS if loc[-1] in kinds.values()), {})
    if near(key, allowed) is None and key not in _OF_FILES and (meant := near(key, kinds)):
        message = f'unknown key "{key}"{did_you_mean(key, kinds)}'
        return _at_key(source, path, "unknown-key", message, meant)
    message = f'unknown key "{key}"; allowed here: {", ".join(allowed)}{did_you_mean(key, allowed)}'
    return _at_key(source, path, "unknown-key", message, near(key, allowed))


def _no_variant(source: Source, path: Path, details: ErrorDetails) -> Slip:
    """None of the keys that tell what this is: said at the key that was perhaps meant to be one of them."""
    allowed = details["msg"].partition(": ")[2].split(", ")
    given = details["input"]
    if not isinstance(given, dict):
        message = f"expected keys and values, one of them {', '.join(allowed)}; found {_found(given)}"
        return Slip(Diagnostic(source.file, source.at(path), "wrong-type", message), path)
    for key in given:
        if meant := near(key, allowed):
            message = f'unknown key "{key}"{did_you_mean(key, allowed)}'
            return _at_key(source, (*path, key), "unknown-key", message, meant)
    return Slip(Diagnostic(source.file, source.at_key(path), "missing-key", details["msg"]), path)


def _as_name(written: str) -> str | None:
    """The name that these words would make, when they make one."""
    letters = normalize("NFKD", written).encode("ascii", "ignore").decode().lower()
    name = sub(r"[ _'-]+", "_", letters).strip("_")
    return name if fullmatch(ID_PATTERN, name) and len(name) <= ID_LENGTH and name != written else None


_NAME = "small letters, digits and _, beginning with a letter, 32 at most"
_TIME = 'a time such as "4 hours": a whole number from 1 to 9999, then minutes, hours or days'


def _pattern(key: str) -> str:
    return _TIME if key == "after" else f"a name: {_NAME}"


def _key(details: ErrorDetails) -> str:
    language = details.get("ctx", {}).get("pattern") == LANGUAGE_PATTERN
    return "a language: two small letters, such as fr or en" if language else f"a name: {_NAME}"


def _at_key(source: Source, path: Path, slug: Slug, message: str, meant: str | None) -> Slip:
    return Slip(Diagnostic(source.file, source.at_key(path), slug, message), path, at_key=True, meant=meant)


def _found(value: object) -> str:
    match value:
        case "":
            return "nothing"
        case str():
            return f'"{value}"'
        case list():
            return "a list"
        case _:
            return "keys and values"


def _keys_allowed(loc: tuple[int | str, ...]) -> list[str]:
    """The keys of the shape at this place: a variant's tag names it, else the field's annotation does."""
    shape: type[Shape] | None = None
    for step in loc:
        if isinstance(step, str) and step.startswith(TAG):
            shape = _SHAPES.get(step.removeprefix(TAG), shape)
        elif shape is not None and isinstance(step, str):
            field = next((f for name, f in shape.model_fields.items() if step in (name, f.alias)), None)
            shape = (_shape_in(field.annotation) or shape) if field else shape
    return [field.alias or name for name, field in shape.model_fields.items()] if shape else []


def _shape_in(annotation: object) -> type[Shape] | None:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    return next((found for part in get_args(annotation) if (found := _shape_in(part))), None)


_SHAPES = {shape.__name__: shape for shape in Shape.__subclasses__()} | {
    shape.__name__: shape for shape in (FlowShape, LibraryShape)
}
_OF_FILES = {*FlowShape.model_fields, *SignaturesShape.model_fields, *ExamplesShape.model_fields}
_KEYS = {field.alias or name for shape in _SHAPES.values() for name, field in shape.model_fields.items()}
