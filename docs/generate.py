"""Writes the documents that are generated: schemas, diagrams, and what `check` can say.

`python -m docs.generate` writes them; `--check` changes nothing and fails when one of them is stale.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from bot.adapters.files import TextFiles, flow_files
from bot.engine.diagram import mermaid
from bot.flowfile.library import load
from bot.flowfile.schema import flow_schema
from bot.model.diagnostic import Slug
from bot.service.ticket_json import ticket_schema
from bot.service.webhook_json import webhook_schema

ROOT = Path(__file__).parent.parent
BROKEN = ROOT / "tests" / "broken_flows"


def documents() -> Iterator[tuple[Path, str]]:
    """Each generated document: where it belongs, and what it says."""
    docs = ROOT / "docs"
    yield docs / "flow.schema.json", _json(flow_schema())
    yield docs / "ticket.schema.json", _json(ticket_schema())
    yield docs / "webhook.schema.json", _json(webhook_schema())
    yield docs / "diagrams.md", "\n".join(_diagrams())
    yield docs / "diagnostics.md", "\n".join(_diagnostics())


def _json(schema: dict[str, object]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _diagrams() -> Iterator[str]:
    yield "# The flows as diagrams\n"
    yield "Drawn from the table that the engine walks, by `make docs`. One alone: `python -m bot graph webmail`."
    yield "A way is named after the choice that takes it. The interrupts (help, a human, …) lead everywhere and back; "
    yield "they are left out.\n"
    loaded = load(TextFiles().read(flow_files([ROOT / "flows"])).texts)
    for each in loaded.flows:
        yield f"## {each.flow.name}: {each.flow.title.source}\n\n```mermaid\n{mermaid(each.flow)}```\n"


def _diagnostics() -> Iterator[str]:
    yield "# What `check` can say\n"
    yield "Every problem has a name that stays for good, and a flow in `tests/broken_flows/` that has it."
    yield "`python -m bot check` says all problems at once; `warning`s count as errors with `--strict`.\n"
    for slug in get_args(Slug):
        yield f"## {slug}\n"
        yield from _example(slug)


def _example(slug: str) -> Iterator[str]:
    told = next((path for path in (BROKEN / f"{slug}.txt", BROKEN / slug / "expected.txt") if path.is_file()), None)
    if told is None:
        yield "Refused because nothing sensible is so large.\n"
        return
    source = BROKEN / f"{slug}.yaml"
    if source.is_file():
        first = source.read_text(encoding="utf-8", errors="replace").splitlines()[0]
        yield first.removeprefix("# ") + "\n"
    lines = told.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if f"[{slug}]" in line)
    yield "\n".join(["```", *(line[:150] for line in lines[start : start + 3]), "```\n"])


def main() -> None:
    """Writes the documents, or says which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 when a document is stale")
    only_check = parser.parse_args().check
    stale = [
        (path, text) for path, text in documents() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        if not only_check:
            path.write_text(text, encoding="utf-8")
        print(f"{'stale, run make docs' if only_check else 'written'}: {path.relative_to(ROOT)}")  # noqa: T201
    sys.exit(1 if only_check and stale else 0)


if __name__ == "__main__":
    main()
