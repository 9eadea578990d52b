"""What is told about signatures."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checking.patterns import slow, unreadable
from tests.checking.told import HEAD, told_of
from tests.desk import shipped

FLOW = HEAD + "causes: {password: Mot de passe}\nnodes: {question: {end: solved, text: Fin.}}\n"
FILE = "format: 1\nflow: demo\nwords: {password: [mot de passe, password]}\nsignatures:\n"


def told(*signatures: str, flow: str | None = FLOW) -> list[str]:
    """The problems of these signatures, each given as a flow mapping without its texts, on lines 5 and on."""
    lines = "".join(f"  - {{means: Ceci., first: Cela., {each}}}\n" for each in signatures)
    files = {"signatures.yaml": FILE + lines} | ({"demo.yaml": flow} if flow else {})
    return [without_column(problem) for problem in told_of(files, whole=flow is not None)]


def without_column(problem: str) -> str:
    """A problem by its line alone."""
    return re.sub(r"^(\d+):\d+", r"\1", problem)


def test_nothing_is_wrong() -> None:
    """With what is known of a cause, or when none of the desk's."""
    assert told("id: a, cause: password, phrases: [<password> … expiré], examples: [mot de passe expiré]") == []
    assert told("id: a, cause: other, codes: [PE21]") == []
    assert told("id: a, cause: password, patterns: ['pe ?21']", flow=None) == []


def test_causes_and_ids() -> None:
    """Causes are those of the flow, ids stand for one signature each."""
    assert told("id: a, cause: pasword, codes: [PE21]") == [
        '5 error[unknown-cause]: there is no cause "pasword"; there are: password; did you mean "password"?'
    ]
    assert told("id: a, cause: other, codes: [PE21]", "id: a, cause: other, codes: [PE22]") == [
        '6 error[duplicate-id]: there is already a signature "a", in signatures.yaml:5; give each its own id'
    ]
    assert told("id: a, cause: x, codes: [PE21]", flow=HEAD + "nodes: {question: {end: solved, text: Fin.}}\n") == [
        '5 error[unknown-cause]: there is no cause "x"; there are: none'
    ]


def test_too_little_to_look_for() -> None:
    """Nothing at all, or what is found everywhere."""
    assert told("id: a, cause: other") == [
        '5 error[nothing-to-recognise]: "a" has no codes, phrases or patterns; nothing could be recognised by it'
    ]
    assert told("id: a, cause: other, codes: [E1], phrases: [non oui, (x|expiré), la]") == [
        '5 error[phrase-too-short]: "E1" is found in too many messages; a code has 3 characters or more',
        '5 error[phrase-too-short]: "(x|expiré)" is found in too many messages; write 3 letters or more',
        '5 error[phrase-too-short]: "la" is found in too many messages; write 3 letters or more',
    ]


def test_what_cannot_be_read_is_told_once() -> None:
    """Not also as nothing to look for, nor as an example that is missed."""
    assert told("id: a, cause: other, phrases: [<pass>], examples: [mot de passe]") == [
        '5 error[unknown-words]: there is no group "pass" in words; there are: password; did you mean "password"?'
    ]
    assert told("id: a, cause: other, phrases: {x: y}") == [
        "5 error[wrong-type]: expected a list, found keys and values"
    ]
    empty = FILE.replace("[mot de passe, password]", "['?']") + "  - {id: a, cause: other, means: A., first: B."
    (found,) = told_of({"signatures.yaml": empty + ", phrases: [<password>]}\n"})
    assert without_column(found) == "3 error[wrong-phrase]: there is no word here; write one, or take it out"


def test_one_text_has_one_cause() -> None:
    """The same code or phrase, or an example that fits both; within a cause, signatures may overlap."""
    one = "id: a, cause: password, codes: [PE21], phrases: [<password> expiré]"
    assert told(one, "id: b, cause: password, codes: [pe21], phrases: [<password> expiré]") == []
    assert told(one, "id: b, cause: other, codes: [pe21], phrases: [<password> expiré]") == [
        '6 error[claimed-twice]: "pe21" also belongs to "a", which means password; one text has one cause',
        '6 error[claimed-twice]: "<password> expiré" also belongs to "a", which means password; one text has one cause',
    ]
    assert told(one, "id: b, cause: other, phrases: [session expiré], examples: [password expiré session expiré]") == [
        '6 error[claimed-twice]: this is also claimed by the phrase "<password> expiré" of a, which means password'
    ]
    assert told(one, "id: b, cause: other, phrases: [session], examples: [autre chose]") == [
        '6 error[example-missed]: this is not recognised as "b"; give it a phrase that fits'
    ]


def test_texts_that_are_too_long() -> None:
    """What is said must fit a message."""
    long = FILE + f"  - {{id: a, cause: other, codes: [PE21], first: Oui., means: {'long ' * 900}}}\n"
    (found,) = told_of({"signatures.yaml": long})
    assert without_column(found).startswith(
        "5 error[text-too-long]: the text up to here has 4,499 characters; at most "
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("desk", None),
        ("desq", '[unknown-placeholder]: {desq} names no setting; did you mean "desk"?'),
        ("phone", '[setting-may-be-empty]: the setting "phone" may be empty; '),
        ("official", '[unknown-placeholder]: the setting "official" is true or false; '),
    ],
)
def test_what_they_name(name: str, message: str | None) -> None:
    """Settings of the flow that have something to say: nothing else is known wherever an error may be pasted."""
    settings = (
        "settings:\n"
        "  desk: {type: text, about: Le support., default: '', unknown: le support}\n"
        "  phone: {type: phone, about: Son téléphone.}\n"
        "  official: {type: flag, about: Si le support est officiel., default: false}\n"
    )
    signature = f"  - {{id: a, cause: other, codes: [PE21], means: 'Voyez {{desk}}.', first: 'Voyez {{{name}}}.'}}\n"
    found = told_of({"demo.yaml": FLOW + settings, "signatures.yaml": FILE + signature})
    assert [(message or "") in each for each in found] == ([] if message is None else [True])


@pytest.mark.parametrize(
    "pattern", ["pe ?21", "(a|b){1,40}", r"\d{3}", "(a|bc)d", "(?:ab){2}c{0,3}", "(?i:a)[a-z]{0,30}", "a?b?c?", "(a?)?"]
)
def test_patterns_that_end(pattern: str) -> None:
    """Bounded repeats, one at a time."""
    assert unreadable(pattern) is None
    assert slow(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a*", "a repeat needs a bound"),
        ("(a+)+z", "a repeat needs a bound"),
        (".*?x", "a repeat needs a bound"),
        ("(a{1,9}){1,9}", "a repeat within a repeat"),
        ("((a|a{1,3}){0,20})", "a repeat within a repeat"),
        ("(?=(a+))b", "a repeat needs a bound"),
        (r"(a)\1", "a pattern must not refer back"),
        ("(a)?(?(1)b|c)", "a pattern must not refer back"),
        (".{0,40}.{0,40}x", "its repeats can be combined in 1,681 ways"),
    ],
)
def test_patterns_that_may_not_end(pattern: str, message: str) -> None:
    """In time, on some texts."""
    assert unreadable(pattern) is None
    assert (slow(pattern) or "").startswith(message)


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", "*", "a{99999999999999999999}", "[", "(?P<a"])
def test_what_is_no_pattern(pattern: str) -> None:
    """Is told with the reason."""
    assert (unreadable(pattern) or "").startswith("this is no regular expression: ")


ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "(a|b)", "(ab)", "a?", "(a|ab)"])
REPEATS = st.sampled_from(["", "", "?", "{0,3}", "{1,9}", "{2}", "*", "+"])


@given(st.lists(st.tuples(ATOMS, REPEATS), min_size=1, max_size=4).map(lambda pairs: "".join(map("".join, pairs))))
def test_what_is_allowed_has_few_ways(pattern: str) -> None:
    """No pattern that passes has more ways through a text than the limit says, whichever its parts are."""
    if unreadable(pattern) is None and slow(pattern) is None:
        assert "*" not in pattern
        assert "+" not in pattern


def test_shipped_patterns() -> None:
    """They are few, and all allowed."""
    patterns = [pattern for file in shipped().signatures for each in file.signatures for pattern in each.patterns]
    assert [pattern for pattern in patterns if unreadable(pattern) or slow(pattern)] == []
