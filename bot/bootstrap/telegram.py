"""What Telegram needs of the operator, and the links that lead to the bot there."""

import re
from typing import TYPE_CHECKING

from bot.adapters.catalog.gettext import GettextCatalog
from bot.bootstrap.desk import CannotStart, checked_machine, known, read_desk
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.telegram.channel import Hook
    from bot.adapters.telegram.limiter import FairRateLimiter
    from bot.adapters.telegram.links import Link


async def deep_links(
    settings: Settings, username: str | None, flow: str | None, language: str | None
) -> "list[tuple[Link, str]]":
    """The links into the desk's flows, with their addresses.

    Raises:
        CannotStart: a flow or a language is unknown, or nobody says what the bot is called.
        TokenRefused: Telegram does not know the token.
    """
    from bot.adapters.telegram.bot import Address
    from bot.adapters.telegram.channel import username_of
    from bot.adapters.telegram.links import links

    desk = read_desk(settings)
    machine = checked_machine(desk)
    catalog = GettextCatalog(desk.catalogues, settings.language)
    known("flow", flow, machine.on_offer)
    known("language", language, catalog.languages)
    if username is None:
        if settings.token is None:
            raise CannotStart("say what the bot is called with --bot NAME, or set BOT_TOKEN")
        username = await username_of(Address(settings.api_url, token_of(settings)))
    username = username.removeprefix("@")
    if not re.fullmatch(r"\w{4,32}", username, re.ASCII):
        raise CannotStart(f'"{username}" is not the user name of a bot: 4 to 32 letters, digits and _')
    wanted = (
        link
        for link in links(machine.flows, catalog.languages)
        if flow in (None, link.flow) and language in (None, link.language)
    )
    return [(link, link.url(username)) for link in wanted]


_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


def limiter_of(settings: Settings) -> "FairRateLimiter":
    """What keeps Telegram's limits for all who send in the bot's name, in this process."""
    from bot.adapters.telegram.limiter import FairRateLimiter, Limits

    return FairRateLimiter(limits=Limits(settings.rate, settings.chat_rate, settings.processes))


def token_of(settings: Settings) -> str:
    """The bot's token.

    Raises:
        CannotStart: there is none, or it cannot be one.
    """
    token = settings.token.get_secret_value().strip() if settings.token else ""
    if not token:
        raise CannotStart("BOT_TOKEN is not set; @BotFather on Telegram gives you one (see the README)")
    if not _TOKEN.fullmatch(token):
        raise CannotStart("BOT_TOKEN does not look like a token: digits, a colon, then letters, digits, - and _")
    return token


def hook_of(settings: Settings) -> "Hook | None":
    """The webhook; None when the bot is to fetch its updates.

    Raises:
        CannotStart: its secret is missing or weak.
    """
    from bot.adapters.telegram.channel import Hook

    if settings.webhook_url is None:
        return None
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    if not _SECRET.fullmatch(secret):
        raise CannotStart(
            "BOT_WEBHOOK_SECRET is needed with BOT_WEBHOOK_URL: 16 to 256 letters, digits, - and _ "
            "(for example the output of: openssl rand -hex 32)"
        )
    host, _, port = settings.webhook_listen.rpartition(":")
    return Hook(settings.webhook_url, host.strip("[]"), int(port), secret)
