"""Shapes: slips that have no flow of their own in `tests/broken_flows/`."""

import pytest

from bot.flowfile.compose import compose
from bot.flowfile.near import did_you_mean
from bot.flowfile.read import read

HEAD = "format: 1\nflow: demo\ntitle: Demo\nstart: a\n"


def told(yaml: str) -> list[str]:
    """Place, kind and words of each problem of the shape."""
    source, problems = compose("x.yaml", HEAD + yaml)
    assert source is not None
    assert problems == []
    return [f"{each.span.line}:{each.span.column} {each.slug}: {each.message}" for each in read(source).diagnostics]


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        (
            "nodes: {Bad Name: {end: solved, text: x}}\n",
            '5:9 bad-name: "Bad Name" is not a name: small letters, digits and _, beginning with a letter, 32 at most',
        ),
        (
            "nodes: {a: Bonjour}\n",
            (
                "5:12 wrong-type: expected keys and values, one of them ask, summary, offer, call, decide, end, "
                'choices, text; found "Bonjour"'
            ),
        ),
        ("nodes: {a: {end: solved, text: {}}}\n", '5:32 missing-key: the key "text" is missing here'),
        ("nodes: {a: {end: solved, text: [[x]]}}\n", "5:33 wrong-type: expected keys and values, found a list"),
        (
            "nodes: {a: {text: x, goto: b, loop: x}}\n",
            '5:31 unknown-key: unknown key "loop"; allowed here: text, goto',
        ),
        (
            "nodes: {a: {end: solved, text: x}}\nreminder: {after: soon, text: x}\n",
            (
                '6:19 bad-name: "soon" is not a time such as "4 hours": '
                "a whole number from 1 to 9999, then minutes, hours or days"
            ),
        ),
        (
            "nodes: {a: {text: x, choices: [{id: b, label: c, answer: {minutes_ago: x}}]}}\n",
            '5:72 wrong-type: expected a whole number, found "x"',
        ),
        (
            "nodes: {a: {text: x, choices: [{id: b, label: c, answer: {days_ago: -1}}]}}\n",
            "5:69 out-of-range: -1 is out of range; it must be at least 0",
        ),
        (
            "nodes: {a: {text: x, choices: [{id: b, label: c, when: {is: x}}]}}\n",
            '5:50 missing-key: the key "answer" is missing here',
        ),
        (
            "nodes: {a: {save: x}}\n",
            "5:9 missing-key: one of these keys is needed here: ask, summary, offer, call, decide, end, choices, text",
        ),
        (
            'nodes: {a: {end: solved, text: " "}}\n',
            "5:32 empty: nothing is written here; fill it in, or take the key out",
        ),
        (
            "nodes: {a: {end: solved, text: [x, {text: '\u00a0\u200b'}]}}\n",
            "5:43 empty: nothing is written here; fill it in, or take the key out",
        ),
        (
            "nodes: {a: {text: x, choices: [{id: b, label: ' ', goto: a}]}}\n",
            "5:47 empty: nothing is written here; fill it in, or take the key out",
        ),
        ("nodes: {}\n", "5:8 empty: nothing is written here; fill it in, or take the key out"),
        (
            "nodes: {a: {end: '', text: x}}\n",
            "5:18 unknown-value: nothing is not allowed here; allowed: solved, ticket, abandoned",
        ),
    ],
)
def test_slips(yaml: str, expected: str) -> None:
    """Each is said in the author's terms, at the author's place."""
    assert told(yaml) == [expected]


def test_did_you_mean() -> None:
    """Only when something is near."""
    assert did_you_mean("solvd", ["solved", "ticket"]) == '; did you mean "solved"?'
    assert did_you_mean("xyz", ["solved", "ticket"]) == ""
