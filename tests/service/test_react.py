"""What a conversation becomes by what came in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from bot.model.answer import Attachment, AttemptTime, Environment, ErrorMessage, FreeText, Identifier, Photo, Value
from bot.model.inputs import Medium
from bot.model.message import Reply
from bot.service.incoming import (
    Commanded,
    Content,
    Edited,
    Incoming,
    Opened,
    Pictured,
    Pressed,
    Returned,
    Said,
    Unreadable,
)
from bot.service.react import PAUSE
from bot.service.taken import Taken
from tests.desk import MONDAY, machine_of
from tests.fakes import HandClock, MemoryStore, Person, conversation
from tests.sample import SAMPLE, sample, with_start
from tests.service.test_render import plainly

PICTURE = Attachment("capture.png", "image/png", 3, "attachments/x.png")
OTHER_PICTURE = replace(PICTURE, name="autre.png")
WARNING = "N'écrivez jamais de mot de passe ni de code ici."
TOPIC = "De quoi s'agit-il ?"
ERROR = f"Quel message ?\n\n{WARNING}"
WELCOME_BACK = "Vous revoilà ! Nous en étions ici : Exemple › Perdu › Message"
HELD = "Je garde ce que vous venez d'écrire."
GO_ON = "Souhaitez-vous continuer, ou tout recommencer ?"
OUT_OF_DATE = "Vous avez déjà répondu à cette question. La question en cours est la dernière, plus bas."


class Somebody(Person):
    """Somebody on the sample flows, behind a start, whose time and store are at hand."""

    def __init__(self) -> None:
        self.clock, self.store = HandClock(), MemoryStore()
        super().__init__(conversation(self.store, clock=self.clock, flows=with_start()))

    async def goes(self, *contents: Content | str) -> Reply:
        """Does all this, choices by their ids, and gets the last reply."""
        for content in contents:
            await self.does(Pressed(content) if isinstance(content, str) else content)
        return self.heard[-1]

    async def takes(self, content: Content) -> Taken:
        """Does this, and gets all that came of it."""
        return await self.conversation.take(Incoming(self.chat, str(next(self.updates)), content))

    def pauses(self, time: timedelta = PAUSE) -> None:
        """Lets time pass."""
        self.clock.passes(time)

    def answer(self, name: str) -> Value | None:
        """The value of an answer."""
        entry = self.store.sessions[self.chat].place.answer(name)
        return entry.value if entry else None


def ids(reply: Reply) -> Sequence[str]:
    """The ids of the choices on offer."""
    return [choice.id for choice in reply.choices]


async def at_error() -> Somebody:
    """Somebody who is asked for the error message."""
    person = Somebody()
    reply = await person.goes(Opened("fr"), "sample", "lost")
    assert plainly(reply) == f"C'est entendu.\n\n{ERROR}"
    return person


# --- choices of earlier questions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [Pressed("lost", 2), Pressed("none", 4), Pressed("nonsense", 0), Commanded("back", None, 2)],
)
async def test_a_choice_of_an_earlier_question_changes_nothing(content: Content) -> None:
    """It gives a word in passing, no reply, and can be pressed again and again."""
    person = await at_error()
    before = person.store.sessions["somebody"]
    for _ in range(2):
        taken = await person.takes(content)
        assert taken == Taken(None, OUT_OF_DATE.replace(" ?", "\u202f?"), None, "sample.questions.error")
    assert person.store.sessions["somebody"] is before
    assert list(person.store.replies) == []


@pytest.mark.parametrize("content", [Pressed("none", 3), Pressed("none"), Commanded("back", None, 3)])
async def test_a_choice_of_the_open_question_is_taken(content: Content) -> None:
    """And one of which the channel does not know where it was offered."""
    person = await at_error()
    taken = await person.takes(content)
    assert taken.notice is None
    assert taken.reply is not None


async def test_a_choice_of_an_earlier_question_at_one_that_is_gone() -> None:
    """The flow was edited: the conversation is caught up with first, and says so."""
    person = await at_error()
    session = person.store.sessions["somebody"]
    gone = replace(session.place, node="questions.gone")
    person.store.sessions["somebody"] = replace(session, digest="old", place=gone)
    reply = await person.does(Pressed("lost", 2))
    assert plainly(reply) == (
        f"Les questions viennent d'être mises à jour. J'ai gardé vos réponses ; reprenons ici.\n\n{TOPIC}"
    )
    person.store.sessions["somebody"] = replace(session, place=replace(session.place, flow="gone"))
    reply = await person.does(Pressed("lost", 2))
    assert plainly(reply) == (
        "Excusez-moi, les questions viennent d'être remplacées. Recommençons.\n\nBonjour.\n\nLequel ?"
    )


# --- ways in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opened", "node", "said_first"),
    [
        (Opened(), "start.offer", "Bonjour.\n\nLequel ?"),
        (Opened("en"), "start.offer", "Bonjour.\n\nLequel ?"),
        (Opened(flow="sample"), "sample.topic", f"Bonjour.\n\n{TOPIC}"),
        (Opened(cause="broken"), "sample.again", "Bonjour.\n\nEssayez encore."),
        (Opened("en", "sample", "broken"), "sample.again", "Bonjour.\n\nEssayez encore."),
        (Opened(flow="sample", cause="stolen"), "sample.topic", f"Bonjour.\n\n{TOPIC}"),
        (Opened(cause="stolen"), "start.offer", "Bonjour.\n\nLequel ?"),
    ],
)
async def test_ways_in(opened: Opened, node: str, said_first: str) -> None:
    """A link opens a flow, the question behind one of its causes, or, when it knows neither, the start."""
    reply = await Somebody().does(opened)
    assert (reply.node, reply.language) == (node, opened.language or "fr")
    assert plainly(reply) == said_first


async def test_the_device_says_the_language_of_a_first_conversation() -> None:
    """What a link asks for comes first, then what was spoken before, then the device, then the desk."""
    person = Somebody()
    talk = person.conversation
    for chat, opened, device, spoken in (
        ("a", Opened(), "en", "en"),
        ("b", Opened("fr"), "en", "fr"),
        ("c", Opened("de"), "en", "en"),
        ("d", Opened(), "de", "fr"),
    ):
        taken = await talk.take(Incoming(chat, "1", opened, language=device))
        assert taken.reply is not None
        assert taken.reply.reply.language == spoken
    await talk.take(Incoming("a", "2", Commanded("cancel"), language="fr"))
    taken = await talk.take(Incoming("a", "3", Opened(), language="fr"))
    assert taken.reply is not None
    assert taken.reply.reply.language == "en"


async def test_a_link_in_the_middle_of_a_conversation() -> None:
    """It leaves the conversation for what it leads to; going back leads past its question to the one that was left."""
    person = await at_error()
    await person.does(Pictured(PICTURE))
    left = person.store.sessions["somebody"]
    reply = await person.does(Opened("en", None, "broken"))
    assert (reply.node, reply.language) == ("sample.again", "en")
    assert plainly(reply) == "Bonjour.\n\nEssayez encore."
    entered = person.store.sessions["somebody"]
    assert entered.revision > left.revision
    assert entered.attachments == (PICTURE,)
    assert (await person.commands("back")).node == "sample.topic"
    reply = await person.commands("back")
    assert plainly(reply).startswith("Your last answer is undone.\n\nQuel message ?")
    assert person.store.sessions["somebody"].place == left.place
    assert person.store.sessions["somebody"].past == left.past
    assert person.store.sessions["somebody"].attachments == (PICTURE,)


async def test_a_link_to_the_flow_one_is_in_changes_nothing() -> None:
    """The open question is asked again."""
    person = await at_error()
    before = person.store.sessions["somebody"]
    reply = await person.does(Opened(flow="sample"))
    assert plainly(reply) == ERROR
    assert person.store.sessions["somebody"] == before


async def test_a_link_after_an_end() -> None:
    """There is nothing to go back to."""
    person = await at_error()
    await person.commands("cancel")
    reply = await person.does(Opened(cause="broken"))
    assert reply.node == "sample.again"
    assert (await person.commands("back")).node == "sample.topic"
    assert plainly(await person.commands("back")).startswith("Vous êtes déjà à la première question.")


async def test_back_before_a_link_then_another_flow() -> None:
    """Whoever goes back and takes another flow begins again with the offer."""
    person = Somebody()
    await person.goes(Opened("fr"), Opened(flow="sample"), Commanded("back"), "sample", "lost")
    assert (await person.commands("restart")).node == "start.offer"


async def test_a_picture_may_come_first() -> None:
    """Somebody begins with a screenshot: it is kept, and the bot introduces itself."""
    person = Somebody()
    reply = await person.does(Pictured(PICTURE, "album"))
    assert plainly(reply) == "Bonjour.\n\nJe garde votre image.\n\nLequel ?"
    assert reply.album == "album"
    assert person.store.sessions["somebody"].attachments == (PICTURE,)


@pytest.mark.parametrize("content", [Said("bonjour"), Edited("bonjour", "m1"), Pressed("lost", 7), Unreadable("voice")])
async def test_whatever_comes_first_is_greeted(content: Content) -> None:
    """Nothing is understood before the bot has introduced itself."""
    assert plainly(await Somebody().does(content)) == "Bonjour.\n\nLequel ?"


@pytest.mark.parametrize("content", [Commanded("help"), Said("aide")])
async def test_a_command_that_comes_first_is_done(content: Content) -> None:
    """Behind the greeting; so is a word that names one of the services."""
    words = plainly(await Somebody().does(content))
    assert words.startswith("Bonjour.\n\n")
    assert "À tout moment, vous pouvez écrire" in words
    assert words.endswith("Lequel ?")


async def test_a_choice_that_is_written_first_is_taken() -> None:
    """Whoever names a service at once need not name it again."""
    assert (await Somebody().does(Said("Exemple"))).node.startswith("sample.")


# --- after a long pause -------------------------------------------------------------------------------------------


async def test_a_short_pause_is_none() -> None:
    """The answer is taken as if nothing had been."""
    person = await at_error()
    person.pauses(PAUSE - timedelta(seconds=1))
    assert (await person.says("Erreur 42")).node == "sample.questions.when"


async def test_words_after_a_pause_are_held_until_one_goes_on() -> None:
    """One is told where things stand; then the words are the answer, verbatim."""
    person = await at_error()
    person.pauses()
    reply = await person.says("  Erreur <42>\n")
    assert plainly(reply) == f"{WELCOME_BACK}\n\n{HELD}\n\n{GO_ON}"
    assert ids(reply) == ["resume", "start_over"]
    assert reply.expects == "choice"
    reply = await person.presses("resume")
    assert plainly(reply) == "Quand ?"
    assert person.answer("error") == ErrorMessage("  Erreur <42>\n")


async def test_more_words_are_held_too() -> None:
    """In their order: each is taken for the question that is open then."""
    person = await at_error()
    person.pauses()
    await person.says("Erreur 42")
    reply = await person.says("il y a 10 min")
    assert plainly(reply) == f"{WELCOME_BACK}\n\n{HELD}\n\n{GO_ON}"
    reply = await person.says("oui")
    assert plainly(reply).startswith("C'est noté : lundi 22 juin 2026 à 14:20, heure de Paris.\n\nQuelle adresse ?")
    assert person.answer("error") == ErrorMessage("Erreur 42")
    assert person.answer("when") == AttemptTime(MONDAY + timedelta(hours=3, minutes=50), "minute", "il y a 10 min")


async def test_held_words_that_say_nothing_are_let_go() -> None:
    """A greeting at a question with choices is no answer, and no reproach."""
    person = Somebody()
    await person.goes(Opened("fr"), "sample", "broken")
    person.pauses()
    await person.says("bonjour")
    assert plainly(await person.presses("resume")) == "Essayez encore."


async def test_held_words_may_be_a_choice() -> None:
    """By its label, as at any time."""
    person = Somebody()
    await person.goes(Opened("fr"), "sample", "broken")
    person.pauses()
    await person.says("assez")
    assert plainly(await person.presses("resume")) == f"C'est entendu.\n\n{ERROR}"


async def test_held_words_may_end_the_conversation() -> None:
    """What is held after them is let go."""
    person = Somebody()
    await person.goes(Opened("fr"), "sample", "lost", Said("boum"), Commanded("human"))
    person.pauses()
    await person.says("oui")
    await person.presses("resume")
    assert person.store.sessions["somebody"].place.node == "questions.error"
    await person.goes(Said("x"), Said("8h"), Said("a.fr"), "device", "mac")
    person.pauses()
    await person.says("jdupont")
    await person.says("encore là ?")
    reply = await person.presses("resume")
    assert (plainly(reply), reply.ended) == ("Au revoir.", "abandoned")


async def test_beginning_again_after_a_pause() -> None:
    """The words that were held are not taken for an answer; back still leads to them."""
    person = await at_error()
    person.pauses()
    await person.says("Erreur 42")
    reply = await person.presses("start_over")
    assert plainly(reply) == "Bonjour.\n\nLequel ?"
    reply = await person.commands("back")
    assert plainly(reply) == (f"Votre dernière réponse est annulée.\n\n{WELCOME_BACK}\n\n{HELD}\n\n{GO_ON}")


async def test_a_picture_after_a_pause_is_kept() -> None:
    """And one is asked whether to go on; another picture meanwhile is kept as well, and the words stay held."""
    person = await at_error()
    person.pauses()
    reply = await person.does(Pictured(PICTURE))
    assert plainly(reply) == f"Je garde votre image.\n\n{WELCOME_BACK}\n\n{GO_ON}"
    await person.says("Erreur 42")
    reply = await person.does(Pictured(OTHER_PICTURE))
    assert plainly(reply) == f"Je garde vos 2 images.\n\n{WELCOME_BACK}\n\n{HELD}\n\n{GO_ON}"
    await person.presses("resume")
    assert person.answer("error") == ErrorMessage("Erreur 42")
    assert person.store.sessions["somebody"].attachments == (PICTURE, OTHER_PICTURE)


async def test_a_picture_after_a_pause_where_one_is_asked_for() -> None:
    """It is the answer; one is asked whether to go on with the next question."""
    person = await at_error()
    reply = await person.goes(Said("boum"), Said("8h"), Said("example.org"))
    assert reply.node == "sample.questions.photo"
    person.pauses()
    reply = await person.does(Pictured(PICTURE))
    assert plainly(reply) == f"{WELCOME_BACK.replace('Message', 'Matériel')}\n\n{GO_ON}"
    assert person.answer("photo") == Photo(PICTURE)


@pytest.mark.parametrize(
    ("content", "first"),
    [(Opened(), ""), (Opened("fr", "sample"), ""), (Unreadable("sticker"), "C'est gentil ! Pour continuer, j'ai")],
)
async def test_coming_back_without_words(content: Content, first: str) -> None:
    """One is asked whether to go on, and nothing is held."""
    person = await at_error()
    before = person.store.sessions["somebody"]
    person.pauses()
    reply = await person.does(content)
    assert plainly(reply).startswith(first)
    assert plainly(reply).endswith(f"{WELCOME_BACK}\n\n{GO_ON}")
    assert plainly(await person.presses("resume")) == ERROR
    assert person.store.sessions["somebody"].place == before.place


async def test_coming_back_in_another_language() -> None:
    """It is spoken from the first word on."""
    person = await at_error()
    person.pauses()
    reply = await person.opens("en")
    assert (reply.language, plainly(reply)) == (
        "en",
        "Welcome back! We had stopped here: Exemple › Perdu › Message\n\nShall we go on, or begin again?",
    )


async def test_a_button_after_a_pause_is_taken() -> None:
    """Whoever presses it sees what it answers."""
    person = await at_error()
    person.pauses()
    assert (await person.does(Pressed("none", 3))).node == "sample.questions.when"


async def test_a_second_pause() -> None:
    """One who does not say how to go on is asked once; a "yes" is a yes, days later too."""
    person = await at_error()
    person.pauses()
    await person.opens()
    person.pauses()
    reply = await person.says("oui")
    assert plainly(reply) == ERROR
    assert person.answer("error") is None


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("retour", "Votre dernière réponse est annulée."),
        ("recommencer", "Bonjour."),
        ("annuler", "Je m'arrête là, rien n'a été envoyé."),
        ("aide", "À tout moment, vous pouvez écrire :"),
        ("statut", "Nous en sommes ici : Exemple › Perdu › Message"),
        ("mon ticket", "Vous n'avez pas encore de ticket."),
        ("quelqu'un", "Une personne ?"),
        ("english", "Quel message ?"),
    ],
)
async def test_what_can_be_asked_at_any_time_is_not_held(text: str, begins: str) -> None:
    """After a pause as before it, by words as by command."""
    person = await at_error()
    person.pauses()
    assert plainly(await person.says(text)).startswith(begins)


@pytest.mark.parametrize("content", [Opened(), Said("lost"), Unreadable("voice")])
async def test_a_pause_at_the_first_question_begins_anew(content: Content) -> None:
    """There is nothing to lose; what was open can still be gone back to."""
    person = Somebody()
    await person.goes(Opened("en"), "sample")
    before = person.store.sessions["somebody"]
    person.pauses()
    reply = await person.does(content)
    assert (reply.language, plainly(reply)) == ("en", "Bonjour.\n\nLequel ?")
    assert person.store.sessions["somebody"].revision > before.revision
    await person.commands("back")
    assert person.store.sessions["somebody"].place == before.place


async def test_a_picture_after_a_pause_at_the_first_question() -> None:
    """It is kept with those that were sent before."""
    person = Somebody()
    await person.goes(Opened("fr"), Pictured(PICTURE))
    person.pauses()
    assert plainly(await person.does(Pictured(PICTURE))) == "Bonjour.\n\nJe garde vos 2 images.\n\nLequel ?"


@pytest.mark.parametrize("content", [Opened(), Said("bonjour"), Said("aide"), Unreadable("voice"), Pictured(PICTURE)])
async def test_a_pause_after_an_end_begins_anew(content: Content) -> None:
    """Whatever one comes back with."""
    person = await at_error()
    await person.goes(Pictured(OTHER_PICTURE), Commanded("cancel"))
    person.pauses()
    reply = await person.does(content)
    assert (reply.node, reply.ended) == ("start.offer", None)
    kept = (PICTURE,) if isinstance(content, Pictured) else ()
    assert person.store.sessions["somebody"].attachments == kept


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("retour", "Reprenons où nous en étions.\n\nQuel message ?"),
        ("ticket", "Vous n'avez pas encore de ticket."),
        ("statut", "Vous n'avez pas encore de ticket."),
    ],
)
async def test_a_conversation_that_has_ended_can_be_asked_about_days_later(text: str, begins: str) -> None:
    """The way back, the ticket and how things stand: that is what its last words promised."""
    person = await at_error()
    await person.commands("cancel")
    person.pauses(timedelta(days=3))
    assert plainly(await person.says(text)).startswith(begins)


# --- edited messages ----------------------------------------------------------------------------------------------


TYPED: Sequence[Content | str] = (
    Opened("fr"),
    "sample",
    "lost",
    Said("boum", "m1"),
    Said("8h30", "m2"),
    Said("https://example.com/", "m3"),
    "nothing",
    Said("Mac", "m4"),
    Said("jdupont", "m5"),
    Said("Au secours", "m6"),
)


@pytest.mark.parametrize(
    ("message", "text", "name", "value", "words"),
    [
        ("m1", "bang\n ", "error", ErrorMessage("bang\n "), "bang\n "),
        (
            "m2",
            "9h15",
            "when",
            AttemptTime(MONDAY.replace(hour=9, minute=15), "minute", "9h15"),
            "lundi 22 juin 2026 à 09:15, heure de Paris (« 9h15 »)",
        ),
        (
            "m2",
            "il y a 10 min",
            "when",
            AttemptTime(MONDAY.replace(minute=20), "minute", "il y a 10 min"),
            "lundi 22 juin 2026 à 10:20, heure de Paris (« il y a 10 min »)",
        ),
        ("m5", " mdurand ", "who", Identifier("mdurand"), "mdurand"),
        ("m6", "À l'aide", "note", FreeText("À l'aide"), "À l'aide"),
    ],
)
async def test_an_edited_message_changes_its_answer(
    message: str, text: str, name: str, value: Value, words: str
) -> None:
    """The new answer is repeated, and the summary has it."""
    person = Somebody()
    assert (await person.goes(*TYPED)).node == "sample.summary"
    reply = await person.does(Edited(text, message))
    assert person.answer(name) == value
    assert plainly(reply).startswith(f"J'ai pris en compte votre modification : {words}\n\nVoici.\n\n• Sujet : Perdu")


async def test_an_edit_that_says_the_same_time_changes_nothing() -> None:
    """In other words."""
    person = Somebody()
    await person.goes(*TYPED)
    before, heard = person.store.sessions["somebody"], len(person.heard)
    await person.does(Edited("vers 8h30 !", "m2"))
    assert (person.store.sessions["somebody"], len(person.heard)) == (before, heard)


async def test_an_edited_description_of_the_equipment() -> None:
    """Typed, not chosen: it is read again."""
    person = await at_error()
    await person.goes(Said("boum"), Said("8h30"), "nothing", "nothing", Said("un pc", "m4"))
    reply = await person.does(Edited("un pc, Firefox 140", "m4"))
    assert person.answer("device") == Environment("un pc, Firefox 140", "computer", None, "Firefox 140")
    assert plainly(reply) == f"J'ai pris en compte votre modification : un pc, Firefox 140\n\nQui ?\n\n{WARNING}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("demain", "m2"),
        ("11h30", "m2"),
        ("https://example.org/", "m3"),
        ("un pc", "m4"),
        ("deux\nlignes", "m5"),
        ("bonjour", "m9"),
    ],
)
async def test_an_edit_that_cannot_be_followed(text: str, message: str) -> None:
    """No time, one to come, an answer the path depends on, a choice, no identifier, no answer at all: one is told."""
    person = Somebody()
    await person.goes(*TYPED)
    before = person.store.sessions["somebody"]
    reply = await person.does(Edited(text, message))
    assert person.store.sessions["somebody"] == before
    assert plainly(reply).startswith(
        "Je ne peux pas prendre en compte cette modification ici. Écrivez-la-moi dans un nouveau message.\n\nVoici."
    )


async def test_an_edit_of_an_answer_that_waits_to_be_given_again() -> None:
    """While an earlier answer is corrected."""
    person = Somebody()
    await person.goes(*TYPED, "correct-topic")
    reply = await person.does(Edited("bang", "m1"))
    assert plainly(reply) == f"J'ai pris en compte votre modification : bang\n\n{TOPIC}"
    reply = await person.presses("lost")
    assert reply.node == "sample.summary"
    assert "• Message : « bang »" in plainly(reply)


@pytest.mark.parametrize("more", [(), (Said("ou 9h", "m3"),)])
async def test_an_edit_of_words_that_were_held_during_a_pause(more: Sequence[Content]) -> None:
    """They are known by their message once they are taken."""
    person = await at_error()
    person.pauses()
    await person.goes(Said("boum", "m1"), *more, "resume")
    reply = await person.does(Edited("bang", "m1"))
    assert plainly(reply).startswith("J'ai pris en compte votre modification : bang\n\n")
    assert person.answer("error") == ErrorMessage("bang")


async def test_an_edit_that_comes_too_late() -> None:
    """The ticket is made, and can be added to; after another end the conversation is over."""
    person = Somebody()
    await person.goes(*TYPED, "confirm")
    reply = await person.does(Edited("bang", "m1"))
    assert plainly(reply) == (
        "Votre ticket est déjà prêt : cette modification n'y figure pas. "
        "Pour la signaler, écrivez « ajouter quelque chose »."
    )
    assert plainly(await person.says("ajouter quelque chose")).startswith("Que voulez-vous ajouter au ticket")
    other = Somebody()
    await other.goes(*TYPED, "drop")
    reply = await other.does(Edited("bang", "m1"))
    assert plainly(reply) == (
        "Cette conversation est terminée. Écrivez « ticket » pour revoir votre dernier ticket, "
        "ou « recommencer » pour en ouvrir une autre."
    )


async def test_an_edit_of_a_question_that_is_gone() -> None:
    """Its answer is kept as it was."""
    person = Somebody()
    await person.goes(*TYPED)
    session = person.store.sessions["somebody"]
    trail = tuple(replace(entry, node="gone") if entry.source == "m1" else entry for entry in session.place.trail)
    person.store.sessions["somebody"] = replace(session, place=replace(session.place, trail=trail))
    await person.does(Edited("bang", "m1"))
    assert person.answer("error") == ErrorMessage("boum")


# --- what cannot be read, and absences of the bot -----------------------------------------------------------------

MEDIA = {
    "voice": (
        "Je ne peux pas écouter les messages vocaux. Écrivez-moi plutôt quelques mots.",
        "I cannot listen to voice messages. Please write to me in a few words instead.",
    ),
    "video": (
        "Je ne peux pas regarder de vidéo. Une capture d'écran ou quelques mots m'aideront.",
        "I cannot watch videos. A screenshot, or a few words, will help me.",
    ),
    "sticker": (
        "C'est gentil ! Pour continuer, j'ai besoin d'une réponse à la question ci-dessous.",
        "That is kind! To go on, I need an answer to the question below.",
    ),
    "contact": (
        "Je n'ai pas besoin d'une fiche de contact, et je ne l'ai pas gardée.",
        "I do not need a contact card, and I have not kept it.",
    ),
    "location": (
        "Je n'ai pas besoin de savoir où vous êtes, et je n'ai pas gardé votre position.",
        "I do not need your location, and I have not kept it.",
    ),
    "poll": ("Je ne peux pas participer aux sondages.", "I cannot take part in polls."),
    "file": (
        "Je ne peux garder que des images. Une capture d'écran, ou le texte copié dans un message, m'aidera.",
        "I can only keep pictures. A screenshot, or the text copied into a message, will help me.",
    ),
    "other": (
        "Je ne sais pas lire ce genre de message. Écrivez-le-moi en quelques mots.",
        "I cannot read that kind of message. Please write it to me in a few words.",
    ),
    "other_picture": (
        (
            "Je ne peux pas garder ce type d'image. Une capture d'écran, ou une image en JPEG, PNG, GIF, WebP ou HEIC, "
            "m'aidera."
        ),
        "I cannot keep that kind of picture. A screenshot, or a picture in JPEG, PNG, GIF, WebP or HEIC, will help me.",
    ),
    "large_picture": (
        (
            "Cette image est trop lourde pour moi : je peux garder 20 Mo au plus. Une capture d'écran, ou "
            "l'image envoyée comme photo, suffira."
        ),
        (
            "That picture is too large for me: I can keep 20 MB at most. A screenshot, or the picture sent as a photo, "
            "will do."
        ),
    ),
}


@pytest.mark.parametrize("medium", get_args(Medium))
async def test_what_cannot_be_read(medium: Medium) -> None:
    """One is told so, in both languages, and the question is asked again; after an end, that it is over."""
    person = Somebody()
    await person.goes(Opened("fr"), "sample")
    french, english = MEDIA[medium]
    assert plainly(await person.does(Unreadable(medium))) == f"{french}\n\n{TOPIC}"
    await person.says("english")
    assert plainly(await person.does(Unreadable(medium))) == f"{english}\n\n{TOPIC}"
    await person.commands("cancel")
    assert plainly(await person.does(Unreadable(medium))) == (
        f"{english}\n\nThis conversation is over. Write “ticket” to see your last ticket again, "
        "or “restart” to begin another one."
    )


async def test_after_an_absence_of_the_bot() -> None:
    """It excuses itself and asks the open question again; nobody else is disturbed."""
    person = await at_error()
    before = person.store.sessions["somebody"]
    person.pauses()
    reply = await person.does(Returned())
    assert plainly(reply) == (
        "Excusez-moi, j'ai été indisponible un moment. Ce que vous avez fait entre-temps s'est peut-être perdu ; "
        f"voici où nous en étions.\n\n{ERROR}"
    )
    assert person.store.sessions["somebody"] == before
    await person.commands("cancel")
    heard = len(person.heard)
    await person.does(Returned())
    assert len(person.heard) == heard
    stranger = Somebody()
    assert await stranger.takes(Returned()) == Taken()
    assert stranger.store.sessions == {}


async def test_after_an_absence_in_which_the_questions_changed() -> None:
    """That is what one is told then."""
    person = await at_error()
    session = person.store.sessions["somebody"]
    person.store.sessions["somebody"] = replace(
        session, digest="old", place=replace(session.place, node="questions.gone")
    )
    assert plainly(await person.does(Returned())).startswith("Les questions viennent d'être mises à jour.")


async def test_a_flow_that_is_alone_needs_no_offer() -> None:
    """A link to it, and a pause at its first question, lead to the same place."""
    person = Somebody()
    person.conversation = conversation(person.store, clock=person.clock, flows=sample())
    assert (await person.does(Opened(flow="gone"))).node == "sample.topic"
    person.pauses()
    assert (await person.says("bonjour")).node == "sample.topic"
    person.conversation = conversation(
        person.store, clock=person.clock, flows=machine_of(SAMPLE.replace("flow: sample", "flow: other"))
    )
    assert (await person.opens()).node == "other.topic"
