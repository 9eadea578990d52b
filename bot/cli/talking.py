"""Talking: in the terminal, on Telegram."""

import sys
from datetime import datetime
from pathlib import Path

import click

from bot.cli.shared import Instant, in_zone, said_clearly, settings_of, unswept


@click.command()
@click.option("--lang", metavar="CODE", help="The language to talk in, such as fr or en.")
@click.option("--flow", metavar="NAME", help="Go straight to this flow instead of offering all.")
@click.option("--now", type=Instant(), help="Let time stand still at this instant, for trials.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Where the database and tickets/ are.")
@click.option("--jsonl", is_flag=True, help="Talk JSON Lines with a script (docs/jsonl.md).")
def chat(lang: str | None, flow: str | None, now: datetime | None, data: Path | None, jsonl: bool) -> None:
    """Talk with the bot in this terminal. No token and no network are needed.

    A conversation that was broken off goes on where it stood. Leave with /quit or Ctrl-D; show a screenshot with
    "/photo PATH".

    \b
    Examples:
      python -m bot chat
      python -m bot chat --lang en --flow webmail
      echo '{"choose": "webmail"}' | python -m bot chat --jsonl --data /tmp/trial
    """
    with unswept(), said_clearly():
        import asyncio

        from bot.bootstrap.talking import Face, talk

        settings = settings_of(data_dir=data)
        face: Face = "jsonl" if jsonl else "terminal" if sys.stdin.isatty() and sys.stdout.isatty() else "pipe"
        asyncio.run(talk(settings, face, lang, flow, in_zone(now, settings)))


@click.command()
def run() -> None:
    """Talk with people on Telegram, until told to stop (Ctrl-C, or SIGTERM).

    BOT_TOKEN holds the token that @BotFather gives. Updates are fetched by polling; with BOT_WEBHOOK_URL and
    BOT_WEBHOOK_SECRET, Telegram delivers them. The README tells how to set everything up.

    \b
    Examples:
      BOT_TOKEN=123:abc python -m bot run
      BOT_LOG_LEVEL=DEBUG python -m bot run
    """
    with unswept(), said_clearly():
        import asyncio

        from bot.bootstrap.loop import loop_factory
        from bot.bootstrap.talking import serve

        settings = settings_of()
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(serve(settings))
