"""A problem in a file of the desk: what is wrong, where, what is allowed."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]
Slug: TypeAlias = Literal[
    "yaml-syntax",
    "not-utf-8",
    "file-too-large",
    "too-many-files",
    "too-many-mistakes",
    "too-deep",
    "second-document",
    "not-a-mapping",
    "key-not-text",
    "duplicate-key",
    "alias",
    "anchor",
    "tag",
    "unknown-key",
    "missing-key",
    "wrong-type",
    "wrong-value",
    "unknown-value",
    "bad-name",
    "empty",
    "out-of-range",
    "template-misplaced",
    "text-or-call",
    "settings-file",
    "duplicate-name",
    "unknown-library",
    "unknown-flow",
    "unknown-words",
    "wrong-phrase",
    "phrase-too-short",
    "wrong-pattern",
    "slow-pattern",
    "nothing-to-recognise",
    "claimed-twice",
    "example-missed",
    "unknown-setting",
    "wrong-setting",
    "reserved-name",
    "unknown-target",
    "return-outside",
    "unknown-subflow",
    "unknown-interrupt",
    "unknown-cause",
    "unknown-answer",
    "unknown-choice",
    "unknown-field",
    "renamed-still-there",
    "offer-outside-start",
    "no-start-flow",
    "duplicate-id",
    "duplicate-example",
    "duplicate-label",
    "command-word",
    "two-ways",
    "once-without-question",
    "two-kinds",
    "name-taken",
    "wrong-answer",
    "wrong-condition",
    "dead-end",
    "nothing-on-offer",
    "no-otherwise",
    "branch-never-taken",
    "goto-never-taken",
    "recursive-call",
    "flow-too-large",
    "unreachable",
    "no-end",
    "unbounded-loop",
    "ticket-without-error-message",
    "ticket-without-attempt-time",
    "template-incomplete",
    "message-not-alone",
    "advice-without-title",
    "no-human",
    "unknown-placeholder",
    "placeholder-in-label",
    "setting-may-be-empty",
    "not-answered",
    "label-too-long",
    "title-too-long",
    "text-too-long",
    "catalogue-syntax",
    "missing-translation",
    "stale-translation",
    "placeholders-differ",
]
"""The kinds of problems; a name stays for good. docs/diagnostics.md tells what each means."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one line of a file. `line` and `column` count from 1; `length` is in characters, at least 1."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. `message` says what, what is allowed, and what was perhaps meant."""

    file: str
    span: Span
    slug: Slug
    message: str
    severity: Severity = "error"
