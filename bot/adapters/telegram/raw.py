"""What Telegram delivers, as JSON, before anybody reads it: bounded, and with nothing in it that no store can hold."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from math import isfinite
from typing import Any, TypeAlias, cast

import orjson

from bot.model.error import BotError
from bot.service.surrogates import well_formed

Raw: TypeAlias = Mapping[str, Any]

_LARGEST = 2**63
"""Numbers beyond are none of Telegram's."""
_DEEPEST = 64
"""Levels of lists and objects; a message that replies to another needs about ten."""
_MANY_DIGITS = re.compile(rb"\d{19}")
"""What all numbers that are too large have."""


class NotAnUpdate(BotError):
    """What was delivered is no update; what it says is not repeated."""


def parsed(body: bytes) -> Raw:
    """The update in a request's body.

    Raises:
        NotAnUpdate: there is none.
    """
    try:
        given = _read(body)
    except (ValueError, RecursionError):
        raise NotAnUpdate("this is no JSON") from None
    return sound(given)


def _read(body: bytes) -> object:
    """The quick reader makes fractions of numbers that are too large, and refuses halves of characters."""
    if _MANY_DIGITS.search(body) is None:
        with suppress(ValueError):
            return orjson.loads(body)
    return json.loads(body)


def sound(given: object) -> Raw:
    """An update that can be read, kept and logged: its lone surrogates are U+FFFD.

    Raises:
        NotAnUpdate: it has no number of its own, or holds what Telegram never sends.
    """
    if number_of(given) is None:
        raise NotAnUpdate("there is no update_id")
    update: Any = given if _is_plain(given) else _sound(given, 0)
    return cast("Raw", update)


def _is_plain(given: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether it can be told from how it is written that there is nothing in it to be found, as nearly always.

    Halves of characters are refused, and numbers that are none written as null.
    """
    try:
        written = orjson.dumps(given)
    except TypeError:
        return False
    levels = written.count(b"{") + written.count(b"[")
    return levels <= _DEEPEST and b"null" not in written and _MANY_DIGITS.search(written) is None


def number_of(given: object) -> int | None:
    """The `update_id` of an update, if it has one."""
    number = given.get("update_id") if isinstance(given, dict) else None
    return number if type(number) is int and 0 <= number < _LARGEST else None


def _sound(value: Any, depth: int) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, int):
        if abs(value) >= _LARGEST:
            raise NotAnUpdate("it holds a number that is too large")
        return value
    if depth > _DEEPEST:
        raise NotAnUpdate(f"it is nested deeper than {_DEEPEST} levels")
    match value:
        case dict():
            return {well_formed(name): _sound(item, depth + 1) for name, item in value.items()}
        case list():
            return [_sound(item, depth + 1) for item in value]
        case float() if not isfinite(value):
            raise NotAnUpdate("it holds a number that is none")
        case _:
            return value
