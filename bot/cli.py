"""The command line. Each command loads what it needs when it runs, so that `--help` is quick."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import __version__

if TYPE_CHECKING:
    from bot.adapters.telegram.links import Link
    from bot.service.window import Kind
    from bot.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="guichet")
def main() -> None:
    """Guichet, a support-desk triage bot: from "my mail does not open" to a ticket in hand."""


_YEARS = range(1900, 3000)
"""Far enough from both ends of the calendar to count back from any instant of them, and on."""


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant; without an offset it is in the desk's time zone."""

    name = "ISO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant."""
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f'"{value}" is not an instant such as 2026-06-22T10:30:00+02:00', param, ctx)
        if instant.year not in _YEARS:
            self.fail(f'"{value}" is not within the years {_YEARS[0]} to {_YEARS[-1]}', param, ctx)
        return instant


@main.command()
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
    import asyncio

    from bot.bootstrap import Face, talk

    settings = _settings(data_dir=data)
    face: Face = "jsonl" if jsonl else "terminal" if sys.stdin.isatty() and sys.stdout.isatty() else "pipe"
    with _said_clearly():
        asyncio.run(talk(settings, face, lang, flow, _in_zone(now, settings)))


@main.command()
def run() -> None:
    """Talk with people on Telegram, until told to stop (Ctrl-C, or SIGTERM).

    BOT_TOKEN holds the token that @BotFather gives. Updates are fetched by polling; with BOT_WEBHOOK_URL and
    BOT_WEBHOOK_SECRET, Telegram delivers them. The README tells how to set everything up.

    \b
    Examples:
      BOT_TOKEN=123:abc python -m bot run
      BOT_LOG_LEVEL=DEBUG python -m bot run
    """
    import asyncio

    from bot.bootstrap import serve

    settings = _settings()
    with _said_clearly():
        asyncio.run(serve(settings))


@main.command()
@click.argument("flows", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to say it.")
def check(flows: tuple[Path, ...], strict: bool, form: str) -> None:
    """Check flow files and translations; say every problem, where it is and what is allowed.

    FLOWS are files or folders; without any, the desk's own. Exit code 1 means that there are errors.

    \b
    Examples:
      python -m bot check
      python -m bot check --strict flows/webmail.yaml
    """
    from dataclasses import replace

    from bot.bootstrap import read_desk
    from bot.checking.report import as_json, as_text
    from bot.settings import wrong_language

    settings = _settings()
    with _said_clearly():
        desk = read_desk(settings, flows)
    found = desk.check()
    if strict:
        found = [replace(problem, severity="error") for problem in found]
    doubts = 0 if wrong_language(settings) is None else 1
    warnings = sum(problem.severity == "warning" for problem in found) + (0 if strict else doubts)
    errors = len(found) + doubts - warnings
    if form == "json":
        click.echo(as_json(found))
    elif found:
        click.echo(as_text(found, desk.contents))
    if form == "text":
        names = ", ".join(loaded.flow.name for loaded in desk.loaded.flows)
        counts = f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}"
        click.echo(f"{counts}. Flows: {names or 'none'}.", err=True)
    sys.exit(1 if errors else 0)


@main.command()
@click.argument("flow", required=False)
def graph(flow: str | None) -> None:
    """Print the diagram of a flow, as Mermaid, drawn from the table that the engine walks."""
    from bot.bootstrap import checked_machine, read_desk
    from bot.engine.diagram import mermaid

    with _said_clearly():
        machine = checked_machine(read_desk(_settings()))
    names = list(machine.flows) if flow is None else [flow]
    for name in names:
        if name not in machine.flows:
            raise click.BadParameter(f'there is no flow "{name}"; there are: {", ".join(machine.flows)}')
        click.echo(mermaid(machine.flows[name]))


@main.command()
@click.argument("what", type=click.Choice(["flow", "ticket"]))
def schema(what: str) -> None:
    """Print the JSON Schema of flow files or of tickets."""
    import json

    from bot.flowfile.schema import flow_schema
    from bot.service.ticket_json import ticket_schema

    click.echo(json.dumps(flow_schema() if what == "flow" else ticket_schema(), ensure_ascii=False, indent=2))


@main.command()
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

    from bot.bootstrap import deep_links

    settings = _settings()
    with _said_clearly():
        found = asyncio.run(deep_links(settings, username, flow, lang))
        for link, url in found:
            click.echo(f"{link.parameter:<40} {url}")
        if qr is not None:
            _write_codes(qr, found)


@main.command()
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
    from bot.bootstrap import look

    settings = _settings()
    with _said_clearly():
        look(settings, kind, (lang, flow, _in_zone(now, settings)), jsonl=jsonl, labelled=evaluate)


@main.command("settings")
def desk_settings() -> None:
    """Print the desk's settings as a file to fill and to name in BOT_SETTINGS."""
    from bot.bootstrap import read_desk
    from bot.flowfile.settings import settings_template

    with _said_clearly():
        click.echo(settings_template(read_desk(_settings()).loaded.settings.values()), nl=False)


@main.group()
def messages() -> None:
    """Keep the translations up to date."""


@messages.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit code 1 when something would change.")
def update(only_check: bool) -> None:
    """Bring the catalogues up to date with the flows and the bot: add what is new, mark what changed.

    Existing translations are kept. A new language begins with a folder: locales/<code>/LC_MESSAGES/. Files that cannot
    be read are said, exit code 2, and nothing is changed: what they say would be taken for gone.
    """
    from bot.adapters.catalog.update import update_catalogues
    from bot.bootstrap import CannotStart, read_desk
    from bot.checking.report import as_text
    from bot.checking.translations import NOT_PAIRED
    from bot.settings import wrong_language

    settings = _settings()
    with _said_clearly():
        desk = read_desk(settings)
        if not desk.paired:
            raise CannotStart(f"{settings.locales_dir} is left as it is; {NOT_PAIRED}")
        unread = [problem for problem in desk.loaded.diagnostics if problem.severity == "error"]
        if unread or wrong_language(settings):
            if unread:
                click.echo(as_text(unread, desk.contents), err=True)
            click.echo("The catalogues are left as they are until this is mended.", err=True)
            sys.exit(2)
        changed = update_catalogues(settings.locales_dir, desk.loaded, settings.language, write=not only_check)
    for path in changed:
        click.echo(f"{'would change' if only_check else 'updated'}: {path}")
    if not changed:
        click.echo("everything is up to date")
    sys.exit(1 if only_check and changed else 0)


def _settings(**given: object) -> "Settings":
    """The operator's settings; those given here go first."""
    from pydantic import ValidationError

    from bot.settings import Settings, unknown_names, wrong_language

    for warning in unknown_names():
        click.echo(f"warning: {warning}", err=True)
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"]).upper()
            click.echo(f"BOT_{name.removeprefix('BOT_')}: {problem['msg'].removeprefix('Value error, ')}", err=True)
        sys.exit(2)
    if doubt := wrong_language(settings):
        click.echo(f"warning: {doubt}", err=True)
    return settings


def _write_codes(folder: Path, found: "Sequence[tuple[Link, str]]") -> None:
    import segno

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for link, url in found:
            segno.make(url, micro=False, error="m").save(str(folder / f"{link.parameter}.svg"), scale=8, border=4)
    except OSError as error:
        click.echo(f"{folder}: the QR codes cannot be written: {error.strerror}", err=True)
        sys.exit(2)
    click.echo(f"{_counted(len(found), 'QR code')} in {folder}", err=True)


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _in_zone(now: datetime | None, settings: "Settings") -> datetime | None:
    from zoneinfo import ZoneInfo

    return now if now is None or now.tzinfo else now.replace(tzinfo=ZoneInfo(settings.timezone))


@contextmanager
def _said_clearly() -> Iterator[None]:
    """What keeps the bot from starting is one clear text and exit code 2; a closed pipe is no error."""
    from bot.bootstrap import CannotStart
    from bot.model.error import BotError

    try:
        yield
    except CannotStart as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except BotError as error:
        click.echo("\n".join([str(error), *getattr(error, "__notes__", ())]), err=True)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
