"""The operator's settings: environment variables that begin with BOT_, or a file `.env`. An empty one is not set."""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, NoDecode, SettingsConfigDict

from bot.adapters.catalog.languages import is_language
from bot.flowfile.near import near
from bot.service.hours import Days, Week
from bot.service.hours_text import closed_days_of, week_of
from bot.service.mailbox import mailboxes


def packaged(name: str) -> Path:
    """A folder that comes with the bot: inside the installed package, or beside it in a checkout."""
    installed = Path(__file__).parent / "_packaged" / name
    return installed if installed.is_dir() else Path(__file__).parent.parent / name


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'"{name}" is not a time zone; write one such as Europe/Paris') from None
    return name


def _root(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("this is not the root of a server; write for example https://api.telegram.org")
    return url.rstrip("/")


def _public(url: str | None) -> str | None:
    if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
        raise ValueError("this is not an address; write for example https://bot.example.org/telegram")
    return url


def _system(url: str | None) -> str | None:
    """Where one of the desk's systems is. What would be a secret in an address has a setting of its own."""
    parts = urlsplit(url or "")
    if url is not None and (parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc):
        raise ValueError("this is not an address; write for example https://helpdesk.example.org, without a name in it")
    if parts.query or parts.fragment:
        raise ValueError("leave out what follows ? or # in the address")
    return url and url.rstrip("/")


def _receiver(url: str | None) -> str | None:
    parts = urlsplit(url or "")
    if url is not None and (parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc):
        raise ValueError("this is not an address; write for example https://helpdesk.example.org/guichet")
    return url


def _group(number: int | None) -> int | None:
    if number is not None and number >= 0:
        raise ValueError("the id of a group is a negative number, such as -1001234567890")
    return number


def _host_and_port(listen: str) -> str:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > _LAST_PORT:
        raise ValueError("write a host and a port, for example 127.0.0.1:8080 or 0.0.0.0:8080")
    return listen


def _host(name: str | None) -> str | None:
    if name is not None and not re.fullmatch("[A-Za-z0-9_.-]+", name) and not _is_address(name):
        raise ValueError("write the server's name alone, for example smtp.example.org; the port has its own setting")
    return name


def _is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def _mailboxes(text: str | None) -> str | None:
    if text is not None:
        mailboxes(text)
    return text


def _mailbox(text: str | None) -> str | None:
    if text is not None and len(mailboxes(text)) > 1:
        raise ValueError("one address is enough")
    return text


def _lower(name: object) -> object:
    return name.lower() if isinstance(name, str) else name


def _upper(level: object) -> object:
    return level.upper() if isinstance(level, str) else level


def _week(hours: object) -> object:
    return week_of(hours) if isinstance(hours, str) else hours


def _days(closed: object) -> object:
    return closed_days_of(closed) if isinstance(closed, str) else closed


def _place(code: str | None) -> str | None:
    if code is not None and not re.fullmatch("[A-Z]{2}(-[A-Z0-9]{1,3})?", code):
        raise ValueError(f'"{code}" is not a country; write its code, such as FR, or a part of it, such as FR-57')
    return code


_LAST_PORT = 65_535
_MOST_RATE = 100_000


def _known_language(code: str) -> str:
    if not re.fullmatch("[a-z]{2,3}", code) or not is_language(code):
        raise ValueError(f'"{code}" is not the code of a language; write one such as fr or en')
    return code


class Settings(BaseSettings):
    """What can be set, and what it is when it is not."""

    model_config = SettingsConfigDict(env_prefix="BOT_", env_file=".env", env_ignore_empty=True, extra="ignore")

    flows_dir: Path = Field(default_factory=lambda: packaged("flows"))
    """The folder of the flow files."""
    locales_dir: Path = Field(default_factory=lambda: packaged("locales"))
    """The folder of the translations; those that come with the bot are of the flows that come with it."""
    settings: Path | None = None
    """The desk's own settings file."""
    language: Annotated[str, AfterValidator(_known_language)] = "fr"
    """The language that the flow files are written in, no other: it is not a choice but a fact about them.

    Conversations begin in it where nobody says otherwise: the person's application, a link, or `chat --lang`.
    """
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Paris"
    """The zone that times are understood and shown in."""
    data_dir: Path = Path("data")
    """The folder for the database and the tickets."""
    database_url: str | None = None
    """The database; a SQLite file in the data folder when not set."""
    data_key: SecretStr | None = None
    """The key that what people say is encrypted with; several, with commas between, the newest first."""
    data_key_file: Path | None = None
    """A file with that key; several, a line each, the newest first."""
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """After so many days without a word, everything about a chat is erased."""
    contact: Annotated[str | None, Field(max_length=200)] = None
    """Whom to ask about one's data, as people read it: a name, with an address or a number."""
    support_hours: Annotated[Week | None, NoDecode, BeforeValidator(_week)] = None
    """When the desk is there, for example `mon-fri 08:30-12:00 13:30-17:00; sat 09:00-12:00`; not said when not set."""
    support_holidays: Annotated[str | None, AfterValidator(_place)] = None
    """The country whose public holidays the desk keeps, such as FR; or a part of it, such as FR-57 for Moselle."""
    support_closed: Annotated[tuple[Days, ...], NoDecode, BeforeValidator(_days)] = ()
    """Other days on which the desk is closed, for example `2026-12-24..2027-01-02, 2027-05-15`."""
    school_zone: Annotated[Literal["A", "B", "C"] | None, BeforeValidator(_upper)] = None
    """The zone of the French school calendar in whose holidays answers take longer; not considered when not set."""
    token: SecretStr | None = None
    """The bot's token, from @BotFather."""
    api_url: Annotated[str, AfterValidator(_root)] = "https://api.telegram.org"
    """The root of the Bot API server."""
    webhook_url: Annotated[str | None, AfterValidator(_public)] = None
    """The address at which Telegram reaches the bot; without one, the bot fetches its updates itself."""
    webhook_listen: Annotated[str, AfterValidator(_host_and_port)] = "127.0.0.1:8080"
    """Where to listen for Telegram, behind the server that holds the certificate."""
    webhook_secret: SecretStr | None = None
    """The secret by which a webhook knows Telegram."""
    rate: Annotated[float, Field(ge=1, le=_MOST_RATE)] = 30.0
    """Messages a second that the bot sends in all; above 30, Telegram takes Stars for them."""
    chat_rate: Annotated[float, Field(ge=0.1, le=_MOST_RATE)] = 1.0
    """Messages a second that it sends to one person, after a few at once."""
    processes: Annotated[int, Field(ge=1, le=1000)] = 1
    """How many processes answer the same webhook: each keeps its share of what the bot may send."""
    support_chat: Annotated[int | None, AfterValidator(_group)] = None
    """The id of the group on Telegram where support gets tickets and answers them: a negative number."""
    smtp_host: Annotated[str | None, AfterValidator(_host)] = None
    """The mail server that takes mails to the desk; with it, tickets go by mail."""
    smtp_port: Annotated[int | None, Field(ge=1, le=_LAST_PORT)] = None
    """Its port; 587 for starttls, 465 for tls and 25 for none when not set."""
    smtp_security: Annotated[Literal["starttls", "tls", "none"], BeforeValidator(_lower)] = "starttls"
    """TLS asked for at the beginning, TLS from the first byte, or none."""
    smtp_username: str | None = None
    """By what name the mail server knows the bot, where it has to log in."""
    smtp_password: SecretStr | None = None
    """The password for it."""
    smtp_password_file: Path | None = None
    """A file with that password."""
    smtp_sender: Annotated[str | None, AfterValidator(_mailbox)] = None
    """The address that mails come from, for example Guichet <guichet@example.org>."""
    smtp_to: Annotated[str | None, AfterValidator(_mailboxes)] = None
    """The address of the desk; several, with commas between."""
    smtp_reply_to: Annotated[str | None, AfterValidator(_mailbox)] = None
    """The address that answers to these mails go to."""
    glpi_url: Annotated[str | None, AfterValidator(_system)] = None
    """The address of GLPI's REST API, for example https://glpi.example.org/apirest.php; with it, tickets go there."""
    glpi_user_token: SecretStr | None = None
    """The API token of the user who makes the tickets in GLPI."""
    glpi_app_token: SecretStr | None = None
    """The token of the API client in GLPI, where it has one."""
    glpi_entity: Annotated[int | None, Field(ge=0)] = None
    """The id of the entity that tickets are made in; the user's own when not set."""
    glpi_category: Annotated[int | None, Field(ge=1)] = None
    """The id of the category that tickets get."""
    glpi_type: Literal["incident", "request"] = "incident"
    """What tickets are in GLPI."""
    zammad_url: Annotated[str | None, AfterValidator(_system)] = None
    """The root of Zammad, for example https://zammad.example.org; with it, tickets go there."""
    zammad_token: SecretStr | None = None
    """The access token of the agent who makes the tickets in Zammad."""
    zammad_group: str | None = None
    """The name of the group that tickets are made in."""
    zammad_customer: str | None = None
    """The address of the customer whose tickets they are: the desk's own, as people cannot read their mail."""
    hook_url: Annotated[str | None, AfterValidator(_receiver)] = None
    """The address that is told of each ticket, as signed JSON."""
    hook_secret: SecretStr | None = None
    """The secret by which the receiver knows the bot: whsec_ and 24 to 64 bytes in Base64."""
    tickets_dir: Path | None = None
    """A folder that tickets are handed to, as files; in the terminal, one in the data folder when not set."""
    inside_hosts: str = ""
    """Hosts in the desk's own network, with commas between: they may be reached in clear and at private addresses."""
    ca_file: Path | None = None
    """Certificates (PEM) of authorities that are trusted besides the system's, for the desk's own systems."""
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"
    """From which level on things are logged."""


PACKAGED_LANGUAGE = "fr"
"""The language that the packaged flow files are written in."""


def is_packaged(path: Path, name: str) -> bool:
    """Whether this is the packaged folder of that name, or lies in it."""
    folder = packaged(name).resolve()
    return folder in (path.resolve(), *path.resolve().parents)


def wrong_language(settings: Settings) -> str | None:
    """What speaks against the flow files being in the language they are said to be in, when something does."""
    language = settings.language
    said = f"BOT_LANGUAGE={language} says that the flow files are written in {language}, but"
    if is_packaged(settings.flows_dir, "flows"):
        known = f"those that come with the bot are in {PACKAGED_LANGUAGE}"
        return None if language == PACKAGED_LANGUAGE else f"{said} {known}; the README tells how to begin in {language}"
    catalogue = settings.locales_dir / language / "LC_MESSAGES" / "flows.po"
    if is_packaged(settings.locales_dir, "locales") or not catalogue.is_file():
        return None
    return f"{said} {catalogue} translates them to {language}; correct the one, or take the other away"


def unknown_names() -> list[str]:
    """What to say of each name in the environment or in `.env` that begins with BOT_ and sets nothing."""
    given = {**EnvSettingsSource(Settings).env_vars, **DotEnvSettingsSource(Settings).env_vars}
    names = sorted(name.removeprefix("bot_") for name in given if name.startswith("bot_"))
    return [_unknown(name) for name in names if name not in Settings.model_fields]


def _unknown(name: str) -> str:
    meant = near(name, Settings.model_fields)
    hint = f"; did you mean BOT_{meant.upper()}?" if meant else "; the README lists the settings"
    return f"BOT_{name.upper()} is no setting of the bot and does nothing{hint}"
