"""Tickets as mails to the desk, over SMTP."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import structlog
from aiosmtplib import SMTP, SMTPException, SMTPRecipientRefused, SMTPRecipientsRefused

from bot.adapters.sinks.smtp_account import SmtpAccount
from bot.adapters.sinks.smtp_failures import MailTooLarge, Step, failure, said
from bot.service.delivery import Accepted, Parcel, SinkName, Undelivered
from bot.service.ticket_mail import desk_mail
from bot.service.voice import Voices

_OWN_NAME = "[127.0.0.1]"
"""How the bot introduces itself: servers need no more, and the name of this machine is nobody's business."""
_PATIENCE = 10
"""So many times longer than for anything else is waited for a mail to be taken: servers look through it then."""
_PARTING = 5
"""Seconds for a good-bye, which changes nothing any more."""

log = structlog.get_logger()


class EmailSink:
    """Sends each parcel as a mail.

    A mail server cannot be asked what it has; but a parcel that is sent twice is the same mail with the same
    Message-ID. A mail that is too large goes without its pictures, and says so.
    """

    name: SinkName = "email"
    encloses = True

    def __init__(self, account: SmtpAccount, voices: Voices, trust: ssl.SSLContext) -> None:
        """`trust` says whose certificates count."""
        self._account, self._voices, self._trust = account, voices, trust

    @property
    def destination(self) -> str:
        """The desk's addresses."""
        return ", ".join(address.addr_spec for address in self._account.between.recipients)

    async def deliver(self, parcel: Parcel, *, again: bool) -> Accepted:
        """Sends a mail.

        Raises:
            Undelivered: it was not taken, or nobody knows.
        """
        del again  # nobody can be asked
        failed = await self._send(parcel)
        if isinstance(failed, MailTooLarge) and parcel.enclosures:
            names = tuple(enclosure.name for enclosure in parcel.enclosures)
            log.warning("mail.without_pictures", ticket=parcel.id, problem=str(failed))
            failed = await self._send(replace(parcel, enclosures=(), missing=(*parcel.missing, *names)))
        if failed is not None:
            raise failed
        return Accepted()

    async def close(self) -> None:
        """There is nothing to let go of: each mail has its own connection."""

    async def _send(self, parcel: Parcel) -> Undelivered | None:
        """How sending failed. It is not raised in here: the frames of the error behind it know the password."""
        account = self._account
        step: Step = "connect"
        mail = await asyncio.to_thread(self._mail, parcel)
        client = self._client()
        try:
            await client.connect()
            await client.ehlo()
            if account.login is not None:
                step = "login"
                await client.login(account.login.username, account.login.password.get_secret_value())
            step = "sender"
            size = [f"SIZE={len(mail)}"] if client.supports_extension("size") else []
            await client.mail(account.between.sender.addr_spec, options=size)
            step = "recipients"
            refused = await self._name_recipients(client)
            step = "data"
            await client.data(mail, timeout=account.timeout * _PATIENCE)
        except (SMTPException, OSError) as error:
            return failure(step, error, account)
        else:
            if refused:
                log.warning("mail.recipients_refused", ticket=parcel.id, refused=refused)
            with suppress(SMTPException, OSError):
                await client.quit(timeout=_PARTING)
            return None
        finally:
            client.close()

    def _mail(self, parcel: Parcel) -> bytes:
        return desk_mail(parcel, self._account.between, self._voices.of(parcel.ticket.language)).as_bytes()

    def _client(self) -> SMTP:
        account = self._account
        return SMTP(
            hostname=account.host,
            port=account.port,
            local_hostname=_OWN_NAME,
            timeout=account.timeout,
            use_tls=account.security == "tls",
            start_tls=account.security == "starttls",
            tls_context=self._trust,
        )

    async def _name_recipients(self, client: SMTP) -> Mapping[str, str]:
        """Names everybody who is to get the mail; what was answered about those who cannot."""
        recipients = self._account.between.recipients
        refused: list[SMTPRecipientRefused] = []
        for each in recipients:
            try:
                await client.rcpt(each.addr_spec)
            except SMTPRecipientRefused as error:
                refused.append(error)
        if len(refused) == len(recipients):
            raise SMTPRecipientsRefused(refused)
        return {each.recipient: said(each, self._account) for each in refused}
