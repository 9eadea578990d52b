"""The command line. Each command loads what it needs when it runs, so that `--help` is quick."""

import click

from bot import __version__
from bot.cli.authoring import check, desk_settings, graph, messages, schema
from bot.cli.looking import links, understand
from bot.cli.operating import actions, jobs, key, migrate, set_aside
from bot.cli.talking import chat, run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="guichet")
def main() -> None:
    """Guichet, a support-desk triage bot: from "my mail does not open" to a ticket in hand."""


for command in (
    chat,
    run,
    check,
    graph,
    schema,
    links,
    understand,
    desk_settings,
    messages,
    migrate,
    key,
    jobs,
    actions,
    set_aside,
):
    main.add_command(command)
