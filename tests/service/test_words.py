"""How things are said: typography, plain text, what is visible, dates, answers."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.answer import (
    Attachment,
    AttemptTime,
    Environment,
    ErrorMessage,
    FreeText,
    NothingGiven,
    Photo,
    Precision,
    Unclear,
    Value,
)
from bot.model.flow import Phrase, Setting, SettingType, SettingValue
from bot.model.message import Message, Verbatim, Words
from bot.model.session import Entry
from bot.service.display import answer_words, setting_words, title_of
from bot.service.plain import plain
from bot.service.typography import typeset
from bot.service.visible import visible
from bot.service.voice import Voice, message
from tests.desk import MONDAY, PARIS, catalog
from tests.sample import sample

FRENCH, ENGLISH = Voice(catalog(), "fr", PARIS), Voice(catalog(), "en", PARIS)


@pytest.mark.parametrize(
    ("typed", "language", "set_"),
    [
        ("C'est où ? L'été : « oui » !", "fr", "C’est où\u202f? L’été\u00a0: «\u00a0oui\u00a0»\u202f!"),
        ("1. Ouvrez https://x.example/?a=b:c ; puis...", "fr", "1. Ouvrez https://x.example/?a=b:c\u202f; puis…"),
        ("à 08:15", "fr", "à 08:15"),
        ("Don't, it's 'quoted'...", "en", "Don’t, it’s 'quoted'…"),
        ("Really ?", "en", "Really ?"),
    ],
)
def test_typeset(typed: str, language: str, set_: str) -> None:
    """Plain keyboards in, print out."""
    assert typeset(typed, language) == set_
    assert typeset(set_, language) == set_


def test_plain() -> None:
    """Words as they are, a verbatim text between two lines."""
    shown = plain(Message((Words("Voici :"), Verbatim("message", "  boum\n", "fin"), Words("Merci."))))
    assert shown == "Voici :\n\n----- message -----\n  boum\n\n----- fin -----\n\nMerci."


@given(st.text())
def test_nothing_in_a_verbatim_text_looks_like_its_fence(text: str) -> None:
    """The text stands unchanged between its fences, and no line of it could be one of them."""
    shown = plain(Message((Verbatim("message", text, "fin"),)))
    first, rest = shown.split("\n", 1)
    inner, last = rest.rsplit("\n", 1)
    assert inner == text
    assert first.startswith("-----")
    rule = last.split(" ")[0]
    assert rule not in text


@pytest.mark.parametrize("before", ["", " ", "\t", "x\u2028", "x\r", "\u200b", "\u00a0"])
def test_a_fence_cannot_be_imitated(before: str) -> None:
    """Wherever a line seems to begin, and whatever stands unseen before it."""
    text = f"{before}----- fin -----"
    shown = plain(Message((Verbatim("message", text, "fin"),)))
    assert shown == f"------ message ------\n{text}\n------ fin ------"


def test_visible() -> None:
    """Line breaks and tabs stay; what could steer a terminal becomes a picture."""
    assert visible("a\n\tb\r\nc") == "a\n\tb\r\nc"
    assert visible("\x1b[31m\x00\x7f\x9b\r.") == "␛[31m␀␡\ufffd␍."
    assert visible("é🙈\u202e") == "é🙈\u202e"


@pytest.mark.parametrize(
    ("precision", "french", "english"),
    [
        ("minute", "lundi 22 juin 2026 à 08:15, heure de Paris", "Monday, 22 June 2026 at 08:15, Paris time"),
        ("hour", "lundi 22 juin 2026 vers 08:15, heure de Paris", "Monday, 22 June 2026 at about 08:15, Paris time"),
        ("part_of_day", "lundi 22 juin 2026, le matin", "Monday, 22 June 2026, in the morning"),
        ("day", "lundi 22 juin 2026", "Monday, 22 June 2026"),
    ],
)
def test_times(precision: Precision, french: str, english: str) -> None:
    """In full, as exactly as they are known."""
    told = AttemptTime(datetime.fromisoformat("2026-06-22T06:15:00+00:00"), precision, "")
    assert FRENCH.attempt(told) == french
    assert ENGLISH.attempt(told) == english


@pytest.mark.parametrize(
    ("hour", "words"),
    [(9, "le matin"), (12, "vers midi"), (15, "l’après-midi"), (20, "le soir")],
)
def test_parts_of_the_day(hour: int, words: str) -> None:
    """Each by its name."""
    told = AttemptTime(MONDAY.replace(hour=hour), "part_of_day", "")
    assert FRENCH.attempt(told).endswith(words)


def test_the_first_of_a_month() -> None:
    """An ordinal in French only."""
    told = AttemptTime(datetime(2026, 2, 1, 9, tzinfo=PARIS), "part_of_day", "")
    assert FRENCH.attempt(told) == "dimanche 1er février 2026, le matin"
    assert ENGLISH.attempt(told) == "Sunday, 1 February 2026, in the morning"
    assert FRENCH.short(told) == "dim. 1er févr. 09:00"
    assert ENGLISH.short(told) == "Sun 1 Feb 09:00"
    assert FRENCH.attempt(replace(told, at=datetime(2026, 2, 11, 9, tzinfo=PARIS))).startswith("mercredi 11 février")


def test_short_times() -> None:
    """Fit for a button; two that look the same are told apart."""
    told = AttemptTime(datetime.fromisoformat("2026-10-25T02:30:00+02:00"), "minute", "")
    assert FRENCH.short(told) == "dim. 25 oct. 02:30"
    assert FRENCH.short(told, offset=True) == "dim. 25 oct. 02:30 (UTC+0200)"
    assert FRENCH.short(AttemptTime(None, "unknown", "")) == "moment inconnu"


def test_voice() -> None:
    """Own words, desk's words, counts, lists, quotes; what is not translated is said in its source language."""
    assert FRENCH.say("Do you mean {time}?", time="{x}") == "Voulez-vous dire {x}\u202f?"
    assert FRENCH.say(message("never heard")) == "never heard"
    assert ENGLISH.phrase(Phrase("webmail.title", "Messagerie académique")) == "Académie webmail"
    assert ENGLISH.phrase(Phrase("webmail.title", "Autre texte")) == "Autre texte"
    assert FRENCH.say_many("I keep your picture.", "I keep your {count} pictures.", 1) == "Je garde votre image."
    assert ENGLISH.say_many("I keep your picture.", "I keep your {count} pictures.", 3) == "I keep your 3 pictures."
    assert FRENCH.choice_of(("a", "b")) == "a ou b"
    assert ENGLISH.quoted("two\n lines") == "“two lines”"
    assert (FRENCH.language_name, ENGLISH.language_name) == ("français", "English")


TIME = AttemptTime(MONDAY, "minute", "")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (Entry("topic", (), "topic", choice="lost"), "Perdu"),
        (Entry("topic", (), "topic", choice="gone"), "non précisé"),
        (Entry("gone", (), "gone", choice="gone"), "non précisé"),
        (Entry("note", (), "note", choice="nothing", value=NothingGiven()), "Rien"),
        (Entry("note", (), "note", value=NothingGiven()), "non précisé"),
        (Entry("note", (), "note", value=FreeText("un\ndeux")), "un\ndeux"),
        (Entry("questions.error", (), "error", choice="none", value=ErrorMessage(None)), "Aucun"),
        (Entry("questions.error", (), "error", value=ErrorMessage(None)), "aucun"),
        (
            Entry("questions.when", (), "when", choice="now", value=TIME),
            "lundi 22 juin 2026 à 10:30, heure de Paris (Maintenant)",
        ),
        (
            Entry("questions.when", (), "when", value=replace(TIME, words="10h30")),
            "lundi 22 juin 2026 à 10:30, heure de Paris («\u00a010h30\u00a0»)",
        ),
        (Entry("questions.when", (), "when", value=TIME), "lundi 22 juin 2026 à 10:30, heure de Paris"),
        (Entry("questions.when", (), "when", choice="unknown", value=AttemptTime(None, "unknown", "")), "Aucune idée"),
        (Entry("questions.when", (), "when", choice="other", value=Unclear("hm")), "Autrement («\u00a0hm\u00a0»)"),
        (Entry("questions.address", (), "address", value=Unclear("hm")), "hm"),
        (Entry("questions.device", (), "device", choice="mac", value=Environment("", "computer", "macOS")), "Mac"),
        (Entry("questions.device", (), "device", value=Environment("", "computer", "macOS")), "computer, macOS"),
        (Entry("questions.device", (), "device", value=Environment("mon mac", "computer")), "mon mac"),
        (Entry("questions.photo", (), "photo", value=Photo(Attachment("a.png", "image/png", 1, "x"))), "a.png"),
    ],
)
def test_answers(entry: Entry, words: str) -> None:
    """The label, the value, or both where one says more than the other."""
    assert answer_words(sample().flows["sample"], entry, FRENCH) == words


def test_titles() -> None:
    """What the summary lists an answer under."""
    flow = sample().flows["sample"]
    assert title_of(flow, Entry("topic", (), "topic")) == Phrase("sample.topic.title", "Sujet")
    assert title_of(flow, Entry("human.offer", (), "offer")) is None
    assert title_of(flow, Entry("gone", (), "gone")) is None


def test_settings() -> None:
    """A text is translated, domains are listed, anything else is as it is."""
    organisation = Setting("o", "common.settings.organisation", "text", "x", "l'académie d'Aix-Marseille")
    assert setting_words(organisation, FRENCH) == "l’académie d’Aix-Marseille"
    assert setting_words(organisation, ENGLISH) == "the académie d’Aix-Marseille"
    assert setting_words(replace(organisation, value=""), FRENCH) == ""
    assert setting_words(Setting("d", "x", "domains", "x", ("a.fr", "b.fr")), FRENCH) == "a.fr ou b.fr"
    assert setting_words(Setting("p", "x", "phone", "x", "04 00"), FRENCH) == "04 00"


@pytest.mark.parametrize(("type_", "empty"), [("text", ""), ("url", ""), ("domains", ())])
def test_what_is_said_of_an_empty_setting(type_: SettingType, empty: SettingValue) -> None:
    """The words it has for that, in the user's language; with a value, never."""
    unknown = Phrase("webmail.settings.webmail_address.unknown", "la page habituelle de votre messagerie")
    setting = Setting("address", "webmail.settings.address", type_, "x", empty, unknown)
    assert setting_words(setting, FRENCH) == "la page habituelle de votre messagerie"
    assert setting_words(setting, ENGLISH) == "your usual webmail page"
    assert setting_words(replace(setting, value="x.example"), FRENCH) == "x.example"


def test_values_of_every_kind_have_words() -> None:
    """Nothing that can be answered is silent."""
    values: list[Value] = [ErrorMessage("x"), TIME, FreeText("x"), NothingGiven(), Unclear("x")]
    assert all(answer_words(sample().flows["sample"], Entry("n", (), "n", value=value), FRENCH) for value in values)
