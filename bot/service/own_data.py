"""What people can ask about what is kept of them: to get it, and to have it erased."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.model.message import File, Message, Reply, Words
from bot.service.doors import Doors, places
from bot.service.incoming import Commanded, Content, Said
from bot.service.voice import Voice, message
from bot.understanding.manners import without_manners
from bot.understanding.normal import normal, normal_phrase

Request: TypeAlias = Literal["mydata", "forget"]

WORDS: Mapping[Request, tuple[str, ...]] = {
    "mydata": ("mes données", "exporter mes données", "my data", "export my data"),
    "forget": (
        *("oubliez-moi", "effacer mes données", "effacez mes données"),
        *("supprimer mes données", "supprimez mes données"),
        *("forget me", "erase my data", "delete my data"),
    ),
}
"""What people type for each; the first word of each language is the one the bot teaches."""

_FILE = "guichet.json"
_EXPORT = message("Here is all that I keep about you, as a file. It is yours: keep it to yourself.")
_ERASED = message("It is done: I have erased all that I kept about you, your tickets included.")
_BEYOND = message(
    "I cannot erase what you passed on yourself, what the support team got or reads in its own group, backups that "
    "those who run this bot may have made, or this chat itself: please delete it too. To begin again, just write to me."
)


def request_of(content: Content) -> Request | None:
    """What somebody asks about their own data, if that is what they ask."""
    match content:
        case Commanded("mydata" | "forget" as name):
            return name
        case Said(text):
            said = without_manners(normal(text))
            return next((name for name, known in WORDS.items() if said in map(normal_phrase, known)), None)
        case _:
            return None


def export(voice: Voice, everything: str) -> Reply:
    """All that is kept about a chat, as JSON, handed over."""
    return _reply(voice, (voice.say(_EXPORT),), File(_FILE, everything))


def is_export(reply: Reply) -> bool:
    """Whether a reply hands over what is kept."""
    return reply.file is not None and reply.file.name == _FILE


def waits(voice: Voice) -> Reply:
    """That it is handed over already."""
    return _reply(voice, (voice.say("What I keep about you is on its way: it comes as soon as I can send it."),))


def erased(voice: Voice) -> Reply:
    """That it is done, and what it cannot reach."""
    return _reply(voice, (voice.say(_ERASED), voice.say(_BEYOND)))


@dataclass(frozen=True, slots=True)
class Keeping:
    """How this bot is set up: after so many days everything is erased; tickets go through these `doors`, if asked for.

    `contact` is whom to ask about it, if the operator says so.
    """

    days: int
    doors: Doors = field(default_factory=dict)
    contact: str | None = None


def kept_words(voice: Voice, keeping: Keeping) -> tuple[str, ...]:
    """For how long what is kept is kept, who gets tickets, and what can be asked for."""
    return (
        voice.say_many(
            "I erase everything automatically {count} day after your last message.",
            "I erase everything automatically {count} days after your last message.",
            keeping.days,
        ),
        voice.say(
            "Your tickets go to you alone, unless you have me send one: then it goes to support ({places}).",
            places=voice.choice_of(places(keeping.doors, voice)),
        )
        if keeping.doors
        else voice.say("Your tickets go to you alone: you pass them on."),
        *([voice.say("Questions about your data? Ask {contact}.", contact=keeping.contact)] if keeping.contact else []),
        voice.say("Write “my data” to get all that I keep about you, or “forget me” to have it erased at once."),
    )


def _reply(voice: Voice, words: tuple[str, ...], file: File | None = None) -> Reply:
    return Reply((Message(tuple(map(Words, words))),), (), None, "", voice.language, 0, file=file)
