"""Results, as a table and as a chart."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from rich.table import Table

from benchmarks.trial import Plan, Result

_OURS = "guichet"


def table(results: Sequence[Result]) -> Table:
    """A row for each bot and plan: the median of its rounds, and how far they lie apart."""
    shown = Table(title="One processor for the bot; medians of all rounds, and the spread of their rates")
    for name in (
        "bot",
        "mode",
        "offered",
        "updates/s",
        "spread",
        "of ours",
        "p50 ms",
        "p99 ms",
        "CPU ms",
        "MiB",
        "calls",
    ):
        shown.add_column(name, justify="left" if name in ("bot", "mode") else "right")
    for plan in _plans(results):
        ours = _median(results, plan, _OURS)
        for subject in dict.fromkeys(each.subject for each in results):
            rounds = [each for each in results if each.plan == plan and each.subject == subject]
            if not rounds:
                continue
            rate = median(each.rate for each in rounds)
            rates = [each.rate for each in rounds]
            shown.add_row(
                subject,
                plan.mode,
                "all it takes" if plan.rate is None else f"{plan.rate:.0f}/s",
                f"{rate:.0f}",
                f"±{(max(rates) - min(rates)) / 2 / rate:.0%}",
                f"{rate / ours:.2f}" if ours else "",
                f"{median(each.latency.p50 for each in rounds) * 1000:.0f}",
                f"{median(each.latency.p99 for each in rounds) * 1000:.0f}",
                f"{median(each.cpu for each in rounds):.2f}",
                f"{median(each.memory for each in rounds):.0f}",
                f"{median(each.calls for each in rounds):.1f}",
            )
        shown.add_section()
    return shown


def chart(results: Sequence[Result], path: Path) -> None:
    """Rates and latencies, a panel for each plan."""
    import matplotlib as mpl  # noqa: PLC0415 - it takes long to load, and is the last to be needed

    mpl.use("svg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - likewise

    plans = _plans(results)
    figure, panels = plt.subplots(1, len(plans), figsize=(5 * len(plans), 4), squeeze=False)
    for panel, plan in zip(panels[0], plans, strict=True):
        names = list(dict.fromkeys(each.subject for each in results if each.plan == plan))
        value = (lambda each: each.rate) if plan.rate is None else (lambda each: each.latency.p99 * 1000)
        values = [[value(each) for each in results if each.plan == plan and each.subject == name] for name in names]
        middle = [median(each) for each in values]
        low = [m - min(each) for m, each in zip(middle, values, strict=True)]
        high = [max(each) - m for m, each in zip(middle, values, strict=True)]
        panel.bar(names, middle, yerr=[low, high], capsize=4)
        panel.set_title(f"{plan.mode}: " + ("updates/s" if plan.rate is None else f"p99 ms at {plan.rate:.0f}/s"))
        panel.tick_params(axis="x", rotation=20)
    figure.tight_layout()
    figure.savefig(path)


def _plans(results: Iterable[Result]) -> list[Plan]:
    return list(dict.fromkeys(each.plan for each in results))


def _median(results: Sequence[Result], plan: Plan, subject: str) -> float | None:
    rates = [each.rate for each in results if each.plan == plan and each.subject == subject]
    return median(rates) if rates else None
