"""`python -m tests.chaos`: as many kills as one likes."""

import asyncio
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

import click

from bot.adapters.store.cipher import Cipher, new_key
from tests.chaos.campaign import Campaign, Setting
from tests.chaos.database import Sqlite
from tests.chaos.report import report
from tests.telegram_bot import MODES, Mode


@click.command()
@click.option("--kills", default=100, show_default=True, help="How often the bot is killed, in both modes together.")
@click.option("--database", type=click.Choice(["sqlite"]), default="sqlite", show_default=True)
@click.option("--mode", type=click.Choice(["both", *MODES]), default="both", show_default=True)
@click.option("--people", default=20, show_default=True, help="How many people walk at a time.")
@click.option("--faults", default=0.05, show_default=True, help="The probability that a call goes wrong.")
@click.option("--seed", type=int, help="Repeats the chances of another time.")
def chaos(kills: int, database: str, mode: str, people: int, faults: float, seed: int | None) -> None:
    """Kills the bot again and again while a crowd walks to its tickets; then looks whether anything was lost."""
    seed = random.randrange(1_000_000) if seed is None else seed  # noqa: S311 - chance to be had again
    modes: list[Mode] = [each for each in MODES if mode in ("both", each)]
    shares = [kills // len(modes) + (number < kills % len(modes)) for number in range(len(modes))]
    failed = False
    for each, share in zip(modes, shares, strict=True):
        failed |= not _campaign(Setting(each, share, seed, people, faults))
    if failed:
        again = f"--kills {kills} --database {database} --mode {mode} --people {people} --faults {faults} --seed {seed}"
        click.echo(f'Once more with these chances: make chaos ARGS="{again}"')
        sys.exit(1)


def _campaign(setting: Setting) -> bool:
    """Runs one and says what came of it; whether all is well. What was written is left only where it is not."""
    key = new_key()
    os.environ["BOT_DATA_KEY"] = key
    folder = Path(tempfile.mkdtemp(prefix="guichet-chaos-"))
    with click.progressbar(length=setting.kills, label=f"{setting.mode}, seed {setting.seed}", file=sys.stderr) as bar:
        campaign = Campaign(setting, Sqlite(folder), Cipher.of([key]))
        outcome = asyncio.run(campaign.run(lambda: bar.update(1)))
    click.echo("\n".join(["", *report(outcome), ""]))
    if outcome.problems:
        click.echo(f"  The data folder, with the log, is {folder}\n")
        return False
    shutil.rmtree(folder)
    return True


if __name__ == "__main__":
    chaos()
