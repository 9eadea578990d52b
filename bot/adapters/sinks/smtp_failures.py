"""What it means for a ticket when a mail server does not do what it is asked."""

import re
import ssl
from typing import Literal, TypeAlias, assert_never

from aiosmtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPTimeoutError

from bot.adapters.sinks.smtp_account import SmtpAccount
from bot.service.delivery import Undelivered
from bot.service.ticket_mail import one_line

Step: TypeAlias = Literal["connect", "login", "sender", "recipients", "data"]
"""What was under way: connecting, with TLS; logging in; naming the sender, the recipients; handing over the mail."""

_TOO_LARGE = 552
_LOGIN_WANTED = 530
_LONGEST_WORDS = 200
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_NOTHING_SENT = "nothing was sent, and it will be tried again"


class MailTooLarge(Undelivered):
    """The server takes no mail of this size."""


def failure(step: Step, error: SMTPException | OSError, account: SmtpAccount) -> Undelivered:
    """How a delivery failed that came to this step.

    What the server says is repeated only before the ticket is handed over, and after the password was: it could hold
    one of them.
    """
    match step:
        case "connect":
            return Undelivered(f"{_no_connection(error, account)}; {_NOTHING_SENT}")
        case "login":
            return _no_login(error, account)
        case "sender" | "recipients":
            return _no_envelope(step, error, account)
        case "data":
            return _not_taken(error, account)
        case _:
            assert_never(step)


def said(error: SMTPResponseException, account: SmtpAccount) -> str:
    """What the server answered, on one line."""
    secret = account.login.password.get_secret_value() if account.login else ""
    words = error.message.replace(secret, "…") if secret else error.message
    return f"{error.code} {one_line(words)[:_LONGEST_WORDS]}".strip()


def _no_connection(error: SMTPException | OSError, account: SmtpAccount) -> str:
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    match cause:
        case ssl.SSLCertVerificationError():
            return (
                f"{account.server} shows a certificate that is not trusted ({cause.verify_message.rstrip('.')}): check "
                "BOT_SMTP_HOST, or name a file with the certificate of its authority in BOT_CA_FILE"
            )
        case ssl.SSLError():
            reason = (cause.reason or "no reason given").replace("_", " ").lower()
            return f"TLS with {account.server} fails ({reason}): check BOT_SMTP_PORT and BOT_SMTP_SECURITY"
    match error:
        case SMTPResponseException():
            return f"{account.server} does not want to talk ({said(error, account)})"
        case SMTPTimeoutError():
            return f"{account.server} does not answer in time: check BOT_SMTP_HOST, BOT_SMTP_PORT and BOT_SMTP_SECURITY"
        case ConnectionError() | OSError():
            return f"{account.server} cannot be reached ({_reason(cause or error)})"
        case _:
            return f"{account.server} offers no STARTTLS, and a mail must not go in clear: check BOT_SMTP_SECURITY"


def _reason(error: BaseException) -> str:
    words = error.strerror if isinstance(error, OSError) else None
    return one_line(words or "the connection was lost")[:_LONGEST_WORDS]


def _no_login(error: SMTPException | OSError, account: SmtpAccount) -> Undelivered:
    if isinstance(error, OSError):
        return _lost(account)
    if not isinstance(error, SMTPResponseException):
        what = f"{account.server} knows no way of logging in that the bot knows: check BOT_SMTP_PORT and"
        return Undelivered(f"{what} BOT_SMTP_SECURITY, or take BOT_SMTP_USERNAME away", hopeless=True)
    if not _for_good(error):
        return Undelivered(f"{account.server} takes no login at the moment ({_status(error)}); {_NOTHING_SENT}")
    what = f"{account.server} refuses the login ({_status(error)}): check BOT_SMTP_USERNAME and BOT_SMTP_PASSWORD"
    return Undelivered(what, hopeless=True)


def _no_envelope(step: Step, error: SMTPException | OSError, account: SmtpAccount) -> Undelivered:
    if isinstance(error, SMTPRecipientsRefused):
        answers = "; ".join(f"{each.recipient}: {said(each, account)}" for each in error.recipients)
        hopeless = all(_for_good(each) for each in error.recipients)
        return _refused(f"takes a mail for none of BOT_SMTP_TO ({answers})", account, hopeless=hopeless)
    if not isinstance(error, SMTPResponseException):
        return _lost(account)
    if error.code == _LOGIN_WANTED:
        what = f"wants a login ({said(error, account)}): set BOT_SMTP_USERNAME and BOT_SMTP_PASSWORD"
        return _refused(what, account, hopeless=True)
    if step == "sender" and error.code == _TOO_LARGE:
        return MailTooLarge(f"{account.server} takes no mail of this size ({said(error, account)})", hopeless=True)
    return _refused(f"refuses BOT_SMTP_SENDER ({said(error, account)})", account, hopeless=_for_good(error))


def _not_taken(error: SMTPException | OSError, account: SmtpAccount) -> Undelivered:
    if not isinstance(error, SMTPResponseException):
        return Undelivered(
            f"the connection to {account.server} was lost while the mail was handed over: it may have been taken. It "
            "will be sent again, with the same Message-ID"
        )
    if error.code == _TOO_LARGE:
        return MailTooLarge(f"{account.server} takes no mail of this size ({_status(error)})", hopeless=True)
    return _refused(f"does not take this mail ({_status(error)})", account, hopeless=_for_good(error))


def _refused(what: str, account: SmtpAccount, *, hopeless: bool) -> Undelivered:
    return Undelivered(f"{account.server} {what}" + ("" if hopeless else f"; {_NOTHING_SENT}"), hopeless=hopeless)


def _lost(account: SmtpAccount) -> Undelivered:
    return Undelivered(f"the connection to {account.server} was lost; {_NOTHING_SENT}")


def _for_good(error: SMTPResponseException) -> bool:
    return 500 <= error.code <= 599  # noqa: PLR2004 - the class of answers that say so


def _status(error: SMTPResponseException) -> str:
    """The numbers of an answer, without its words."""
    detailed = _STATUS.match(error.message)
    return f"{error.code} {detailed[0]}" if detailed else str(error.code)
