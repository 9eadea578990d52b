"""Path rules: what the flows of `tests/broken_flows/` do not show."""

import pytest

from tests.checking.told import HEAD, told, told_of

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


ADDED = """nodes:
  question:
    text: Cela marche ?
    choices: [{id: done, label: Fini, goto: solved}, {id: more, label: Autre chose, ONCEgoto: more}]
  more:
    text: Quoi ?
    title: Quoi
    choices: [{id: this, label: Ceci, goto: question}, {id: that, label: Cela, goto: BACK}]
  solved: {end: solved, text: Bravo !}
"""


def test_a_circle_that_is_gone_once() -> None:
    """A choice that is taken once bounds every circle through it; without that, or past it, one goes round."""
    assert told(ADDED.replace("ONCE", "once: true, ").replace("BACK", "question")) == []
    (endless,) = told(ADDED.replace("ONCE", "").replace("BACK", "question"))
    assert "this goes round without a bound: question → more → question" in endless
    (past,) = told(ADDED.replace("ONCE", "once: true, ").replace("BACK", "more"))
    assert "this goes round without a bound: more → more" in past


REPORT = """nodes:
  question:
    ask: error_message
    title: Message
    text: Quel message ?
    choices: CHOICES
    goto: when
  when: {ask: attempt_time, title: Heure, text: Quand ?, goto: ticket}
  again: {ask: error_message, title: Message, text: Encore une fois ?, goto: when}
  back: {text: Vraiment ?, goto: question}
  solved: {end: solved, text: Bravo !}
  ticket:
    end: ticket
    text: Voilà.
    template: ["{reference}, {attempt}", "{error_message}"]
"""


def without_message(choices: str) -> list[str]:
    """What is said of the ticket when the question for the message has these choices."""
    return [line for line in told(REPORT.replace("CHOICES", choices)) if "unreachable" not in line]


@pytest.mark.parametrize(
    ("choices", "line", "path"),
    [
        ("[{id: skip, label: Passer, goto: when}]", 18, "question → when → ticket"),
        (
            "[{id: skip, label: Passer, goto: back}]\n    loop: {at_most: 1, then: when}",
            19,
            "question → when → ticket",
        ),
    ],
)
def test_an_error_message_that_a_choice_leads_past(choices: str, line: int, path: str) -> None:
    """A question that can be left unanswered, at once or in the end, has not asked for the message."""
    message = f"a path to this ticket leads past the question for the error message: {path}; "
    message += "give the choice there an answer, such as none_shown"
    assert without_message(choices) == [f"{line}:10 error[ticket-without-error-message]: {message}"]


@pytest.mark.parametrize(
    "choice",
    [
        "{id: none, label: Aucun, answer: none_shown}",
        "{id: none, label: Aucun, answer: none_shown, goto: when}",
        "{id: human, label: Une personne, interrupt: human}",
        "{id: works, label: Tout marche, goto: solved}",
        "{id: later, label: Plus tard, goto: again}",
    ],
)
def test_choices_that_lose_no_error_message(choice: str) -> None:
    """They answer, come back, lead elsewhere, or are asked again."""
    assert without_message(f"[{choice}]") == []


KNOWN = """nodes:
  question:
    text: Un message ?
    choices: [{id: yes, label: Oui, goto: message}, {id: no, label: Non, goto: known}]
  message: {ask: error_message, title: Message, text: Lequel ?, choices: CHOICES, goto: known}
  known:
    decide:
      - {when: CONDITION, goto: when}
      - {goto: again}
  again: {ask: error_message, title: Message, text: Quel message ?, goto: when}
  when: {ask: attempt_time, title: Heure, text: Quand ?, goto: ticket}
  ticket:
    end: ticket
    text: Voilà.
    template: ["{reference}, {attempt}", "{error_message}"]
"""
ANSWERED = "{answer: message, given: true}"
WITHOUT = "18:10 error[ticket-without-error-message]: a path to this ticket"


def known(condition: str, *choices: str) -> list[str]:
    """What is said when the message is not asked for again on this condition."""
    offered = ", ".join(["{id: none, label: Aucun, answer: none_shown}", *choices])
    return told(KNOWN.replace("CONDITION", condition).replace("CHOICES", f"[{offered}]"))


@pytest.mark.parametrize(
    "condition",
    [
        ANSWERED,
        "{answer: message, is: none}",
        f"{{all: [{{months: [6]}}, {ANSWERED}]}}",
        f"{{all: [{{months: [6]}}, {{all: [{ANSWERED}]}}]}}",
    ],
)
def test_a_branch_for_what_was_answered(condition: str) -> None:
    """Whoever takes it was asked before, whichever way they came."""
    assert known(condition) == []


@pytest.mark.parametrize(
    "condition",
    [
        f"{{any: [{{months: [6]}}, {ANSWERED}]}}",
        f"{{not: {ANSWERED}}}",
        "{answer: question, given: true}",
        "{months: [6]}",
    ],
)
def test_a_branch_for_something_else(condition: str) -> None:
    """It leads to the ticket without a message."""
    never = f"{WITHOUT} never asks for the error message (ask: error_message): question → known → when → ticket"
    assert known(condition) == [never]


def test_a_branch_for_what_can_be_passed_by() -> None:
    """Something was chosen, but perhaps no message was given."""
    [problem] = known(ANSWERED, "{id: skip, label: Passer, goto: known}")
    assert problem.startswith(WITHOUT)


def test_words_for_an_address_that_is_outside() -> None:
    """There is an address then, and it can be shown."""
    assert (
        told("""nodes:
  question: {text: A, choices: [{id: yes, label: Oui, goto: address}, {id: no, label: Non, goto: solved}]}
  address: {ask: web_address, title: Adresse, text: Laquelle ?, goto: solved}
  solved: {end: solved, text: [{when: {answer: address, outside: domains}, text: "Pas {address}."}, Bravo !]}
settings: {domains: {type: domains, about: Les domaines., default: [example.org]}}
""")
        == []
    )


ASIDE = """nodes:
  question: {text: Cela marche ?, choices: [{id: yes, label: Oui, goto: solved}]}
  solved: {end: solved, text: Bravo !}
subflows:
  outer: {start: call, nodes: {call: {call: inner, goto: AFTER}, last: {text: Voilà., goto: return}}}
  inner: {start: ask, nodes: {ask: {text: Là ?, choices: [{id: ok, label: Oui, goto: CHOSEN}]}}}
"""


@pytest.mark.parametrize(
    ("after", "chosen", "expected"),
    [
        ("return", "return", []),
        ("last", "return", []),
        ("return", "ask", ["call", "ask"]),
    ],
)
def test_an_interrupt_that_calls_further(after: str, chosen: str, expected: list[str]) -> None:
    """Coming back to the interrupted question ends it, through however many calls it returns."""
    yaml = HEAD.replace("support.}}", "support.}, aside: {label: Au fait, call: outer}}") + ASIDE
    said = told_of({"demo.yaml": yaml.replace("AFTER", after).replace("CHOSEN", chosen)})
    assert [line.split('"')[1] for line in said if "[no-end]" in line] == expected


def test_a_call_that_goes_on_nowhere() -> None:
    """It is said where the call stands, and not again at the nodes of its sub-flow."""
    assert told(
        "nodes: {question: {call: part}}\nsubflows: {part: {start: a, nodes: {a: {text: A, goto: return}}}}\n"
    ) == ['6:26 error[dead-end]: the sub-flow "part" returns here; add "goto" to say where to go on']
