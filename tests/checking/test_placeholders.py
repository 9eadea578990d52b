"""Placeholders for parts of an answer."""

import pytest

from tests.checking.told import told

FLOW = """nodes:
  question: {{ask: web_address, title: Adresse, text: Laquelle ?, save: address, goto: other}}
  other: {{ask: text, title: Autre, text: Quoi ?, save: note, goto: solved}}
  solved: {{end: solved, text: [{paragraph}, Bravo !]}}
settings: {{domains: {{type: domains, about: Les domaines., default: [example.org]}}}}
"""
OUTSIDE = "{answer: address, outside: domains}"


def problems(paragraph: str) -> list[str]:
    """What is said of a flow with this paragraph, without the place."""
    return [each.partition(" ")[2] for each in told(FLOW.format(paragraph=paragraph))]


@pytest.mark.parametrize(
    "when", [OUTSIDE, f"{{all: [{OUTSIDE}, {{months: [6]}}]}}", f"{{all: [{{months: [6]}}, {OUTSIDE}]}}"]
)
def test_parts_of_an_address_outside(when: str) -> None:
    """There is something to tell then."""
    assert problems(f'{{when: {when}, text: "{{address.host}} : {{address.reasons}}"}}') == []


@pytest.mark.parametrize(
    "paragraph",
    [
        '"{address.host}"',
        '{when: {answer: address, given: true}, text: "{address.host}"}',
        f'{{when: {{any: [{OUTSIDE}, {{months: [6]}}]}}, text: "{{address.host}}"}}',
        f'{{when: {{not: {OUTSIDE}}}, text: "{{address.host}}"}}',
    ],
)
def test_parts_of_an_address_that_may_be_ours(paragraph: str) -> None:
    """Or none at all."""
    [problem] = problems(paragraph)
    assert problem == (
        "error[not-answered]: {address.host} is for an address that is not one of yours; put this in a paragraph with "
        '"when: {answer: address, outside: …}"'
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [("address.hots", '; did you mean "address.host"?'), ("note.host", ""), ("domains.host", "")],
)
def test_no_such_part(name: str, hint: str) -> None:
    """Of another answer, of a setting, or of an address."""
    [problem] = problems(f'{{when: {OUTSIDE}, text: "{{{name}}}"}}')
    assert problem.startswith(
        f"error[unknown-placeholder]: {{{name}}} is no part of an answer; only of web addresses there are some: "
        "address.host, address.reasons"
    )
    assert problem.endswith(hint)


def test_no_address_at_all() -> None:
    """Nothing has parts then."""
    flow = 'nodes:\n  question: {end: solved, text: "{address.host}"}\n'
    assert [each.partition(" ")[2] for each in told(flow)] == [
        "error[unknown-placeholder]: {address.host} is no part of an answer; only of web addresses there are some: none"
    ]


def test_an_answer_that_could_not_be_read() -> None:
    """What may only follow from another problem is not told."""
    flow = (
        "nodes:\n"
        "  question: {ask: web_adress, title: A, text: B, save: address, goto: solved}\n"
        f'  solved: {{end: solved, text: [{{when: {OUTSIDE}, text: "{{address.host}}"}}, Bravo !]}}\n'
        "settings: {domains: {type: domains, about: Les domaines., default: [example.org]}}\n"
    )
    assert not [each for each in told(flow) if "address.host" in each]
