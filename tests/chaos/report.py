"""What a campaign says at its end."""

from collections.abc import Iterator

from tests.chaos.campaign import Outcome
from tests.chaos.kills import STAGES

_MOST = 20
"""Problems that are told one by one."""
_LINES = 200
"""Lines of what happened to those who were concerned."""


def report(outcome: Outcome) -> Iterator[str]:
    """The histogram of the kills, the figures, and what is wrong, line by line."""
    histogram, findings = outcome.histogram, outcome.findings
    kills = len(histogram.all)
    processes = f", {outcome.setting.processes} processes" if outcome.setting.processes > 1 else ""
    yield f"{outcome.setting.mode}{processes}, seed {outcome.setting.seed}"
    yield f"  {'stage at the kill':20} {'kills':>7} {'updates':>9}"
    for stage in STAGES:
        updates = "" if stage == "idle" else str(histogram.updates[stage])
        yield f"  {stage:20} {histogram.kills[stage]:7} {updates:>9}"
    yield f"  {'with any under way':20} {histogram.in_flight:7}   of {kills}"
    yield f"  {'seconds a kill':20} {outcome.seconds / max(kills, 1):7.1f}"
    yield ""
    for name, figure in (
        ("updates", findings.updates),
        ("tickets", findings.tickets),
        ("messages repeated", findings.repeats),
        ("presses too late", findings.too_late),
        ("toasts lost by a kill", findings.toasts_lost),
        ("dropped by Telegram", findings.dropped),
        ("handed to two at once", outcome.doubled),
        *sorted(outcome.weather.items()),
        ("violations", len(outcome.problems)),
    ):
        yield f"  {name:28} {figure:9}"
    yield from (f"  {problem}" for problem in outcome.problems[:_MOST])
    if len(outcome.problems) > _MOST:
        yield f"  … and {len(outcome.problems) - _MOST} more"
    yield from outcome.timelines[:_LINES]
