"""Branches that are never taken."""

from tests.checking.told import told

NODES = """nodes:
  question: {text: A, choices: [{id: a, label: A, goto: which}, {id: b, label: B, goto: which}]}
  which:
    decide:
      - {when: {answer: question, is: a}, goto: one}
      - {when: {answer: question, is: b}, goto: two}
      - {when: {answer: question, is: REPEATED}, goto: two}
      - {goto: one}
  one: {end: solved, text: Un.}
  two: {end: solved, text: Deux.}
"""


def test_a_condition_that_was_tried_before() -> None:
    """Where it holds, the branch before is taken."""
    message = "this condition is that of branch 1, which is taken before; this branch never is"
    assert told(NODES.replace("REPEATED", "[a]")) == [f"12:16 warning[branch-never-taken]: {message}"]


def test_other_conditions() -> None:
    """What is not exactly the same is not judged."""
    assert told(NODES.replace("REPEATED", "[a, b]")) == []
