"""Files of examples."""

from bot.flowfile.examples import Example, said_of_causes
from bot.flowfile.library import Loaded, load

FLOW = """
format: 1
flow: demo
title: Démonstration
start: first
nodes:
  first:
    text: Quoi ?
    choices:
      - {id: door, label: Porte, examples: [portail], cause: door, goto: second}
      - {id: back, label: Ailleurs, goto: second}
  second:
    text: Et puis ?
    choices:
      - {id: lamp, label: Lampe, cause: lamp, goto: done}
  done: {end: solved, text: Fin.}
causes: {door: Porte, lamp: Lampe}
"""
EXAMPLES = """
format: 1
flow: demo
examples_by_cause:
  door:
    fr: [la porte grince, portail]
    en: [the door squeaks]
  other:
    fr: [le toit]
"""


def loaded(**texts: str) -> Loaded:
    """These files, which must have no problem of their own."""
    found = load(texts)
    assert found.diagnostics == []
    return found


def test_examples() -> None:
    """In the order of the file, each with its place."""
    file = loaded(examples=EXAMPLES).examples[0]
    assert file.flow == "demo"
    assert file.examples == (
        Example("door", "la porte grince", ("examples_by_cause", "door", "fr", 0)),
        Example("door", "portail", ("examples_by_cause", "door", "fr", 1)),
        Example("door", "the door squeaks", ("examples_by_cause", "door", "en", 0)),
        Example("other", "le toit", ("examples_by_cause", "other", "fr", 0)),
    )
    assert file.source.at(file.examples[2].path).line == 7


def test_said_of_causes() -> None:
    """By the choices of the first menu and by all files of the flow, each text once."""
    found = loaded(flow=FLOW, one=EXAMPLES, two=EXAMPLES.replace("le toit", "le sol"))
    of_another = loaded(examples=EXAMPLES.replace("flow: demo", "flow: another"))
    assert said_of_causes(found.flows[0].flow, [*found.examples, *of_another.examples]) == (
        ("door", "Porte"),
        ("door", "portail"),
        ("door", "la porte grince"),
        ("door", "the door squeaks"),
        ("other", "le toit"),
        ("other", "le sol"),
    )


def test_flow_that_asks_nothing_first() -> None:
    """Then only files say something."""
    flow = "format: 1\nflow: demo\ntitle: Un\nstart: a\nnodes: {a: {end: solved, text: Fin.}}\n"
    assert said_of_causes(loaded(flow=flow).flows[0].flow, ()) == ()


def test_same_conversations() -> None:
    """Examples are no part of the walk: editing them disturbs nobody who is under way."""
    alone, beside = loaded(flow=FLOW), loaded(flow=FLOW, examples=EXAMPLES)
    assert alone.flows[0].flow.digest == beside.flows[0].flow.digest
