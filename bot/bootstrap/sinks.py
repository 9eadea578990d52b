"""Where tickets go: all the sinks that the operator has set up."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.adapters.catalog.gettext import GettextCatalog
from bot.bootstrap.desk import CannotStart
from bot.bootstrap.http_sinks import glpi_sink, webhook_sink, zammad_sink
from bot.bootstrap.mail_sink import email_sink, smtp_password
from bot.service.delivery import Sink
from bot.service.mailbox import mailboxes
from bot.settings import Settings


@asynccontextmanager
async def open_sinks(
    settings: Settings, catalog: GettextCatalog, folder: Path | None, support: str = ""
) -> AsyncIterator[Sequence[Sink]]:
    """The sinks, let go of afterwards: those that are set up, and a `folder` where there is one.

    `support` is the desk's address, to which people may send the mails in the folder; empty where it is not known.

    Raises:
        CannotStart: something is missing, or cannot be right.
    """
    from bot.adapters.sinks.folder import FolderSink

    makers = (email_sink(settings, catalog), glpi_sink(settings), zammad_sink(settings), webhook_sink(settings))
    sinks: list[Sink] = [sink for sink in makers if sink is not None]
    if folder is not None:
        try:
            sinks.append(FolderSink(folder, mailboxes(support) if support else ()))
        except ValueError as error:
            raise CannotStart(f"the setting support_email: {error}") from None
    try:
        yield sinks
    finally:
        for sink in sinks:
            await sink.close()


def sink_secrets(settings: Settings) -> list[str]:
    """What no log may say.

    Raises:
        CannotStart: a secret cannot be read.
    """
    given = (
        smtp_password(settings),
        settings.glpi_user_token,
        settings.glpi_app_token,
        settings.zammad_token,
        settings.hook_secret,
    )
    return [secret.get_secret_value().strip() for secret in given if secret is not None]
