"""Path rules: what the flows of `tests/broken_flows/` do not show."""

import pytest

from tests.checking.told import told

ENDLESS = """nodes:
  question:
    text: Cela marche ?
    choices: [{id: again, label: Encore, goto: advice}, {id: done, label: Fini, goto: solved}]
    loop: {at_most: 1, then: advice}
  advice: ADVICE
  other:
    text: Et cela ?
    choices: [{id: again, label: Encore, goto: advice}, {id: done, label: Fini, goto: solved}]
    loop: {at_most: 1, then: THEN}
  solved: {end: solved, text: Bravo !}
"""


def used_up(advice: str, then: str = "solved") -> list[str]:
    """What is said of a bound that leads on to an advice."""
    return [line for line in told(ENDLESS.replace("ADVICE", advice).replace("THEN", then)) if "unreachable" not in line]


@pytest.mark.parametrize(
    ("advice", "then", "circle"),
    [
        ("{decide: [{goto: question}]}", "solved", "advice → (question) → advice"),
        (
            "{text: Là ?, choices: [{id: a, label: A, goto: question}, {id: b, label: B, goto: solved}]}",
            "solved",
            "advice → (question) → advice",
        ),
        ("{text: Réessayez., goto: other}", "question", "advice → (other) → (question) → advice"),
    ],
)
def test_a_circle_that_is_left_when_its_bounds_are_used_up(advice: str, then: str, circle: str) -> None:
    """A bound that leads back into its own circle bounds nothing."""
    line = 15 if then == "question" else 10
    message = f'once this bound is used up, the way goes round without one: {circle}; let "then" lead out of it'
    assert used_up(advice, then) == [f"{line}:30 error[unbounded-loop]: {message}"]


def test_bounds_that_lead_out() -> None:
    """One circle through two bounds, both of which lead out of it in the end."""
    assert used_up("{text: Réessayez., goto: other}") == []
