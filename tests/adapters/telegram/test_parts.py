"""The parts of the channel that need no server: text, buttons, links, limits, names, logs."""

import asyncio
import io
import json
import logging
from collections.abc import Callable, Sequence
from hashlib import blake2b

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import MessageEntityType
from telegram.error import BadRequest, RetryAfter

from bot.adapters.telegram.addresses import live, own_domains
from bot.adapters.telegram.buttons import keyboard, meant, ticket_buttons
from bot.adapters.telegram.limiter import FairRateLimiter, Gate, Limits, Pace, Priority
from bot.adapters.telegram.links import MAX_PARAMETER, links, opened
from bot.adapters.telegram.pseudonym import Pseudonyms
from bot.adapters.telegram.text import LIMIT, Entity, Marked, chosen, marked, split, units
from bot.flowfile.shapes.base import ID_LENGTH
from bot.model.message import Button, Copyable, Message, Reply, Verbatim, Words
from bot.service.incoming import Commanded, Opened, Pressed
from tests.desk import machine

LANGUAGES = ("fr", "en")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400)


@given(TEXTS, st.integers(8, 60))
def test_pieces_are_the_whole(text: str, limit: int) -> None:
    """Nothing but white space is lost, every piece fits and can be sent, entities mark what they marked."""
    entity = Entity(MessageEntityType.PRE, 0, units(text))
    pieces = split(Marked(text, (entity,)), limit)
    assert "".join("".join(piece.text for piece in pieces).split()) == "".join(text.split())
    assert not text.strip() or all(piece.text.strip() for piece in pieces)
    assert all(units(piece.text) <= limit for piece in pieces)
    assert [(e.offset, e.length) for piece in pieces for e in piece.entities] == [(0, units(p.text)) for p in pieces]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("un deux trois", ["un deux ", "trois"]),
        ("un\n\ndeux trois", ["un\n\ndeux ", "trois"]),
        ("quat\n\nun deux", ["quat\n\n", "un deux"]),
        ("quatre\nun deux", ["quatre\n", "un deux"]),
        ("aaaaaaaaé\u0301bbb", ["aaaaaaaa", "é\u0301bbb"]),
        ("aaaaaaa👩\u200d💻b", ["aaaaaaa", "👩\u200d💻b"]),
        ("🙈🙈🙈🙈🙈", ["🙈🙈🙈🙈", "🙈"]),
    ],
)
def test_cuts_where_it_hurts_least(text: str, pieces: list[str]) -> None:
    """Between paragraphs or words, and never within what people see as one character."""
    assert [piece.text for piece in split(Marked(text), 9)] == pieces


@given(TEXTS)
def test_what_is_verbatim_is_marked_exactly(text: str) -> None:
    """The code block is the text, no more and no less, whatever is around it."""
    message = Message((Words("🙈 Ticket"), Verbatim("message exact", text, "fin du message"), Words("fin")))
    content = marked(message)
    (block,) = content.entities
    raw = content.text.encode("utf-16-le", "surrogatepass")
    assert raw[2 * block.offset : 2 * (block.offset + block.length)].decode("utf-16-le") == text
    assert block.type == MessageEntityType.PRE


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ouvrez https://messagerie.ac-aix-marseille.fr/mail puis attendez.", []),
        ("Elle mène à « ac-aix-marseille.fr.evil.example ».", ["ac-aix-marseille.fr.evil.example"]),
        ("🙈 Voyez https://evil.example/a?b, www.evil.example et evil.example.", [
            "https://evil.example/a?b", "www.evil.example", "evil.example",
        ]),
        ("(http://ac-aix-marseille.fr@evil.example)", ["http://ac-aix-marseille.fr@evil.example"]),
        ("Écrivez à p.nom@evil.example ou à support@ac-aix-marseille.fr", ["p.nom@evil.example"]),
        ("Le 22.06 à 8.15, version 5.7.8... voilà", []),
        ("x" * 100_000, []),
    ],
)  # fmt: skip
def test_only_the_desks_own_addresses_become_links(text: str, code: list[str]) -> None:
    """All others are code, of which Telegram makes no link."""
    content = marked(Message((Words(text), Words("fin"))), ("ac-aix-marseille.fr",))
    raw = content.text.encode("utf-16-le")
    found = [raw[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le") for e in content.entities]
    assert found == code
    assert {e.type for e in content.entities} <= {MessageEntityType.CODE}


def test_the_desks_own_domains() -> None:
    """As such, and those of its pages and mail addresses."""
    assert own_domains(machine().flows.values()) == (
        "ac-aix-marseille.fr", "messagerie.ac-aix-marseille.fr", "appli.ac-aix-marseille.fr",
    )  # fmt: skip


def test_a_choice_that_does_not_fit_is_left_out() -> None:
    """Below a question of 4,096 there is no room."""
    assert chosen("x" * LIMIT, (), "Oui") is None
    kept = chosen("Question 🙈 ?", (Entity(MessageEntityType.URL, 0, 8),), "Oui")
    assert kept is not None
    assert kept.text == "Question 🙈 ?\n\n✓ Oui"
    assert [(e.type, e.offset, e.length) for e in kept.entities] == [("url", 0, 8), ("bold", 15, 5)]


def reply(*, ended: bool = False) -> Reply:
    """A question with a choice, and all that can be asked for besides."""
    actions = tuple(Button(name, name.title()) for name in ("correct", "back", "restart", "cancel", "help", "human"))
    return Reply((), (Button("yes", "Oui"),), "choice", "n", "fr", 7, "solved" if ended else None, None, actions)


def test_buttons_know_their_question() -> None:
    """The data of each button comes back as what it stands for, with the revision."""
    made = keyboard(reply())
    assert made is not None
    data = [[button["callback_data"] for button in row] for row in made["inline_keyboard"]]
    assert data == [["7:yes"], ["7!correct", "7!back", "7!human"]]
    assert meant("7:yes") == Pressed("yes", 7)
    assert meant("7!back") == Commanded("back", revision=7)
    assert meant("12:correct-attempt") == Pressed("correct-attempt", 12)
    ended = keyboard(reply(ended=True))
    assert ended is not None
    assert ended["inline_keyboard"][1][2]["callback_data"] == "7!restart"
    assert keyboard(Reply((), (), None, "n", "fr", 7)) is None


@given(st.text(max_size=80))
def test_any_data_means_something(data: str) -> None:
    """What no button of ours has is one of long ago, never an error."""
    found = meant(data)
    assert found.revision is not None
    assert isinstance(found, Pressed | Commanded)


def test_data_fits_into_64_bytes() -> None:
    """The longest id there can be, with the longest prefix and the longest revision."""
    assert len(f"{10**12 - 1}:correct-{'x' * ID_LENGTH}".encode()) <= 64


def test_what_is_copied_fits() -> None:
    """256 UTF-16 units at most, cut at a whole character."""
    assert ticket_buttons("K7RM-2XQ5", ()) is None
    made = ticket_buttons("K7RM-2XQ5", (Copyable("Copier", "🙈" * 200),))
    assert made is not None
    copied = made["inline_keyboard"][0][0]["copy_text"]
    assert copied["text"] == "🙈" * 128


def test_every_link_leads_where_it_says() -> None:
    """Whatever is printed opens that flow and cause in that language, and Telegram takes it."""
    flows = machine().flows
    found = list(links(flows, LANGUAGES))
    assert len({link.parameter for link in found}) == len(found) > 30
    for link in found:
        assert len(link.parameter) <= MAX_PARAMETER
        way = opened(link.parameter, flows, LANGUAGES)
        assert (way.language, way.cause) == (link.language, link.cause)
        assert way.flow in (None, link.flow)
        assert link.url("my_bot") == f"https://t.me/my_bot?start={link.parameter}"


@pytest.mark.parametrize(
    ("parameter", "way"),
    [
        ("", Opened()),
        ("en", Opened("en")),
        ("wifi-other-fr", Opened("fr", "wifi", "other")),
        ("wifi-otp_blocked-fr", Opened("fr", "wifi")),
        ("start-xx-<b>", Opened()),
    ],
)
def test_links_of_strangers(parameter: str, way: Opened) -> None:
    """Parts that nobody knows are passed over."""
    assert opened(parameter, machine().flows, LANGUAGES) == way


class Seconds:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """The present moment."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Sleeps, in no time."""
        self.slept.append(round(seconds, 3))
        self.now += seconds


async def call(limiter: FairRateLimiter, endpoint: str, chat: int | None, outcomes: list[Exception]) -> str:
    """One call, which fails so often first."""

    async def made() -> str:
        if outcomes:
            raise outcomes.pop(0)
        return "done"

    data = {} if chat is None else {"chat_id": chat}
    return str(await limiter.process_request(made, (), {}, endpoint, data, None))


async def test_about_one_message_a_second_in_a_chat() -> None:
    """A small burst, then one a second; what is no message is not counted."""
    time = Seconds()
    limiter = FairRateLimiter(time, time.sleep)
    await limiter.initialize()
    for _ in range(8):
        await call(limiter, "sendMessage", 5, [])
        await call(limiter, "answerCallbackQuery", None, [])
        await call(limiter, "sendChatAction", 5, [])
    assert [seconds for seconds in time.slept if seconds > 0.1] == pytest.approx([1.0, 1.0, 1.0], abs=0.1)
    await limiter.shutdown()


@pytest.mark.parametrize(("limits", "most"), [(Limits(), 30), (Limits(300, 10), 300), (Limits(60, processes=3), 20)])
async def test_so_many_a_second_in_all(limits: Limits, most: int) -> None:
    """However many chats there are, in no second more, and hardly less; of several processes each keeps its share."""
    time = Seconds()
    limiter = FairRateLimiter(time, time.sleep, limits)
    moments = []
    for chat in range(1, 10 * most):
        await call(limiter, "sendMessage", chat, [])
        moments.append(time.now)
    assert all(after - before >= 1 - 1e-6 for before, after in zip(moments, moments[most:], strict=False))
    assert moments[-1] < 12


async def test_what_is_paid_for_is_told() -> None:
    """More than the usual rate of the whole bot, whichever process sends it; of messages alone."""
    time = Seconds()
    for limits, told in ((Limits(60, processes=3), True), (Limits(), None)):
        limiter = FairRateLimiter(time, time.sleep, limits)
        for endpoint, paid in (("sendMessage", told), ("editMessageText", None)):
            data: dict[str, object] = {"chat_id": 5}

            async def made(_: str, given: dict[str, object]) -> object:
                return given.get("allow_paid_broadcast")

            assert await limiter.process_request(made, (endpoint, data), {}, endpoint, data, None) is paid


async def order_of(priorities: Sequence[Priority | None], chats: Sequence[int]) -> list[int]:
    """Of messages that come at once, when there is no place for any: in which order they go."""
    time = Seconds()
    limiter = FairRateLimiter(time, time.sleep, Limits(overall=1, chat=100))
    await call(limiter, "sendMessage", 99, [])
    went: list[int] = []

    async def send(number: int) -> None:
        async def made() -> str:
            went.append(number)
            return "done"

        await limiter.process_request(made, (), {}, "sendMessage", {"chat_id": chats[number]}, priorities[number])

    await asyncio.gather(*(send(number) for number in range(len(priorities))))
    return went


async def test_whoever_waits_for_longest_goes_first() -> None:
    """Before what nobody waits for, and before what staff read; but nothing waits for ever."""
    person, group = range(1, 9), -5
    reply = [Priority("reply", since) for since in (0.0, -9.0, -3.0)]
    assert await order_of(reply, person) == [1, 2, 0]
    assert await order_of([Priority("reminder", -5.0), None, reply[0]], (1, group, 2)) == [2, 1, 0]
    assert await order_of([reply[0], Priority("reminder", -31.0)], person) == [1, 0]


async def test_whoever_gives_up_takes_no_place() -> None:
    """The next one goes in its place."""
    time = Seconds()
    gate = Gate(Pace(1.0, 1), time, time.sleep)
    await gate.through(Priority("reply", 0.0))
    waiting = [asyncio.create_task(gate.through(Priority("reply", since))) for since in (1.0, 2.0)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await waiting[1]
    assert time.now == 1.0


@pytest.mark.parametrize(("processes", "longest"), [(1, 180), (2, 180), (4, 180), (7, 180), (15, 400)])
async def test_groups_are_slower(processes: int, longest: float) -> None:
    """Never more than twenty in a minute, from all processes; a topic that is opened is one of them."""
    time = Seconds()
    limiter = FairRateLimiter(time, time.sleep, Limits(processes=processes))
    moments = []
    for number in range(45 // processes):
        await call(limiter, "sendMessage" if number % 4 else "createForumTopic", -5, [])
        moments.append(time.now)
    share = 20 // processes
    assert all(after - before >= 60 for before, after in zip(moments, moments[share:], strict=False))
    assert moments[-1] < longest


async def test_waits_as_long_as_telegram_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """That chat waits; another does not."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    time = Seconds()
    limiter = FairRateLimiter(time, time.sleep)
    assert await call(limiter, "sendMessage", 5, [RetryAfter(7)]) == "done"
    assert time.now == pytest.approx(7.1)
    before = time.now
    await call(limiter, "sendMessage", 6, [])
    assert time.now == before
    await call(limiter, "getMe", None, [RetryAfter(2)])
    assert time.now == pytest.approx(before + 2.1)
    with pytest.raises(BadRequest):
        await call(limiter, "sendMessage", 6, [BadRequest("no")])


async def test_nothing_reaches_a_chat_that_telegram_asked_to_leave_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither messages nor the sign that the bot is typing, which nobody counts."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    time = Seconds()
    limiter = FairRateLimiter(time, time.sleep)
    flooded = asyncio.create_task(call(limiter, "editMessageText", 5, [RetryAfter(7)]))
    await asyncio.sleep(0)
    assert await call(limiter, "sendChatAction", 5, []) == "done"
    assert time.now == pytest.approx(7.1)
    assert await flooded == "done"


async def test_a_message_that_has_its_turn_waits_as_long_as_telegram_asks_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would only be told the same."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    time = Seconds()
    limiter = FairRateLimiter(time, time.sleep)
    for _ in range(5):
        await call(limiter, "sendMessage", 5, [])
    queued = asyncio.create_task(call(limiter, "sendMessage", 5, []))
    limiter._pace(5).pause(9.0)  # noqa: SLF001 - as another call of this chat would have it
    assert await queued == "done"
    assert time.now >= 9.0


async def test_questions_wait_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a group is to be left alone, it can be asked who is in it; and what is refused is told at once."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    time, over = Seconds(), asyncio.Event()

    async def sleep(seconds: float) -> None:
        del seconds
        await over.wait()

    limiter = FairRateLimiter(time, sleep)
    flooded = asyncio.create_task(call(limiter, "editMessageText", -5, [RetryAfter(7)]))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        assert await call(limiter, "getChatMember", -5, []) == "done"
        with pytest.raises(RetryAfter):
            await call(limiter, "getChatMember", -5, [RetryAfter(30)])
    assert not flooded.done()
    over.set()
    assert await flooded == "done"


async def test_quiet_chats_are_forgotten() -> None:
    """Tens of thousands of them cost no memory."""
    time = Seconds()
    limiter = FairRateLimiter(time, time.sleep)
    for chat in range(1, 10_050):
        await call(limiter, "sendMessage", chat, [])
    assert len(limiter._chats) < 10_000  # noqa: SLF001 - what is remembered


def test_names_in_the_log() -> None:
    """The same for the same chat and key, another for another, and nothing of the chat in it."""
    names = Pseudonyms(b"key")
    assert names.of("telegram:1") == Pseudonyms(b"key").of("telegram:1")
    assert names.of("telegram:1") != names.of("telegram:2")
    assert names.of("telegram:1") != Pseudonyms(b"other").of("telegram:1")
    assert len(names.of("telegram:1")) == 8


def test_names_of_what_is_shown() -> None:
    """Nobody without the key can try which words they are of."""
    shown = Pseudonyms(b"key").of_words("Ticket")
    assert shown == Pseudonyms(b"key").of_words("Ticket")
    assert shown not in (Pseudonyms(b"other").of_words("Ticket"), blake2b(b"Ticket", digest_size=8).hexdigest())
    assert len(shown) == 16


class Terminal(io.StringIO):
    """A stream that people read."""

    def isatty(self) -> bool:
        """It is."""
        return True


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_secrets_never_reach_the_log(stream: io.StringIO, logs_to: Callable[..., None]) -> None:
    """Neither in a line, nor in a traceback, nor as part of an address."""
    logs_to("DEBUG", ["12:se/cret"], stream)
    log = structlog.get_logger("bot.test")
    log.debug("token 12:se/cret", url="https://x/bot12%3Ase%2Fcret/getMe")
    try:
        int("12:se/cret")
    except ValueError:
        log.exception("failed")
        logging.getLogger("elsewhere").exception("failed too")
    logging.getLogger("elsewhere").info("what libraries tell of calls is left out")
    written = stream.getvalue()
    assert "se/cret" not in written
    assert "se%2Fcret" not in written
    assert written.count("[secret]") >= 4
    assert "Traceback" in written
    assert "left out" not in written
    if not isinstance(stream, Terminal):
        assert [json.loads(line)["level"] for line in written.splitlines()] == ["debug", "error", "error"]


@pytest.mark.parametrize(
    "words",
    [
        "tg://resolve?domain=evil_bot",
        "tg://socks?server=x",
        "a|evil.com/login",
        "evil.zip",
        "photos.mov",
        "https://ac-aix-marseille.fr,https://evil.com",
        "https://ac-aix-marseille.fr/x|evil.com",
        "https://evil.com@ac-aix-marseille.fr",
        "ac-aix-marseille.fr.evil.com",
        "@@bob",
        "x@evil.com",
        "(/start)",
        "«#tag»",
        "1.2.3.4",
        "évil.рф",
    ],
)
def test_words_in_which_telegram_finds_something(words: str) -> None:
    """The whole word is marked, and nothing around it."""
    text = f"voyez 👩‍💻 {words} et/ou 10.5 le 22.06.2026, svp."
    start = text.index(words)
    assert list(live(text, ("ac-aix-marseille.fr",))) == [(start, start + len(words))]


@pytest.mark.parametrize(
    "words",
    ["ac-aix-marseille.fr", "(https://messagerie.AC-aix-marseille.fr/login?x=1).", "« https://ac-aix-marseille.fr/ »"],
)
def test_addresses_of_the_desk_stay_links(words: str) -> None:
    """As long as there is nothing else in the word."""
    assert list(live(words, ("ac-aix-marseille.fr",))) == []
