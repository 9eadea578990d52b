"""What a channel can show, checked in every language."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.checking.findings import Findings
from bot.checking.phrases import Use, phrases
from bot.flowfile.library import LoadedFlow
from bot.model.diagnostic import Slug


@dataclass(frozen=True, slots=True)
class Limits:
    """The longest texts that a channel can show, in characters."""

    label: int
    """On a button."""
    title: int
    """In a list, or on a button after a word such as "Correct:"."""
    text: int
    """In a message: all paragraphs of a node, placeholders not counted."""

    def of(self, use: Use) -> int:
        """The limit for this use of a phrase."""
        return {"label": self.label, "title": self.title}.get(use, self.text)


TOO_LONG: Mapping[Use, Slug] = {
    "label": "label-too-long",
    "title": "title-too-long",
    "text": "text-too-long",
}
"""What to call a text beyond its limit, by its use; what is not shown by itself has no limit."""


def check_limits(loaded: LoadedFlow, limits: Limits, findings: Findings) -> None:
    """Labels, titles and texts in the source language; translations are checked with their catalogue."""
    lengths: dict[str, int] = {}
    for written in phrases(loaded):
        if written.use not in TOO_LONG:
            continue
        length = len(written.phrase.source)
        if written.use == "text":
            context = written.phrase.context
            lengths[context] = length = lengths.get(context, -2) + 2 + length
        limit = limits.of(written.use)
        if length > limit:
            what = {"label": "this label", "title": "this title"}.get(written.use, "the text up to here")
            message = f"{what} has {length:,} characters; at most {limit:,} can be shown"
            findings.error(written.origin, written.path, TOO_LONG[written.use], message)


def check_labels(loaded: LoadedFlow, findings: Findings) -> None:
    """No two choices of a node look the same."""
    for id_, node in loaded.flow.nodes.items():
        first: dict[str, int] = {}
        for index, choice in enumerate(getattr(node, "choices", ())):
            seen = first.setdefault(choice.label.source.strip().casefold(), index)
            if seen != index:
                message = f"choice {seen + 1} has the same label; people could not tell them apart"
                findings.error(loaded.nodes[id_], ("choices", index, "label"), "duplicate-label", message)
