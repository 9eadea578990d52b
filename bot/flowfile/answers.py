"""From a file of ready-made answers to the answers."""

from dataclasses import dataclass

from bot.flowfile.shapes.answers import AnswersShape
from bot.flowfile.tree import Source
from bot.model.canned import CannedAnswer
from bot.model.flow import Phrase


@dataclass(frozen=True, slots=True)
class LoadedAnswers:
    """The answers of a file, in its order."""

    answers: tuple[CannedAnswer, ...]
    source: Source


def answers(source: Source, shape: AnswersShape) -> LoadedAnswers:
    """The answers of a file."""
    made = (
        CannedAnswer(
            name,
            Phrase(f"answers.{name}.label", each.label),
            Phrase(f"answers.{name}.text", each.text),
            each.asks,
        )
        for name, each in shape.answers.items()
    )
    return LoadedAnswers(tuple(made), source)
