"""What Telegram shows of the bot: its commands and descriptions, in each language, set only when they changed."""

from collections.abc import Mapping, Sequence

import structlog
from telegram import BotCommand
from telegram.error import TelegramError

from bot.adapters.telegram.bot import Bot
from bot.service.ports import Catalog
from bot.service.typography import typeset
from bot.service.voice import message

log = structlog.get_logger()

COMMANDS: Mapping[str, str] = {
    "start": message("Begin, or go on"),
    "back": message("Go back to the previous question"),
    "restart": message("Begin again from the start"),
    "cancel": message("Stop the conversation"),
    "human": message("Talk to a person"),
    "status": message("Where we are, and your last ticket"),
    "ticket": message("Show your last ticket again"),
    "language": message("Change the language"),
    "help": message("What you can do"),
    "privacy": message("What is kept about you"),
    "mydata": message("Get all that is kept about you"),
    "forget": message("Have it all erased at once"),
}
"""The commands of the menu, in its order. Those that are an interrupt are left out where no flow has it."""

SHORT_DESCRIPTION = message("A few questions, and you are back in, or leave with a complete ticket for support.")
DESCRIPTION = message(
    "You cannot get into a service? I ask a few questions, suggest safe steps, and prepare a complete ticket for "
    "support with you. I never ask for a password or a code."
)


async def register(bot: Bot, catalog: Catalog, commands: Sequence[str]) -> None:
    """Tells Telegram what is new. What it refuses is logged: the bot works without."""
    default, *others = catalog.languages
    try:
        for shown_in, language in ((None, default), *((other, other) for other in others)):
            await _register(bot, catalog, commands, language, shown_in)
    except TelegramError as error:
        log.warning("telegram.profile_not_set", problem=error.message)


async def _register(bot: Bot, catalog: Catalog, commands: Sequence[str], language: str, code: str | None) -> None:
    wanted = tuple(BotCommand(name, typeset(catalog.bot(COMMANDS[name], language), language)) for name in commands)
    if tuple(await bot.get_my_commands(language_code=code)) != wanted:
        await bot.set_my_commands(wanted, language_code=code)
    short = typeset(catalog.bot(SHORT_DESCRIPTION, language), language)
    if (await bot.get_my_short_description(language_code=code)).short_description != short:
        await bot.set_my_short_description(short, language_code=code)
    long = typeset(catalog.bot(DESCRIPTION, language), language)
    if (await bot.get_my_description(language_code=code)).description != long:
        await bot.set_my_description(long, language_code=code)
