"""`python -m tests.chaos`: as many kills as one likes."""

import asyncio
import os
import random
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import click

from bot.adapters.store.cipher import Cipher, new_key
from tests.chaos.campaign import Campaign, Setting
from tests.chaos.database import Database, Sqlite
from tests.chaos.nursery import Nursery
from tests.chaos.postgresql import Postgres
from tests.chaos.report import report
from tests.postgres import missing
from tests.telegram_bot import MODES, Mode, from_nothing

DATABASES = ("sqlite", "postgresql")


@click.command()
@click.option("--kills", default=100, show_default=True, help="How often the bot is killed, in both modes together.")
@click.option("--database", type=click.Choice(DATABASES), default="sqlite", show_default=True)
@click.option("--mode", type=click.Choice(["both", *MODES]), default="both", show_default=True)
@click.option("--people", default=20, show_default=True, help="How many people walk at a time.")
@click.option("--processes", default=1, show_default=True, help="How many processes there are, behind one webhook.")
@click.option("--faults", default=0.05, show_default=True, help="The probability that a call goes wrong.")
@click.option("--seed", type=int, help="Repeats the chances of another time.")
@click.option("--cold", is_flag=True, help="Start each process from nothing; a kill takes twice as long.")
def chaos(
    kills: int, database: str, mode: str, people: int, processes: int, faults: float, seed: int | None, *, cold: bool
) -> None:
    """Kills the bot again and again while a crowd walks to its tickets; then looks whether anything was lost.

    To be quick, each process is a fork of one that has imported the bot's modules already, and then runs the same
    `main(["run"])`: all is real but the start of the interpreter and the imports. With --cold, so are these.
    """
    seed = random.randrange(1_000_000) if seed is None else seed  # noqa: S311 - chance to be had again
    if processes > 1 and (database == "sqlite" or mode == "polling"):
        raise click.UsageError("several processes need PostgreSQL and a webhook: --database postgresql --mode webhook")
    mode = "webhook" if processes > 1 else mode
    modes: list[Mode] = [each for each in MODES if mode in ("both", each)]
    shares = [kills // len(modes) + (number < kills % len(modes)) for number in range(len(modes))]
    failed = False
    for each, share in zip(modes, shares, strict=True):
        failed |= not asyncio.run(
            _campaign(Setting(each, share, seed, people, faults, processes=processes), database, cold=cold)
        )
    if failed:
        again = f"--kills {kills} --database {database} --mode {mode} --people {people} --faults {faults} --seed {seed}"
        again += f" --processes {processes}" if processes > 1 else ""
        again += " --cold" if cold else ""
        click.echo(f'Once more with these chances: make chaos ARGS="{again}"')
        sys.exit(1)


async def _campaign(setting: Setting, database: str, *, cold: bool) -> bool:
    """Runs one and says what came of it; whether all is well. What was written is left only where it is not."""
    key = new_key()
    os.environ["BOT_DATA_KEY"] = key
    folder = Path(tempfile.mkdtemp(prefix="guichet-chaos-"))
    label = f"{setting.mode}, seed {setting.seed}"
    async with AsyncExitStack() as stack:
        launch = from_nothing if cold else stack.enter_context(Nursery()).launch
        base = _database(stack, database, folder)
        bar = stack.enter_context(click.progressbar(length=setting.kills, label=label, file=sys.stderr))
        campaign = Campaign(setting, base, Cipher.of([key]), launch)
        outcome = await campaign.run(lambda: bar.update(1))
    click.echo("\n".join(["", *report(outcome), ""]))
    if outcome.problems:
        click.echo(f"  The data folder, with the log, is {folder}\n")
        return False
    shutil.rmtree(folder)
    return True


def _database(stack: AsyncExitStack, name: str, folder: Path) -> Database:
    """The one that is called so, until the stack is left."""
    if name == "sqlite":
        return Sqlite(folder)
    try:
        return stack.enter_context(Postgres.running(folder))
    except ImportError:
        raise click.UsageError(missing()) from None


if __name__ == "__main__":
    chaos()
