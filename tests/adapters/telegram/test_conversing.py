"""What people really do on Telegram, one thing at a time, and what they see."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.store.sql import SqlStore
from bot.model.picture import MAX_BYTES
from tests.botapi import BotApiServer, Person
from tests.desk import CIPHER, MONDAY, lexicons
from tests.fakes import MemoryStore
from tests.telegram_bot import MODES, Mode, Stage, Time, channel, hook_of, offers, presses, tickets

ASKED = ("getMyCommands", "getMyDescription", "getMyShortDescription")
SET = ("setMyCommands", "setMyDescription", "setMyShortDescription")
UNDO = ("Ce n’est pas ça", "That is not it")
TO_THE_ERROR = ("webmail", "browser_issue", "no", "windows_firefox", "no")


@pytest.fixture(params=MODES)
async def api(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A Bot API server and the bot, in this loop; nothing that Telegram would refuse may be called."""
    async with Stage() as server:
        async with channel(server, server.store, hook=hook_of(request.param)):
            yield server
        assert server.refused == []
        assert server.suspicious == []


async def does(api: Stage, person: Person, *choices: str) -> None:
    """Takes choices, one after the other."""
    for choice in choices:
        presses(person, choice)
        await api.rest(person)


async def begins(api: Stage, *choices: str, language_code: str | None = "fr", payload: str = "") -> Person:
    """Somebody who has come so far."""
    person = api.person(language_code=language_code)
    person.start(payload)
    await api.rest(person)
    await does(api, person, *choices)
    return person


def seen(person: Person) -> str:
    """The newest message, whatever spaces and apostrophes it is printed with."""
    return plainly(person.last.text)


def plainly(text: str) -> str:
    """Text with plain spaces and apostrophes."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


async def test_the_pressed_choice_stays_and_the_buttons_go(api: Stage) -> None:
    """One message per question; what was chosen can be read in the history."""
    person = await begins(api, "webmail")
    first, second = person.screen
    assert first.text.endswith("\n\n✓ Messagerie académique")
    assert first.rows == ()
    assert second.rows[0][0].text == "Mot de passe expiré"
    await api.happened(lambda: not person.unanswered)
    assert person.toasts == []


async def test_a_typed_answer_takes_the_old_buttons_away(api: Stage) -> None:
    """Whoever writes instead of pressing is not left with old buttons either."""
    person = await begins(api)
    person.says("Messagerie académique")
    await api.rest(person)
    assert person.screen[0].rows == ()
    assert "✓" not in person.screen[0].text
    assert offers(person, "expired_password")


async def test_a_double_tap_acts_once(api: Stage) -> None:
    """The second tap is answered kindly, and nothing else is said."""
    person = await begins(api, "webmail")
    person.double_taps("Mot de passe expiré")
    await api.rest(person)
    await api.happened(lambda: not person.unanswered)
    assert [plainly(toast) for toast in person.toasts] == [
        "Vous avez déjà répondu à cette question. La question en cours est la dernière, plus bas."
    ]
    assert len(person.screen) == 3


async def test_two_buttons_of_one_question(api: Stage) -> None:
    """The first of two quick taps counts."""
    person = await begins(api, "webmail")
    question = person.last
    person.presses("Compte bloqué")
    person.presses_on(question, "Mot de passe expiré")
    await api.rest(person)
    await api.happened(lambda: len(person.toasts) == 1)
    assert question.text.endswith("✓ Compte bloqué")


async def test_a_stale_button_never_acts(api: Stage) -> None:
    """A button of long ago, of a conversation that is over, does nothing to the one of today."""
    person = await begins(api, "webmail")
    old = person.last
    person.says("/cancel")
    await api.rest(person)
    person.start()
    await api.rest(person)
    await does(api, person, "webmail")
    said = len(person.screen)
    person.presses_on(old, "Compte bloqué")
    await api.happened(lambda: len(person.toasts) == 1)
    await api.rest(person)
    assert len(person.screen) == said
    assert offers(person, "account_locked")


async def test_the_ticket_is_made_to_be_forwarded(api: Stage) -> None:
    """A message of its own, the exact message in a code block, two files, and buttons that copy."""
    person = await begins(api, *TO_THE_ERROR)
    message = person.says("<b>Erreur</b> 500 & _co_ 🙈")
    await api.rest(person)
    person.says("il y a 10 min")
    await api.rest(person)
    await does(api, person, "confirm")
    words, ticket, text, data, closing = person.screen[-5:]
    assert [row[0].text for row in closing.rows] == ["Ajouter quelque chose", "Le transmettre autrement"]
    made = tickets(person)[0]
    assert made["error_message"]["text"] == message.text
    assert made["reference"] in words.text
    assert ticket.text.startswith(f"Ticket {made['reference']}")
    assert ticket.text in text.document.data.decode() if text.document else False
    assert data.document is not None
    (block,) = [entity for entity in ticket.entities if entity["type"] == "pre"]
    encoded = ticket.text.encode("utf-16-le")
    copied = encoded[2 * block["offset"] : 2 * (block["offset"] + block["length"])].decode("utf-16-le")
    assert copied == message.text
    labels = {row[0].text: row[0].value for row in ticket.rows}
    assert labels["Copier la référence"] == made["reference"]
    assert made["reference"] in labels["Copier la version courte"]
    assert all(row[0].action == "copy_text" for row in ticket.rows)


async def test_a_long_ticket_is_split(api: Stage) -> None:
    """Beyond 4,096 it takes several messages; together they hold all of it."""
    person = await begins(api, *TO_THE_ERROR)
    message = person.says("Erreur : " + "é🙈 " * 1_300)
    await api.rest(person)
    await does(api, person, "just_now", "confirm")
    parts = [message for message in person.screen if any(entity["type"] == "pre" for entity in message.entities)]
    assert len(parts) == 2
    assert message.text.split() == [
        word
        for part in parts
        for entity in part.entities
        if entity["type"] == "pre"
        for word in cut(part.text, entity["offset"], entity["length"]).split()
    ]
    assert tickets(person)[0]["error_message"]["text"] == message.text


def cut(text: str, offset: int, length: int) -> str:
    """A stretch counted in UTF-16 units."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


async def test_an_edited_error_message_is_followed(api: Stage) -> None:
    """Until the ticket is made; after that, the person is told."""
    person = await begins(api, *TO_THE_ERROR)
    message = person.says("Erreur 50")
    await api.rest(person)
    person.edits(message.id, "Erreur 500")
    await api.rest(person)
    assert "J'ai pris en compte votre modification : Erreur 500" in seen(person)
    await does(api, person, "just_now")
    assert "« Erreur 500 »" in seen(person)
    await does(api, person, "confirm")
    assert tickets(person)[0]["error_message"]["text"] == "Erreur 500"
    person.edits(message.id, "Erreur 501")
    await api.rest(person)
    assert "Votre ticket est déjà prêt" in seen(person)


async def test_an_edited_caption_is_not_passed_over(api: Stage) -> None:
    """It cannot be followed; the person is told what to do instead."""
    person = await begins(api, "webmail")
    photo = person.sends_photo("ma capture")
    await api.rest(person)
    photo.body["caption"] = "ma capture, la bonne"
    person.world.tells(photo, "edited_message")
    await api.rest(person)
    assert "Je ne peux pas prendre en compte cette modification ici." in seen(person)


async def test_pictures_go_with_the_ticket(api: Stage) -> None:
    """Photos and image documents, an album answered once, as the very first message too; they come back with it."""
    person = api.person()
    person.sends_photo("voilà ce que je vois")
    await api.rest(person)
    assert "Je garde votre image." in seen(person)
    assert offers(person, "webmail")
    await does(api, person, *TO_THE_ERROR)
    said = len(person.screen)
    person.sends_album(3)
    await api.rest(person)
    assert len(person.screen) == said + 1
    assert "Je garde vos 4 images." in seen(person)
    person.sends_document("capture.png", "image/png", b"\x89PNG")
    await api.rest(person)
    await does(api, person, "no_message", "just_now", "confirm")
    attachments = tickets(person)[0]["attachments"]
    assert [picture["media_type"] for picture in attachments] == ["image/jpeg"] * 4 + ["image/png"]
    assert attachments[0]["caption"] == "voilà ce que je vois"
    assert attachments[4]["name"] == "capture.png"
    assert [call.method for call in api.called("sendPhoto")] == ["sendPhoto"] * 4


@pytest.mark.parametrize(
    ("sends", "words"),
    [
        ("sends_voice", "Je ne peux pas écouter les messages vocaux."),
        ("sends_audio", "Je ne peux pas écouter les messages vocaux."),
        ("sends_video", "Je ne peux pas regarder de vidéo."),
        ("sends_video_note", "Je ne peux pas regarder de vidéo."),
        ("sends_animation", "Je ne peux pas regarder de vidéo."),
        ("sends_sticker", "C'est gentil !"),
        ("sends_dice", "C'est gentil !"),
        ("sends_contact", "Je n'ai pas besoin d'une fiche de contact"),
        ("sends_location", "Je n'ai pas besoin de savoir où vous êtes"),
        ("sends_venue", "Je n'ai pas besoin de savoir où vous êtes"),
        ("sends_poll", "Je ne peux pas participer aux sondages."),
        ("sends_document", "Je ne peux garder que des images."),
    ],
)
async def test_what_the_bot_cannot_read(api: Stage, sends: str, words: str) -> None:
    """Each gets a sensible answer, and the question again."""
    person = await begins(api, "webmail")
    getattr(person, sends)()
    await api.rest(person)
    assert words in seen(person)
    assert offers(person, "expired_password")


LARGE = b"\x89PNG" + bytes(MAX_BYTES)


@pytest.mark.parametrize(
    ("name", "media_type", "data", "words"),
    [
        ("dessin.svg", "image/svg+xml", b"<svg/>", "Je ne peux pas garder ce type d'image."),
        ("dessin.svg", "image/png", b"<svg/>", "Je ne peux pas garder ce type d'image."),
        ("capture.png.exe", "image/png", b"MZ", "Je ne peux pas garder ce type d'image."),
        ("capture\u202egnp.exe", "image/png", b"MZ", "Je ne peux pas garder ce type d'image."),
        ("capture.bmp", "image/bmp", b"BM", "Je ne peux pas garder ce type d'image."),
        ("capture.html", "image/png", b"<html>", "Je ne peux pas garder ce type d'image."),
        ("capture.png", "image/png", LARGE, "Cette image est trop lourde pour moi"),
        ("capture.png", "text/html", b"<html>", "Je ne peux garder que des images."),
    ],
)
async def test_pictures_that_are_not_kept(api: Stage, name: str, media_type: str, data: bytes, words: str) -> None:
    """Other types, disguises and giants get a word about what will do; the ticket has none of them."""
    person = await begins(api, *TO_THE_ERROR)
    person.sends_document(name, media_type, data, "voilà")
    await api.rest(person)
    assert words in seen(person)
    await does(api, person, "no_message", "just_now", "confirm")
    assert tickets(person)[0]["attachments"] == []


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("IMG_1.HEIC", "image/heic"), ("a.JPEG", "image/jpeg"), ("capture", "IMAGE/PNG"), ("x.webp", "image/webp; a=b")],
)
async def test_pictures_that_are_kept(api: Stage, name: str, media_type: str) -> None:
    """As telephones send them, however their type is spelled."""
    person = await begins(api, "webmail")
    person.sends_document(name, media_type, LARGE[:-4])
    await api.rest(person)
    assert "Je garde votre image." in seen(person)


async def test_forwarded_messages_are_texts(api: Stage) -> None:
    """An error message that somebody else sent on is one all the same."""
    person = await begins(api, *TO_THE_ERROR)
    person.forwards("Erreur 503")
    await api.rest(person)
    await does(api, person, "just_now")
    assert "« Erreur 503 »" in seen(person)


async def test_commands(api: Stage) -> None:
    """Each does what its description says."""
    person = await begins(api, "webmail")
    for command, words in [
        ("/help", "À tout moment, vous pouvez écrire"),
        ("/privacy", "gardés là où ce robot est installé"),
        ("/status", "Nous en sommes ici : Messagerie académique › Problème"),
        ("/ticket", "Vous n'avez pas encore de ticket."),
        ("/language", "What is happening?"),
        ("/language fr", "Que se passe-t-il ?"),
        ("/human", "Une personne du support"),
        ("/back", "Votre dernière réponse est annulée."),
        ("/restart", "Je suis un assistant automatique"),
        ("/cancel", "Je m'arrête là"),
        ("/back", "Reprenons où nous en étions."),
        ("/nonsense", "Je n'ai pas compris."),
    ]:
        person.says(command)
        await api.rest(person)
        assert words in seen(person), command
    assert "help" in {call.params["commands"][0]["command"] for call in api.called("setMyCommands")} | {"help"}


async def test_the_last_ticket_again(api: Stage) -> None:
    """With its files, also in the middle of the next conversation, whose question comes last."""
    person = await begins(api, *TO_THE_ERROR, "no_message", "just_now", "confirm")
    made = tickets(person)[0]
    person.start()
    await api.rest(person)
    person.says("/ticket")
    await api.rest(person)
    again = [message for message in person.screen if message.text.startswith(f"Ticket {made['reference']}")]
    assert len(again) == 2
    assert f"Voici votre dernier ticket, {made['reference']}." in seen(person)
    assert offers(person, "webmail")
    person.says("/status")
    await api.rest(person)
    assert f"Votre dernier ticket : {made['reference']}" in seen(person)


async def test_links_open_a_cause(api: Stage) -> None:
    """In the language of the link, from outside and in the middle of a conversation, from where one can go back."""
    person = await begins(api, language_code="fr", payload="otp_blocked-en")
    assert "What gives you your one-time code?" in seen(person)
    person.start("wifi-fr")
    await api.rest(person)
    assert "Wi-Fi" in seen(person)
    await does(api, person, "back")
    assert "What gives you your one-time code?" in seen(person) or "code à usage unique" in seen(person)
    other = await begins(api, payload="nonsense-xx")
    assert offers(other, "webmail")


@pytest.mark.parametrize(
    ("code", "words"), [("en-GB", "Hello"), ("fr", "Bonjour"), (None, "Bonjour"), ("xx", "Bonjour")]
)
async def test_languages(api: Stage, code: str | None, words: str) -> None:
    """The one of the device where the bot speaks it, else the desk's."""
    person = await begins(api, language_code=code)
    assert person.last.text.startswith(words)


async def test_odd_names(api: Stage) -> None:
    """A name is never part of anything."""
    person = api.person(first_name="<3 & </b> \u202e", last_name="_*[")
    person.start()
    await api.rest(person)
    assert offers(person, "webmail")
    assert "<3" not in person.last.text


async def test_groups_and_channels(api: Stage) -> None:
    """One line that leads to a private chat, once."""
    person = api.person()
    group = api.group("Collège")
    group.adds_bot(person)
    await api.rest(group)
    group.says(person, "/start@guichet_test_bot")
    group.says(person, "bonjour")
    await api.rest(group)
    assert [plainly(message.text) for message in group.screen] == [
        "Je ne réponds qu'en privé, là où personne d'autre ne lit. Écrivez-moi ici : https://t.me/guichet_test_bot"
    ]
    news = api.channel("Infos")
    news.adds_bot(person)
    news.posts("bonjour")
    await api.rest(news)
    assert len(news.screen) == 1
    moved = group.migrates()
    moved.says(person, "et ici ?")
    await api.rest(moved)
    assert moved.screen == []


async def test_who_blocked_the_bot_can_come_back(api: Stage) -> None:
    """What could not be sent is let go; the conversation is still there."""
    person = await begins(api, "webmail")
    api.faults.clear()
    question = person.last
    person.presses_on(question, "Compte bloqué")
    person.blocks()
    await asyncio.sleep(0.1)
    person.unblocks()
    person.start()
    await api.rest(person)
    assert offers(person, "no") or offers(person, "webmail")
    api.calls[:] = [call for call in api.calls if call.status != 403]


async def test_people_never_see_each_other(api: Stage) -> None:
    """Two at once, each with their own words."""
    one, other = await begins(api, *TO_THE_ERROR), await begins(api, *TO_THE_ERROR)
    one.says("Erreur une")
    other.says("Erreur deux")
    await api.rest(one)
    await api.rest(other)
    for person in (one, other):
        await does(api, person, "just_now", "confirm")
    assert tickets(one)[0]["error_message"]["text"] == "Erreur une"
    assert tickets(other)[0]["error_message"]["text"] == "Erreur deux"
    assert "deux" not in json.dumps([message.text for message in one.screen])


async def test_what_is_kept_can_be_had_and_erased(api: Stage) -> None:
    """As a document; then nothing of it is left, and the next word begins anew."""
    person = await begins(api, *TO_THE_ERROR)
    person.says("Erreur canari")
    await api.rest(person)
    person.says("/mydata")
    await api.rest(person)
    assert b"canari" in person.documents["guichet.json"]
    person.says("/forget")
    await api.rest(person)
    assert seen(person).startswith("C'est fait : j'ai effacé tout ce que je gardais sur vous")
    assert api.store.sessions == {}
    person.says("bonjour")
    await api.rest(person)
    assert offers(person, "webmail")


async def test_an_answer_while_the_message_before_it_is_tidied(tmp_path: Path) -> None:
    """Whoever answers at once, while the choice before is still being written into the history, is answered too."""
    store = await SqlStore.open(f"sqlite:///{tmp_path / 'bot.db'}", CIPHER)
    async with Stage() as api, channel(api, store):
        person = api.person()
        person.start()
        await api.happened(lambda: offers(person, "webmail"))
        api.faults.delay(0.5, "editMessageText")
        presses(person, "webmail")
        await api.happened(lambda: offers(person, "expired_password"))
        await asyncio.sleep(0.2)
        presses(person, "expired_password")
        await api.happened(lambda: len(person.screen) == 3)
    assert not any(await store.take_over(""))
    await store.close()


async def test_the_profile_is_set_only_when_it_changed() -> None:
    """Commands and descriptions, in each language; a second start changes nothing."""
    async with BotApiServer() as api:
        async with channel(api):
            await api.happened(lambda: len(api.called(*ASKED)) == 6 and len(api.called(*SET)) == 6)
        changed = api.called(*SET)
        assert {call.params.get("language_code", "") for call in changed} == {"", "en"}
        french = next(c for c in changed if c.method == "setMyCommands" and "language_code" not in c.params)
        names = [command["command"] for command in french.params["commands"]]
        assert names == [
            "start",
            "back",
            "restart",
            "cancel",
            "human",
            "status",
            "ticket",
            "language",
            "help",
            "privacy",
            "mydata",
            "forget",
        ]
        before = len(changed)
        async with channel(api):
            await api.happened(lambda: len(api.called(*ASKED)) == 12)
        assert len(api.called(*SET)) == before


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("language", "text", "node"),
    [
        ("fr", "Le service d'authentification CAS est momentanément indisponible.", "portal_saturated"),
        ("en", "Your password has expired, please choose another one.", "expired_password"),
        ("fr", "Thunderbird n'a pas pu se connecter au serveur IMAP : échec d'authentification", "mail_client"),
        ("en", "SEC_ERROR_EXPIRED_CERTIFICATE", "browser_issue"),
        ("fr", "bonjour, depuis hier soir j'arrive plus à ouvrir mes mails ça tourne dans le vide", "portal_saturated"),
    ],
)
async def test_what_is_pasted_or_told_first_leads_to_its_branch(
    mode: Mode, language: str, text: str, node: str
) -> None:
    """In one step, as the very first message too; one tap undoes it."""
    async with Stage() as api, channel(api, api.store, hook=hook_of(mode), words=lexicons()):
        for greets in (True, False):
            person = api.person(language_code=language)
            if greets:
                person.start()
                await api.rest(person)
            person.says(text)
            await api.rest(person)
            place = api.store.sessions[f"telegram:{person.id}"].place
            assert next(entry.cause for entry in place.trail if entry.cause) == node
            person.presses(next(b.value for row in person.last.rows for b in row if b.text in UNDO))
            await api.rest(person)
            assert api.store.sessions[f"telegram:{person.id}"].place.trail == ()
    assert api.refused == []


async def hours_pass(api: Stage, clock: Time, hours: int) -> None:
    """Time goes by while the bot goes on fetching updates, none of which asks for anything."""
    nothing = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}
    for _ in range(hours * 36):
        clock.passes(100)
        api.inject({"edited_message": nothing})
        await api.happened(lambda: not api.pending)


async def test_a_pause_of_hours() -> None:
    """Resume or begin again, with a line that says where one was; what was written meanwhile is not lost."""
    clock = Time(MONDAY)
    async with Stage(clock.seconds) as api, channel(api, api.store, clock):
        person = await begins(api, *TO_THE_ERROR)
        await hours_pass(api, clock, 5)
        person.says("Erreur 500")
        await api.rest(person)
        assert "Vous revoilà ! Nous en étions ici : Messagerie académique › Problème de navigateur" in seen(person)
        assert "Je garde ce que vous venez d'écrire." in seen(person)
        await does(api, person, "resume")
        assert "Quand avez-vous essayé" in seen(person)
        await hours_pass(api, clock, 5)
        person.start()
        await api.rest(person)
        await does(api, person, "start_over")
        assert offers(person, "webmail")


async def test_an_update_that_cannot_be_read_is_set_aside(api: Stage) -> None:
    """The person is told, the next update is taken, and nothing is delivered again."""
    person = await begins(api, "webmail")
    broken = {"message": {"message_id": 1, "chat": {"id": person.id, "type": "private"}, "from": 5, "text": "x"}}
    api.inject(broken)
    await api.rest(person)
    await api.happened(lambda: "je n'ai pas pu traiter votre dernier message" in seen(person))
    await does(api, person, "expired_password")
    assert not api.pending


async def test_an_update_that_fails_is_set_aside_after_three_tries() -> None:
    """It does not stop others, nor itself for ever."""

    class Poisoned(MemoryStore):
        tries = 0

        async def _fail(self, chat: str) -> None:
            if chat.endswith("1") and self.tries < 3:
                self.tries += 1
                raise RuntimeError("a bug")

    store = Poisoned()
    async with Stage() as api:
        api.store = store
        async with channel(api, store):
            person = await begins(api, "webmail")
            original = store.turn

            def failing(chat: str, update: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a turn like any other
                store.tries += 1
                if store.tries <= 3:
                    raise RuntimeError("a bug")
                return original(chat, update)

            store.turn = failing  # type: ignore[method-assign]
            presses(person, "expired_password")
            await api.rest(person)
            assert "je n'ai pas pu traiter votre dernier message" in seen(person)
            await api.happened(lambda: not person.unanswered)
            assert [letter.reason.splitlines()[0] for letter in store.letters] == ["RuntimeError: a bug"]
            await does(api, person, "expired_password")
            assert offers(person, "unknown")


async def test_what_waits_is_not_sent_to_whoever_is_forgotten() -> None:
    """Answers that were to be sent go with all the rest; what is said last is that it is done."""
    async with Stage() as api, channel(api, api.store):
        person = api.person()
        person.start()
        await api.happened(lambda: offers(person, "webmail"))
        api.faults.delay(1.0, "sendMessage")
        person.says("aide")
        await api.happened(lambda: any(call.method == "sendMessage" and not call.status for call in api.calls))
        person.says("aide")
        person.says("/forget")
        await api.happened(lambda: "C’est fait" in person.screen[-1].text)
        await api.rest(person)
        assert sum("Répondez à la question posée" in message.text for message in person.screen) == 1
        assert "C’est fait" in person.screen[-1].text
