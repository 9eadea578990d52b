"""Ready-made answers: what is read, and every way they can be wrong."""

import pytest

from tests.checking.told import told_of
from tests.desk import catalog, shipped

FLOW = """format: 1
flow: demo
title: Démonstration
start: end
interrupts:
  human: {label: Une personne, text: Appelez le support.}
nodes:
  end: {end: solved, text: Bravo !}
"""
ANSWERS = """format: 1
answers:
  screenshot:
    label: Demander une capture
    asks: true
    text: Une capture ?
  outage: {label: Panne, text: Le service est en panne.}
"""


def told(answers: str, **more: str) -> list[str]:
    """What is said of a file of answers."""
    return told_of(
        {"demo.yaml": FLOW, "answers.yaml": answers, **{f"{name}.yaml": text for name, text in more.items()}}
    )


def test_the_answers_themselves() -> None:
    """Have no problem."""
    assert told(ANSWERS) == []


def test_the_answers_that_ship() -> None:
    """In their order, in every language, and some of them ask."""
    answers = shipped().answers
    assert answers[0].id == "screenshot"
    assert {answer.asks for answer in answers} == {True, False}
    for answer in answers:
        assert catalog().phrase(answer.text, "en") != answer.text.source


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("outage:", "Outage:", "7:3 error["),
        ("outage:", "screenshot:", "7:3 error[duplicate-key]"),
        ("label: Panne, ", "", "7:3 error[missing-key]"),
        ("label: Panne", "lable: Panne", "7:12 error[unknown-key]"),
        ("asks: true", "asks: perhaps", "5:11 error[wrong-value]"),
        ("text: Une capture ?", 'text: ""', "6:11 error["),
        ("label: Panne", f"label: {'P' * 35}", "7:19 error[label-too-long]"),
        ("text: Une capture ?", f"text: {'x' * 3_501}", "6:11 error[text-too-long]"),
        ("label: Panne", "label: demander une capture", "7:19 error[duplicate-label]"),
        (
            "Une capture ?",
            "Une capture pour {nom} ?",
            "[unknown-placeholder]: there is nothing to fill in here: {nom}",
        ),
    ],
)
def test_what_is_wrong(old: str, new: str, expected: str) -> None:
    """Is told where it is, and what of."""
    (line,) = [line for line in told(ANSWERS.replace(old, new)) if expected in line]
    assert line


def test_too_many() -> None:
    """Buttons must fit on a screen."""
    many = "".join(f"  a{number}: {{label: L{number}, text: T}}\n" for number in range(21))
    problem = "2:1 error[out-of-range]: there are 21 answers; at most 20 can be shown"
    assert told(f"format: 1\nanswers:\n{many}") == [problem]


def test_an_answer_in_two_files() -> None:
    """Each has its own id."""
    assert told(ANSWERS, more=ANSWERS) == [
        f'{line}:3 error[duplicate-name]: there is already an answer "{name}", in answers.yaml; give each its own id'
        for line, name in ((3, "screenshot"), (7, "outage"))
    ]
