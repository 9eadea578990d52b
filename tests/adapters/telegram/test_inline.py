"""People take their tickets along to any chat, in two taps, and never see anybody else's."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.telegram.flood import BURST
from bot.adapters.telegram.inline_results import MOST_RESULTS, offered, reference_typed
from bot.model.answer import Attachment
from bot.model.reference import reference_in
from bot.service.ports import StoreUnavailable, WrittenTicket
from bot.service.voice import Voices
from tests.botapi import Asked, BotApiServer, Group, Person
from tests.botapi.faults import Faults
from tests.desk import catalog
from tests.fakes import MemoryStore
from tests.parcels import parcel
from tests.telegram_bot import MODES, Stage, channel, hook_of, presses, tickets

FORWARD = {"fr": "Transférer au support", "en": "Forward to support"}
TO_THE_ERROR = ("webmail", "browser_issue", "no", "windows_firefox", "no")


@pytest.fixture(params=MODES)
async def api(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A Bot API server and a bot with inline mode, in this loop; nothing that Telegram would refuse may be called."""
    async with Stage(inline=True) as server:
        async with channel(server, server.store, hook=hook_of(request.param)):
            yield server
        assert server.refused == []
        assert server.suspicious == []


async def with_ticket(
    api: Stage, error: str = "Erreur 503", *, language: str = "fr", pictures: int = 0
) -> tuple[Person, str]:
    """Somebody who has just made a ticket, and its reference."""
    person = api.person(language_code=language)
    person.start()
    await api.rest(person)
    await another_ticket(api, person, error, pictures=pictures)
    return person, tickets(person)[-1]["reference"]


async def another_ticket(api: Stage, person: Person, error: str = "Erreur 503", *, pictures: int = 0) -> None:
    """Makes a ticket, from the start."""
    for choice in TO_THE_ERROR:
        presses(person, choice)
        await api.rest(person)
    for _ in range(pictures):
        person.sends_photo("écran")
        await api.rest(person)
    person.says(error)
    await api.rest(person)
    for choice in ("just_now", "confirm"):
        presses(person, choice)
        await api.rest(person)


async def offers(api: BotApiServer, asked: Asked) -> list[str]:
    """What the bot offers, by its titles."""
    await api.happened(lambda: asked.answered is not None)
    assert (asked.personal, asked.cache_time) == (True, 0)
    return [result.title for result in asked.results]


def received(group: Group) -> list[str]:
    """What stands in a group, where the bot need not be."""
    return [message.text for message in group.chat.messages.values()]


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_a_ticket_goes_to_the_support_group_in_two_taps(api: Stage, language: str) -> None:
    """The button under the ticket, the chat, the result: the group has the ticket as the person has it."""
    person, reference = await with_ticket(api, "<b>Erreur</b> & 🙈 503", language=language)
    support = api.group("Support", supergroup=True)
    asked = person.takes_along(FORWARD[language], support)
    titles = {
        "fr": [f"Ticket {reference}, en message", f"Ticket {reference}, en fichier"],
        "en": [f"Ticket {reference}, as a message", f"Ticket {reference}, as a file"],
    }
    assert await offers(api, asked) == titles[language]
    assert all(result.description for result in asked.results)
    words, file = asked.chooses(asked.results[0].id), asked.chooses(asked.results[1].id)
    mine = next(message for message in person.screen if message.text.startswith(f"Ticket {reference}"))
    assert (words.text, words.entities) == (mine.text, mine.entities)
    assert words.body["from"]["id"] == person.id
    assert words.rows == ()
    assert file.document is not None
    assert (file.document.name, file.document.data) == (f"{reference}.txt", person.documents[f"{reference}.txt"])
    assert len(received(support)) == 2


@pytest.mark.parametrize("where", ["group", "channel", "person"])
async def test_any_chat_may_be_chosen(api: Stage, where: str) -> None:
    """People, groups and channels, whether the bot is there or not."""
    person, reference = await with_ticket(api)
    places = {"group": api.group("Support"), "channel": api.channel("Support"), "person": api.person()}
    asked = person.takes_along(FORWARD["fr"], places[where])
    assert len(await offers(api, asked)) == 2
    assert asked.chooses(f"{reference}-text").text.startswith(f"Ticket {reference}")


async def test_without_inline_mode_there_is_no_button() -> None:
    """Nor anything else of it: Telegram would refuse the button, and delivers no query."""
    async with Stage() as api, channel(api, api.store):
        person, _ = await with_ticket(api)
        labels = {button.text for message in person.screen for row in message.rows for button in row}
        assert FORWARD["fr"] not in labels
        assert "Copier la référence" in labels
        assert api.suspicious == []


async def test_the_button_comes_first(api: Stage) -> None:
    """Above those that copy; also where the ticket is shown again."""
    person, reference = await with_ticket(api)
    person.says("/ticket")
    await api.rest(person)
    for message in [each for each in person.screen if each.text.startswith(f"Ticket {reference}")]:
        first, *others = [row[0] for row in message.rows]
        assert (first.text, first.value) == (FORWARD["fr"], reference)
        assert {button.action for button in others} == {"copy_text"}


@pytest.mark.parametrize("typed", ["", "K", "mon ticket", "🙈", "x" * 256, "2222-2222"])
async def test_whatever_is_typed_offers_ones_own_tickets(api: Stage, typed: str) -> None:
    """The newest first, each as a message and as a file."""
    person, first = await with_ticket(api)
    presses(person, "restart")
    await api.rest(person)
    await another_ticket(api, person)
    second = tickets(person)[-1]["reference"]
    kept = api.store.tickets
    kept[first] = (kept[first][0], older(kept[first][1]))
    titles = await offers(api, person.types(typed))
    assert [title.split(",")[0] for title in titles] == [f"Ticket {each}" for each in (second, second, first, first)]


def older(written: WrittenTicket) -> WrittenTicket:
    """A ticket, as if it had been made a minute before."""
    earlier = written.ticket.created_at - timedelta(minutes=1)
    return WrittenTicket(replace(written.ticket, created_at=earlier), written.message)


async def test_a_reference_offers_that_ticket_alone(api: Stage) -> None:
    """However it is written."""
    person, first = await with_ticket(api)
    presses(person, "restart")
    await api.rest(person)
    await another_ticket(api, person)
    for typed in (first, first.lower(), f"  {first.replace('-', ' ')} "):
        titles = await offers(api, person.types(typed))
        assert [title.split(",")[0] for title in titles] == [f"Ticket {first}"] * 2


async def test_nobody_sees_somebody_elses_ticket(api: Stage) -> None:
    """Not by its reference, not in the same group: whoever has none is shown the way to the bot."""
    person, reference = await with_ticket(api, "canari")
    group = api.group("Collège")
    group.adds_bot(person)
    await api.rest(group)
    stranger, other = api.person(language_code="en"), (await with_ticket(api, "autre"))[0]
    for typed in ("", reference, reference.lower(), "canari", "%", "' OR 1=1 --"):
        asked = stranger.types(typed, group)
        assert await offers(api, asked) == []
        assert asked.button == {"text": "No ticket yet: make one", "start_parameter": "new_ticket"}
        theirs = other.types(typed, group)
        await offers(api, theirs)
        assert theirs.button is None
        assert reference not in str(theirs.results)
        assert "canari" not in str(theirs.results)


async def test_the_button_of_whoever_has_no_ticket(api: Stage) -> None:
    """Opens the bot, at its beginning."""
    stranger = api.person()
    asked = stranger.types()
    assert await offers(api, asked) == []
    assert asked.button is not None
    assert asked.button["text"].replace("\u00a0", " ") == "Pas encore de ticket : en créer un"
    stranger.start(asked.button["start_parameter"])
    await api.rest(stranger)
    assert any(button.value.endswith(":webmail") for row in stranger.buttons for button in row)


async def test_a_long_ticket_goes_as_a_file(api: Stage) -> None:
    """Beyond 4,096 it does not fit into one message."""
    person, reference = await with_ticket(api, "Erreur : " + "é🙈 " * 1_300)
    asked = person.takes_along(FORWARD["fr"], api.group("Support"))
    assert await offers(api, asked) == [f"Ticket {reference}, en fichier"]
    file = asked.chooses(f"{reference}-file").document
    assert file is not None
    assert file.data == person.documents[f"{reference}.txt"]


async def test_pictures_go_along(api: Stage) -> None:
    """Photos as photos and image files as files, each with the reference below it."""
    person = api.person()
    person.start()
    await api.rest(person)
    person.sends_photo("écran")
    person.sends_document("capture.png", "image/png", b"\x89PNG")
    await api.rest(person)
    await another_ticket(api, person)
    reference = tickets(person)[-1]["reference"]
    asked = person.takes_along(FORWARD["fr"], api.group("Support"))
    titles = await offers(api, asked)
    assert titles[2:] == [f"Ticket {reference}, image 1", f"Ticket {reference}, image 2"]
    photo, document = asked.chooses(f"{reference}-1"), asked.chooses(f"{reference}-2")
    assert "photo" in photo.body
    assert photo.caption == f"Ticket {reference}, image 1"
    assert document.document is not None
    assert (document.document.name, document.document.data) == ("capture.png", b"\x89PNG")


async def test_whoever_is_forgotten_is_offered_nothing(api: Stage) -> None:
    """The very moment that it is done; the old button under the ticket offers nothing either."""
    person, reference = await with_ticket(api, pictures=1)
    assert len(await offers(api, person.types())) == 3
    person.says("/forget")
    await api.rest(person)
    assert api.store.sent_files == {}
    for typed in ("", reference, None):
        asked = person.takes_along(FORWARD["fr"], api.group("Support")) if typed is None else person.types(typed)
        assert await offers(api, asked) == []
        assert asked.button is not None
    person.says("bonjour")
    await api.rest(person)
    assert await offers(api, person.types(reference)) == []


async def test_a_ticket_that_comes_back_is_nothing_said(api: Stage) -> None:
    """Sent into the chat with the bot itself, or into a group where it is: it neither answers nor takes it in."""
    person, reference = await with_ticket(api)
    group, news = api.group("Support"), api.channel("Infos")
    for place in (group, news):
        place.adds_bot(person)
        await api.rest(place)
    said = [len(place.screen) for place in (person, group, news)]
    session = api.store.sessions[f"telegram:{person.id}"]
    for where in (person, group, news):
        asked = person.types(reference, where)
        await offers(api, asked)
        asked.chooses(f"{reference}-text")
        await api.rest(person, group, news)
    assert [len(place.screen) for place in (person, group, news)] == said
    assert api.store.sessions[f"telegram:{person.id}"] == session


async def test_a_conversation_is_not_touched(api: Stage) -> None:
    """Whatever is typed elsewhere in the middle of it: it stands where it stood, and its buttons still work."""
    person, _ = await with_ticket(api)
    presses(person, "restart")
    await api.rest(person)
    presses(person, "webmail")
    await api.rest(person)
    before = (api.store.sessions[f"telegram:{person.id}"], dict(api.store.updates))
    for typed in ("", "oui", "recommencer", "/forget", "mon mot de passe est Soleil!2026x"):
        await offers(api, person.types(typed))
    assert (api.store.sessions[f"telegram:{person.id}"], api.store.updates) == before
    assert api.store.letters == []
    presses(person, "browser_issue")
    await api.rest(person)
    assert any(button.value.endswith(":no") for row in person.buttons for button in row)


async def test_a_burst_of_keystrokes(api: Stage) -> None:
    """Two hundred, while answers take their time: the last one is answered, few others are, one at a time."""
    person, reference = await with_ticket(api)
    api.faults.delay(0.2, "answerInlineQuery", times=1_000)
    at_once: set[int] = set()
    api.world.watching.append(lambda _: at_once.add(sum(not call.status for call in api.called("answerInlineQuery"))))
    typed = [person.types(reference[: number % 10]) for number in range(200)]
    asked = person.types(reference)
    assert len(await offers(api, asked)) == 2
    answers = api.called("answerInlineQuery")
    assert len(answers) < 100
    assert max(at_once) == 1
    assert sum(each.answered is not None for each in typed) == len(answers) - 1
    api.world.watching.clear()
    person.says("/status")
    await api.rest(person)
    assert reference in person.last.text


async def test_an_older_keystroke_that_comes_after_a_newer_one(api: Stage) -> None:
    """It takes nobody's place: what was typed last is answered."""
    person, reference = await with_ticket(api)
    api.faults.delay(3, "answerInlineQuery", times=2)
    being_answered = person.types("a")
    await api.happened(lambda: bool(api.called("answerInlineQuery")))
    newest = person.types(reference)
    await api.happened(lambda: not api.pending)
    oldest = min(number for number, each in api.world.updates.given.items() if each.kind == "inline_query")
    api.faults.duplicate(oldest)
    await api.happened(lambda: not api.pending)
    assert being_answered.answered is None
    await api.happened(lambda: len(api.called("answerInlineQuery")) == 2)
    api.faults.duplicate(oldest)
    assert len(await offers(api, newest)) == 2
    await api.rest(person)
    assert len(api.called("answerInlineQuery")) == 2


async def test_nobody_waits_for_somebody_elses_keystrokes(api: Stage) -> None:
    """Thirty people at once, some of whom type without end."""
    person, reference = await with_ticket(api)
    crowd = [api.person() for _ in range(30)]
    for number in range(20):
        for each in crowd:
            each.types(str(number))
    asked = person.types(reference)
    assert len(await offers(api, asked)) == 2


async def test_a_slow_chat_keeps_nobody_from_forwarding() -> None:
    """A query does not wait for what is under way in its person's own chat."""
    async with Stage(inline=True) as api, channel(api, api.store):
        person, reference = await with_ticket(api)
        api.faults.delay(2, "sendMessage")
        person.says("/status")
        await api.happened(lambda: any(call.method == "sendMessage" and not call.status for call in api.calls))
        asked = person.types(reference)
        assert len(await offers(api, asked)) == 2
        assert any(call.method == "sendMessage" and not call.status for call in api.calls)


async def test_a_query_that_is_too_old(logs_to: Callable[..., None]) -> None:
    """Telegram refuses the answer, which is logged and forgotten; nothing of what was typed is in the log."""
    output = io.StringIO()
    logs_to("DEBUG", (), output)
    async with Stage(inline=True) as api, channel(api, api.store):
        person, reference = await with_ticket(api)
        api.world.offers_within = -1
        person.types(f"canari {reference}")
        await api.happened(lambda: len(api.refused) == 1)
        api.world.offers_within = 30
        assert len(await offers(api, person.types("canari"))) == 2
        assert [call.method for call in api.called("answerInlineQuery")] == ["answerInlineQuery"] * 2
    logged = output.getvalue()
    assert "inline.not_answered" in logged
    for secret in ("canari", reference, str(person.id)):
        assert secret not in logged


async def test_a_file_that_telegram_does_not_know(api: Stage) -> None:
    """As after a change of the bot: the ticket is offered in words."""
    person, reference = await with_ticket(api)
    api.store.sent_files[f"telegram:{person.id}", f"{reference}.txt"] = "F999999"
    asked = person.types()
    assert await offers(api, asked) == [f"Ticket {reference}, en message"]
    assert [call.status for call in api.called("answerInlineQuery")] == [400, 200]
    api.calls[:] = [call for call in api.calls if call.status != 400]


@pytest.mark.parametrize(
    "breaks",
    [
        lambda faults: faults.server_error("answerInlineQuery"),
        lambda faults: faults.server_error("answerInlineQuery", code=502, page=True),
        lambda faults: faults.drop_before("answerInlineQuery"),
    ],
)
async def test_an_answer_that_does_not_get_through(api: Stage, breaks: Callable[[Faults], None]) -> None:
    """It is not made again: people type on, and the next one is."""
    person, _ = await with_ticket(api)
    breaks(api.faults)
    lost = person.types("K")
    await api.happened(lambda: len(api.called("answerInlineQuery")) == 1)
    assert len(await offers(api, person.types("K7"))) == 2
    assert lost.answered is None


class Away(MemoryStore):
    """A store that cannot say which tickets there are, for once."""

    away = True

    async def tickets_of(self, chat: str, most: int | None, reference: str | None = None) -> list[WrittenTicket]:
        """The tickets, the second time."""
        if self.away:
            self.away = False
            raise StoreUnavailable("the database does not answer as it should: locked")
        return list(await super().tickets_of(chat, most, reference))


async def test_a_store_that_is_away() -> None:
    """Nothing is offered then; what is typed next is answered."""
    async with Stage(inline=True) as api:
        api.store = Away()
        async with channel(api, api.store):
            person, _ = await with_ticket(api)
            lost = person.types()
            await api.happened(lambda: not api.pending)
            assert len(await offers(api, person.types())) == 2
            assert lost.answered is None


REFERENCES = tuple(f"K7RM-{first}{second}X5" for first in "2345" for second in "QRT")


def made(*references: str, pictures: int = 0) -> list[WrittenTicket]:
    """Tickets of these references, with pictures."""
    attached = tuple(Attachment(f"{n}.jpg", "image/jpeg", 7, f"telegram:photo:{n}") for n in range(pictures))
    parcels = [parcel(reference=reference) for reference in references]
    return [WrittenTicket(replace(each.ticket, attachments=attached), each.message) for each in parcels]


@given(st.sampled_from(REFERENCES), st.lists(st.sampled_from(" -./"), min_size=9, max_size=9))
def test_a_reference_that_is_typed(reference: str, between: list[str]) -> None:
    """However it is spaced, and in small letters."""
    letters = reference.replace("-", "")
    assert reference_typed(letters.lower()) == reference
    assert (
        reference_typed("".join(f"{gap}{letter}" for gap, letter in zip(between, letters, strict=False))) == reference
    )


@given(st.text(max_size=256))
def test_what_is_typed_is_data(typed: str) -> None:
    """Of other words nothing comes but a reference, or none."""
    found = reference_typed(typed)
    assert found is None or reference_in(found) == found


async def test_somebody_who_types_without_end() -> None:
    """Is not answered any more after a while; others are."""
    async with Stage(inline=True) as api, channel(api, api.store, monotonic=lambda: 0.0):
        person, _ = await with_ticket(api)
        other, _ = await with_ticket(api)
        for _ in range(BURST):
            await offers(api, person.types())
        last = person.types("K")
        await api.happened(lambda: not api.pending)
        assert len(await offers(api, other.types())) == 2
        assert last.answered is None


@pytest.mark.parametrize("count", [1, 3, 10])
def test_no_more_than_telegram_takes(count: int) -> None:
    """Every ticket is there in both ways, then pictures as far as there is room, those of the newest first."""
    own = made(*REFERENCES[:count], pictures=20)
    files = {f"{reference}.txt": "F1" for reference in REFERENCES}
    ids = [result.id for result in offered(own, files, Voices(catalog(), UTC))]
    assert len(ids) == min(MOST_RESULTS, 22 * count)
    assert {f"{each}-{way}" for each in REFERENCES[:count] for way in ("text", "file")} <= set(ids)
    assert {f"{REFERENCES[0]}-{number}" for number in range(1, 21)} <= set(ids)
    assert all(len(id_.encode()) <= 64 for id_ in ids)
    assert len(set(ids)) == len(ids)


TYPED = st.one_of(st.text(max_size=60), st.sampled_from(REFERENCES), st.sampled_from(REFERENCES).map(str.lower))


@given(st.lists(st.tuples(st.integers(0, 3), TYPED), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_nobody_is_ever_offered_what_is_not_theirs(typed: Sequence[tuple[int, str]]) -> None:
    """Whoever types whatever, in whatever order: three people with four tickets each, and somebody with none."""

    async def scene() -> None:
        async with Stage(inline=True) as api, channel(api, api.store):
            people = [api.person() for _ in range(4)]
            for number, written in enumerate(made(*REFERENCES)):
                owner = people[number % 3]
                api.store.tickets[written.ticket.reference] = (f"telegram:{owner.id}", written)
            for number, words in typed:
                theirs = set(REFERENCES[number::3]) if number < 3 else set()
                asked = people[number].types(words)
                await offers(api, asked)
                told = {reference for reference in REFERENCES if reference in str(asked.results)}
                assert told <= theirs
                assert bool(told) == bool(theirs)
                assert (asked.button is None) == bool(theirs)

    asyncio.run(scene())
