"""The sink that sends mails, as the operator has set it up."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.bootstrap.desk import CannotStart
from bot.bootstrap.trust import is_inside, is_this_machine, trust_of
from bot.service.mailbox import mailboxes
from bot.service.ports import Catalog
from bot.service.ticket_mail import Correspondents
from bot.service.voice import Voices
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.sinks.email import EmailSink
    from bot.adapters.sinks.smtp_account import Login

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def email_sink(settings: Settings, catalog: Catalog) -> "EmailSink | None":
    """The sink that sends mails; None when there is no mail server for it.

    Raises:
        CannotStart: something is missing, or cannot be right.
    """
    if settings.smtp_host is None:
        return None

    from bot.adapters.sinks.email import EmailSink
    from bot.adapters.sinks.smtp_account import SmtpAccount

    if settings.smtp_sender is None:
        raise CannotStart("BOT_SMTP_SENDER is needed with BOT_SMTP_HOST: the address that mails come from")
    if settings.smtp_to is None:
        raise CannotStart("BOT_SMTP_TO is needed with BOT_SMTP_HOST: the address of the desk, or several with commas")
    _refuse_clear(settings)
    (sender,), recipients = mailboxes(settings.smtp_sender), mailboxes(settings.smtp_to)
    reply_to = mailboxes(settings.smtp_reply_to)[0] if settings.smtp_reply_to else None
    account = SmtpAccount(
        host=settings.smtp_host,
        port=settings.smtp_port or _PORTS[settings.smtp_security],
        security=settings.smtp_security,
        between=Correspondents(sender, recipients, reply_to),
        login=_login(settings),
    )
    return EmailSink(account, Voices(catalog, ZoneInfo(settings.timezone)), trust_of(settings))


def smtp_password(settings: Settings) -> SecretStr | None:
    """The password for the mail server, from wherever it is kept; None when there is none.

    Raises:
        CannotStart: it is given twice, or cannot be read.
    """
    given, path = settings.smtp_password, settings.smtp_password_file
    if given is not None and path is not None:
        raise CannotStart("BOT_SMTP_PASSWORD and BOT_SMTP_PASSWORD_FILE are both set; one is enough")
    if path is None:
        return given
    try:
        return SecretStr(path.read_text(encoding="utf-8").rstrip("\r\n"))
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise CannotStart(f"BOT_SMTP_PASSWORD_FILE ({path}) cannot be read: {reason}") from None


def _login(settings: Settings) -> "Login | None":
    from bot.adapters.sinks.smtp_account import Login

    password = smtp_password(settings)
    if settings.smtp_username is None and password is None:
        return None
    if settings.smtp_username is None or password is None or not password.get_secret_value():
        missing = "BOT_SMTP_USERNAME" if settings.smtp_username is None else "BOT_SMTP_PASSWORD"
        raise CannotStart(f"{missing} is missing: the mail server wants a name and a password, or neither of them")
    if any("\ud800" <= char <= "\udfff" for char in settings.smtp_username + password.get_secret_value()):
        raise CannotStart("BOT_SMTP_USERNAME and BOT_SMTP_PASSWORD must be text in UTF-8")
    return Login(settings.smtp_username, password)


def _refuse_clear(settings: Settings) -> None:
    """Keeps tickets and passwords from networks where others can read them."""
    host = settings.smtp_host or ""
    if settings.smtp_security != "none" or is_this_machine(host):
        return
    if not is_inside(settings, host):
        raise CannotStart(
            f"BOT_SMTP_SECURITY=none would send tickets to {host} in clear; use starttls or tls, or name {host} in "
            "BOT_INSIDE_HOSTS where the network between is the desk's own"
        )
    if settings.smtp_username is not None:
        raise CannotStart(
            f"BOT_SMTP_SECURITY=none would send the password to {host} in clear; use starttls or tls, or no login"
        )
