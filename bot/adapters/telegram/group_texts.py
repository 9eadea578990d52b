"""What stands in the support group, as Telegram wants it. What people wrote is data: a quote, and never a link."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from telegram.constants import MessageEntityType

from bot.adapters.telegram.addresses import live
from bot.adapters.telegram.text import LIMIT, Entity, Marked, units
from bot.service.delivery import Addition
from bot.service.voice import Voice

_AT_ONCE = timedelta(seconds=30)
"""What comes later than this says when it was written."""


def quoted(blocks: Iterable[tuple[str, str]], own: Sequence[str]) -> Marked:
    """Titles, each with what somebody wrote below it; addresses are no links but under these domains."""
    text, entities = "", []
    for title, words in blocks:
        text += f"\n\n{title}" if text else title
        if not words:
            continue
        text += "\n"
        start = units(text)
        entities.append(Entity(MessageEntityType.BLOCKQUOTE, start, units(words)))
        for first, last in live(words, own):
            before = start + units(words[:first])
            entities.append(Entity(MessageEntityType.CODE, before, units(words[first:last])))
        text += words
    return Marked(text, tuple(entities))


def addition_blocks(added: Iterable[Addition], now: datetime, voice: Voice) -> Iterator[tuple[str, str]]:
    """What was added, each with its number, when it was written if that was not just now, and that it was edited."""
    for each in added:
        title = voice.say("Addition {number}", number=str(each.number))
        if now - each.created_at > _AT_ONCE:
            title = voice.say("{title}, written {when}", title=title, when=voice.instant(each.created_at))
        if each.edits:
            title = voice.say("{title} (edited)", title=title)
        yield title, each.text


def together(added: Sequence[Addition], now: datetime, voice: Voice) -> Iterator[Sequence[Addition]]:
    """Additions in messages: texts that follow each other share one where they fit; a picture begins another."""
    waiting: list[Addition] = []
    for each in added:
        size = units(quoted(addition_blocks([*waiting, each], now, voice), ()).text)
        if waiting and (size > LIMIT or waiting[-1].attachments):
            yield tuple(waiting)
            waiting = []
        waiting.append(each)
    if waiting:
        yield tuple(waiting)
