"""`make bench`: the bot beside its peers, each in turn, several times."""

import asyncio
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from benchmarks.report import chart, table
from benchmarks.subjects import SUBJECTS, stay_off
from benchmarks.trial import Failed, Mode, Plan, Result, trial

_OUT = Path("benchmarks/results")


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--rounds", default=3, help="How often each bot is measured; they take turns, so that noise hits all.")
@click.option("--seconds", default=8.0, help="How long each is measured, after two seconds to warm up.")
@click.option("--people", default=100, help="How many talk at the same time.")
@click.option("--rate", default=200.0, help="Updates a second that are offered when latency is measured; 0: do not.")
@click.option("--mode", type=click.Choice(["polling", "webhook"]), multiple=True, default=["polling", "webhook"])
@click.option(
    "--only",
    type=click.Choice([each.name for each in SUBJECTS]),
    multiple=True,
    help="Only these bots; all by default.",
)
def bench(rounds: int, seconds: float, people: int, rate: float, mode: Sequence[Mode], only: Sequence[str]) -> None:
    """Measures this bot and its peers on this machine, over loopback, one processor for the bot.

    Each holds the same conversation of eight steps. First all that a bot can take is given to it, then a fixed rate of
    updates is offered. Results are shown, and written to benchmarks/results with a chart.

    \b
    make bench
    make bench ARGS="--rounds 1 --only guichet --only aiogram --mode polling"
    """
    console = Console()
    stay_off(0)
    if (os.cpu_count() or 1) < 2:
        console.print(
            "Only one processor: the driver shares it with the bot, so figures are lower than they should be."
        )
    plans = [Plan(each, people, seconds, 2.0) for each in mode]
    plans += [Plan(each, people * 4, seconds, 2.0, rate) for each in mode] if rate else []
    subjects = [each for each in SUBJECTS if not only or each.name in only]
    results: list[Result] = []
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("measuring", total=rounds * len(plans) * len(subjects))
        for _ in range(rounds):
            for plan in plans:
                for subject in subjects:
                    progress.update(task, description=f"{subject.name}, {plan.mode}")
                    try:
                        results.append(asyncio.run(trial(subject, plan)))
                    except Failed as error:
                        raise click.ClickException(str(error)) from None
                    progress.advance(task)
    console.print(table(results))
    _OUT.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "processors": os.cpu_count(), "system": platform.platform()}
    written = {"machine": machine, "results": [asdict(each) for each in results]}
    (_OUT / "results.json").write_text(json.dumps(written, indent=2))
    chart(results, _OUT / "results.svg")
    console.print(f"Written to {_OUT}/results.json and {_OUT}/results.svg")


if __name__ == "__main__":
    bench()
