"""Looking: at what is understood, and for the ways that lead to the bot."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.shared import Instant, counted, in_zone, said_clearly, settings_of

if TYPE_CHECKING:
    from bot.adapters.telegram.links import Link
    from bot.service.window import Kind


@click.command()
@click.option(
    "--bot", "username", metavar="NAME", help="The bot's user name; asked from Telegram (BOT_TOKEN) otherwise."
)
@click.option("--flow", metavar="NAME", help="Only the links of this flow.")
@click.option("--lang", metavar="CODE", help="Only the links in this language.")
@click.option(
    "--qr", type=click.Path(file_okay=False, path_type=Path), help="Also write QR codes (SVG) into this folder."
)
def links(username: str | None, flow: str | None, lang: str | None, qr: Path | None) -> None:
    """Print links that open the bot on Telegram at a service or at a cause, in a language.

    Put them on the intranet, or print their QR codes on a poster.

    \b
    Examples:
      python -m bot links --bot my_desk_bot --lang fr
      python -m bot links --bot my_desk_bot --qr posters
    """
    import asyncio

    from bot.bootstrap.telegram import deep_links

    settings = settings_of()
    with said_clearly():
        found = asyncio.run(deep_links(settings, username, flow, lang))
        for link, url in found:
            click.echo(f"{link.parameter:<40} {url}")
        if qr is not None:
            _write_codes(qr, found)


@click.command()
@click.argument("kind", type=click.Choice(["error", "text", "time", "address", "secret"]))
@click.option("--lang", metavar="CODE", help="The language of questions back, such as fr or en.")
@click.option("--flow", metavar="NAME", help="The flow whose words count; otherwise the one with most examples.")
@click.option("--now", type=Instant(), help="The moment the texts are written at; times are understood from there.")
@click.option("--jsonl", is_flag=True, help="Read and write JSON Lines (docs/understanding.md).")
@click.option(
    "--evaluate", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Measure on labelled JSON Lines."
)
def understand(
    kind: "Kind", lang: str | None, flow: str | None, now: datetime | None, jsonl: bool, evaluate: Path | None
) -> None:
    """Show what the bot understands of each line of standard input, how sure it is, and why.

    KIND is what the lines are: error messages, free text, times of an attempt, web addresses, or texts that may hold
    secrets. Nothing is kept.

    \b
    Examples:
      echo "503 Service Unavailable" | python -m bot understand error
      echo "hier vers 22h" | python -m bot understand time --now 2026-06-22T10:30
      python -m bot understand text --evaluate labelled.jsonl
    """
    from bot.bootstrap.looking import look

    settings = settings_of()
    with said_clearly():
        look(settings, kind, (lang, flow, in_zone(now, settings)), jsonl=jsonl, labelled=evaluate)


def _write_codes(folder: Path, found: "Sequence[tuple[Link, str]]") -> None:
    import segno

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for link, url in found:
            segno.make(url, micro=False, error="m").save(str(folder / f"{link.parameter}.svg"), scale=8, border=4)
    except OSError as error:
        click.echo(f"{folder}: the QR codes cannot be written: {error.strerror}", err=True)
        sys.exit(2)
    click.echo(f"{counted(len(found), 'QR code')} in {folder}", err=True)
