"""Inline mode as Telegram has it: what may be offered, for how long, and what comes of a result that is taken."""

from typing import Any

import pytest

from tests.botapi import BotApiServer
from tests.botapi.conftest import Bot, Clock, Refuses

OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
ARTICLE: dict[str, Any] = {
    "type": "article",
    "id": "1",
    "title": "Ticket",
    "input_message_content": {
        "message_text": "Ticket K7RM-2XQ5",
        "entities": [{"type": "code", "offset": 7, "length": 9}],
    },
}


@pytest.fixture
async def api(api: BotApiServer) -> BotApiServer:
    """The server, of a bot that has inline mode."""
    api.world.inline_mode = True
    return api


async def test_whether_the_bot_has_it(api: BotApiServer, bot: Bot) -> None:
    """It is told so; without it, nothing that is typed reaches the bot."""
    assert (await bot("getMe"))["supports_inline_queries"] is True
    api.world.inline_mode = False
    assert (await bot("getMe"))["supports_inline_queries"] is False
    api.person().types("K7RM")
    assert await bot.updates() == []


async def test_what_is_typed_reaches_the_bot(api: BotApiServer, bot: Bot) -> None:
    """With the words and the kind of chat, never which; for thirty seconds."""
    person, group = api.person(), api.group("Support")
    asked = [person.types("K7RM"), person.types("", group), person.types("x", api.channel("Infos"))]
    queries = [update["inline_query"] for update in await bot.updates()]
    assert [(query["query"], query["chat_type"]) for query in queries] == [
        ("K7RM", "sender"),
        ("", "group"),
        ("x", "channel"),
    ]
    assert [query["id"] for query in queries] == [each.id for each in asked]
    assert all(query["from"]["id"] == person.id for query in queries)
    assert str(group.id) not in str(queries)


async def test_it_is_kept_for_thirty_seconds(api: BotApiServer, bot: Bot, clock: Clock) -> None:
    """After that nobody delivers it any more."""
    api.person().types("K7RM")
    clock.now += 31
    assert await bot.updates() == []


async def test_a_result_that_is_taken(api: BotApiServer, bot: Bot) -> None:
    """It becomes a message of whoever took it, in any chat; the bot hears of it only where it is."""
    person, group = api.person(), api.group("Support")
    asked = person.types("K7RM", group)
    assert await bot("answerInlineQuery", inline_query_id=asked.id, results=[ARTICLE], is_personal=True, cache_time=0)
    assert (asked.personal, asked.cache_time, [result.title for result in asked.results]) == (True, 0, ["Ticket"])
    sent = asked.chooses("1")
    assert (sent.text, sent.entities) == ("Ticket K7RM-2XQ5", ARTICLE["input_message_content"]["entities"])
    assert (sent.body["from"]["id"], sent.body["via_bot"]["is_bot"]) == (person.id, True)
    assert list(group.chat.messages.values()) == [sent]
    assert [next(iter(set(update) - {"update_id"})) for update in await bot.updates()] == ["inline_query"]
    group.adds_bot(person)
    again = person.types("", group)
    await bot("answerInlineQuery", inline_query_id=again.id, results=[ARTICLE])
    assert (again.personal, again.cache_time) == (False, 300)
    again.chooses("1")
    assert (await bot.updates())[-1]["message"]["via_bot"]["username"] == "guichet_test_bot"
    with pytest.raises(AssertionError, match="no result '2'"):
        again.chooses("2")


async def test_files_that_telegram_has(api: BotApiServer, bot: Bot, refuses: Refuses) -> None:
    """By their ids, as what they were sent as; they may have words below them."""
    person = api.person()
    person.start()
    photo = person.sends_photo().body["photo"][-1]["file_id"]
    sent = await bot.upload("sendDocument", {"document": ("K7RM.txt", b"ticket")}, chat_id=str(person.id))
    document = sent["document"]["file_id"]
    asked = person.types()
    results = [
        {"type": "document", "id": "a", "title": "K7RM.txt", "document_file_id": document},
        {"type": "photo", "id": "b", "photo_file_id": photo, "caption": "écran"},
    ]
    assert await bot("answerInlineQuery", inline_query_id=asked.id, results=results)
    first, second = asked.chooses("a"), asked.chooses("b")
    assert first.document is not None
    assert (first.document.name, first.document.data) == ("K7RM.txt", b"ticket")
    assert second.document is not None
    assert (second.document.id, second.caption) == (photo, "écran")
    for kind, file, error in (
        ("photo", document, "can't use file of type Document as Photo"),
        ("document", photo, "can't use file of type Photo as Document"),
        ("photo", "F999", "wrong remote file identifier specified: can't unserialize it. Wrong last symbol"),
    ):
        wrong = {"type": kind, "id": "a", "title": "x", f"{kind}_file_id": file}
        await refuses(f"Bad Request: {error}", "answerInlineQuery", inline_query_id=person.types().id, results=[wrong])


def article(**fields: Any) -> dict[str, Any]:
    """A result with other fields."""
    return {**ARTICLE, **fields}


def text(said: str, *entities: dict[str, Any]) -> dict[str, Any]:
    """A result with another text."""
    return article(input_message_content={"message_text": said, "entities": list(entities)})


PARSING = "Bad Request: can't parse inline query result: "
BUTTON = "can't parse inline query results button: "


@pytest.mark.parametrize(
    ("results", "error"),
    [
        ([article(id=str(number)) for number in range(51)], "Bad Request: too many inline query results specified"),
        ([article(), article()], "Bad Request: RESULT_ID_DUPLICATE"),
        ([article(id="")], "Bad Request: RESULT_ID_INVALID"),
        ([article(id="é" * 33)], "Bad Request: RESULT_ID_INVALID"),
        ([article(title="")], "Bad Request: ARTICLE_TITLE_EMPTY"),
        ([article(title=None)], f'{PARSING}Can\'t find field "title"'),
        ([article(input_message_content={})], f'{PARSING}Can\'t find field "message_text"'),
        ([text("x" * 4097)], "Bad Request: MESSAGE_TOO_LONG"),
        ([text("🙈" * 2049)], "Bad Request: MESSAGE_TOO_LONG"),
        ([text("  \n ")], "Bad Request: message text is empty"),
        (
            [text("x", {"type": "pre", "offset": 5, "length": 1})],
            "Bad Request: entity begins after the end of the text at UTF-16 offset 5",
        ),
        ([{"type": "game", "id": "1"}], "Bad Request: this server has not learnt that kind of inline query result"),
        (["x"], f"{PARSING}Inline query result must be an object"),
        ({}, None),
        ({"a": 1}, "Bad Request: expected an Array of inline query results"),
    ],
)
async def test_results_that_telegram_refuses(
    api: BotApiServer, bot: Bot, refuses: Refuses, results: object, error: str | None
) -> None:
    """All of them are refused then; the query can still be answered."""
    asked = api.person().types()
    if error is not None:
        await refuses(error, "answerInlineQuery", inline_query_id=asked.id, results=results)
    assert asked.answered is None
    assert await bot("answerInlineQuery", inline_query_id=asked.id, results=[]) is True


@pytest.mark.parametrize(
    ("button", "error"),
    [
        ({"text": "x"}, f"{BUTTON}InlineQueryResultsButton must have exactly one optional field"),
        ({"start_parameter": "x"}, f"{BUTTON}Can't find field \"text\""),
        ({"text": "x", "start_parameter": ""}, "can't use empty start_parameter"),
        ({"text": "x", "start_parameter": "x" * 65}, "too long start_parameter specified"),
        ({"text": "x", "start_parameter": "a b"}, "unallowed characters in start_parameter are used"),
    ],
)  # fmt: skip
async def test_buttons_that_telegram_refuses(
    api: BotApiServer, bot: Bot, refuses: Refuses, button: dict[str, str], error: str
) -> None:
    """One that it takes opens the bot."""
    asked = api.person().types()
    await refuses(f"Bad Request: {error}", "answerInlineQuery", inline_query_id=asked.id, results=[], button=button)
    good = {"text": "New", "start_parameter": "new_ticket-1"}
    assert await bot("answerInlineQuery", inline_query_id=asked.id, results=[], button=good)
    assert asked.button == good


async def test_what_comes_too_late(api: BotApiServer, clock: Clock, bot: Bot, refuses: Refuses) -> None:
    """After thirty seconds, a second time, and for a query that never was."""
    old, twice = api.person().types(), api.person().types()
    assert await bot("answerInlineQuery", inline_query_id=twice.id, results=[])
    clock.now += 31
    for query in (old.id, twice.id, "12345", ""):
        await refuses(OLD, "answerInlineQuery", inline_query_id=query, results=[])


async def test_a_button_that_lets_people_choose_a_chat(api: BotApiServer, bot: Bot, refuses: Refuses) -> None:
    """Of the kinds it allows; the words of the button are typed there."""
    person = api.person()
    person.start()

    def keyboard(**target: object) -> dict[str, Any]:
        return {"inline_keyboard": [[{"text": "On", "switch_inline_query_chosen_chat": target}]]}

    for target in ({"query": "K7RM"}, {"query": "K7RM", "allow_user_chats": False}):
        markup = keyboard(**target)
        error = "Bad Request: At least one chat type must be allowed"
        await refuses(error.replace("At", "at"), "sendMessage", chat_id=person.id, text="x", reply_markup=markup)
    markup = keyboard(query="K7RM", allow_group_chats=True)
    await bot("sendMessage", chat_id=person.id, text="x", reply_markup=markup)
    assert person.buttons[0][0].value == "K7RM"
    asked = person.takes_along("On", api.group("Support", supergroup=True))
    assert (asked.words, asked.chat.kind) == ("K7RM", "supergroup")
    with pytest.raises(AssertionError, match="offers no channel chats"):
        person.takes_along("On", api.channel("Infos"))
    with pytest.raises(AssertionError, match="no button 'Off'"):
        person.takes_along("Off", person)
    assert api.suspicious == []
    api.world.inline_mode = False
    await bot("sendMessage", chat_id=person.id, text="x", reply_markup=markup)
    assert api.suspicious == ["sendMessage: a button for inline mode, which the bot does not have"]
