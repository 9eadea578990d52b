"""The sinks that speak HTTP, as the operator has set them up."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretBytes, SecretStr

from bot.bootstrap.desk import CannotStart
from bot.bootstrap.trust import is_inside, is_not_public, is_this_machine, trust_of
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.sinks.glpi import GlpiSink
    from bot.adapters.sinks.webhook import WebhookSink
    from bot.adapters.sinks.zammad import ZammadSink

_TOKEN = re.compile(r"[\x21-\x7e]{8,256}")
_LEAST_KEY, _LARGEST_KEY = 24, 64
"""Bytes of the key of a webhook, by Standard Webhooks."""


def glpi_sink(settings: Settings) -> "GlpiSink | None":
    """The sink for GLPI; None when there is no address for it.

    Raises:
        CannotStart: something is missing, or cannot be right.
    """
    if settings.glpi_url is None:
        return None

    from bot.adapters.sinks.glpi import GlpiSink, GlpiTickets
    from bot.adapters.sinks.glpi_session import GlpiAccess

    if not settings.glpi_url.endswith((".php", "/v1")):
        raise CannotStart(
            "BOT_GLPI_URL is not the address of GLPI's REST API, which ends in apirest.php "
            "(for example https://glpi.example.org/apirest.php; GLPI shows it under Setup > General > API)"
        )
    _refuse_clear(settings, "BOT_GLPI_URL", settings.glpi_url)
    user_token = _token("BOT_GLPI_USER_TOKEN", settings.glpi_user_token)
    if user_token is None:
        raise CannotStart(
            "BOT_GLPI_USER_TOKEN is needed with BOT_GLPI_URL: the API token in the preferences of the user who makes "
            "the tickets (remote access keys)"
        )
    app_token = _token("BOT_GLPI_APP_TOKEN", settings.glpi_app_token)
    tickets = GlpiTickets(settings.glpi_entity, settings.glpi_category, settings.glpi_type)
    return GlpiSink(GlpiAccess(settings.glpi_url, user_token, app_token), tickets, trust_of(settings))


def zammad_sink(settings: Settings) -> "ZammadSink | None":
    """The sink for Zammad; None when there is no address for it.

    Raises:
        CannotStart: something is missing, or cannot be right.
    """
    if settings.zammad_url is None:
        return None

    from bot.adapters.sinks.zammad import ZammadAccess, ZammadSink

    _refuse_clear(settings, "BOT_ZAMMAD_URL", settings.zammad_url)
    token = _token("BOT_ZAMMAD_TOKEN", settings.zammad_token)
    if token is None:
        raise CannotStart(
            "BOT_ZAMMAD_TOKEN is needed with BOT_ZAMMAD_URL: an access token with ticket.agent, from the profile of "
            "the agent who makes the tickets"
        )
    if not settings.zammad_group:
        raise CannotStart("BOT_ZAMMAD_GROUP is needed with BOT_ZAMMAD_URL: the name of the group that tickets go to")
    customer = settings.zammad_customer or ""
    if not re.fullmatch(r"[^@\s,]+@[^@\s,]+", customer):
        raise CannotStart(
            "BOT_ZAMMAD_CUSTOMER is needed with BOT_ZAMMAD_URL: the e-mail address of the customer whose tickets they "
            "are (one of the desk's own, for example guichet@example.org)"
        )
    access = ZammadAccess(settings.zammad_url, token, settings.zammad_group, customer)
    return ZammadSink(access, trust_of(settings))


def webhook_sink(settings: Settings) -> "WebhookSink | None":
    """The sink that tells a receiver by a webhook; None when there is no address for it.

    Raises:
        CannotStart: something is missing, or cannot be right.
    """
    if settings.hook_url is None:
        return None

    from bot.adapters.sinks.webhook import Receiver, WebhookSink

    host = urlsplit(settings.hook_url).hostname or ""
    inside = is_inside(settings, host)
    _refuse_clear(settings, "BOT_HOOK_URL", settings.hook_url)
    if not inside and is_not_public(host):
        raise CannotStart(
            f"BOT_HOOK_URL leads to {host}, which is not public, so that no event would be sent; name {host} in "
            "BOT_INSIDE_HOSTS if it is meant to be so"
        )
    return WebhookSink(Receiver(settings.hook_url, _key(settings.hook_secret), inside), trust_of(settings))


def _refuse_clear(settings: Settings, name: str, url: str) -> None:
    """Keeps tickets and tokens from networks where others can read them."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not is_inside(settings, host) and not is_this_machine(host):
        raise CannotStart(
            f"{name} begins with http: tickets would go to {host} in clear; use https, or name {host} in "
            "BOT_INSIDE_HOSTS where the network between is the desk's own"
        )


def _key(secret: SecretStr | None) -> SecretBytes:
    text = secret.get_secret_value().strip() if secret else ""
    try:
        key = b64decode(text.removeprefix("whsec_"), validate=True) if text.startswith("whsec_") else b""
    except (NotBase64, ValueError):
        key = b""
    if not _LEAST_KEY <= len(key) <= _LARGEST_KEY:
        raise CannotStart(
            'BOT_HOOK_SECRET is needed with BOT_HOOK_URL: "whsec_" and 24 to 64 random bytes in Base64 '
            '(for example the output of: echo "whsec_$(openssl rand -base64 32)")'
        )
    return SecretBytes(key)


def _token(name: str, given: SecretStr | None) -> SecretStr | None:
    """What was given, without what stands around it; it goes into a header."""
    text = given.get_secret_value().strip() if given else ""
    if not text:
        return None
    if not _TOKEN.fullmatch(text):
        raise CannotStart(f"{name} does not look like a token: at least 8 characters, no spaces or accents")
    return SecretStr(text)
