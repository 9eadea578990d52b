"""What `check` says of files of examples."""

import pytest

from tests.checking.told import HEAD, told_of

FLOW = (
    HEAD
    + """causes: {door: Porte, lamp: Lampe}
nodes:
  question:
    text: Quoi ?
    choices:
      - {id: door, label: Porte, cause: door, goto: done}
      - {id: lamp, label: Lampe, cause: lamp, goto: done}
  done: {end: solved, text: Fin.}
"""
)
TOP = "format: 1\nflow: demo\n"


def told(examples: str, *, whole: bool = True) -> list[str]:
    """The problems of a flow with these examples, which begin on line 3."""
    return told_of({"demo.yaml": FLOW, "examples.yaml": TOP + examples}, whole=whole)


def test_no_problem() -> None:
    """Causes of the flow, and what is none of them; a label may be an example of its own cause only once."""
    assert told("examples_by_cause: {door: {fr: [la porte], en: [the door]}, other: {fr: [le toit]}}\n") == []


@pytest.mark.parametrize(
    ("examples", "problem"),
    [
        (
            "examples_by_cause: {dor: {fr: [la porte]}}\n",
            '3:21 error[unknown-cause]: there is no cause "dor"; there are: door, lamp; did you mean "door"?',
        ),
        (
            "examples_by_cause: {door: {fr: [la porte]}, lamp: {fr: [La Porte !]}}\n",
            (
                '3:57 error[duplicate-example]: "La Porte !" already stands for "door", in examples.yaml:3; '
                "one text has one cause"
            ),
        ),
        (
            "examples_by_cause: {door: {fr: [lampe]}}\n",
            (
                '3:33 error[duplicate-example]: "lampe" already stands for "lamp", in the choice "lamp"; '
                "one text has one cause"
            ),
        ),
        (
            "examples_by_cause: {door: {fr: [porte]}}\n",
            '3:33 warning[duplicate-example]: "porte" already stands in the choice "door"; once is enough',
        ),
        (
            "examples_by_cause: {door: {fr: []}}\n",
            "3:32 error[empty]: nothing is written here; fill it in, or take the key out",
        ),
        (
            "examples_by_cause: {door: {}}\n",
            "3:27 error[empty]: nothing is written here; fill it in, or take the key out",
        ),
        (
            "examples_by_cause: {door: {french: [la porte]}}\n",
            '3:28 error[bad-name]: "french" is not a language: two small letters, such as fr or en',
        ),
        ("examples_by_cause: {door: la porte}\n", '3:27 error[wrong-type]: expected keys and values, found "la porte"'),
        (
            "exemples_by_cause: {door: {fr: [la porte]}}\n",
            '3:1 error[unknown-key]: unknown key "exemples_by_cause"; did you mean "examples_by_cause"?',
        ),
        (
            "examples_by_cause: {door: {fr: [la porte]}}\nlangage: fr\n",
            '4:1 error[unknown-key]: unknown key "langage"; allowed here: format, flow, examples_by_cause',
        ),
    ],
)
def test_problem(examples: str, problem: str) -> None:
    """Told where it is, with what was perhaps meant."""
    assert told(examples) == [problem]


def test_unknown_flow() -> None:
    """Whether a flow is known shows only where all flows are."""
    texts = {"examples.yaml": "format: 1\nflow: dmo\nexamples_by_cause: {door: {fr: [la porte]}}\n", "demo.yaml": FLOW}
    problem = '2:7 error[unknown-flow]: there is no flow "dmo"; there are: demo; did you mean "demo"?'
    assert told_of(texts, whole=True) == [problem]
    assert told_of(texts) == []


def test_several_files() -> None:
    """A desk's own file adds to the one that is there."""
    one = TOP + "examples_by_cause: {door: {fr: [la porte]}}\n"
    two = TOP + "examples_by_cause: {lamp: {fr: [la lampe, la porte]}}\n"
    assert told_of({"demo.yaml": FLOW, "a.yaml": one, "b.yaml": two}) == [
        '3:43 error[duplicate-example]: "la porte" already stands for "door", in a.yaml:3; one text has one cause'
    ]
