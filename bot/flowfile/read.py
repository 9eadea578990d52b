"""From a composed file to its shape: what pydantic finds wrong, in the author's terms and at the author's place."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.flowfile.shapes.base import TAG, Shape
from bot.flowfile.shapes.files import FileShape, FlowShape, LibraryShape, SettingsFileShape
from bot.flowfile.tree import Path, Source, plain
from bot.model.diagnostic import Diagnostic, Slug

AnyFile = FlowShape | LibraryShape | SettingsFileShape


def read(source: Source) -> tuple[AnyFile | None, list[Diagnostic]]:
    """The shape of a file, or all that keeps it from having one."""
    try:
        return _ADAPTER.validate_python(plain(source.root)), []
    except ValidationError as error:
        return None, [_diagnostic(source, details) for details in error.errors(include_url=False)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` when something known looks like the word, else nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else ""


_ADAPTER: TypeAdapter[AnyFile] = TypeAdapter(FileShape)

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


def _diagnostic(source: Source, details: ErrorDetails) -> Diagnostic:
    loc = details["loc"]
    path: Path = tuple(step for step in loc if not (isinstance(step, str) and step.startswith(TAG)))
    if path and path[-1] == "[key]":
        key = str(path[-2])
        return _at_key(source, path[:-1], "bad-name", f'"{key}" is not a name: {_NAME}')
    context: dict[str, Any] = details.get("ctx", {})
    given = details["input"]
    slug: Slug
    match details["type"]:
        case "extra_forbidden":
            key, allowed = str(path[-1]), _keys_allowed(loc[:-1])
            message = f'unknown key "{key}"; allowed here: {", ".join(allowed)}{did_you_mean(key, allowed)}'
            return _at_key(source, path, "unknown-key", message)
        case "missing":
            message = f'the key "{path[-1]}" is missing here'
            return Diagnostic(source.file, source.at_key(path[:-1]), "missing-key", message)
        case "no_variant":
            return _no_variant(source, path, details)
        case kind if kind in _EXPECTED:
            slug, message = "wrong-type", f"expected {_EXPECTED[kind]}, found {_found(given)}"
        case "literal_error":
            allowed = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
            slug = "unknown-value"
            message = f"{_found(given)} is not allowed here; allowed: {', '.join(allowed)}"
            message += did_you_mean(str(given), allowed)
        case "string_pattern_mismatch" | "string_too_long":
            slug, message = "bad-name", f'"{given}" is not {_pattern(str(path[-1]))}'
        case "string_too_short" | "too_short":
            slug, message = "empty", "nothing is written here; fill it in, or take the key out"
        case "greater_than_equal" | "less_than_equal":
            bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
            slug, message = "out-of-range", f"{given} is out of range; it must be {bound}"
        case other:
            slug, message = _CUSTOM[other], details["msg"]
            message += f"; found {_found(given)}" if slug == "wrong-value" else ""
    return Diagnostic(source.file, source.at(path), slug, message)


def _no_variant(source: Source, path: Path, details: ErrorDetails) -> Diagnostic:
    """None of the keys that tell what this is: said at the key that was perhaps meant to be one of them."""
    allowed = details["msg"].partition(": ")[2].split(", ")
    given = details["input"]
    if not isinstance(given, dict):
        message = f"expected keys and values, one of them {', '.join(allowed)}; found {_found(given)}"
        return Diagnostic(source.file, source.at(path), "wrong-type", message)
    for key in given:
        if meant := did_you_mean(key, allowed):
            return _at_key(source, (*path, key), "unknown-key", f'unknown key "{key}"{meant}')
    return Diagnostic(source.file, source.at_key(path), "missing-key", details["msg"])


_NAME = "small letters, digits and _, beginning with a letter, 32 at most"


def _pattern(key: str) -> str:
    return 'a time such as "4 hours"' if key == "after" else f"a name: {_NAME}"


def _at_key(source: Source, path: Path, slug: Slug, message: str) -> Diagnostic:
    return Diagnostic(source.file, source.at_key(path), slug, message)


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
