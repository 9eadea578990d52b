"""What staff and a ticket's person can do with a case, and where it stands then: all about it is in this file."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, TypeAlias

from bot.model.case import Case, CaseState, Rating

Move: TypeAlias = Literal[
    "take", "take_over", "choose", "close", "write", "inform", "ask", "resolve", "reopen", "add", "rate"
]  # fmt: skip
"""Staff take it, from nobody or from whoever has it; look at the ready-made answers, and put them away; write to the
person; send them a ready-made answer that asks nothing, or one that does; close it. Staff or the person open it again;
the person adds to it, or rates it."""

_ALIVE: Mapping[CaseState, CaseState] = {"open": "open", "taken": "taken", "asked": "asked"}

MOVES: Mapping[Move, Mapping[CaseState, CaseState]] = {
    "take": {"open": "taken", "asked": "taken"},
    "take_over": {"taken": "taken"},
    "choose": _ALIVE,
    "close": {**_ALIVE, "resolved": "resolved"},
    "write": {"open": "asked", "taken": "asked", "asked": "asked", "resolved": "asked"},
    "inform": {"open": "taken", "taken": "taken", "asked": "taken"},
    "ask": {"open": "asked", "taken": "asked", "asked": "asked"},
    "resolve": {"open": "resolved", "taken": "resolved", "asked": "resolved"},
    "reopen": {"resolved": "open"},
    "add": {"open": "open", "taken": "taken", "asked": "taken", "resolved": "resolved"},
    "rate": {"resolved": "resolved"},
}
"""Where each move leads, from where it can be made. Whoever is written to may answer: so what staff write waits for the
person, what was resolved included, and what the person adds goes back to whoever has the case. Words are let through
from everywhere."""

MOST_RATINGS = 4
"""How often an outcome is rated: once, and three times otherwise."""

_BY_STAFF: frozenset[Move] = frozenset({"take", "inform", "ask"})
"""Whoever does so has the case, if nobody has it yet."""


def moved(case: Case, move: Move, by: str | None = None, rating: Rating | None = None) -> Case | None:
    """The case after a move; None where it cannot be made, and nothing changes. `by` is who of the staff makes it."""
    state = MOVES[move].get(case.state)
    if state is None or (move == "take_over" and by == case.by):
        return None
    after = replace(case, state=state, choosing=move == "choose")
    match move:
        case "take" | "take_over":
            return replace(after, by=by)
        case "reopen":
            return replace(after, by=None, rating=None, ratings=0)
        case "write":
            return replace(after, by=case.by or by, rating=None, ratings=0)
        case "rate" if rating == case.rating:
            return case
        case "rate":
            return replace(after, rating=rating, ratings=case.ratings + 1) if case.ratings < MOST_RATINGS else None
        case "add":
            return replace(after, choosing=case.choosing)
        case _:
            return replace(after, by=case.by or by) if move in _BY_STAFF else after
