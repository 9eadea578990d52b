"""Secrets are cut out before anything else happens to what came in."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.answer import Attachment
from bot.model.redaction import Redacted, Redaction
from bot.model.ticket import TicketError
from bot.service.discretion import discreet, discreet_json, redacted, redactions_in, told_of
from bot.service.incoming import Commanded, Content, Edited, Incoming, Opened, Pictured, Pressed, Said
from bot.service.ports import SetAside
from bot.service.voice import Voice, Voices
from bot.understanding.traced import unmarked
from tests.desk import MONDAY, PARIS, catalog
from tests.fakes import MemoryStore, Person, conversation
from tests.service.test_render import plainly

VOICES = Voices(catalog(), PARIS)
FRENCH, ENGLISH = VOICES.of("fr"), VOICES.of("en")
SECRET = "Mirabelle42!"
MARK, ENGLISH_MARK, CODE_MARK = "[✂ mot de passe]", "[✂ password]", "[✂ code à usage unique]"
PICTURE = Attachment("capture.png", "image/png", 3, "attachments/x.png", f"mot de passe : {SECRET}")
TO_THE_ERROR = ("portal_saturated", "hours", "unreadable")


async def at_the_error(store: MemoryStore, language: str = "fr") -> Person:
    """Somebody who is asked for the message, on a bot without lexicons."""
    person = Person(conversation(store))
    await person.opens(language, "webmail")
    for choice in TO_THE_ERROR:
        await person.presses(choice)
    return person


@pytest.mark.parametrize(
    ("voice", "mark", "kept"),
    [(FRENCH, MARK, "mot de passe : "), (ENGLISH, ENGLISH_MARK, "mot de passe : ")],
)
def test_whatever_has_words_is_cut(voice: Voice, mark: str, kept: str) -> None:
    """A message, an edited one, a picture's caption and name; the mark is in the person's language."""
    text, cut = kept + SECRET, kept + mark
    found = (Redaction("password", mark),)
    for content, expected in (
        (Said(text, "m1"), Said(cut, "m1")),
        (Edited(text, "m1"), Edited(cut, "m1")),
        (Pictured(PICTURE, "a", "m1"), Pictured(replace(PICTURE, caption=cut), "a", "m1")),
    ):
        after, what = discreet(content, voice, about_codes=False)
        assert after == expected
        assert what.found == found


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (f"mdp={SECRET}.png", f"mdp={MARK}.png"),
        ("mot de passe Nougat-2024.JPEG", f"mot de passe {MARK}.JPEG"),
        ("mdp=Nougat.2024", f"mdp={MARK}"),
        ("2026-06-22 mdp Nougat2024 20260622.png", f"2026-06-22 mdp {MARK} 20260622.png"),
    ],
)
def test_a_name_with_a_secret(name: str, kept: str) -> None:
    """It is cut out of a picture's name, whose suffix stays; what was cut from the caption is told first."""
    after, what = discreet(Pictured(replace(PICTURE, name=name)), FRENCH, about_codes=True)
    assert after == Pictured(replace(PICTURE, name=kept, caption=f"mot de passe : {MARK}"))
    assert what.found == (Redaction("password", MARK), Redaction("password", MARK))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "capture.png",
        "482913.png",
        "20260622.jpg",
        "capture.png\n",
        "Screenshot_2026-06-22-08-15-30.png",
        "capture mot de passe 2.png",
        "mdp (2).PNG",
        "mot de passe 20260622.png",
        "mot de passe 20260622_081530.jpg",
        "password IMG_4213.HEIC",
        "mot_de_passe_refusé_20260622_081530.webp",
    ],
)
def test_a_name_without_a_secret_stays(name: str) -> None:
    """Numbers and days are no secrets there, whatever is asked."""
    picture = Pictured(replace(PICTURE, name=name, caption=""))
    assert discreet(picture, FRENCH, about_codes=True) == (picture, Redacted(""))


@pytest.mark.parametrize("content", [Opened("fr"), Pressed("yes"), Commanded("back"), Said("bonjour"), Said("482913")])
def test_what_has_no_secret_stays(content: Content) -> None:
    """The very same."""
    after, what = discreet(content, FRENCH, about_codes=False)
    assert after == content
    assert what.found == ()


def test_a_number_is_a_code_where_codes_are_talked_of() -> None:
    """In a message, new or edited, and in a picture's caption."""
    caption = Pictured(replace(PICTURE, caption="482913"))
    for content in (Said("482913"), Edited("482913", "m1"), caption):
        _, what = discreet(content, ENGLISH, about_codes=True)
        assert what.found == (Redaction("otp", "[✂ one-time code]"),)
    assert discreet(caption, ENGLISH, about_codes=False) == (caption, Redacted("482913"))


@pytest.mark.parametrize(
    ("language", "text", "notice"),
    [
        (
            "fr",
            f"mot de passe : {SECRET}",
            (
                "J'ai retiré ceci de votre message, sans rien en garder : mot de passe. "
                "Effacez votre message si vous le pouvez. Si c'était un vrai secret, changez-le dès que possible."
            ),
        ),
        (
            "en",
            f"my password is {SECRET} and my pin code is 4831",
            (
                "I took this out of your message and kept none of it: password, PIN. "
                "Delete your message if you can. If the secret was a real one, change it as soon as you can."
            ),
        ),
        (
            "fr",
            "TGT-12-aBcDeFgHiJkL-cas01 puis TGT-13-mNoPqRsTuVwX-cas01",
            "J'ai retiré ceci de votre message, sans rien en garder : ticket de connexion.",
        ),
        ("en", "FR7612548029981234567890161", "I took this out of your message and kept none of it: bank account."),
    ],
)
def test_the_notice(language: str, text: str, notice: str) -> None:
    """Each kind once, and what to do where the secret is one that can be changed."""
    voice = VOICES.of(language)
    words = told_of(redacted(text, voice).found, voice)
    assert words.replace("’", "'").replace("\u00a0", " ") == notice


def test_marks_tell_what_was_cut() -> None:
    """In whatever language they were made, in the order of the text."""
    text = f"a {ENGLISH_MARK} b {MARK} c [✂ PIN] {MARK} [✂ autre chose]"
    assert redactions_in(text, VOICES) == (
        Redaction("password", ENGLISH_MARK), Redaction("password", MARK), Redaction("pin", "[✂ PIN]"),
        Redaction("password", MARK),
    )  # fmt: skip
    assert redactions_in("rien", VOICES) == ()
    assert unmarked(text).split() == ["a", "b", "c"]


@given(st.text(max_size=80))
def test_a_text_without_marks_is_understood_whole(text: str) -> None:
    """Nothing else is taken out of it."""
    assert unmarked(text.replace("✂", "")) == text.replace("✂", "")


# --- in a conversation --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "mark"), [("fr", MARK), ("en", ENGLISH_MARK)])
async def test_a_message_with_a_secret(language: str, mark: str) -> None:
    """The person is told, the message may be taken away, and the ticket lists what was cut."""
    store = MemoryStore()
    person = await at_the_error(store, language)
    reply = await person.does(Said(f"Refusé. password: {SECRET} Code 7", "m1"))
    assert plainly(reply).startswith(("J'ai retiré ceci", "I took this out"))
    assert reply.remove == "m1"
    await person.presses("just_now")
    ticket = (await person.presses("confirm")).ticket
    assert ticket is not None
    assert ticket.error_message == TicketError(
        f"Refusé. password: {mark} Code 7", shown=True, redactions=(Redaction("password", mark),)
    )
    assert "Mirabelle" not in repr(store)


async def test_a_change_of_language_leaves_the_marks() -> None:
    """They are in the ticket as they stand in the text."""
    person = await at_the_error(MemoryStore(), "fr")
    await person.says(f"Refusé, mot de passe : {SECRET}")
    await person.commands("language", "en")
    await person.presses("just_now")
    ticket = (await person.presses("confirm")).ticket
    assert ticket is not None
    assert ticket.language == "en"
    assert ticket.error_message.redactions == (Redaction("password", MARK),)


async def test_a_mark_that_was_copied_is_one() -> None:
    """Somebody who pastes what was cut before has it listed, in its own language."""
    person = await at_the_error(MemoryStore(), "fr")
    reply = await person.says(f"Refused: {ENGLISH_MARK}")
    assert reply.remove is None
    await person.presses("just_now")
    ticket = (await person.presses("confirm")).ticket
    assert ticket is not None
    assert ticket.error_message.redactions == (Redaction("password", ENGLISH_MARK),)


async def test_the_first_word_may_be_a_secret() -> None:
    """It is told in the language of the device, before the bot introduces itself."""
    store = MemoryStore()
    person = Person(conversation(store))
    await person.conversation.handle(
        Incoming("somebody", "1", Said(f"my password is {SECRET}", "m1"), language="en"), person
    )
    [reply] = person.heard
    assert plainly(reply).startswith("I took this out of your message and kept none of it: password.")
    assert "\n\nHello! I am an automatic assistant." in plainly(reply)
    assert reply.remove == "m1"
    assert "Mirabelle" not in repr(store)


async def test_a_caption_with_a_secret() -> None:
    """The picture is kept, its caption without the secret."""
    store = MemoryStore()
    person = await at_the_error(store)
    reply = await person.does(Pictured(PICTURE, message="m1"))
    assert (reply.remove, "Mirabelle" in repr(store)) == ("m1", False)
    assert store.sessions["somebody"].attachments[0].caption == f"mot de passe : {MARK}"


async def test_an_edit_that_adds_a_secret() -> None:
    """It is cut like any other."""
    store = MemoryStore()
    person = await at_the_error(store)
    await person.does(Said("Refusé.", "m1"))
    reply = await person.does(Edited(f"Refusé. mot de passe : {SECRET}", "m1"))
    assert reply.remove == "m1"
    assert "J'ai pris en compte votre modification : Refusé. mot de passe : [✂ mot de passe]" in plainly(reply)
    assert "Mirabelle" not in repr(store)


@pytest.mark.parametrize(
    ("choices", "cut"),
    [
        (("otp_blocked",), True),
        (("otp_blocked", "key"), True),
        (("otp_blocked", "key", "few_tries", "webmail"), True),
        (("portal_saturated",), False),
        (TO_THE_ERROR, False),
        (("account_locked", "no", "few"), False),
        ((), False),
    ],
)
async def test_codes_alone_are_cut_only_where_codes_are_talked_of(choices: tuple[str, ...], cut: bool) -> None:
    """By the question or by the cause; elsewhere a number may be an identifier or a time."""
    person = Person(conversation())
    await person.opens("fr", "webmail")
    for choice in choices:
        await person.presses(choice)
    reply = await person.does(Said("482913", "m1"))
    assert (reply.remove == "m1") is cut
    assert ("code à usage unique" in plainly(reply).split("\n\n")[0]) is cut


# --- what is set aside --------------------------------------------------------------------------------------------


def test_json_stays_json() -> None:
    """Every text in it is cut, names and other values stay."""
    raw = {"text": f"mot de passe : {SECRET}", "list": [f"mdp : {SECRET}", 7, None, True], "in": {"password": "x"}}
    assert json.loads(discreet_json(json.dumps(raw), FRENCH)) == {
        "text": f"mot de passe : {MARK}", "list": [f"mdp : {MARK}", 7, None, True], "in": {"password": "x"},
    }  # fmt: skip


def test_a_number_alone_in_json_is_a_code() -> None:
    """Whatever was asked; what is a number in the JSON stays."""
    raw = json.dumps({"text": "482913", "list": ["482 913"], "id": 482913})
    assert json.loads(discreet_json(raw, FRENCH)) == {"text": CODE_MARK, "list": [CODE_MARK], "id": 482913}
    assert discreet_json("« 482913 »", FRENCH) == f"« {CODE_MARK} »"


@pytest.mark.parametrize("raw", [f"mot de passe : {SECRET}", "{" + f'"text": "mdp : {SECRET}"', "[" * 100_000])
def test_what_is_no_json_is_cut_as_one_text(raw: str) -> None:
    """Broken off, too deep, or no JSON at all."""
    assert SECRET not in discreet_json(raw, FRENCH)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
))  # fmt: skip
def test_any_json_stays_json(value: object) -> None:
    """Of the same shape."""
    assert type(json.loads(discreet_json(json.dumps(value), FRENCH))) is type(value)


@pytest.mark.parametrize(
    ("secret", "mark"),
    [
        (f"mot de passe : {SECRET}", f"mot de passe : {MARK}"),
        ("482 913", CODE_MARK),
        ("le code 482913", f"le code {CODE_MARK}"),
    ],
)
async def test_a_letter_that_is_set_aside_holds_no_secret(secret: str, mark: str) -> None:
    """Neither what came nor why it was set aside; nobody knows whether codes were asked about, so they are cut too."""
    store = MemoryStore()
    raw = json.dumps({"message": {"text": secret, "date": 1782000000}})
    await conversation(store).set_aside(SetAside("somebody", "1", raw, secret, MONDAY), "fr")
    [kept] = store.letters
    assert json.loads(kept.content) == {"message": {"text": mark, "date": 1782000000}}
    assert kept.reason == mark
