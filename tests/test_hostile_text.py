"""Text made to break things: half characters, controls, turned directions, piles of marks, words without end.

It is kept and shown as it came, as far as a file can hold it, and nothing around it is touched.
"""

import asyncio
import io
import json
import re
import unicodedata
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.console.jsonl import JsonLines
from bot.adapters.console.pictures import KeptPictures
from bot.adapters.console.pipe import Pipe
from bot.adapters.store.codec import (
    dump_message,
    dump_reply,
    dump_session,
    dump_ticket,
    load_message,
    load_reply,
    load_session,
    load_ticket,
)
from bot.adapters.telegram.inbound import Inbound
from bot.adapters.telegram.outbound import Text, outgoing
from bot.adapters.telegram.raw import parsed
from bot.adapters.telegram.shape import read
from bot.adapters.telegram.text import LIMIT, units
from bot.model.answer import Attachment
from bot.model.message import Message, Reply, Verbatim, Words
from bot.model.placeholder import isolated
from bot.model.session import Session
from bot.service.conversation import Conversation
from bot.service.discretion import redacted
from bot.service.incoming import Content, Edited, Opened, Pictured, Said
from bot.service.plain import fence, plain
from bot.service.ports import WrittenTicket
from bot.service.ticket_files import ticket_files
from bot.service.visible import level
from bot.service.voice import Voices
from tests.desk import CIPHER, PARIS, catalog, lexicons
from tests.fakes import MemorySink, MemoryStore, Person, conversation
from tests.telegram_bot import ANSWERS, unhelped

FRENCH = Voices(catalog(), PARIS).of("fr")
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = "\u00ad\u034f\u180e\u200b\u200c\u200d\u2060\ufeff\ufe0f"
CONTROLS = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0)))) + "\u2028\u2029"
PIECES = st.one_of(
    st.text(st.characters(), max_size=20),
    st.text(st.characters(categories=["Cs"]), min_size=1, max_size=3),
    st.text(st.sampled_from(BIDI + UNSEEN + CONTROLS), min_size=1, max_size=8),
    st.text(st.sampled_from("שלוםخطأ\u0301\u0336\u20dd\u0489"), min_size=1, max_size=40),
    st.sampled_from(
        ["----- fin du message -----", "\n----- ", "-\u200b-\u0300-----", "{reference}", "<b>", "é" * 3_000]
    ),
)
HOSTILE = st.lists(PIECES, min_size=1, max_size=8).map("".join).filter(lambda text: text.strip())


def by_telegram(text: str) -> Content:
    """What comes of a text that Telegram delivers."""
    chat = {"id": 7, "type": "private", "first_name": "x"}
    message = {"message_id": 1, "date": 1_782_000_000, "chat": chat, "from": {"is_bot": False, **chat}, "text": text}
    update = read(parsed(json.dumps({"update_id": 1, "message": message}).encode()))
    arrival = Inbound("a_bot", frozenset(), lambda _: Opened()).arrival(update)
    assert arrival.incoming is not None
    return arrival.incoming.content


def by_jsonl(text: str) -> Content:
    """What comes of a text that a script sends."""
    source = io.StringIO(json.dumps({"text": text}) + "\n")
    content = asyncio.run(JsonLines(source, io.StringIO(), KeptPictures(Path()), (), ()).read())
    assert content is not None
    return content


def words_of(content: Content) -> str:
    """The text that came in."""
    assert isinstance(content, Said | Edited)
    return content.text


@given(HOSTILE)
def test_both_doors_let_in_the_same(text: str) -> None:
    """Everything but half characters, each of which is one U+FFFD: no file or database could hold it."""
    expected = re.sub("[\ud800-\udfff]", "\ufffd", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    assert words_of(by_telegram(text)) == words_of(by_jsonl(text)) == expected
    assert expected.encode().decode() == expected


def turned(line: str) -> bool:
    """Whether a line leaves the direction of what follows it to somebody's text."""
    depth = 0
    for char in line:
        depth += (char in "\u2066\u2067\u2068") - (char == "\u2069")
        if depth < 0 or (depth == 0 and char in "\u202a\u202b\u202d\u202e"):
            return True
    return depth != 0


def check_reply(reply: Reply) -> None:
    """It can be stored, sent and shown; no words of ours are turned, no terminal is steered, no fence is forged."""
    assert load_reply(CIPHER.open(CIPHER.seal(dump_reply(reply)))) == reply
    for message in reply.messages:
        for part in message.parts:
            match part:
                case Words(text):
                    assert not any(map(turned, re.split("\r\n|[\n\r\x1c-\x1e\x85\u2029]", text))), text
                case Verbatim(text=text, end=end):
                    assert plain(message).count(f"- {end} -") == 1 + text.count(f"- {end} -")
    for sent in outgoing(reply):
        if isinstance(sent, Text):
            assert 0 < units(sent.content.text) <= LIMIT
            assert sent.content.text.encode()
    output = io.StringIO()
    asyncio.run(Pipe(io.StringIO(), output, KeptPictures(Path())).send(reply))
    assert not re.search("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)", output.getvalue())


CHATS = count()


@cache
def listening() -> tuple[Conversation, MemoryStore, MemorySink]:
    """A bot that knows all words, which takes a moment to make."""
    store, sink = MemoryStore(), MemorySink()
    return conversation(store, sink, lexicons=lexicons()), store, sink


async def tells(text: str, cause: str) -> tuple[Session, list[WrittenTicket], list[Reply]]:
    """Says it at every question, then what is asked for, until there is a ticket."""
    talk, store, sink = listening()
    person = Person(talk, f"somebody-{next(CHATS)}")
    sink.taken.clear()
    store.tickets.clear()
    replies, tried = [await person.opens("fr", "webmail")], set[str]()
    for _ in range(60):
        reply = replies[-1]
        if reply.ended is not None:
            break
        if reply.node not in tried:
            tried.add(reply.node)
            replies.append(await person.does(by_telegram(text)))
            continue
        if reply.expects == "choice":
            replies.append(await person.presses(unhelped(cause, [choice.id for choice in reply.choices])))
        else:
            replies.append(await person.says(ANSWERS[str(reply.expects)]))
    return store.sessions[person.chat], [WrittenTicket(parcel.ticket, parcel.message) for parcel in sink.taken], replies


@pytest.mark.parametrize("cause", ["browser_issue", "account_locked"])
@settings(max_examples=25)
@given(text=HOSTILE)
def test_nothing_breaks_wherever_it_is_said(cause: str, text: str) -> None:
    """At menus, as a message, time, username, device or free text: the conversation goes on to its end."""
    session, taken, replies = asyncio.run(tells(text, cause))
    assert replies[-1].ended is not None
    for reply in replies:
        check_reply(reply)
    assert load_session(CIPHER.open(CIPHER.seal(dump_session(session)))) == session
    for written in taken:
        assert load_ticket(dump_ticket(written.ticket)) == written.ticket
        assert load_message(dump_message(written.message)) == written.message


async def reports(text: str) -> tuple[MemorySink, Reply]:
    """Gives it as the exact message, and takes the ticket."""
    sink = MemorySink()
    person = Person(conversation(sink=sink))
    await person.opens("fr", "webmail")
    for choice in ("browser_issue", "no", "windows_firefox", "no"):
        await person.presses(choice)
    await person.does(by_telegram(text))
    await person.says("il y a 10 min")
    return sink, await person.presses("confirm")


@settings(max_examples=50)
@given(HOSTILE)
def test_the_ticket_holds_it_exactly(text: str) -> None:
    """To the last character in the JSON; between its fences in the text, where controls have become visible."""
    sink, reply = asyncio.run(reports(f"Erreur 503 : {text}"))
    assert reply.ended == "ticket"
    kept = redacted(words_of(by_telegram(f"Erreur 503 : {text}")), FRENCH).text
    (parcel,) = sink.taken
    written = WrittenTicket(parcel.ticket, parcel.message)
    words, data = ticket_files(written)
    assert json.loads(data.content)["error_message"]["text"] == kept
    assert kept in written.text
    shown = words.content.decode()
    assert not re.search("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)", shown)
    (block,) = [part for part in written.message.parts if isinstance(part, Verbatim)]
    assert block.text == kept
    rule = fence(block)[0].split(" ")[0]
    seen = "".join(char for char in kept if unicodedata.category(char) not in ("Cc", "Cf", "Mn", "Me"))
    assert f"{rule} {block.title} {rule}\n{kept}\n{rule} {block.end} {rule}" in written.text
    assert rule not in seen


def test_a_fence_cannot_be_imitated_with_characters_that_nobody_sees() -> None:
    """Dashes that look like one row count as one."""
    whole = plain(Message((Verbatim("message", "--\u200b--\u0300-\u2060---- fin -----", "fin"),)))
    assert whole.startswith("---------- message ----------\n")


@given(st.text(st.sampled_from(BIDI + "ab \n\u2029ש"), max_size=30))
def test_a_value_turns_no_words_but_its_own(value: str) -> None:
    """Whatever it begins or ends, line by line; what is seen of it stays."""
    fenced = isolated(value)
    assert not any(map(turned, re.split("[\n\u2029]", fenced)))
    assert fenced.translate(dict.fromkeys(range(0x2066, 0x206A))) == value.translate(
        dict.fromkeys(range(0x2066, 0x206A))
    )


def test_a_pile_of_marks_is_levelled_where_it_is_shown_in_passing() -> None:
    """Three on one character are a language's; a hundred would cover the lines around."""
    assert level("Z\u0301\u0302\u0303" + "\u0336" * 100 + "a\u0301") == "Z\u0301\u0302\u0303a\u0301"
    assert level("Tiếng Việt, שָׁלוֹם, नमस्ते") == "Tiếng Việt, שָׁלוֹם, नमस्ते"


def test_a_picture_cannot_hide_what_it_is() -> None:
    """A name that turns its own end around stays within its isolation, on one line."""

    async def send() -> MemorySink:
        sink = MemorySink()
        person = Person(conversation(sink=sink))
        await person.opens("fr", "webmail")
        for choice in ("browser_issue", "no", "windows_firefox", "no"):
            await person.presses(choice)
        await person.does(Pictured(Attachment("capture\u202egpj.exe\n\u2069", "image/png", 3, "x")))
        await person.says("Erreur 503")
        await person.says("il y a 10 min")
        await person.presses("confirm")
        return sink

    (written,) = asyncio.run(send()).taken
    assert "\u2068capture\u202egpj.exe \u2069" in written.text
    assert written.ticket.attachments[0].name == "capture\u202egpj.exe\n\u2069"


def test_one_object_a_line_for_every_reader() -> None:
    """Ends of lines that JSON allows within a text are written so that nobody takes them for one."""
    output = io.StringIO()
    lines = JsonLines(io.StringIO(), output, KeptPictures(Path()), (), ())
    reply = Reply((Message((Words("a\u2028b\u2029c\x85d"),)),), (), None, "", "fr", 0)
    asyncio.run(lines.send(reply))
    (line,) = output.getvalue().splitlines()
    assert json.loads(line)["messages"] == [{"text": "a\u2028b\u2029c\x85d"}]
