"""`make bench`: the bot beside its peers, each in turn, several times."""

import asyncio
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from benchmarks.people import STEPS
from benchmarks.report import chart, table
from benchmarks.starting import starts
from benchmarks.stored import fill
from benchmarks.subjects import CORE, SUBJECTS, stay_off
from benchmarks.trial import Failed, Mode, Plan, Result, Stage, trial

if TYPE_CHECKING:
    from benchmarks.servers import Front

_WIDE = 110
"""Columns that the table takes."""
_OUT = Path("benchmarks/results")
_SLOW = 200
"""Updates a second that a slow machine takes; a crowd is measured for as long as it would need there."""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True}, invoke_without_command=True
)
@click.pass_context
def bench(context: click.Context) -> None:
    """Measures this bot on this machine, over loopback. Without a command: beside its peers."""
    if context.invoked_subcommand is None:
        context.invoke(peers)


@bench.command()
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
def peers(rounds: int, seconds: float, people: int, rate: float, mode: Sequence[Mode], only: Sequence[str]) -> None:
    r"""Measures this bot and its peers on this machine, over loopback, one processor for the bot.

    Each holds the same conversation of eight steps. First all that a bot can take is given to it, then a fixed rate of
    updates is offered. Results are shown, and written to benchmarks/results with a chart.

    \b
    make bench
    make bench ARGS="peers --rounds 1 --only guichet --only aiogram --mode polling"
    """
    console = Console()
    stay_off(CORE)
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
    Console(width=max(console.width, _WIDE)).print(table(results))
    _OUT.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "processors": os.cpu_count(), "system": platform.platform()}
    written = {"machine": machine, "results": [asdict(each) for each in results]}
    (_OUT / "results.json").write_text(json.dumps(written, indent=2))
    chart(results, _OUT / "results.svg")
    console.print(f"Written to {_OUT}/results.json and {_OUT}/results.svg")


@bench.command()
@click.option("--processes", default=3, help="How many there are.")
@click.option("--front", type=click.Choice(["nginx", "caddy"]), default="nginx", help="What stands in front of them.")
@click.option("--rate", default=60.0, help="Updates a second that come in.")
@click.option("--seconds", default=60.0, help="How long.")
def restart(processes: int, front: "Front", rate: float, seconds: float) -> None:
    """Restarts processes one after the other while people talk; what is lost or said twice is counted."""
    from benchmarks.several import rolling  # noqa: PLC0415 - PostgreSQL is needed for this alone

    came = asyncio.run(rolling(processes, rate, seconds, front))
    console = Console()
    console.print(
        f"{came.restarts} restarts of {processes} processes behind {front},"
        f" {came.updates:,} updates answered at {rate:.0f}/s;"
        f" {came.unanswered} unanswered, {came.unexpected} messages too many;"
        f" {came.latency}, slowest {came.latency.slowest * 1000:.0f} ms"
    )
    raise SystemExit(1 if came.unanswered or came.unexpected else 0)


@bench.command()
@click.option("--processes", default="1,2,4", help="How many, with commas between.")
@click.option("--people", default=100, help="How many talk at the same time.")
@click.option("--seconds", default=10.0, help="How long each is measured.")
def several(processes: str, people: int, seconds: float) -> None:
    """Gives one, two and four processes on one PostgreSQL server all they take, and asks what an update costs it."""
    from benchmarks.several import together  # noqa: PLC0415 - likewise

    console = Console()
    for each in map(int, processes.split(",")):
        came = asyncio.run(together(each, people, seconds))
        console.print(
            f"{each} process{'es' if each > 1 else ''}: {came.rate:.0f} updates/s, {came.latency};"
            f" of the server, an update takes {came.transactions:.1f} transactions of {came.statements:.1f} statements"
            f" in all, and {came.log_bytes:,.0f} bytes of its log;"
            f" longest wait for a lock {came.longest_wait * 1000:.0f} ms"
        )


@bench.command()
@click.option("--stored", default="1000,100000,1000000", help="How many conversations are stored, with commas between.")
@click.option("--people", default="100,5000", help="How many talk at the same time, with commas between.")
@click.option("--rounds", default=2, help="How often each is measured; they take turns.")
@click.option("--seconds", default=10.0, help="Seconds each is measured, after three to warm up; longer for many.")
def flat(stored: str, people: str, rounds: int, seconds: float) -> None:
    """Asks whether what is stored, or how many talk, makes the bot slower: it should not.

    Each of the first is measured with the least people, and each of the others with the least stored, until all of
    them could have come to the end.
    """
    console = Console()
    stay_off(CORE)
    counts, crowds = ([int(each) for each in given.split(",")] for given in (stored, people))
    plans = [(count, crowds[0]) for count in counts] + [(counts[0], crowd) for crowd in crowds[1:]]
    came: dict[tuple[int, int], list[Result]] = {plan: [] for plan in plans}
    sizes: dict[int, float] = {}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("measuring", total=rounds * len(plans))
        for _ in range(rounds):
            for count, crowd in plans:
                progress.update(task, description=f"{count:,} stored, {crowd:,} people")

                async def prepare(stage: Stage, count: int = count) -> None:
                    sizes[count] = await fill(SUBJECTS[0], stage, count)

                plan = Plan("polling", crowd, max(seconds, crowd * len(STEPS) / _SLOW), 3.0)
                came[count, crowd].append(asyncio.run(trial(SUBJECTS[0], plan, prepare)))
                progress.advance(task)
    first = median(each.rate for each in came[plans[0]])
    for (count, crowd), results in came.items():
        rate, memory = median(each.rate for each in results), median(each.memory for each in results)
        console.print(
            f"{count:,} stored ({sizes[count] / 1000:.1f} kB each), {crowd:,} people: {rate:.0f} updates/s"
            f" ({rate / first:.2f} of the first), {median(each.cpu for each in results):.2f} ms of processor each,"
            f" {memory:.0f} MiB"
        )


@bench.command()
@click.option("--rounds", default=7, help="How often each is started.")
def start(rounds: int) -> None:
    """Starts `chat` and `run` for a second time, beside a bare import of the libraries that they load for that."""
    for name, took, libraries in starts(rounds):
        Console().print(
            f"{name}: {took * 1000:.0f} ms; its libraries {libraries * 1000:.0f} ms; {took / libraries:.2f}"
        )


if __name__ == "__main__":
    bench()
