"""Where tickets go: each sink that the operator has set up."""

import re
import ssl
from base64 import b64decode
from binascii import Error as NotBase64
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretBytes, SecretStr

from bot.bootstrap.desk import CannotStart
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
    from bot.adapters.sinks.glpi import GlpiSink, GlpiTickets
    from bot.adapters.sinks.glpi_session import GlpiAccess

    if settings.glpi_url is None:
        return None
    if not settings.glpi_url.endswith((".php", "/v1")):
        raise CannotStart(
            "BOT_GLPI_URL is not the address of GLPI's REST API, which ends in apirest.php "
            "(for example https://glpi.example.org/apirest.php; GLPI shows it under Setup > General > API)"
        )
    user_token = _token("BOT_GLPI_USER_TOKEN", settings.glpi_user_token)
    if user_token is None:
        raise CannotStart(
            "BOT_GLPI_USER_TOKEN is needed with BOT_GLPI_URL: the API token in the preferences of the user who makes "
            "the tickets (remote access keys)"
        )
    app_token = _token("BOT_GLPI_APP_TOKEN", settings.glpi_app_token)
    tickets = GlpiTickets(settings.glpi_entity, settings.glpi_category, settings.glpi_type)
    return GlpiSink(GlpiAccess(settings.glpi_url, user_token, app_token), tickets, _trust(settings))


def zammad_sink(settings: Settings) -> "ZammadSink | None":
    """The sink for Zammad; None when there is no address for it.

    Raises:
        CannotStart: something is missing, or cannot be right.
    """
    from bot.adapters.sinks.zammad import ZammadAccess, ZammadSink

    if settings.zammad_url is None:
        return None
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
    return ZammadSink(access, _trust(settings))


def webhook_sink(settings: Settings) -> "WebhookSink | None":
    """The sink that tells a receiver by a webhook; None when there is no address for it.

    Raises:
        CannotStart: something is missing, or cannot be right.
    """
    from bot.adapters.sinks.webhook import Receiver, WebhookSink

    if settings.hook_url is None:
        return None
    parts = urlsplit(settings.hook_url)
    inside = parts.hostname in {host.strip().lower() for host in settings.hook_allow.split(",")}
    if parts.scheme != "https" and not inside:
        raise CannotStart(f"BOT_HOOK_URL begins with http; use https, or name {parts.hostname} in BOT_HOOK_ALLOW")
    return WebhookSink(Receiver(settings.hook_url, _key(settings.hook_secret), inside), _trust(settings))


def sink_secrets(settings: Settings) -> list[str]:
    """What no log may say."""
    given = (settings.glpi_user_token, settings.glpi_app_token, settings.zammad_token, settings.hook_secret)
    return [secret.get_secret_value().strip() for secret in given if secret is not None]


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


def _trust(settings: Settings) -> ssl.SSLContext:
    """Whose certificates are trusted."""
    context = ssl.create_default_context()
    if settings.ca_file is not None:
        try:
            context.load_verify_locations(settings.ca_file)
        except (OSError, ssl.SSLError) as error:
            reason = error.strerror or "it holds no certificates"
            raise CannotStart(f"BOT_CA_FILE: {settings.ca_file} cannot be read ({reason})") from error
    return context
