"""A problem in a file of the desk: what is wrong, where, what is allowed."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one line of a file. `line` and `column` count from 1; `length` is in characters, at least 1."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. `slug` names its kind for good; `message` says what, what is allowed, and what was perhaps meant."""

    file: str
    span: Span
    slug: str
    message: str
    severity: Severity = "error"
