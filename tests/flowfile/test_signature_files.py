"""Files of signatures: what is read of them, and what is told about them."""

import pytest

from bot.flowfile.library import load
from bot.flowfile.wording import Unreadable, wording
from bot.model.flow import Phrase
from bot.model.signature import Part, Signature, Wording

GROUPS = {"password": ["mot de passe", "password"]}

FILE = """
format: 1
flow: webmail
words:
  password: [mot de passe, password]
ignore: ["<password> oublié"]
signatures:
  - id: expired
    cause: expired_password
    means: Votre mot de passe a expiré.
    first: Changez-le.
    codes: [PE21]
    phrases: ["<password> … (expiré|expired)"]
    patterns: ["pe ?21"]
    examples: [Mot de passe expiré.]
"""


def test_a_signature_with_everything() -> None:
    """Each key of it."""
    loaded = load({"signatures.yaml": FILE})
    (file,) = loaded.signatures
    password = Part(("mot de passe", "password"))
    assert loaded.diagnostics == []
    assert loaded.complete
    assert (file.flow, file.ignored) == ("webmail", (Wording("<password> oublié", (password, Part(("oublié",)))),))
    assert file.signatures == (
        Signature(
            "expired",
            "expired_password",
            Phrase("signatures.expired.means", "Votre mot de passe a expiré."),
            Phrase("signatures.expired.first", "Changez-le."),
            ("PE21",),
            (Wording("<password> … (expiré|expired)", (password, Part(("expiré", "expired"), "gap"))),),
            ("pe ?21",),
            ("Mot de passe expiré.",),
        ),
    )


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("a b", (Part(("a b",)),)),
        ("a ... b", (Part(("a",)), Part(("b",), "gap"))),
        ("a + b … c", (Part(("a",)), Part(("b",), "near"), Part(("c",), "gap"))),
        ("(a | b) c", (Part(("a", "b")), Part(("c",)))),
        ("le <password> expir*", (Part(("le",)), Part(("mot de passe", "password")), Part(("expir*",)))),
    ],
)
def test_phrases(written: str, parts: tuple[Part, ...]) -> None:
    """How they are taken apart."""
    assert wording(written, GROUPS) == Wording(written, parts)


@pytest.mark.parametrize(
    ("written", "words", "message"),
    [
        ("… a", "…", '"…" stands between words; put words on both sides of it'),
        ("a … + b", "+", '"+" stands between words; put words on both sides of it'),
        ("a +", "a +", "a phrase ends with words, not with a sign"),
        (" ", " ", "a phrase ends with words, not with a sign"),
        ("(a|b", "(", '"(" has no counterpart; groups are <name>, alternatives (a|b)'),
        ("a > b", ">", '">" has no counterpart; groups are <name>, alternatives (a|b)'),
        ("(a|)", "(a|)", "there is no word here; write one, or take it out"),
        ("?!", "?!", "there is no word here; write one, or take it out"),
        ("ab*", "ab*", '"*" stands at the end of a word, after 3 letters or more'),
        ("abc*d", "abc*d", '"*" stands at the end of a word, after 3 letters or more'),
    ],
)
def test_phrases_that_cannot_be_read(written: str, words: str, message: str) -> None:
    """What is said, and at which words."""
    assert wording(written, GROUPS) == Unreadable("wrong-phrase", message, words)


def test_unknown_groups() -> None:
    """What there is is said."""
    told = 'there is no group "pasword" in words; there are: password; did you mean "password"?'
    assert wording("<pasword>", GROUPS) == Unreadable("unknown-words", told, "<pasword>")
    assert wording("<x>", {}) == Unreadable("unknown-words", 'there is no group "x" in words; there are: none', "<x>")


@pytest.mark.parametrize(
    ("old", "new", "slugs"),
    [
        ("[PE21]", "['?']", ["wrong-phrase"]),
        ("[mot de passe, password]", "['*', '(']", ["wrong-phrase", "wrong-phrase"]),
        ('["<password> oublié"]', "['a +']", ["wrong-phrase"]),
        ("codes:", "code:", ["unknown-key"]),
        ("    cause: expired_password\n", "", ["missing-key"]),
        ("means: Votre", "means: [Votre]\n    x: Votre", ["wrong-type", "unknown-key"]),
        ("flow: webmail\n", "", ["missing-key"]),
    ],
)
def test_mistakes(old: str, new: str, slugs: list[str]) -> None:
    """Each is told once; what can be read is read."""
    assert old in FILE
    assert [found.slug for found in load({"signatures.yaml": FILE.replace(old, new)}).diagnostics] == slugs


def test_a_misspelt_kind() -> None:
    """What the file is meant to be is seen from the key that is nearly right."""
    told = [found.message for found in load({"signatures.yaml": FILE.replace("signatures:", "signatur:")}).diagnostics]
    assert 'unknown key "signatur"; did you mean "signatures"?' in told
