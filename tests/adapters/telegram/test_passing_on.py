"""Tickets that people dictate or mail themselves, as they do it on Telegram."""

from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import default

import pytest

from tests.botapi import Person
from tests.telegram_bot import MODES, Stage, channel, hook_of, presses, tickets

TO_THE_TICKET = ("webmail", "browser_issue", "no", "windows_firefox", "no", "no_message", "just_now", "confirm")


@pytest.fixture(params=MODES)
async def api(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A Bot API server and the bot, in this loop; nothing that Telegram would refuse may be called."""
    async with Stage(inline=True) as server:
        async with channel(server, server.store, hook=hook_of(request.param)):
            yield server
        assert server.refused == []
        assert server.suspicious == []


def labels(person: Person) -> list[str]:
    """The buttons of the newest message that has any, without the no-break spaces and apostrophes of print."""
    return [button.text.replace("’", "'") for row in person.buttons for button in row]


async def test_from_the_ticket_to_a_mail_and_a_dictation(api: Stage) -> None:
    """Few buttons at a time, and whichever is pressed, the others are still to be had."""
    person = api.person()
    person.start()
    await api.rest(person)
    for choice in TO_THE_TICKET:
        presses(person, choice)
        await api.rest(person)
    reference = tickets(person)[0]["reference"]
    name = reference.lower()
    assert labels(person) == ["Ajouter quelque chose", "Le transmettre autrement"]
    presses(person, f"other-ways-{name}")
    await api.rest(person)
    assert labels(person) == ["Le dicter au téléphone", "Courriel à envoyer vous-même", "Ajouter quelque chose"]
    asked = person.last
    presses(person, f"by-phone-{name}")
    await api.rest(person)
    assert asked.text.endswith("✓ Le dicter au téléphone")
    assert person.last.text.startswith(f"Ticket {reference}, à dicter au téléphone")
    assert labels(person) == ["Ajouter quelque chose", "Le transmettre autrement"]
    presses(person, f"other-ways-{name}")
    await api.rest(person)
    presses(person, f"by-mail-{name}")
    await api.rest(person)
    mail = message_from_bytes(person.documents[f"{reference}.eml"], policy=default)
    assert mail["X-Unsent"] == "1"
    assert reference in mail["Subject"]
    assert labels(person) == ["Ajouter quelque chose", "Le transmettre autrement"]
    assert api.store.sent_files.keys() == {(f"telegram:{person.id}", f"{reference}.txt")}
