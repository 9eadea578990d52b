"""Whether a condition holds."""

from collections.abc import Set
from datetime import datetime
from typing import assert_never

from bot.model.answer import WebAddress
from bot.model.condition import (
    AllOf,
    Answered,
    AnyOf,
    ChoiceTaken,
    Condition,
    FieldFilled,
    HostOutside,
    InMonths,
    Not,
    SettingKnown,
)
from bot.model.flow import Flow
from bot.model.session import Entry
from bot.model.verdict import is_under


def holds(
    condition: Condition | None,
    flow: Flow,
    trail: tuple[Entry, ...],
    now: datetime,
    filled: Set[str] = frozenset(),
) -> bool:
    """Whether the condition holds after these answers; `filled` are the fields a ticket has. None always holds."""
    match condition:
        case None:
            return True
        case ChoiceTaken(answer, choices):
            entry = _last(trail, answer)
            return entry is not None and entry.choice in choices
        case Answered(answer):
            return _last(trail, answer) is not None
        case HostOutside(answer, setting):
            entry = _last(trail, answer)
            domains = flow.settings[setting].value
            return (
                entry is not None
                and isinstance(entry.value, WebAddress)
                and isinstance(domains, tuple)
                and domains != ()
                and (entry.value.suspicious or not is_under(entry.value.host, domains))
            )
        case SettingKnown(setting):
            return bool(flow.settings[setting].value)
        case FieldFilled(field):
            return field in filled
        case InMonths(months):
            return now.month in months
        case Not(inner):
            return not holds(inner, flow, trail, now, filled)
        case AllOf(conditions):
            return all(holds(part, flow, trail, now, filled) for part in conditions)
        case AnyOf(conditions):
            return any(holds(part, flow, trail, now, filled) for part in conditions)
        case _:
            assert_never(condition)


def _last(trail: tuple[Entry, ...], name: str) -> Entry | None:
    return next((entry for entry in reversed(trail) if entry.name == name), None)
