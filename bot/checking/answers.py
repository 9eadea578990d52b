"""Ready-made answers: what fits where they are shown, and nothing to be filled in."""

from bot.checking.findings import Findings
from bot.checking.limits import TOO_LONG, Limits
from bot.checking.phrases import answer_phrases
from bot.flowfile.library import Loaded, Origin
from bot.model.placeholder import placeholders

MOST = 20
"""Answers of a file: a button each, below one message."""
LONGEST_TEXT = 3_500
"""Characters of a ready-made answer: in a message with a line above it, with room for longer languages."""


def check_answers(loaded: Loaded, limits: Limits, findings: Findings) -> None:
    """Everything about ready-made answers, in the source language; translations are checked with their catalogue."""
    for file in loaded.answer_files:
        if len(file.answers) > MOST:
            message = f"there are {len(file.answers)} answers; at most {MOST} can be shown"
            findings.error(Origin(file.source, ()), ("answers",), "out-of-range", message, at_key=True)
        labels: dict[str, str] = {}
        for answer in file.answers:
            first = labels.setdefault(answer.label.source.strip().casefold(), answer.id)
            for written in answer_phrases(file):
                if written.origin.path != ("answers", answer.id):
                    continue
                length, limit = len(written.phrase.source), limits.label if written.use == "label" else LONGEST_TEXT
                if length > limit:
                    message = f"this {written.use} has {length:,} characters; at most {limit:,} can be shown"
                    findings.error(written.origin, written.path, TOO_LONG[written.use], message)
                if names := list(placeholders(written.phrase.source)):
                    message = f"there is nothing to fill in here: {{{names[0]}}}"
                    findings.error(written.origin, written.path, "unknown-placeholder", message)
                if written.use == "label" and first != answer.id:
                    message = f'the answer "{first}" has the same label; staff could not tell them apart'
                    findings.error(written.origin, written.path, "duplicate-label", message)
