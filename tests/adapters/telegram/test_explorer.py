"""People who do anything at any time: nothing breaks, nobody is stuck, nobody sees another's words."""

import random
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from tests.botapi import Message, Person
from tests.telegram_bot import Mode, Stage, channel, hook_of, offers

PEOPLE, ACTIONS = 8, 5_000
ODD_TEXTS = (
    "é" * 4_096,
    "🙈" * 2_048,
    "שלום עולם خطأ \u202eabc",
    "a\u200bb\u200cc\ufeffd\u2060",
    "<b>gras</b> &amp; </code> *x* _y_ `z` [a](tg://user?id=1)",
    "{reference} {error_message} %s %(x)s ${HOME}",
    "/etc/passwd",
    "/start@somebody_else",
    "1",
    "99",
    "retour",
    "annuler",
    "recommencer",
    "aide",
    "english",
    "français",
    "oui",
    "8h15",
    "hier 22h",
    "24/12/2099 8h",
    "https://messagerie.ac-aix-marseille.fr/a?b=c#d",
    "javascript:alert(1)",
    "\n\n  \n.",
    "ok",
)
COMMANDS = (
    (
        "/start /help /privacy /cancel /back /restart /status /ticket /language /human /where "
        "/nonsense /start otp_blocked-en /start xx /language en /language xx"
    )
    .replace(" /", "\n/")
    .split("\n")
)
MEDIA = (
    "sends_photo", "sends_sticker", "sends_voice", "sends_video", "sends_video_note", "sends_audio", "sends_animation",
    "sends_contact", "sends_location", "sends_venue", "sends_poll", "sends_dice", "sends_document",
)  # fmt: skip


def a_button(person: Person, chance: random.Random) -> tuple[Message, str] | None:
    """Any button there ever was on the screen, old ones included."""
    found = [
        (message, button.value)
        for message in person.screen[-12:]
        for row in message.rows
        for button in row
        if button.action == "callback_data"
    ]
    return chance.choice(found) if found else None


def act(person: Person, words: str, chance: random.Random) -> None:
    """Does something; `words` are this person's own."""
    pressed = a_button(person, chance)

    def presses() -> None:
        if pressed:
            person.presses_on(*pressed)

    def taps_twice() -> None:
        presses()
        presses()

    def edits() -> None:
        own = [m for m in person.chat.messages.values() if not m.by_bot and "text" in m.body]
        if own:
            person.edits(chance.choice(own).id, f"{words} {chance.random()}")

    def blocks_and_comes_back() -> None:
        person.blocks()
        person.unblocks()

    def sends_something() -> None:
        getattr(person, chance.choice(MEDIA))()

    doings: list[tuple[int, Callable[[], object]]] = [
        (40, presses),
        (6, taps_twice),
        (14, lambda: person.says(words)),
        (14, lambda: person.says(chance.choice(ODD_TEXTS))),
        (9, lambda: person.says(chance.choice(COMMANDS))),
        (7, sends_something),
        (2, lambda: person.sends_album(chance.randint(2, 4))),
        (4, edits),
        (3, lambda: person.forwards(words)),
        (1, blocks_and_comes_back),
    ]
    weights = [weight for weight, _ in doings]
    chance.choices([doing for _, doing in doings], weights)[0]()


def words_of(number: int) -> str:
    """Words that only this person says."""
    return f"canari-{number}-mot"


async def explore(seed: int, actions: int, mode: Mode) -> None:
    """Lets them all do so many things, as chance says."""
    chance = random.Random(seed)  # noqa: S311 - what happens is chosen by chance
    async with Stage() as api:
        async with channel(api, api.store, hook=hook_of(mode)):
            people = [api.person(language_code=chance.choice(["fr", "en", "de", None])) for _ in range(PEOPLE)]
            for person in people:
                person.start()
            for number in range(actions):
                who = chance.randrange(PEOPLE)
                act(people[who], words_of(who), chance)
                if number % 40 == 0:
                    await api.rest(*people)
                    await api.happened(lambda: not any(person.unanswered for person in people))
            for command in ("/start", "/restart"):
                for person in people:
                    person.says(command)
                await api.rest(*people)
            begun = ("webmail", "expired_password")
            stuck = [person.last.text for person in people if not any(offers(person, choice) for choice in begun)]
            assert not stuck
        assert api.store.letters == []
        wrong = [call for call in api.refused if call.status != 403]
        assert wrong == []
        assert api.suspicious == []
        for number, person in enumerate(people):
            seen = "\n".join([message.text for message in person.screen] + [str(person.documents)])
            assert not [other for other in range(PEOPLE) if other != number and words_of(other) in seen]


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(("mode", "actions"), [("polling", ACTIONS), ("webhook", ACTIONS // 5)])
async def test_anything_at_any_time(mode: Mode, actions: int) -> None:
    """5,000 actions by 8 people, every 40 of them checked; nothing goes wrong, in the log neither."""
    with capture_logs() as logged:
        await explore(1, actions, mode)
    assert len(logged) > actions / 2
    assert not [entry for entry in logged if entry["log_level"] in ("error", "critical")]
    assert not [entry for entry in logged if entry["event"] == "flood.began"]
