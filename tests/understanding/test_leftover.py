"""Whether anything but announcements is left where secrets were cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.leftover import only_secrets
from bot.understanding.traced import mark, unmarked

MARK = mark("mot de passe")
ANNOUNCING = ["mon", "mdp", "mot de passe", "c'est", "le voici", "password", "my", "is", "here", "code", "pin", "voici",
              "et", "identifiant", ":", "=", "«", "»", ",", "!", "\n"]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        MARK,
        f"  {MARK} !\n",
        f"mdp : {MARK}",
        f"Mon mot de passe, c’est {MARK}.",
        f"MOT DE PASSE\n{MARK}",
        f"mot de pase {MARK}",
        f"le voici : « {MARK} »",
        f"Bonjour, voici mon identifiant et mon mot de passe : {MARK} et {MARK}, merci",
        f"j'ai tapé {MARK} comme mot de passe",
        f"here is my password: {mark('password')}",
        f"my pin code is {mark('PIN')} and the one-time code I received is {mark('one-time code')}, thanks",
        f"né le {mark('date de naissance')}, NUMEN {mark('NUMEN')}",
        f"<password>{MARK}</password>",
    ],
)
def test_only_an_announced_secret(text: str) -> None:
    """Nothing is left that could be an answer."""
    assert only_secrets(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mon mot de passe",
        "mot de passe : \0",
        "[✂]",
        "✂",
        f"mot de passe {MARK} refusé",
        f"Error 535: {MARK}",
        f"{MARK} 2024",
        f"identifiant jdupont, mdp {MARK}",
        f"login/mdp : jdupont/{MARK}",
        f"https://portail.example.org/?token={MARK}",
        f"hier vers 22h, mdp {MARK}",
        f"j'ai une page blanche, mon mdp est {MARK}",
        f"Firefox, password: {MARK}",
    ],
)
def test_something_else_is_said(text: str) -> None:
    """Or nothing was cut."""
    assert not only_secrets(text)


@given(st.text() | st.lists(st.sampled_from([*ANNOUNCING, "[✂", "]", "\0"])).map(" ".join))
def test_never_without_a_mark(text: str) -> None:
    """Whatever is written."""
    assert not only_secrets(unmarked(text))


@given(st.lists(st.sampled_from(ANNOUNCING)), st.lists(st.sampled_from(ANNOUNCING)), st.sampled_from(["jdupont", "42"]))
def test_announcements_count_for_nothing(before: list[str], after: list[str], more: str) -> None:
    """However they are put together; a single word more is something else."""
    text = " ".join([*before, MARK, *after])
    assert only_secrets(text)
    assert not only_secrets(f"{text} {more}")
