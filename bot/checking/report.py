"""Problems as people and programs read them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from bot.model.diagnostic import Diagnostic

_WIDTH = 140
"""Characters of a line that an excerpt shows, around the place."""


def as_text(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> str:
    """Each problem with its line of the file and a caret below; `texts` are the files' contents by name."""
    lines = {file: text.splitlines() for file, text in texts.items()}
    return "\n".join(_one(diagnostic, lines.get(diagnostic.file, ())) for diagnostic in diagnostics)


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON array with one object per problem."""
    return json.dumps([_flat(diagnostic) for diagnostic in diagnostics], ensure_ascii=False, indent=2)


def _one(found: Diagnostic, lines: Sequence[str]) -> str:
    span = found.span
    head = f"{found.file}:{span.line}:{span.column}: {found.severity}[{found.slug}]: {found.message}"
    if span.line > len(lines):
        return head
    begin = max(0, span.column - 1 - _WIDTH // 2) if len(lines[span.line - 1]) > _WIDTH else 0
    line = lines[span.line - 1][begin : begin + _WIDTH]
    column = span.column - 1 - begin
    indent = "".join("\t" if char == "\t" else " " for char in line[:column])
    carets = "^" * min(span.length, max(1, len(line) - column))
    number = f"{span.line:>5} | "
    return f"{head}\n{number}{line}\n{' ' * 5} | {indent}{carets}"


def _flat(found: Diagnostic) -> dict[str, object]:
    fields = asdict(found)
    return {**fields.pop("span"), **fields}
