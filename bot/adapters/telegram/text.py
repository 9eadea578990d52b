"""Text as Telegram wants it: counted in UTF-16 units, marked by entities, at most 4,096 units a message.

Entities instead of markup: whatever people wrote is data, and nothing in it can be taken for a tag.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from telegram.constants import MessageEntityType

from bot.adapters.telegram.addresses import foreign
from bot.model.message import Message, Verbatim, Words
from bot.service.plain import fence

LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Entity:
    """What a stretch of a text is, counted in UTF-16 units; of a link behind other words, where it leads."""

    type: str
    offset: int
    length: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and its entities."""

    text: str
    entities: tuple[Entity, ...] = ()


def units(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def marked(
    message: Message,
    own: Sequence[str] = (),
    dead: Callable[[str, Sequence[str]], Iterator[tuple[int, int]]] = foreign,
) -> Marked:
    """The message; what is verbatim is a code block, which one tap copies.

    Addresses that are under none of the desk's `own` domains are code too, or whatever else is to be `dead`: nothing in
    code becomes a link.
    """
    text, entities = "", []
    for part in message.parts:
        text += "\n\n" if text else ""
        match part:
            case Words(words):
                for start, end in dead(words, own):
                    before = units(text) + units(words[:start])
                    entities.append(Entity(MessageEntityType.CODE, before, units(words[start:end])))
                text += words
            case Verbatim():
                head, foot = fence(part)
                text += f"{head}\n"
                entities.append(Entity(MessageEntityType.PRE, units(text), units(part.text)))
                text += f"{part.text}\n{foot}"
    return Marked(text, tuple(entities))


def chosen(text: str, entities: tuple[Entity, ...], label: str) -> Marked | None:
    """A question with the choice that was taken below it; None when that is too long."""
    whole = f"{text}\n\n✓ {label}"
    if units(whole) > LIMIT:
        return None
    bold = Entity(MessageEntityType.BOLD, units(text) + 2, units(whole) - units(text) - 2)
    return Marked(whole, (*entities, bold))


def head(text: str, limit: int) -> str:
    """As much of the beginning as fits into so many UTF-16 units."""
    return text[: _cut(text, limit)]


def split(given: Marked, limit: int = LIMIT) -> list[Marked]:
    """The text in pieces that fit, cut between paragraphs, lines or words where possible, never within a character.

    Pieces of nothing but white space, which cannot be sent, are left out.
    """
    pieces: list[Marked] = []
    rest, offset = given.text, 0
    while rest:
        end = _cut(rest, limit)
        piece, rest = rest[:end], rest[end:]
        if piece.strip() or not (pieces or rest.strip()):
            pieces.append(Marked(piece, _within(given.entities, offset, units(piece))))
        offset += units(piece)
    return pieces


def _cut(text: str, limit: int) -> int:
    """How many characters the next piece has."""
    if units(text) <= limit:
        return len(text)
    end, used = 0, 0
    for char in text:
        used += units(char)
        if used > limit:
            break
        end += 1
    for gap in ("\n\n", "\n", " "):
        at = text.rfind(gap, end // 2, end)
        if at > 0:
            return at + len(gap)
    return next((at for at in range(end, max(end - _LONGEST_CHARACTER, 0), -1) if not _joins(text, at)), end)


_LONGEST_CHARACTER = 32
"""Code points that people see as one character; whoever piles up more gets them cut."""
_JOINER = re.compile("[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")


def _joins(text: str, at: int) -> bool:
    """Whether the character at this place belongs to the one before it."""
    char, before = text[at], text[at - 1]
    return bool(unicodedata.combining(char)) or _JOINER.match(char) is not None or before == "\u200d"


def _within(entities: tuple[Entity, ...], begin: int, length: int) -> tuple[Entity, ...]:
    """The parts of the entities that lie in this stretch, counted from its beginning."""
    found = []
    for entity in entities:
        first = max(entity.offset, begin)
        last = min(entity.offset + entity.length, begin + length)
        if first < last:
            found.append(Entity(entity.type, first - begin, last - first))
    return tuple(found)
