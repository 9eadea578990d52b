"""What a turn says."""

from datetime import datetime, timedelta
from typing import get_args

import pytest

from bot.engine.machine import Machine
from bot.engine.step import begin, step
from bot.model import effects as e
from bot.model import inputs as i
from bot.model.answer import AttemptTime, ErrorMessage, FreeText, WebAddress
from bot.model.flow import Phrase
from bot.model.message import Button, Reply
from bot.model.redaction import Redaction
from bot.model.session import Session
from bot.model.signature import Signature
from bot.model.target import Target
from bot.service.render import SHOWN_IN_SUMMARY, Renderer
from bot.service.voice import Voice
from tests.desk import MONDAY, PARIS, catalog, machine, machine_of
from tests.engine.test_step import THE_USUAL
from tests.fakes import said
from tests.sample import sample, with_start


def reply_after(*inputs: i.Input, used: Machine | None = None, language: str = "fr", now: datetime = MONDAY) -> Reply:
    """The reply to the last of these inputs."""
    walked = used or sample()
    session, effects = begin(walked, language, now)
    for given in inputs:
        session, effects = step(walked, session, given, now)
    return rendered(walked, session, effects, now)


def rendered(used: Machine, session: Session, effects: tuple[e.Effect, ...], now: datetime = MONDAY) -> Reply:
    """Effects as a reply."""
    return Renderer(used, session, now, Voice(catalog(), session.language, PARIS)).reply(effects)


def plainly(reply: Reply) -> str:
    """All that is said, with ordinary spaces and apostrophes."""
    return said(reply).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def test_messages_and_question_are_one_message() -> None:
    """One message per question, whatever was said on the way."""
    reply = reply_after(i.Choose("lost"))
    assert len(reply.messages) == 1
    assert plainly(reply) == "C'est entendu.\n\nQuel message ?\n\nN'écrivez jamais de mot de passe ni de code ici."
    assert (reply.choices[0].id, reply.choices[0].label) == ("none", "Aucun")
    assert reply.expects == "error_message"


def test_secrets_are_warned_of_before_every_free_text() -> None:
    """And not where nothing is typed."""
    warned = "N'écrivez jamais"
    assert warned not in plainly(reply_after())
    assert warned not in plainly(reply_after(*THE_USUAL[:2]))
    for count in (1, 3, 5, 6):
        assert warned in plainly(reply_after(*THE_USUAL[:count]))
    assert warned in plainly(reply_after(i.Choose("broken"), i.Choose("enough"), *THE_USUAL[1:]))


def test_the_time_is_echoed_at_the_head() -> None:
    """In full, with a way to correct it."""
    reply = reply_after(*THE_USUAL[:3])
    assert plainly(reply).startswith("C'est noté : lundi 22 juin 2026 à 08:30, heure de Paris.\n\nQuelle adresse ?")
    assert [action.label for action in reply.actions][:2] == ["Corriger", "Retour"]
    assert "correct" not in [action.id for action in reply_after(*THE_USUAL[:4]).actions]


def test_actions() -> None:
    """What can be asked for besides: back once there is something behind, and always a person."""
    assert [action.id for action in reply_after().actions] == [
        "restart",
        "cancel",
        "language",
        "help",
        "human",
        "deep",
    ]
    assert [action.id for action in reply_after(i.Cancel()).actions] == ["restart"]
    assert [action.id for action in reply_after(i.Choose("lost"), i.Cancel()).actions] == ["back", "restart"]
    assert [action.id for action in reply_after(*THE_USUAL, i.Choose("confirm")).actions] == ["restart"]


def test_summary_lists_the_answers() -> None:
    """Each under its title, long ones shortened, the message in quotes, line breaks as spaces."""
    long = i.Answer(ErrorMessage("boum\n" + "x" * 500))
    words = plainly(reply_after(THE_USUAL[0], long, *THE_USUAL[2:]))
    lines = words.splitlines()
    assert lines[0] == "Voici."
    assert lines[2] == "• Sujet : Perdu"
    assert lines[3].startswith("• Message : « boum xxx")
    assert lines[3].endswith("x… »")
    assert len(lines[3]) < SHOWN_IN_SUMMARY + 30
    assert "• Matériel : Mac" in lines


def test_corrections_are_on_offer_by_their_titles() -> None:
    """And the old answer is shown when one is taken."""
    reply = reply_after(*THE_USUAL)
    assert ("correct-error", "Corriger\u00a0: Message") in [(choice.id, choice.label) for choice in reply.choices]
    assert plainly(reply_after(*THE_USUAL, i.Choose("correct-error"))).startswith("Votre réponse était : boum\n\n")


def test_a_doubt_offers_what_may_be_meant() -> None:
    """One time with its name, two with what tells them apart."""
    late = AttemptTime(MONDAY - timedelta(hours=12), "hour", "22h")
    reply = reply_after(*THE_USUAL[:2], i.Propose((late,)))
    assert plainly(reply).startswith("Voulez-vous dire dimanche 21 juin 2026 vers 22:30, heure de Paris ?")
    assert (reply.choices[0].id, reply.choices[0].label) == ("proposal-1", "Oui, dim. 21 juin 22:30")
    autumn = datetime(2026, 10, 25, 9, 0, tzinfo=PARIS)
    twice = tuple(
        AttemptTime(datetime.fromisoformat(f"2026-10-25T02:30:00+0{offset}:00"), "minute", "2h30") for offset in (2, 1)
    )
    reply = reply_after(*THE_USUAL[:2], i.Propose(twice), now=autumn)
    assert "cette heure a existé deux fois" in plainly(reply)
    assert [choice.label[-10:] for choice in reply.choices[:2]] == ["(UTC+0200)", "(UTC+0100)"]


@pytest.mark.parametrize("reason", get_args(e.Reason))
def test_every_refusal_has_words(reason: e.Reason) -> None:
    """In both languages."""
    french = plainly(rendered(sample(), begin(sample(), "fr", MONDAY)[0], (e.Refuse(reason),)))
    english = plainly(rendered(sample(), begin(sample(), "en", MONDAY)[0], (e.Refuse(reason),)))
    assert french
    assert english
    assert french != english


@pytest.mark.parametrize("problem", get_args(i.Problem))
def test_every_problem_has_words(problem: i.Problem) -> None:
    """In both languages."""
    french = plainly(rendered(sample(), begin(sample(), "fr", MONDAY)[0], (e.Explain(problem, None),)))
    english = plainly(rendered(sample(), begin(sample(), "en", MONDAY)[0], (e.Explain(problem, None),)))
    assert french
    assert french != english


def test_help() -> None:
    """The desk's words first where it has some, then what can be written anywhere."""
    words = plainly(reply_after(i.Help()))
    assert words.startswith("À tout moment, vous pouvez écrire :\n• « retour » : revenir à la question précédente")
    assert "• « Quelqu'un »" in words
    shipped = plainly(reply_after(i.Help(), used=machine()))
    assert shipped.startswith("Répondez à la question posée")
    assert shipped.count("Aide") == 0


@pytest.mark.parametrize(
    ("inputs", "begins"),
    [
        ((i.Choose("where"),), "De quoi s'agit-il ?"),
        ((i.Cancel(),), "Je m'arrête là, rien n'a été envoyé."),
        ((i.Cancel(), i.Help()), "Cette conversation est terminée."),
        ((i.Choose("lost"), i.Back()), "Votre dernière réponse est annulée."),
        ((*THE_USUAL, i.Choose("drop")), "Tant pis."),
        ((*THE_USUAL[:2], *[i.Miss("?", "no_time")] * 2), "Continuons. Je garde vos mots pour le support."),
    ],
)
def test_first_words(inputs: tuple[i.Input, ...], begins: str) -> None:
    """What each happening is said with; after an end nothing is on offer."""
    reply = reply_after(*inputs)
    assert begins in plainly(reply)
    if reply.ended:
        assert (reply.choices, reply.expects) == ((), None)


def test_start_says_its_words_and_offers_titles() -> None:
    """Also when the words stand in another flow than the question."""
    reply = reply_after(used=with_start())
    assert plainly(reply) == "Bonjour.\n\nLequel ?"
    assert [choice.label for choice in reply.choices] == ["Exemple", "Autre"]
    session, effects = begin(with_start(), "fr", MONDAY, only="sample")
    assert plainly(rendered(with_start(), session, effects)) == "Bonjour.\n\nDe quoi s'agit-il ?"


def test_texts_follow_the_date() -> None:
    """Peaks are mentioned when the date says so."""
    busy = (i.Choose("webmail"), i.Choose("portal_saturated"))
    assert "les résultats du mouvement" in plainly(reply_after(*busy, used=machine()))
    assert "la saisie des vœux" in plainly(reply_after(*busy, used=machine(), now=MONDAY.replace(month=3)))
    assert "mouvement" not in plainly(reply_after(*busy, used=machine(), now=MONDAY.replace(month=10)))


def test_answers_in_texts_are_data() -> None:
    """A placeholder is filled with what was said, whatever that looks like."""
    asking = machine_of(
        "format: 1\nflow: echo\ntitle: E\nstart: a\nnodes:\n"
        "  a: {ask: text, title: T, text: Qui ?, goto: b}\n"
        '  b: {end: solved, text: "Bonjour {a}, et au revoir."}\n'
    )
    reply = reply_after(i.Answer(FreeText("{a} <b> \u202ex")), used=asking)
    assert plainly(reply) == "Bonjour \u2068{a} <b> \u202ex\u2069, et au revoir."


def test_addresses_outside_are_warned_of() -> None:
    """The academy's own address is not remarked upon: nothing is ever called safe."""
    to_address = (i.Choose("webmail"), i.Choose("portal_saturated"), i.Choose("hours"))
    foreign = WebAddress("https://ac-aix-marseille.fr.evil.example/", "ac-aix-marseille.fr.evil.example")
    own = WebAddress("https://messagerie.ac-aix-marseille.fr/", "messagerie.ac-aix-marseille.fr")
    warned = "cette adresse n'est pas l'une de celles que je connais"
    assert warned in plainly(reply_after(*to_address, i.Answer(foreign), used=machine()))
    assert "adresse" not in plainly(reply_after(*to_address, i.Answer(own), used=machine()))


@pytest.mark.parametrize(
    ("inputs", "recap"),
    [
        ((), "la première question"),
        ((i.Choose("sample"),), "Exemple › Sujet"),
        ((i.Choose("sample"), i.Choose("lost")), "Exemple › Perdu › Message"),
        ((i.Choose("sample"), i.Choose("broken")), "Exemple › Cassé › Encore"),
        ((i.Choose("sample"), i.Choose("june")), "Exemple › Message"),
        ((i.Choose("sample"), i.Choose("lost"), i.Interrupted("human")), "Exemple › Perdu"),
        ((i.Choose("sample"), *THE_USUAL), "Exemple › Perdu › Récapitulatif"),
        ((i.Choose("sample"), *THE_USUAL, i.Choose("correct-topic"), i.Choose("broken")), "Exemple › Cassé › Encore"),
    ],
)
def test_where_the_conversation_stands(inputs: tuple[i.Input, ...], recap: str) -> None:
    """The service, the trouble as it was last named, the question; said to who asks, and to who comes back."""
    status = plainly(reply_after(*inputs, i.Status(), used=with_start()))
    assert status.startswith(f"Nous en sommes ici : {recap}\n\nVous n'avez pas encore de ticket.\n\n")
    back = plainly(reply_after(*inputs, i.ComeBack(), used=with_start()))
    assert back == f"Vous revoilà ! Nous en étions ici : {recap}\n\nSouhaitez-vous continuer, ou tout recommencer ?"


def test_whether_to_go_on() -> None:
    """Two choices, no warning of secrets, whatever the question that waits; what was written is said to be kept."""
    reply = reply_after(i.Choose("lost"), i.ComeBack((i.Held("Erreur 42"),)), language="en")
    assert plainly(reply) == (
        "Welcome back! We had stopped here: Exemple › Perdu › Message\n\n"
        "I keep what you have just written.\n\nShall we go on, or begin again?"
    )
    assert reply.choices == (Button("resume", "Go on"), Button("start_over", "Begin again"))
    assert (reply.expects, reply.node) == ("choice", "sample.questions.error")


@pytest.mark.parametrize(
    ("inputs", "begins"),
    [
        ((i.Choose("lost"), i.Cancel(), i.Back()), "Reprenons où nous en étions.\n\nQuel message ?"),
        (
            (i.Choose("lost"), i.Answer(ErrorMessage("a\u202eb"), "1"), i.Amend("1", ErrorMessage("\u202ec"))),
            "J'ai pris en compte votre modification : \u2068\u202ec\u2069\n\nQuand ?",
        ),
        (
            (i.Choose("lost"), i.Answer(ErrorMessage("a"), "1"), i.Amend("1", ErrorMessage("b" * 500))),
            f"J'ai pris en compte votre modification : {'b' * (SHOWN_IN_SUMMARY - 1)}…\n\nQuand ?",
        ),
        ((i.Resume(after_absence=True),), "Excusez-moi, j'ai été indisponible un moment."),
    ],
)
def test_first_words_of_what_a_channel_brings(inputs: tuple[i.Input, ...], begins: str) -> None:
    """Reopened, amended, back from an absence."""
    assert plainly(reply_after(*inputs)).startswith(begins)


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (True, "Les questions viennent d'être mises à jour. J'ai gardé vos réponses ; reprenons ici."),
        (False, "Excusez-moi, les questions viennent d'être remplacées. Recommençons."),
    ],
)
def test_moved(kept: bool, words: str) -> None:
    """With the answers, or without."""
    assert plainly(rendered(sample(), begin(sample(), "fr", MONDAY)[0], (e.Moved(kept),))) == words


def test_nothing_to_say_is_no_message() -> None:
    """A reply without words has none, rather than an empty one that no channel can send."""
    assert rendered(sample(), begin(sample(), "fr", MONDAY)[0], ()).messages == ()


SLOW = Signature(
    "slow", "lost", Phrase("test.means", "Le serveur peine."), Phrase("test.first", "Patientez, ou appelez {phone}.")
)


def understood(*effects: e.Effect, language: str = "fr", signatures: tuple[Signature, ...] = (SLOW,)) -> str:
    """What is said of words that were understood, where the sample flow begins."""
    session, _ = begin(sample(), language, MONDAY)
    voice = Voice(catalog(), language, PARIS)
    known = {signature.id: signature for signature in signatures}
    reply = Renderer(sample(), session, MONDAY, voice, known).reply(effects)
    return plainly(reply)


@pytest.mark.parametrize(
    ("effect", "french", "english"),
    [
        (
            e.Understood(Target("sample", "lost")),
            "Si je comprends bien, il s'agit de « Perdu ».",
            "If I understand correctly, this is about “Perdu”.",
        ),
        (
            e.Understood(Target("sample")),
            "Si je comprends bien, il s'agit de « Exemple ».",
            "If I understand correctly, this is about “Exemple”.",
        ),
        (
            e.Understood(Target("sample", "gone")),
            "Si je comprends bien, il s'agit de « Exemple ».",
            "If I understand correctly, this is about “Exemple”.",
        ),
        (e.Kept(), "Je garde ce message pour le ticket.", "I keep this message for the ticket."),
        (e.Greeted("greeting"), "Bonjour !", "Hello!"),
        (e.Greeted("thanks"), "Je vous en prie !", "You are welcome!"),
        (
            e.HideSecret((Redaction("otp", "[✂ code]"), Redaction("numen", "[✂ NUMEN]"))),
            "J'ai retiré ceci de votre message, sans rien en garder : code à usage unique, NUMEN.",
            "I took this out of your message and kept none of it: one-time code, NUMEN.",
        ),
    ],
)
def test_what_was_understood(effect: e.Effect, french: str, english: str) -> None:
    """One sentence each, in the person's language."""
    assert understood(effect) == french
    assert understood(effect, language="en") == english


def test_what_a_message_means() -> None:
    """And what to do first, unless the advice says it; nothing once the desk has dropped its signature."""
    assert understood(e.Meaning("slow", first=True)) == "Le serveur peine.\n\nPatientez, ou appelez ."
    assert understood(e.Meaning("slow", first=False)) == "Le serveur peine."
    assert understood(e.Meaning("slow", first=False), e.Kept(), signatures=()) == "Je garde ce message pour le ticket."
