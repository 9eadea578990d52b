"""Inline mode: what somebody types after the bot's name anywhere, what the bot offers, and what is sent of it."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.entities import formatted, is_empty
from tests.botapi.hypertext import units
from tests.botapi.limits import Limits
from tests.botapi.markup import checked_markup
from tests.botapi.refusals import QUERY_TOO_OLD, bad
from tests.botapi.world import JSON, Call, Chat, Message, World

MOST_RESULTS = 50
_CACHED = {"photo": "photo_file_id", "document": "document_file_id"}
_KINDS = {"photo": "Photo", "document": "Document"}


@dataclass(frozen=True, slots=True)
class Result:
    """One thing on offer: its id, its kind, what is shown of it, and the fields of the message that it becomes."""

    id: str
    kind: str
    title: str
    description: str
    body: JSON


@dataclass(eq=False, slots=True)
class Asked:
    """What somebody typed, until it is answered; then what is on offer, and the button above it."""

    world: World
    id: str
    person: JSON
    chat: Chat
    words: str
    time: float
    answered: float | None = None
    results: list[Result] = field(default_factory=list)
    button: JSON | None = None
    personal: bool = False
    cache_time: int = 300

    def chooses(self, result: str) -> Message:
        """The person takes a result: it is their message, which says by which bot it came."""
        world = self.world
        taken = next((each for each in self.results if each.id == result), None)
        assert taken is not None, f"no result {result!r}; there are {[each.id for each in self.results]}"
        message = world.post(self.chat, self.person, {**taken.body, "via_bot": world.bot})
        if self.chat.standing == "member":
            world.tells(message, "channel_post" if self.chat.kind == "channel" else "message")
        return message


def ask(world: World, person: JSON, chat: Chat, words: str) -> Asked:
    """Somebody types something after the bot's name in a chat, whether the bot is there or not."""
    assert units(words) <= 256, "clients send no more than 256 characters"
    asked = Asked(world, str((int(person["id"]) << 24) + next(world.numbers)), person, chat, words, world.clock())
    world.inline[asked.id] = asked
    kind = "sender" if chat.kind == "private" and chat.id == person["id"] else chat.kind
    body = {"id": asked.id, "from": person, "chat_type": kind, "query": words, "offset": ""}
    if world.inline_mode:
        world.updates.push({"inline_query": body}, ("inline", asked.id))
    return asked


def answer_inline_query(world: World, _: Limits, call: Call) -> bool:
    """Offers results, once and in time."""
    params = call.params
    button = _button(params.get("button"))
    given = params.get("results") or []
    if not isinstance(given, list):
        raise bad("Expected an Array of inline query results")
    if len(given) > MOST_RESULTS:
        raise bad("Too many inline query results specified")
    results = [_result(world, each) for each in given]
    asked = world.inline.get(str(params.get("inline_query_id")))
    if asked is None or asked.answered is not None or world.clock() - asked.time > world.offers_within:
        raise bad(QUERY_TOO_OLD)
    ids = [each.id for each in results]
    if any(not 1 <= len(each.encode()) <= 64 for each in ids):
        raise bad("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise bad("RESULT_ID_DUPLICATE")
    if len(str(params.get("next_offset") or "").encode()) > 64:
        raise bad("NEXT_OFFSET_INVALID")
    asked.results, asked.button, asked.answered = results, button, world.clock()
    asked.personal, asked.cache_time = bool(params.get("is_personal")), int(params.get("cache_time", 300))
    world.updates.bell.ring()
    return True


def _button(given: Any) -> JSON | None:
    """The button above the results."""
    if not given:
        return None
    problem = "Can't parse inline query results button: "
    if not isinstance(given, dict):
        raise bad(f"{problem}InlineQueryResultsButton must be an Object")
    if not isinstance(given.get("text"), str):
        raise bad(f'{problem}Can\'t find field "text"')
    if "start_parameter" not in given:
        raise bad(f"{problem}InlineQueryResultsButton must have exactly one optional field")
    parameter = str(given["start_parameter"])
    if not parameter:
        raise bad("Can't use empty start_parameter")
    if len(parameter) > 64:
        raise bad("Too long start_parameter specified")
    if not re.fullmatch(r"[\w-]+", parameter, re.ASCII):
        raise bad("Unallowed characters in start_parameter are used")
    return {"text": given["text"], "start_parameter": parameter}


def _result(world: World, given: Any) -> Result:
    """A result of a kind that this server has learnt."""
    problem = "Can't parse inline query result: "
    if not isinstance(given, dict):
        raise bad(f"{problem}Inline query result must be an object")
    kind = given.get("type")
    for name in ("type", "id", *(["title"] if kind in {"article", "document"} else [])):
        if not isinstance(given.get(name), str):
            raise bad(f'{problem}Can\'t find field "{name}"')
    if kind not in {"article", *_CACHED}:
        raise bad("this server has not learnt that kind of inline query result")
    if kind != "photo" and not given["title"]:
        raise bad("ARTICLE_TITLE_EMPTY" if kind == "article" else "FILE_TITLE_EMPTY")
    markup = checked_markup(given.get("reply_markup"))
    body = _text(world, given) if kind == "article" else _file(world, kind, given)
    shown = {"reply_markup": markup} if markup else {}
    return Result(given["id"], kind, given.get("title", ""), given.get("description", ""), {**body, **shown})


def _text(world: World, given: JSON) -> JSON:
    """The message of an article."""
    content = given.get("input_message_content")
    if not isinstance(content, dict) or not content.get("message_text"):
        raise bad("Can't parse inline query result: Can't find field \"message_text\"")
    entities = content.get("entities") or []
    if entities and content.get("parse_mode"):
        world.suspects("message_text: both parse_mode and entities")
    text, entities = formatted(str(content["message_text"]), str(content.get("parse_mode") or ""), entities)
    if is_empty(text):
        raise bad("Message text is empty")
    if units(text) > 4096:
        raise bad("MESSAGE_TOO_LONG")
    options = content.get("link_preview_options")
    return {
        "text": text,
        **({"entities": entities} if entities else {}),
        **({"link_preview_options": options} if options else {}),
    }


def _file(world: World, kind: str, given: JSON) -> JSON:
    """The message of a file that Telegram has already: one that this bot sent or was sent."""
    file = world.files.get(str(given.get(_CACHED[kind])))
    if file is None:
        raise bad("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
    if file.kind != kind:
        raise bad(f"can't use file of type {_KINDS.get(file.kind, file.kind)} as {_KINDS[kind]}")
    caption, entities = formatted(
        str(given.get("caption") or ""), str(given.get("parse_mode") or ""), given.get("caption_entities") or []
    )
    if units(caption) > 1024:
        raise bad("MEDIA_CAPTION_TOO_LONG")
    said = {"caption": caption, **({"caption_entities": entities} if entities else {})} if caption else {}
    if kind == "photo":
        return {"photo": [{**file.json(), "width": 1280, "height": 960}], **said}
    return {"document": {"file_name": file.name, "mime_type": file.mime_type, **file.json()}, **said}
