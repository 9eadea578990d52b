"""For operators: the database, the key that what people say is encrypted with, and what could not be taken."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.shared import counted, said_clearly, settings_of

if TYPE_CHECKING:
    from bot.service.jobs import Job, Queued


@click.group()
def key() -> None:
    """Make and change the key that what people say is encrypted with.

    Keep it apart from the database, and keep a copy: without it, nothing that was written can be read again.
    """


@key.command()
@click.option(
    "--file", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write it here, for your eyes only."
)
def new(path: Path | None) -> None:
    """Make a new key.

    \b
    Examples:
      python -m bot key new --file /etc/guichet/data.key     then set BOT_DATA_KEY_FILE to it
      BOT_DATA_KEY=$(python -m bot key new)
    """
    from bot.adapters.store.cipher import new_key
    from bot.bootstrap.keys import make_key_file

    if path is None:
        click.echo(new_key())
        return
    with said_clearly():
        make_key_file(path)
    click.echo(f"{path} holds a new key. Keep a copy of it in a safe place.", err=True)


@key.command()
def rotate() -> None:
    """Encrypt everything anew with the first of several keys.

    1. Put a new key in front of the old one, in BOT_DATA_KEY (with a comma between) or in the file (a line each), and
    start the bot again: it writes with the new one and reads with both. 2. Run this. 3. Take the old key away.

    \b
    Example:
      BOT_DATA_KEY=NEW,OLD python -m bot key rotate
    """
    import asyncio

    from bot.bootstrap.storage import rotate as rotate_keys

    settings = settings_of()
    with said_clearly():
        done = asyncio.run(rotate_keys(settings))
    click.echo(f"{counted(done, 'record')} encrypted anew with the first key.", err=True)


@click.command()
def migrate() -> None:
    """Bring the tables of the database up to the version this program works with.

    A database in a file is brought up to date by whatever opens it. On a PostgreSQL server do it yourself, once, before
    programs of this version start; those of another version notice, say so and stop. Make a copy of it before.

    \b
    Example:
      BOT_DATABASE_URL=postgresql+psycopg://guichet@localhost/guichet python -m bot migrate
    """
    import asyncio

    from bot.bootstrap.storage import migrate as bring_up_to_date

    settings = settings_of()
    with said_clearly():
        before, now = asyncio.run(bring_up_to_date(settings))
    was = "there were no tables" if before is None else f"it was of version {before}"
    click.echo(f"The database is of version {now}{'' if before == now else f'; {was}'}.", err=True)


@click.group(invoke_without_command=True)
@click.pass_context
def jobs(context: click.Context) -> None:
    """Show what is still to be done: tickets to hand on, people to remind.

    What fails is tried again by itself, later and later, for most of a day; then it is given up and waits for you.
    How a job failed may repeat somebody's words.

    \b
    Examples:
      python -m bot jobs
      python -m bot jobs retry 12
      python -m bot jobs forget 12
    """
    if context.invoked_subcommand is not None:
        return
    import asyncio

    from bot.bootstrap.storage import queued

    settings = settings_of()
    with said_clearly():
        found = asyncio.run(queued(settings))
    zone = settings.timezone
    for each in found:
        click.echo(_line(each, zone))
    dead = sum(each.dead for each in found)
    click.echo(f"{counted(len(found), 'job')}{f', {dead} given up' if dead else ''}", err=True)


def _line(each: "Queued", zone: str) -> str:
    """A job, for people."""
    from zoneinfo import ZoneInfo

    when = f"{each.due.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"
    state = "given up" if each.dead else f"due {when}"
    tried = f", {counted(each.tries, 'try') if each.tries == 1 else f'{each.tries} tries'}" if each.tries else ""
    return f"{each.id}  {_what(each.job)}  ({state}{tried}){f': {each.problem}' if each.problem else ''}"


def _what(job: "Job") -> str:
    """What is to be done."""
    match job.kind:
        case "deliver" | "post":
            return f"hand on ticket {job.ticket} by {job.sink}"
        case "look_in":
            return f"look in on {job.chat}"
        case "read":
            return f"read a picture of {job.chat}"
        case "relay":
            return f"tell a person what support says about {job.ticket}"
        case "show":
            return f"show the support group what is new of {job.ticket}"
        case "refuse":
            return "tell the support group that something was not passed on"
        case "farewell":
            return f"tell the support group that nothing of {job.ticket} is kept any more"


@jobs.command()
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Try a job again at once, as if for the first time."""
    _change(number, retry=True)


@jobs.command()
@click.argument("number", type=int)
def forget(number: int) -> None:
    """Take a job away: a ticket is not handed on then, and nobody is reminded."""
    _change(number, retry=False)


def _change(number: int, *, retry: bool) -> None:
    import asyncio

    from bot.bootstrap.storage import change_job

    settings = settings_of()
    with said_clearly():
        asyncio.run(change_job(settings, number, retry=retry))
    click.echo(f"Job {number} is {'due now' if retry else 'forgotten'}.", err=True)


@click.command("set-aside")
@click.option("--forget", is_flag=True, help="Forget them afterwards.")
def set_aside(*, forget: bool) -> None:
    """Print the updates that could not be taken, as the channel delivered them: a JSON object a line.

    They hold somebody's words. The person was told to send the message again.

    \b
    Example:
      python -m bot set-aside --forget > set-aside.jsonl
    """
    import asyncio
    import json

    from bot.bootstrap.storage import letters

    settings = settings_of()
    with said_clearly():
        found = asyncio.run(letters(settings, forget=forget))
    for letter in found:
        told = {"at": letter.at.isoformat(), "chat": letter.chat, "update": letter.update, "reason": letter.reason}
        click.echo(json.dumps({**told, "content": letter.content}, ensure_ascii=False))
    click.echo(f"{counted(len(found), 'update')} set aside{', forgotten now' if forget and found else ''}", err=True)


@click.command()
def actions() -> None:
    """Print what was done with tickets in the support group: a JSON object a line, the oldest first.

    Each tells when, with which ticket, what, and by whom: a pseudonym, the same for the same member of the group, or
    "person" for whose ticket it is. Nobody's words are in it. It is kept as long as the tickets are.

    \b
    Example:
      python -m bot actions | jq -r .action | sort | uniq -c
    """
    import asyncio
    import json

    from bot.bootstrap.storage import actions as done

    settings = settings_of()
    with said_clearly():
        found = asyncio.run(done(settings))
    for each in found:
        told = {"at": each.at.isoformat(), "reference": each.reference, "action": each.name, "who": each.who}
        click.echo(json.dumps(told))
    click.echo(counted(len(found), "action"), err=True)
