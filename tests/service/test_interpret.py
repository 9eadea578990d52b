"""What people write where the bot asks what is the matter: in their own words, or by the error message they paste."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.model.answer import AttemptTime, ErrorMessage
from bot.model.message import Reply
from bot.model.redaction import Redaction
from bot.model.session import Session
from bot.model.ticket import Ticket, TicketError
from bot.service.conversation import Conversation
from bot.service.incoming import Commanded, Content, Edited, Incoming, Opened, Pressed, Said
from bot.service.react import PAUSE
from bot.understanding.secrets import redact
from tests.desk import MONDAY, lexicons
from tests.fakes import HandClock, MemoryStore, Person, conversation
from tests.service.test_react import ids
from tests.service.test_render import plainly
from tests.understanding.test_secrets import NAMES

TO_THE_TICKET = {
    "expired_password": ("yes", "no", "recently"),
    "silent_redirect": ("no", "unreadable"),
    "wrong_credentials": ("no", "skip"),
    "account_locked": ("no", "few", "skip"),
    "otp_blocked": ("key", "few_tries", "webmail"),
    "browser_issue": ("no", "windows_firefox", "no"),
    "portal_saturated": ("hours", "unreadable"),
    "mail_client": ("no", "unknown", "thunderbird"),
}
"""From the first question of each cause to where the report begins."""

EXPIRED = "Votre mot de passe est arrivé à expiration."
LOCKED = "Le compte est verrouillé : trop d'essais de connexion ont échoué."
BUSY = "Le service est surchargé."
SPINNING = "bonjour, depuis hier soir j'arrive plus à ouvrir mes mails ça tourne dans le vide"
UNSURE = "j'ai un problème de mot de passe"
LAST_EVENING = AttemptTime(MONDAY.replace(day=21, hour=20, minute=0), "part_of_day", "hier soir")

PASTED = [
    ("fr", EXPIRED + "\nChoisissez-en un autre.", "expired_password", "password_expired"),
    ("en", "Your password has expired and must be replaced.", "expired_password", "password_expired"),
    ("fr", LOCKED, "account_locked", "too_many_attempts"),
    ("en", "Your session is no longer valid; sign in again.", "silent_redirect", "session_expired"),
    ("fr", "Échec de la connexion : le serveur de stockage ne répond pas.", "portal_saturated", "server_down"),
    ("en", "Connection to the storage server timed out.", "portal_saturated", "server_down"),
    ("fr", "Thunderbird n'a pas réussi à se connecter au serveur IMAP.", "mail_client", "mail_settings"),
    ("en", "Thunderbird could not sign in to the IMAP server.", "mail_client", "mail_login"),
    ("fr", "JavaScript est désactivé dans ce navigateur, activez-le.", "browser_issue", "javascript_off"),
    ("en", "This page needs JavaScript, which is turned off in your browser.", "browser_issue", "javascript_off"),
    ("fr", "Le code de vérification saisi n'est pas valable.", "otp_blocked", "otp_refused"),
    ("en", "Invalid username or password.", "wrong_credentials", "credentials_refused"),
]
"""A language, a message as such programs show it, its cause and its signature."""


CLOCK, STORE = HandClock(), MemoryStore()


@cache
def listening() -> Conversation:
    """The shipped bot with all it knows; made once, for that takes a while."""
    return conversation(STORE, clock=CLOCK, lexicons=lexicons())


class Listened(Person):
    """Somebody whose words are understood by the lexicons of the shipped flows; nobody was there before."""

    def __init__(self) -> None:
        self.clock, self.store = CLOCK, STORE
        CLOCK.instant = MONDAY
        for kept in (STORE.sessions, STORE.updates, STORE.replies, STORE.tickets, STORE.seen):
            kept.clear()
        super().__init__(listening())

    @property
    def session(self) -> Session:
        """Where the conversation stands."""
        return self.store.sessions[self.chat]

    @property
    def known(self) -> Sequence[object]:
        """The answers that were given before they were asked for."""
        return [answer.value for answer in self.session.place.known]

    async def goes(self, *contents: Content | str) -> Reply:
        """Does all this, choices by their ids, and gets the last reply."""
        for content in contents:
            await self.does(Pressed(content) if isinstance(content, str) else content)
        return self.heard[-1]

    async def ticket(self, *choices: str) -> Ticket:
        """Takes these choices and confirms; the ticket that comes of it."""
        reply = await self.goes(*choices, "confirm")
        assert reply.ticket is not None
        return reply.ticket


async def at_the_error() -> Listened:
    """Somebody whose password is refused, and who is asked for the message."""
    person = Listened()
    reply = await person.goes(Opened("fr", "webmail"), "wrong_credentials", "no", Said("p.nom", "m1"))
    assert reply.node == "webmail.report.error"
    return person


# --- messages that are pasted -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "text", "cause", "signature"), PASTED, ids=[text for _, text, *_ in PASTED])
async def test_a_message_pasted_first_leads_to_its_branch(language: str, text: str, cause: str, signature: str) -> None:
    """In one turn; it is in the ticket to the letter, with the signature's name, and is not asked for again."""
    person = Listened()
    await person.opens(language)
    reply = await person.says(text)
    assert [entry.cause for entry in person.session.place.trail] == [cause]
    assert plainly(reply).startswith(("Si je comprends bien", "If I understand correctly"))
    ticket = await person.ticket(*TO_THE_TICKET[cause], "just_now")
    assert "webmail.report.error" not in [each.node for each in person.heard]
    assert ticket.error_message == TicketError(text, shown=True)
    assert ticket.signature == signature
    assert (ticket.cause, ticket.language, ticket.flow.name) == (cause, language, "webmail")


@pytest.mark.parametrize(("language", "text", "cause", "signature"), PASTED, ids=[text for _, text, *_ in PASTED])
async def test_a_message_may_be_the_very_first_word(language: str, text: str, cause: str, signature: str) -> None:
    """The bot introduces itself and goes there, in the language of the device."""
    person = Listened()
    await person.conversation.handle(Incoming("somebody", "0", Said(text, "m1"), language=language), person)
    [reply] = person.heard
    assert plainly(reply).startswith(("Bonjour ! Je suis un assistant", "Hello! I am an automatic"))
    assert reply.language == language
    assert [entry.cause for entry in person.session.place.trail] == [cause]
    assert person.known == [ErrorMessage(text, signature=signature)]


async def test_a_message_is_explained_once() -> None:
    """What it means is said; what to do first is what the advice says."""
    person = Listened()
    await person.opens("fr")
    words = plainly(await person.says(LOCKED))
    assert words.startswith(
        "Si je comprends bien, il s'agit de « Compte bloqué ou désactivé ».\n\n"
        "Il y a eu trop d'essais, et l'accès est fermé pour un moment.\n\nSurtout, ne réessayez plus"
    )
    assert "attendez, ou demandez au support" not in words


async def test_a_message_with_white_space_around_it_stays_as_it_is() -> None:
    """Nothing of it is trimmed, folded or composed."""
    text = "  Le service\u00a0est  SURCHARGÉ…\n\n\te\u0301tat « 503 »  \n"
    person = Listened()
    await person.says(text)
    ticket = await person.ticket(*TO_THE_TICKET["portal_saturated"], "just_now")
    assert ticket.error_message.text == text


async def test_a_message_that_is_no_services_own_may_be_told_of_another() -> None:
    """A lack of network is nothing of the mail's where there is Wi-Fi."""
    person = Listened()
    await person.opens("fr")
    assert (await person.says("pas de wifi dans ma salle")).node == "wifi.place"
    assert person.known == []
    person = Listened()
    await person.opens("fr")
    assert (await person.says("HTTP 404")).node == "webmail.other_describe"


async def test_a_message_against_what_is_told_with_it() -> None:
    """Both are offered, and the message stays known."""
    person = Listened()
    await person.opens("fr")
    text = "page blanche et mot de passe refusé"
    reply = await person.says(text)
    assert [choice.label for choice in reply.choices][:2] == ["Portail lent ou saturé", "Problème de navigateur"]
    assert [value.text for value in person.known if isinstance(value, ErrorMessage)] == [text]
    assert (await person.presses("suggestion-2")).node == "webmail.browser_advice"
    ticket = await person.ticket(*TO_THE_TICKET["browser_issue"], "just_now")
    assert ticket.error_message.text == text


# --- own words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "words", "said"),
    [
        (
            "fr",
            SPINNING,
            "hier soir",
            "\n\nC'est noté : dimanche 21 juin 2026, le soir.\n\n",
        ),
        (
            "en",
            "hello, since yesterday evening I can't open my mail, the page just spins forever",
            "yesterday evening",
            "\n\nNoted: Sunday, 21 June 2026, in the evening.\n\n",
        ),
    ],
)
async def test_own_words_lead_to_their_branch(language: str, text: str, words: str, said: str) -> None:
    """With the time that they hold; only the message is asked for."""
    person = Listened()
    await person.opens(language)
    reply = await person.says(text)
    assert reply.node == "webmail.busy_advice"
    assert said in plainly(reply)
    assert (await person.goes("hours", "unreadable")).node == "webmail.report.error"
    reply = await person.presses("no_message")
    assert reply.node == "webmail.report.summary"
    ticket = await person.ticket()
    assert (ticket.attempt.at, ticket.attempt.precision) == (LAST_EVENING.at, "part_of_day")
    assert ticket.attempt.words == words
    assert ticket.error_message == TicketError(None, shown=False)
    assert ticket.cause == "portal_saturated"


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("bonjour, on me dit que JavaScript est désactivé", "webmail.browser_advice"),
        ("j'ai un message : le certificat du site n'est pas fiable", "webmail.browser_advice"),
        ("j'ai reçu un lien, ça dit mot de passe expiré", "webmail.expired_recovery"),
    ],
)
async def test_a_message_that_is_told_is_no_message(text: str, node: str) -> None:
    """It may decide where the words lead, or not; the message itself is asked for."""
    person = Listened()
    await person.opens("fr")
    assert (await person.says(text)).node == node
    assert person.known == []


async def test_a_message_that_is_told_along_with_other_trouble() -> None:
    """What it means comes first among what is offered."""
    person = Listened()
    await person.opens("fr")
    reply = await person.says("je vois ça sur mon téléphone : Aucun site ne porte ce nom.")
    assert [choice.label for choice in reply.choices] == [
        "Adresse douteuse ou hameçonnage", "Application de messagerie", "Problème de navigateur", "Autre chose",
    ]  # fmt: skip
    assert person.known == []


async def test_that_is_not_it() -> None:
    """One step undoes all that the words did, and the question can be answered otherwise."""
    for text in (SPINNING, LOCKED):
        person = Listened()
        opened = await person.opens("fr")
        reply = await person.says(text)
        assert next(action.label for action in reply.actions if action.id == "back") == "Ce n’est pas ça"
        undone = await person.commands("back")
        assert plainly(undone) == "Votre dernière réponse est annulée.\n\nQuel service vous pose problème ?"
        assert undone.choices == opened.choices
        assert (person.known, person.session.place.trail) == ([], ())
        assert (await person.presses("wifi")).node == "wifi.cause"


async def test_the_words_are_only_doubted_right_after() -> None:
    """One answer later, back is what it always is."""
    person = Listened()
    await person.opens("en")
    await person.says("Invalid username or password.")
    reply = await person.presses("no")
    assert next(action.label for action in reply.actions if action.id == "back") == "Back"


@pytest.mark.parametrize("text", ["page blanche", "Page blanche"])
async def test_a_few_words_are_told(text: str) -> None:
    """They lead where they are told to lead, and are no message that a program showed."""
    person = Listened()
    reply = await person.goes(Opened("fr"), Said(text))
    assert reply.node == "webmail.browser_advice"
    assert person.known == []


async def test_a_greeting_is_no_error_message() -> None:
    """It is returned, and the message asked for again."""
    person = await at_the_error()
    reply = await person.says("bonjour")
    assert reply.node == "webmail.report.error"
    assert "Bonjour !" in plainly(reply)


async def test_a_password_alone_is_no_answer() -> None:
    """It is cut out, and the question asked again: nothing of it goes into the ticket."""
    person = Listened()
    await person.goes(Opened("fr", "webmail"), "wrong_credentials", "no")
    reply = await person.says("mon mdp c'est Soleil2024!")
    assert reply.node == "webmail.credentials_identifier"
    assert "Voici de nouveau la question" in plainly(reply)
    reply = await person.says("mon identifiant est jdupont, mon mdp c'est Soleil2024!")
    assert reply.node == "webmail.report.error"


async def test_what_is_made_ready_before_understands_the_same() -> None:
    """Only sooner."""
    person = Listened()
    listening().prepare()
    assert (await person.goes(Opened("fr"), Said(EXPIRED))).node == "webmail.expired_recovery"


async def test_suggestions() -> None:
    """Where the words are not sure, the likeliest are offered, in either language; one of them leads on."""
    person = Listened()
    await person.opens("fr")
    reply = await person.says(UNSURE)
    assert plainly(reply) == "Pour bien vous comprendre : est-ce l'une de ces situations ?"
    assert ids(reply) == ["suggestion-1", "suggestion-2", "suggestion-3", "something_else"]
    assert [choice.label for choice in reply.choices] == [
        "Identifiant ou mot de passe refusé", "Mot de passe expiré", "Adresse douteuse ou hameçonnage", "Autre chose",
    ]  # fmt: skip
    assert plainly(await person.commands("language")) == "To be sure I understand: is it one of these?"
    assert (await person.says("Password expired")).node == "webmail.expired_recovery"
    assert plainly(person.heard[-1]).startswith("If I understand correctly, this is about “Password expired”.")


async def test_something_else() -> None:
    """None of them: the question is open again, and what time was told stays known."""
    person = Listened()
    await person.opens("fr")
    reply = await person.says("ça marche plus, j'ai essayé hier soir")
    assert "suggestion-1" in ids(reply)
    reply = await person.says("autre chose")
    assert plainly(reply) == "Quel service vous pose problème ?"
    assert ids(reply) == ["webmail", "wifi"]
    assert person.known == [LAST_EVENING]


async def test_other_words_instead_of_a_suggestion() -> None:
    """Whoever says it better is understood."""
    person = Listened()
    await person.opens("fr")
    await person.says(UNSURE)
    assert (await person.says(SPINNING)).node == "webmail.busy_advice"
    assert person.session.place.suggestions == ()


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("wifi", "wifi.cause"),
        ("le réseau wifi de l'établissement n'apparaît pas", "wifi.place"),
        ("the wifi keeps dropping in my classroom", "wifi.place"),
        ("je n'arrive plus à lire mes mails", "webmail.cause"),
    ],
)
async def test_each_service_is_known_by_its_words(text: str, node: str) -> None:
    """The service alone, or one of its causes too."""
    person = Listened()
    await person.opens("fr")
    assert (await person.says(text)).node == node


@pytest.mark.parametrize(
    ("text", "talk"),
    [("bonjour", "Bonjour !"), ("Bonsoir à tous", "Bonjour !"), ("merci beaucoup", "Je vous en prie !")],
)
async def test_small_talk(text: str, talk: str) -> None:
    """It is returned at every menu, and where a time or an address is asked for; nothing changes."""
    person = Listened()
    for step in (Opened("fr"), "webmail", "portal_saturated", "hours", "unreadable", "no_message"):
        reply = await person.goes(step)
        before = person.session
        if reply.node != "webmail.report.error":
            said = plainly(await person.says(text))
            assert said == f"{talk}\n\n{plainly(reply).split('savoir ce que vous pouvez faire.' + chr(10) * 2)[-1]}"
            assert person.session == before


@pytest.mark.parametrize("flow", [None, "webmail"])
@pytest.mark.parametrize("text", ["mon imprimante ne marche plus", "comment poser un congé", "my printer is jammed"])
async def test_what_the_bot_is_not_for(text: str, flow: str | None) -> None:
    """It says what it is for, and asks again."""
    person = Listened()
    opened = await person.opens("fr", flow)
    reply = await person.says(text)
    assert plainly(reply).startswith("Je vous aide seulement à retrouver l'accès aux services")
    assert (reply.node, reply.choices) == (opened.node, opened.choices)
    assert person.session.place.trail == ()


async def test_what_nobody_knows() -> None:
    """It is a miss, as ever."""
    person = Listened()
    await person.opens("fr")
    assert plainly(await person.says("xyzzy plugh")).startswith("Je n'ai pas compris.")
    await person.goes("webmail", "portal_saturated")
    assert plainly(await person.says(SPINNING)).startswith("Je n'ai pas compris.")


# --- another cause ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("yes", ["switch", Said("Suivre cette autre piste"), Said("follow that other lead")])
async def test_a_message_of_another_cause_is_followed(yes: Content | str) -> None:
    """What was answered so far goes along; what is asked on the new path is asked once."""
    person = await at_the_error()
    reply = await person.says(EXPIRED)
    assert plainly(reply) == (
        "Votre mot de passe a expiré ou va bientôt expirer.\n\n"
        "Ce message fait plutôt penser à « Mot de passe expiré ». Si c'est bien cela, suivez cette autre piste.\n\n"
        "Quand avez-vous essayé pour la dernière fois ? Choisissez, ou écrivez par exemple « 8h15 » ou « hier 22h »."
    )
    assert ids(reply)[-1] == "switch"
    assert (await person.goes(yes)).node == "webmail.expired_recovery"
    await person.goes(*TO_THE_TICKET["expired_password"])
    ticket = await person.ticket("just_now")
    assert [reply.node for reply in person.heard].count("webmail.report.error") == 1
    assert (ticket.cause, ticket.error_message.text) == ("expired_password", EXPIRED)
    assert ticket.signature == "password_expired"


async def test_or_not() -> None:
    """Whoever just goes on keeps the cause, and the message is the answer; it costs no turn."""
    person = await at_the_error()
    assert (await person.says(EXPIRED)).node == "webmail.report.when"
    ticket = await person.ticket("just_now")
    assert (ticket.cause, ticket.error_message.text) == ("wrong_credentials", EXPIRED)
    assert ticket.identifier == "p.nom"


async def test_back_from_another_cause() -> None:
    """To the question of the message, as it was."""
    person = await at_the_error()
    before = person.session.place
    await person.goes(Said(EXPIRED), "switch")
    assert (await person.commands("back")).node == "webmail.report.when"
    assert (await person.commands("back")).node == "webmail.report.error"
    assert person.session.place == before


async def test_a_message_of_another_cause_at_a_menu() -> None:
    """It is kept for the ticket, whichever way is taken."""
    person = Listened()
    await person.goes(Opened("fr", "webmail"), "browser_issue")
    reply = await person.says(EXPIRED)
    assert (
        "\n\nJe garde ce message pour le ticket.\n\nCe message fait plutôt penser à « Mot de passe expiré »."
        in plainly(reply)
    )
    assert (reply.node, ids(reply)) == ("webmail.browser_advice", ["yes", "no", "switch"])
    ticket = await person.ticket(*TO_THE_TICKET["browser_issue"], "just_now")
    assert (ticket.cause, ticket.error_message.text) == ("browser_issue", EXPIRED)


async def test_a_message_of_the_same_cause_at_a_menu() -> None:
    """It is kept, and the question stays."""
    person = Listened()
    await person.goes(Opened("fr", "webmail"), "portal_saturated")
    reply = await person.says(BUSY)
    assert "\n\nJe garde ce message pour le ticket.\n\nSi la page tourne sans fin," in plainly(reply)
    ticket = await person.ticket("hours", "unreadable", "just_now")
    assert ticket.error_message == TicketError(BUSY, shown=True)
    assert ticket.signature == "server_down"


async def test_a_message_at_the_summary_is_not_said_to_be_kept() -> None:
    """The ticket would not hold it: it can be corrected there."""
    person = Listened()
    reply = await person.goes(
        Opened("fr", "webmail"), "portal_saturated", "hours", "unreadable", "no_message", "just_now"
    )
    assert reply.node == "webmail.report.summary"
    before = person.session
    again = await person.says(BUSY)
    assert plainly(again).startswith("Cela ne répond pas à cette question.\n\nVoici ce que dira votre ticket.")
    assert person.session == before
    await person.presses("correct-error")
    assert (await person.says(BUSY)).node == "webmail.report.summary"
    assert (await person.ticket()).error_message.text == BUSY


async def test_another_message_at_the_summary_is_the_one_that_counts() -> None:
    """Whoever follows its lead has it in the ticket; whoever does not keeps the one before."""
    for choice, text, cause in (("switch", EXPIRED, "expired_password"), ("stay", BUSY, "portal_saturated")):
        person = Listened()
        await person.goes(Opened("fr", "webmail"), "portal_saturated", "hours", "unreadable", Said(BUSY), "just_now")
        reply = await person.says(EXPIRED)
        assert "Je garde ce message" not in plainly(reply)
        await person.presses(choice)
        if choice == "switch":
            await person.goes(*TO_THE_TICKET[cause])
        ticket = await person.ticket()
        assert (ticket.cause, ticket.error_message.text) == (cause, text)


# --- pauses, edits, secrets ---------------------------------------------------------------------------------------


async def test_words_after_a_pause_are_taken_where_they_lead() -> None:
    """Those that are recognised are held as well, however many they are."""
    person = Listened()
    await person.goes(Opened("fr", "webmail"), "portal_saturated")
    person.clock.passes(PAUSE)
    assert ids(await person.says("coucou")) == ["resume", "start_over"]
    reply = await person.says(EXPIRED)
    assert "Je garde ce que vous venez d'écrire." in plainly(reply)
    reply = await person.presses("resume")
    assert ids(reply)[-1] == "switch"
    assert "Je garde ce message pour le ticket." in plainly(reply)
    assert person.known == [ErrorMessage(EXPIRED, signature="password_expired")]


async def test_words_after_a_pause_at_the_first_question() -> None:
    """There is nothing to go on with: the conversation begins again, and they lead where they lead."""
    person = Listened()
    await person.goes(Opened("fr"), "webmail")
    person.clock.passes(PAUSE + timedelta(days=1))
    reply = await person.says(LOCKED)
    assert reply.node == "webmail.locked_advice"
    assert plainly(reply).startswith("Bonjour ! Je suis un assistant")


async def test_words_held_at_the_error_may_speak_of_another_cause() -> None:
    """They answer, and the other cause is on offer beside what comes next."""
    person = await at_the_error()
    person.clock.passes(PAUSE)
    await person.says(EXPIRED)
    reply = await person.presses("resume")
    assert (reply.node, ids(reply)[-1]) == ("webmail.report.when", "switch")


async def test_an_edited_message_is_read_anew() -> None:
    """Its text, its signature and what was cut out of it change."""
    person = Listened()
    await person.goes(Opened("fr", "webmail"), "portal_saturated", "hours", "unreadable", Said(BUSY, "m1"))
    edited = f"{EXPIRED} mot de passe : Mirabelle42!"
    reply = await person.does(Edited(edited, "m1"))
    mark = "[✂ mot de passe]"
    assert f"J'ai pris en compte votre modification : {EXPIRED} mot de passe : {mark}" in plainly(reply)
    assert "Mirabelle42" not in repr(STORE)
    ticket = await person.ticket("just_now")
    assert ticket.error_message == TicketError(
        f"{EXPIRED} mot de passe : {mark}", shown=True, redactions=(Redaction("password", mark),),
    )  # fmt: skip
    assert ticket.signature == "password_expired"


async def test_an_edited_message_that_nobody_knows_loses_its_signature() -> None:
    """And one that was touched without a change of what it says, nothing."""
    person = Listened()
    await person.goes(Opened("fr", "webmail"), "portal_saturated", "hours", "unreadable", Said(BUSY, "m1"))
    before = person.session
    await person.does(Edited(BUSY, "m1"))
    assert person.session == before
    await person.does(Edited("xyzzy plugh", "m1"))
    assert (await person.ticket("just_now")).error_message == TicketError("xyzzy plugh", shown=True)


async def test_a_message_pasted_first_can_be_edited() -> None:
    """Before it is an answer, and after."""
    person = Listened()
    await person.goes(Opened("fr"), Said(EXPIRED, "m1"))
    reply = await person.does(Edited(f"{EXPIRED} Code 7.", "m1"))
    assert plainly(reply).startswith(f"J'ai pris en compte votre modification : {EXPIRED} Code 7.")
    assert person.known == [ErrorMessage(f"{EXPIRED} Code 7.", signature="password_expired")]
    await person.goes(*TO_THE_TICKET["expired_password"])
    await person.does(Edited(f"{EXPIRED} Code 8.", "m1"))
    assert (await person.ticket("just_now")).error_message.text == f"{EXPIRED} Code 8."


@pytest.mark.parametrize("way", [(), ("hours", "unreadable"), ("hours", "unreadable", "no_message")])
async def test_an_edit_of_words_that_hold_a_time(way: Sequence[str]) -> None:
    """Only the words of the time are kept of them; nothing happens when they say the same, whenever it is."""
    person = Listened()
    await person.goes(Opened("fr"), Said(SPINNING, "m1"), *way)
    before, heard = person.session, len(person.heard)
    await person.does(Edited(SPINNING.replace("bonjour", "Bonjour"), "m1"))
    assert (person.session, len(person.heard)) == (before, heard)
    reply = await person.does(Edited(SPINNING.replace("hier soir", "ce matin"), "m1"))
    assert "J'ai pris en compte votre modification : lundi 22 juin 2026, le matin (« ce matin »)" in plainly(reply)
    reply = await person.does(Edited(SPINNING.replace("depuis hier soir", ""), "m1"))
    assert plainly(reply).startswith("Je ne peux pas prendre en compte cette modification ici.")


async def test_an_edit_outlives_a_step_back() -> None:
    """The message that was pasted first is not brought back as it was before."""
    person = Listened()
    await person.goes(Opened("fr"), Said(EXPIRED, "m1"), *TO_THE_TICKET["expired_password"])
    await person.does(Edited(f"{EXPIRED} Code 7.", "m1"))
    assert (await person.commands("back")).node == "webmail.expired_changed"
    ticket = await person.ticket("recently", "just_now")
    assert ticket.error_message.text == f"{EXPIRED} Code 7."


@pytest.mark.parametrize("text", ["482913", "code 482913"])
async def test_a_secret_says_nothing(text: str) -> None:
    """What stands in its place are our words, not theirs: it is no message, and leads nowhere."""
    person = Listened()
    await person.goes(Opened("fr", "webmail"), "otp_blocked", "key")
    reply = await person.says(text)
    assert "J'ai retiré ceci de votre message" in plainly(reply)
    assert "Je garde ce message" not in plainly(reply)
    assert person.known == []
    assert (await person.goes("few_tries", "webmail")).node == "webmail.report.error"


async def test_words_around_a_secret_are_understood() -> None:
    """As if it had not been there."""
    text = "la page de connexion reste toute blanche"
    alone = Listened()
    await alone.opens("fr")
    expected = await alone.says(text)
    for secret in ("TGT-12-aBcDeFgHiJkL-cas01", "FR7612548029981234567890161", "13E0512345ABC"):
        person = Listened()
        await person.opens("fr")
        reply = await person.says(f"{text} {secret}")
        assert plainly(reply).startswith("J'ai retiré ceci de votre message")
        assert (reply.node, reply.choices) == (expected.node, expected.choices)


# --- without lexicons, and to the letter --------------------------------------------------------------------------


async def test_without_lexicons_all_is_as_before() -> None:
    """Words are choices or misses; a message is asked for, and kept without a signature."""
    store = MemoryStore()
    person = Person(conversation(store))
    await person.opens("fr")
    for text in (LOCKED, SPINNING, "mon imprimante ne marche plus"):
        reply = await person.says(text)
        assert reply.node == "start.service"
        assert plainly(reply).startswith("Je n'ai pas compris.")
    for choice in ("webmail", "portal_saturated", "hours", "unreadable"):
        await person.presses(choice)
    await person.says(EXPIRED)
    await person.presses("just_now")
    ticket = (await person.presses("confirm")).ticket
    assert ticket is not None
    assert ticket.error_message == TicketError(EXPIRED, shown=True)


DELIVERED = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
"""What a channel can deliver."""


def is_discreet(text: str) -> bool:
    """Whether nothing is cut out of it, by itself or among what surrounds it."""
    return redact(text, NAMES, about_otp=False).text == text


@given(before=DELIVERED, after=DELIVERED)
async def test_what_is_pasted_first_is_in_the_ticket_to_the_letter(before: str, after: str) -> None:
    """Whatever is written around a message that is recognised."""
    text = f"{before} {LOCKED} {after}"
    assume(is_discreet(text))
    person = Listened()
    await person.opens("fr")
    await person.says(text)
    errors = [value for value in person.known if isinstance(value, ErrorMessage)]
    assert [error.text for error in errors] in ([], [text])
    if errors and person.session.place.node == "locked_advice":
        ticket = await person.ticket(*TO_THE_TICKET["account_locked"], "just_now")
        assert ticket.error_message.text == text


@given(text=DELIVERED.filter(str.strip))
async def test_what_is_answered_is_in_the_ticket_to_the_letter(text: str) -> None:
    """Unless it is a command or a choice, which is no message."""
    assume(is_discreet(text))
    person = Listened()
    await person.goes(Opened("fr", "webmail"), "portal_saturated", "hours", "unreadable")
    before = len(person.session.place.trail)
    await person.says(text)
    trail = person.session.place.trail
    if len(trail) == before + 1 and isinstance(trail[-1].value, ErrorMessage):
        if person.session.place.switch is not None:
            await person.presses("stay")
        assert (await person.ticket("just_now")).error_message.text == text
    else:
        assert len(text.split()) <= 8


async def test_commands_stay_commands() -> None:
    """Whatever the lexicons know."""
    person = Listened()
    await person.opens("fr")
    await person.says(LOCKED)
    assert (await person.says("retour")).node == "start.service"
    assert (await person.does(Commanded("language", "en"))).language == "en"
    assert plainly(await person.says("help")).startswith("Answer the question")
