"""What inline mode offers of somebody's tickets: each as a message and as a file, and the pictures that go with it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from telegram import (
    InlineQueryResult,
    InlineQueryResultArticle,
    InlineQueryResultCachedDocument,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    MessageEntity,
)

from bot.adapters.telegram.inbound import picture_source
from bot.adapters.telegram.text import LIMIT, marked, units
from bot.model.reference import reference_in
from bot.service.ports import WrittenTicket
from bot.service.voice import Voice, Voices

MOST_TICKETS = 10
MOST_RESULTS = 50
"""What Telegram takes at once."""
_NEW = "new_ticket"
"""What the link of the button asks for: no flow or cause of this name, so the bot opens where one stands."""


def reference_typed(words: str) -> str | None:
    """The reference that somebody typed, however it is spaced; None where it can be none."""
    letters = "".join(filter(str.isalnum, words)).upper()
    return reference_in(f"{letters[:4]}-{letters[4:]}")


def offered(
    tickets: Sequence[WrittenTicket], files: Mapping[str, str], voices: Voices, own: Sequence[str] = ()
) -> list[InlineQueryResult]:
    """What can be sent of these tickets. `files` says where Telegram keeps those that were sent before.

    A ticket that is too long for one message is offered as a file alone. Where there is not room for all pictures, the
    first tickets have theirs.
    """
    found: list[InlineQueryResult] = []
    room = MOST_RESULTS - 2 * len(tickets)
    for written in tickets:
        voice = voices.of(written.ticket.language)
        pictures = list(islice(_pictures(written, voice), room))
        room -= len(pictures)
        found += [*_message(written, voice, own), *_file(written, files, voice), *pictures]
    return found


def first_ticket(voice: Voice) -> InlineQueryResultsButton:
    """The way to the bot for somebody who has no ticket."""
    return InlineQueryResultsButton(voice.say("No ticket yet: make one"), start_parameter=_NEW)


def _message(written: WrittenTicket, voice: Voice, own: Sequence[str]) -> Iterator[InlineQueryResult]:
    content = marked(written.message, own)
    if units(content.text) > LIMIT:
        return
    reference = written.ticket.reference
    entities = [MessageEntity(each.type, each.offset, each.length, each.url) for each in content.entities]
    text = InputTextMessageContent(
        content.text, entities=entities, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    title = voice.say("Ticket {reference}, as a message", reference=reference)
    yield InlineQueryResultArticle(f"{reference}-text", title, text, description=_made(written, voice))


def _file(written: WrittenTicket, files: Mapping[str, str], voice: Voice) -> Iterator[InlineQueryResult]:
    reference = written.ticket.reference
    kept = files.get(f"{reference}.txt")
    if kept is not None:
        title = voice.say("Ticket {reference}, as a file", reference=reference)
        yield InlineQueryResultCachedDocument(f"{reference}-file", title, kept, description=_made(written, voice))


def _pictures(written: WrittenTicket, voice: Voice) -> Iterator[InlineQueryResult]:
    reference = written.ticket.reference
    for number, attachment in enumerate(written.ticket.attachments, 1):
        name = f"{reference}-{number}"
        title = voice.say("Ticket {reference}, picture {number}", reference=reference, number=str(number))
        match picture_source(attachment):
            case "photo", kept:
                yield InlineQueryResultCachedPhoto(name, kept, title, caption=title)
            case _, kept:
                yield InlineQueryResultCachedDocument(name, title, kept, caption=title)


def _made(written: WrittenTicket, voice: Voice) -> str:
    return voice.say("Made on {time}", time=voice.instant(written.ticket.created_at))
