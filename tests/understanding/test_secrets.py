"""Secrets are cut out of what people write; nothing else is touched."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.model.redaction import Redacted, Redaction, SecretKind
from bot.understanding.secrets import redact

HERE = Path(__file__).parent
PLANTED: list[dict[str, Any]] = yaml.safe_load((HERE / "planted_secrets.yaml").read_text("utf-8"))
INNOCENT: list[str] = yaml.safe_load((HERE / "innocent_texts.yaml").read_text("utf-8"))

NAMES: Mapping[SecretKind, str] = {kind: f"cut {kind}".replace("_", " ") for kind in get_args(SecretKind)}
FRENCH: Mapping[SecretKind, str] = {**NAMES, "password": "mot de passe", "otp": "code unique", "pin": "code PIN"}

JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW1pbGxlIn0.c2lnbmF0dXJl"
SURE = [
    "mot de passe : Mirabelle42!",
    "my password is Bramble77",
    "mon code pin est 4831",
    "code otp 482913",
    "13E0512345ABC",
    "née le 12 mars 1975",
    "FR7612548029981234567890161",
    "1 75 03 13 055 123 19",
    "TGT-12-aBcDeFgHiJkL-cas01",
    "Authorization: Bearer q9Zt.81mmA-kk2",
    "JSESSIONID=a8d7f6e5c4b3a291",
    JWT,
    "https://jdupont:nougat24@messagerie.example.org/",
]
PIECES = [
    *(entry["text"] for entry in PLANTED),
    *INNOCENT,
    *("mdp", "mot de passe", "mon", "password", "is", "est", ":", "=", "comme", "code", "pin", "otp", "le", "et"),
    *("Ab1!cd", "soleil", "482913", "1234", "[✂ mot de passe]", "[✂", "]", "«", "»", "(", '"', "\0", "✂", "\n"),
    *("e\u0301", "\u200b", "ﬁ", "İ"),
]


def redacted(text: str) -> str:
    """The text without its secrets."""
    return redact(text, NAMES).text


@pytest.mark.parametrize("entry", PLANTED, ids=lambda entry: entry["text"][:40])
def test_a_planted_secret_vanishes(entry: dict[str, Any]) -> None:
    """It is cut out as what it is, and the words around it stay."""
    done = redact(entry["text"], NAMES)
    assert entry["secret"] not in done.text
    assert entry["kind"] in {redaction.kind for redaction in done.found}
    assert are_kept(entry["text"], done)


@pytest.mark.parametrize("text", INNOCENT)
def test_an_innocent_text_is_not_touched(text: str) -> None:
    """The very same text comes back, on questions about one-time codes too."""
    for about_otp in (False, True):
        done = redact(text, NAMES, about_otp=about_otp)
        assert done == Redacted(text)
        assert done.text is text


def test_the_lists_are_long_and_cover_every_kind() -> None:
    """The published lists prove something about each kind."""
    assert len(PLANTED) >= 120
    assert len(INNOCENT) >= 120
    assert {entry["kind"] for entry in PLANTED} == set(get_args(SecretKind))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("mdp:Mirabelle42, merci", "mdp:[✂ mot de passe], merci"),
        ("login/mdp: jdupont/zebulon7", "login/mdp: jdupont/[✂ mot de passe]"),
        ("mdp : Ab12cd! et pin 4831", "mdp : [✂ mot de passe] et pin [✂ code PIN]"),
        ("mdp tournesol12;identifiant:jdupont", "mdp [✂ mot de passe];identifiant:jdupont"),
        ("mdp : (Ab12cd!)", "mdp : ([✂ mot de passe])"),
        ("mdp : soleil 2024, merci", "mdp : [✂ mot de passe], merci"),
        ("Mot de passe e\u0301te\u0301 : Ab12cde\u0301 voilà", "Mot de passe e\u0301te\u0301 : Ab12cde\u0301 voilà"),
        ("mdp : Ab12cde\u0301 voilà", "mdp : [✂ mot de passe] voilà"),
        ("mot de pa\u00adsse : Ab12cd\u200bef", "mot de pa\u00adsse : [✂ mot de passe]"),
        ("ｍｄｐ : Ab12cd", "ｍｄｐ : [✂ mot de passe]"),
        ("mdp : " + "Ab1" * 100, "mdp : [✂ mot de passe]"),
        ("mdp : \0Ab12cd", "mdp : [✂ mot de passe]"),
    ],
)
def test_only_the_secret_is_cut(text: str, left: str) -> None:
    """Labels, separators and sentences stay, whatever characters they are written with."""
    assert redact(text, FRENCH).text == left


def test_what_was_cut_is_told_in_order() -> None:
    """Each mark, with the kind it stands for."""
    done = redact("pin 4831, mdp : Ab12cd!", FRENCH)
    assert done == Redacted(
        "pin [✂ code PIN], mdp : [✂ mot de passe]",
        (Redaction("pin", "[✂ code PIN]"), Redaction("password", "[✂ mot de passe]")),
    )


def test_two_kinds_in_one_place_are_one_cut() -> None:
    """A value that is known by its shape is named for it, whatever it is used as."""
    assert redact(f"mdp : {JWT}", NAMES).found == (Redaction("jwt", "[✂ cut jwt]"),)
    assert redacted("mon mot de passe est 13E0512345ABC!") == "mon mot de passe est [✂ cut numen]"


@pytest.mark.parametrize("text", ["482913", " 482 913 ", "« 482913 »", "77120498.", "482913 !"])
def test_a_number_alone_is_a_code_where_one_is_asked_about(text: str) -> None:
    """On a question about one-time codes only."""
    assert redact(text, NAMES) == Redacted(text)
    assert [redaction.kind for redaction in redact(text, NAMES, about_otp=True).found] == ["otp"]


def test_a_code_that_nothing_says_more_of() -> None:
    """It may be an error's, unless the question is about one-time codes."""
    text = "un code 548213 en bas de page"
    assert redact(text, NAMES) == Redacted(text)
    assert redact(text, NAMES, about_otp=True).text == "un code [✂ cut otp] en bas de page"


@pytest.mark.parametrize("text", ["48291", "0612345678", "06 12 34 56 78", "22/06/2026", "2026-06-22", "4829131234567"])
def test_other_numbers_alone_are_none(text: str) -> None:
    """Telephone numbers, dates, and what is too short or too long."""
    assert redact(text, NAMES, about_otp=True).text is text


def test_check_digits_count() -> None:
    """Without the right key a number is no account and no social security number; with letters around, no number."""
    for text in (
        "FR7612548029981234567890162",
        "FR76 1254 8029 9812 3456 7890 1",
        "ZZ76 1254 8029 9812 3456 7890 161",
        "175031305512318",
        "xFR7612548029981234567890161",
        "FR7612548029981234567890161Z",
    ):
        assert redact(text, NAMES) == Redacted(text)


def test_a_mark_is_never_cut() -> None:
    """Whatever announces it, whatever language it is in."""
    text = "mot de passe : [✂ mot de passe], pin [✂ code PIN], ancien mdp [✂ password]"
    assert redact(text, NAMES) == Redacted(text)


@pytest.mark.parametrize("names", [NAMES, FRENCH])
def test_redacting_again_changes_nothing(names: Mapping[SecretKind, str]) -> None:
    """Also when the marks are in words that announce secrets."""
    for entry in PLANTED:
        once = redact(entry["text"], names)
        assert redact(once.text, names) == Redacted(once.text)


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from([" ", "", "\n", " : "]), st.booleans())
def test_pieces_are_redacted_once_and_for_all(pieces: list[str], between: str, about_otp: bool) -> None:
    """Any mixture of what people write: once is enough, and what stands around the marks is what was there."""
    text = between.join(pieces)
    once = redact(text, FRENCH, about_otp=about_otp)
    assert redact(once.text, FRENCH, about_otp=about_otp) == Redacted(once.text)
    assert are_kept(text, once)


@given(st.text())
def test_any_text_is_redacted_once_and_for_all(text: str) -> None:
    """No text at all is too strange."""
    once = redact(text, NAMES)
    assert redact(once.text, NAMES) == Redacted(once.text)
    assert are_kept(text, once)


@given(st.text(), st.sampled_from(SURE), st.text())
def test_no_sure_secret_survives(before: str, secret: str, after: str) -> None:
    """Whatever stands on the lines around it."""
    done = redact(f"{before}\n{secret}\n{after}", NAMES)
    assert secret not in done.text
    assert done.found


@given(st.sampled_from(INNOCENT), st.sampled_from(SURE), st.sampled_from(INNOCENT))
def test_neighbours_of_a_secret_stay(before: str, secret: str, after: str) -> None:
    """Messages on the lines around a secret are exact still."""
    left = redacted(f"{before}\n{secret}\n{after}")
    assert left.startswith(f"{before}\n")
    assert left.endswith(f"\n{after}")


def are_kept(text: str, done: Redacted) -> bool:
    """Whether what stands between the new marks stood in the text, in the same order, with something cut between."""
    parts, rest = [], done.text
    for redaction in done.found:
        part, _, rest = _divided(rest, redaction.mark, text)
        parts.append(re.escape(part))
    return re.fullmatch("(?s:.+)".join([*parts, re.escape(rest)]), text) is not None


def _divided(left: str, mark: str, text: str) -> tuple[str, str, str]:
    """The text before the next new mark and after it; marks that the text had already are no new ones."""
    start = left.index(mark)
    while text.count(mark) and left[: start + len(mark)] in text:
        start = left.index(mark, start + 1)
    return left[:start], mark, left[start + len(mark) :]


FORMS = (
    r"gh[opsu]_[A-Za-z0-9]{20,36}",
    r"github_pat_[A-Za-z0-9_]{20,60}",
    r"glpat-[A-Za-z0-9_-]{16,20}",
    r"sk-[A-Za-z0-9]{20,40}",
    r"xox[abp]-[0-9]{10,12}-[A-Za-z0-9]{10,20}",
    r"AKIA[A-Z0-9]{16}",
    r"AIza[A-Za-z0-9_-]{30,35}",
    r"[1-9][0-9]{8}:[A-Za-z0-9_]{35}",
    r"eyJ[A-Za-z0-9_]{20}\.eyJ[A-Za-z0-9_]{20}\.[A-Za-z0-9_]{20}",
    r"TGT-[1-9][0-9]{0,3}-[A-Za-z0-9]{10,20}-cas",
    r"-----BEGIN RSA PRIVATE KEY-----\n[A-Za-z0-9]{40}\n-----END RSA PRIVATE KEY-----",
)
"""Keys that say themselves what they are, each by the public form of those who give it out."""


@pytest.mark.parametrize("form", FORMS)
@given(st.data())
def test_a_key_needs_nothing_beside_it(form: str, data: st.DataObject) -> None:
    """Whatever stands around it, there need be no sign of any other kind of secret in the text."""
    key = data.draw(st.from_regex(re.compile(form, re.ASCII), fullmatch=True))
    cut = redact(f"voila {key} voila", NAMES)
    assert key not in cut.text
    assert cut.text.startswith("voila ")
    assert cut.text.endswith(" voila")
