"""One file, several mistakes: each is told, and nothing that only follows from another."""

import pytest

from bot.adapters.limits import CHANNEL_LIMITS
from bot.checking.check import check
from bot.checking.translations import Translation, Translations
from bot.flowfile.library import load
from tests.checking.told import HEAD, told, told_of

NOWHERE = '"nowhere" in the flow "demo"'
FLOW = """nodes:
  question:
    title: Sujet
    text: De quoi s'agit-il ?
    choices:
      - {id: a, label: A, goto: advice}
      - {id: b, label: B, goto: note}
      - {id: c, label: C, goto: nowhere}
  advice:
    advice: true
    title: Essai
    text: Essayez.
    choices: [{id: again, label: Encore, goto: advice}, {id: enough, label: Assez, goto: which}]
    loop: {at_most: 2, then: which}
  note: {ask: text, title: Note, save: words, text: Autre chose ?, goto: which}
  which:
    decide:
      - {when: {answer: question, is: a}, goto: part}
      - {when: {answer: words, given: true}, goto: part}
      - {goto: solved}
  part: {call: part, goto: solved}
  solved: {end: solved, text: Bravo !}
subflows:
  part: {start: one, nodes: {one: {text: Un., goto: two}, two: {text: Deux., goto: return}}}
"""


def kinds(lines: list[str]) -> list[str]:
    """Where each problem is, and of what kind."""
    return [line.partition("]: ")[0].replace(" error[", " ") for line in lines]


BROKEN_LINK = f"13:33 error[unknown-target]: there is no node {NOWHERE}"


def test_the_flow_itself() -> None:
    """Its one mistake is known."""
    assert told(FLOW) == [BROKEN_LINK]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("label: A,", "label: A, colour: red,", "11:27 unknown-key"),
        ("loop:", "lopp:", "19:5 unknown-key"),
        ("at_most: 2", "at_most: 0", "19:21 out-of-range"),
        ("loop: {at_most: 2, then: which}", "loop: often", "19:11 wrong-type"),
        ("title: Note, ", "", "20:3 missing-key"),
        ("ask: text", "ask: words", "20:15 unknown-value"),
        ("ask: text", "aks: text", "20:10 unknown-key"),
        ("save: words", "save: [words]", "20:40 wrong-type"),
        ("id: b, label: B,", "id: b,", "12:9 missing-key"),
        ("id: b, label: B,", "label: B,", "12:9 missing-key"),
        ("id: a, label: A,", "label: A,", "11:9 missing-key"),
        ("goto: note}", "goto: [note]}", "12:33 wrong-type"),
        ("goto: note}", "gotoo: note}", "12:27 unknown-key"),
        ("is: a}", "is: {}}", "23:39 wrong-type"),
        ("given: true", "given: maybe", "24:39 unknown-value"),
        ("given: true", "given: True", "24:39 unknown-value"),
        ("- {goto: solved}", "- {}", "25:9 missing-key"),
        ("{call: part,", "{cal: part,", "26:10 unknown-key"),
        ("{call: part,", "{x: part,", "26:3 missing-key"),
        ("part: {call: part, goto: solved}", "part: later", "26:9 wrong-type"),
        ("text: Bravo !}", "text: A, template: B}", "27:11 template-misplaced"),
        ("subflows:", "subflow:", "28:1 unknown-key"),
        ("start: one, ", "", "29:3 missing-key"),
        ("one: {text: Un., goto: two}", "one: {goto: two}", "29:30 missing-key"),
        ("goto: return", 'goto: "!"', "29:84 bad-name"),
        ("{one: {text: Un., goto: two}, two: {text: Deux., goto: return}}", "[]", "29:29 wrong-type"),
    ],
)
def test_a_mistake_beside_a_broken_link(old: str, new: str, expected: str) -> None:
    """Both are told, and no more."""
    assert FLOW.count(old) == 1
    assert sorted(kinds(told(FLOW.replace(old, new)))) == sorted(["13:33 unknown-target", expected])


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (
            "{end: solved, colour: red, text: A, template: B}",
            ["6:19 template-misplaced", "6:33 unknown-key"],
        ),
        ("{text: A, chioces: [{id: b, lable: B, goto: solved}]}", ["6:29 unknown-key", "6:47 unknown-key"]),
    ],
)
def test_mistakes_behind_mistakes(node: str, expected: list[str]) -> None:
    """What could not be read at first is read once the mistake before it is mended."""
    assert kinds(told(f"nodes: {{question: {node}, solved: {{end: solved, text: B}}}}\n")) == expected


def test_a_node_that_nothing_leads_to() -> None:
    """A broken link may be meant for a node that has no other way to it, but not for one with an unlike name."""
    island = FLOW.replace(
        "  part: {call", "  island: {text: Ici., goto: shore}\n  shore: {text: Là., goto: solved}\n  part: {call"
    )
    message = 'no path leads to the node "island"; lead one there, or take it out'
    assert told(island) == [BROKEN_LINK, f"26:3 error[unreachable]: {message}"]


def test_names_in_what_cannot_be_read() -> None:
    """They are not taken for unknown: interrupts, settings, causes."""
    yaml = """causes: {lost: [x]}
settings: {desk: {type: words, about: A}, phone: {type: phone, about: A, default: {}}}
nodes:
  question:
    text: "{desk} {phone}"
    choices:
      - {id: a, label: A, cause: lost, interrupt: aside}
      - {id: b, label: B, when: {setting: desk}, goto: solved}
      - {id: c, label: C, goto: solved}
  solved: {end: solved, text: A}
"""
    head = HEAD.replace(
        "{human: {label: Une personne, text: Appelez le support.}}", "{human: {text: A, call: b}, aside: []}"
    )
    assert told_of({"demo.yaml": head + yaml}) == [
        '5:14 error[missing-key]: the key "label" is missing here',
        "5:48 error[wrong-type]: expected keys and values, found a list",
        "6:16 error[wrong-type]: expected a text, found a list",
        '7:25 error[unknown-value]: "words" is not allowed here; allowed: text, url, email, phone, flag, domains',
        "7:83 error[wrong-value]: write a text, true or false, or a list of texts; found keys and values",
    ]


def test_a_library_with_a_mistake() -> None:
    """The flows that use it are checked with what could be read of it."""
    flow = (
        HEAD.replace("start: question", "start: question\nuse: [comon]")
        + "nodes: {question: {call: part, goto: nowhere}}\n"
    )
    library = (
        "format: 1\nlibrary: common\nsubflows: {part: {start: a, nodes: {a: {text: A, goto: return, colour: red}}}}\n"
    )
    assert told_of({"demo.yaml": flow, "common.yaml": library}) == [
        '3:64 error[unknown-key]: unknown key "colour"; allowed here: text, goto',
        '5:7 error[unknown-library]: there is no library "comon"; there are: common; did you mean "common"?',
        f"7:38 error[unknown-target]: there is no node {NOWHERE}",
    ]


def test_a_file_that_cannot_be_read() -> None:
    """What may be in it is not missed."""
    flow = (
        HEAD.replace("start: question", "start: question\nuse: [common]")
        + "nodes: {question: {end: solved, text: A}}\n"
    )
    files = {"demo.yaml": flow, "other.yaml": flow.replace("flow: demo", "flow: other"), "common.yaml": "library: [\n"}
    assert [line.split(":")[1] for line in told_of(files, "format: 1\nsettings: {x: y}\n", whole=True)] == [
        "1 error[yaml-syntax]"
    ]


def test_a_start_with_a_mistake() -> None:
    """The node that offers the flows may be the one that could not be read."""
    flow = HEAD + "nodes: {question: {end: solved, text: A}}\n"
    start = flow.replace("flow: demo", "flow: start").replace("end: solved", "offer: [flows]")
    assert told_of({"demo.yaml": flow, "start.yaml": start}, whole=True) == [
        "6:27 error[unknown-value]: a list is not allowed here; allowed: flows"
    ]


def test_a_settings_file_with_mistakes() -> None:
    """All are told at once."""
    flow = HEAD + "settings: {desk: {type: text, about: A}}\nnodes: {question: {end: solved, text: A}}\n"
    settings = "format: 1\nsettings: {desk: {a: b}, dezk: x}\ncolour: red\n"
    assert told_of({"demo.yaml": flow}, settings, whole=True) == [
        "2:18 error[wrong-value]: write a text, true or false, or a list of texts; found keys and values",
        '2:26 error[unknown-setting]: no flow declares a setting "dezk"; declared: desk; did you mean "desk"?',
        '3:1 error[unknown-key]: unknown key "colour"; allowed here: format, settings',
    ]


def test_the_translation_of_what_cannot_be_read() -> None:
    """It is not stale."""
    yaml = (
        HEAD
        + "nodes: {question: {ask: what, text: Quoi ?, title: Quoi, goto: solved}, solved: {end: solved, text: A}}\n"
    )
    sources = ("Quoi ?", "Qui ?")
    entries = tuple(
        Translation("demo.question.text", source, None, ("What?",), fuzzy=False, line=line, words_line=line)
        for line, source in enumerate(sources, 1)
    )
    found = check(load({"demo.yaml": yaml}), [Translations("flows.po", "en", "flows", entries)], CHANNEL_LIMITS)
    assert [each.message.split('"')[1] for each in found if each.slug == "stale-translation"] == ["Qui ?"]
