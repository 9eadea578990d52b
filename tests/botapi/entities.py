"""Formatted text as Telegram keeps it: HTML becomes entities, whose offsets count UTF-16 code units."""

import re
from collections.abc import Sequence
from typing import Any

from tests.botapi.hypertext import parse_html, units
from tests.botapi.refusals import bad

Entity = dict[str, Any]

GIVEN = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "blockquote",
        "expandable_blockquote",
        "date_time",
    ]
)
FOUND = frozenset(["mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"])
WHOLE = frozenset({"code", "pre", "text_link", "text_mention"})

_DROPPED = [0x0D, *range(0x2028, 0x202F), 0x030A, 0x0333, 0x033F]
_CLEAN: dict[int, str | None] = {code: " " for code in range(0x20) if code != 0x0A} | dict.fromkeys(_DROPPED)
_MARKS = re.compile("[\u200e\u200f]+(?=[\u200e\u200f])")
_EMPTY = re.compile(
    "[ \n\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0100-\U000e01ff]*"
)
_PATTERNS = (
    (
        "url",
        re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)»]|(?<![\w@./])(?:[\w-]+\.)+(?:com|org|net|fr|eu|io)\b[^\s]*"),
    ),
    ("email", re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}", re.ASCII)),
    ("bot_command", re.compile(r"(?<![\w/<>])/\w{1,64}(?:@\w{3,32})?(?![\w/])", re.ASCII)),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z]\w{3,31}\b", re.ASCII)),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)


def clean(text: str) -> str:
    """The text as a client sends it: control characters are spaces, some others are gone, half characters cannot be."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _MARKS.sub(lambda found: "\u200c" * len(found[0]), whole.translate(_CLEAN))


def typed(text: str) -> tuple[str, list[Entity]]:
    """The message that comes of what a person types: clean, trimmed, at most 4096 units, with its entities."""
    said = clean(text).strip(" \n").encode("utf-16-le")[: 2 * 4096].decode("utf-16-le", "ignore")
    return said, found(said, ())


def formatted(text: str, parse_mode: str, given: Sequence[Any]) -> tuple[str, list[Entity]]:
    """The text and entities of a message or caption; `parse_mode` wins over entities given, as in Telegram."""
    if len(text.encode()) > 1 << 15:
        raise bad("Text is too long")
    match parse_mode.lower():
        case "html":
            text, entities = parse_html(text)
        case "" | "none":
            entities = [entity for entity in map(_checked, given) if entity["type"] in GIVEN]
        case "markdown" | "markdownv2":
            raise bad("this server has not learnt Markdown; say it in HTML")
        case _:
            raise bad("Unsupported parse_mode")
    text, entities = _trimmed(*_cleaned(text, entities))
    return text, sorted([*entities, *found(text, entities)], key=lambda entity: (entity["offset"], -entity["length"]))


def is_empty(text: str) -> bool:
    """Whether nothing can be seen."""
    return _EMPTY.fullmatch(text) is not None


def found(text: str, known: Sequence[Entity]) -> list[Entity]:
    """Addresses, commands and the like that Telegram finds by itself, outside links and code."""
    taken = [(entity["offset"], entity["offset"] + entity["length"]) for entity in known if entity["type"] in WHOLE]
    result = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = units(text[: match.start()]), units(text[: match.end()])
            if all(end <= first or last <= start for first, last in taken):
                taken.append((start, end))
                result.append({"type": kind, "offset": start, "length": end - start})
    return sorted(result, key=lambda entity: entity["offset"])


def _checked(entity: Any) -> Entity:
    """An entity of known type and shape."""
    problem = "expected an Object"
    if isinstance(entity, dict):
        needed = {
            "text_link": "url",
            "text_mention": "user",
            "custom_emoji": "custom_emoji_id",
            "date_time": "unix_time",
        }
        names = ["offset", "length", "type", *filter(None, [needed.get(str(entity.get("type")))])]
        missing = [name for name in names if name not in entity]
        if missing:
            problem = f'Can\'t find field "{missing[0]}"'
        elif not isinstance(entity["offset"], int) or not isinstance(entity["length"], int):
            problem = 'Field "offset" must be of type Number'
        elif entity["type"] in GIVEN | FOUND:
            return entity
        else:
            problem = "Unsupported type specified"
    raise bad(f"Can't parse MessageEntity: {problem}")


def _cleaned(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """The clean text, with the entities moved along; an entity has to lie within the text, between characters."""
    places: list[int | None] = []
    at = 0
    for char in text:
        places += [at, *[None] * (ord(char) > 0xFFFF)]
        at += units(char.translate(_CLEAN))
    places.append(at)
    result = []
    for entity in entities:
        offset, length = entity["offset"], entity["length"]
        if not 0 <= offset <= 1_000_000:
            raise bad(f"Receive an entity with incorrect offset {offset}")
        if not 0 <= length <= 1_000_000:
            raise bad(f"Receive an entity with incorrect length {length}")
        if length and offset >= len(places):
            raise bad(f"Entity begins after the end of the text at UTF-16 offset {offset}")
        if length and offset + length >= len(places):
            end = f"ends after the end of the text at UTF-16 offset {offset + length}"
            raise bad(f"Entity beginning at UTF-16 offset {offset} {end}")
        if length:
            start, stop = places[offset], places[offset + length]
            if start is None:
                raise bad(f"Entity begins in a middle of a UTF-16 symbol at byte offset {_bytes(text, offset)}")
            if stop is None:
                end = f"ends in a middle of a UTF-16 symbol at byte offset {_bytes(text, offset + length)}"
                raise bad(f"Entity beginning at UTF-16 offset {offset} {end}")
            result.append({**entity, "offset": start, "length": stop - start})
    return clean(text), [entity for entity in result if entity["length"]]


def _bytes(text: str, offset: int) -> int:
    """The byte after the character that the UTF-16 offset cuts."""
    return len(text.encode("utf-16-le")[: 2 * offset + 2].decode("utf-16-le", "ignore").encode())


def _trimmed(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Without blanks at the end, and at the start as far as no entity holds them."""
    text = text.rstrip(" \n")
    blanks = min([len(text) - len(text.lstrip(" \n")), *[entity["offset"] for entity in entities]])
    end = units(text)
    kept = [entity for entity in entities if entity["offset"] < end]
    return text[blanks:], [
        {**entity, "offset": entity["offset"] - blanks, "length": min(entity["length"], end - entity["offset"])}
        for entity in kept
    ]
