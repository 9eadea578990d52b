"""For help-desk authors: flows, settings and translations."""

import sys
from pathlib import Path

import click

from bot.cli.shared import counted, said_clearly, settings_of


@click.command()
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

    from bot.bootstrap.desk import read_desk
    from bot.checking.report import as_json, as_text
    from bot.settings import wrong_language

    settings = settings_of()
    with said_clearly():
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
        counts = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
        click.echo(f"{counts}. Flows: {names or 'none'}.", err=True)
    sys.exit(1 if errors else 0)


@click.command()
@click.argument("flow", required=False)
def graph(flow: str | None) -> None:
    """Print the diagram of a flow, as Mermaid, drawn from the table that the engine walks."""
    from bot.bootstrap.desk import checked_machine, read_desk
    from bot.engine.diagram import mermaid

    with said_clearly():
        machine = checked_machine(read_desk(settings_of()))
    names = list(machine.flows) if flow is None else [flow]
    for name in names:
        if name not in machine.flows:
            raise click.BadParameter(f'there is no flow "{name}"; there are: {", ".join(machine.flows)}')
        click.echo(mermaid(machine.flows[name]))


@click.command()
@click.argument("what", type=click.Choice(["flow", "ticket"]))
def schema(what: str) -> None:
    """Print the JSON Schema of flow files or of tickets."""
    import json

    from bot.flowfile.schema import flow_schema
    from bot.service.ticket_json import ticket_schema

    click.echo(json.dumps(flow_schema() if what == "flow" else ticket_schema(), ensure_ascii=False, indent=2))


@click.command("settings")
def desk_settings() -> None:
    """Print the desk's settings as a file to fill and to name in BOT_SETTINGS."""
    from bot.bootstrap.desk import read_desk
    from bot.flowfile.settings import settings_template

    with said_clearly():
        click.echo(settings_template(read_desk(settings_of()).loaded.settings.values()), nl=False)


@click.group()
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
    from bot.bootstrap.desk import CannotStart, read_desk
    from bot.checking.report import as_text
    from bot.checking.translations import NOT_PAIRED
    from bot.settings import wrong_language

    settings = settings_of()
    with said_clearly():
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
