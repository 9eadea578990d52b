"""Where a case stands after what staff and its person do."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.case import Case, CaseState, Rating
from bot.service.case_moves import MOST_RATINGS, MOVES, Move, moved

NEW = Case("K7RM-2XQ5", "telegram:1")


def walked(*moves: Move) -> CaseState:
    """Where a case stands after these moves of somebody called Ada; those that cannot be made change nothing."""
    case = NEW
    for move in moves:
        case = moved(case, move, "Ada", "good") or case
    return case.state


@pytest.mark.parametrize(
    ("moves", "state"),
    [
        ((), "open"),
        (("take",), "taken"),
        (("take", "take"), "taken"),
        (("write",), "asked"),
        (("take", "write"), "asked"),
        (("take", "write", "add"), "taken"),
        (("write", "take"), "taken"),
        (("add",), "open"),
        (("inform",), "taken"),
        (("inform", "ask"), "asked"),
        (("take", "ask", "inform"), "taken"),
        (("resolve",), "resolved"),
        (("take", "resolve", "write"), "asked"),
        (("take", "resolve", "rate", "write", "add"), "taken"),
        (("resolve", "add"), "resolved"),
        (("resolve", "take"), "resolved"),
        (("resolve", "ask"), "resolved"),
        (("resolve", "rate"), "resolved"),
        (("resolve", "reopen"), "open"),
        (("reopen",), "open"),
        (("take", "write", "add", "resolve", "reopen", "take", "resolve", "rate"), "resolved"),
    ],
)
def test_where_a_case_stands(moves: tuple[Move, ...], state: CaseState) -> None:
    """By example."""
    assert walked(*moves) == state


def test_who_has_a_case() -> None:
    """Whoever takes it or writes first; another may take it over; opened again, nobody."""
    taken = moved(NEW, "take", "Ada")
    assert taken is not None
    assert taken.by == "Ada"
    assert moved(taken, "take", "Bea") is None
    assert moved(taken, "take_over", "Ada") is None
    assert moved(taken, "take_over", "Bea") == replace(taken, by="Bea")
    asked = moved(taken, "write", "Bea")
    assert asked is not None
    assert asked.by == "Ada"
    over = moved(asked, "take", "Bea")
    assert over is not None
    assert over.by == "Bea"
    resolved = moved(over, "resolve", "Cleo")
    assert resolved is not None
    assert resolved.by == "Bea"
    rated = moved(resolved, "rate", rating="bad")
    assert rated is not None
    assert rated.rating == "bad"
    again = moved(rated, "reopen")
    assert again == NEW


def test_how_often_an_outcome_is_rated() -> None:
    """The same again changes nothing, and other than before only so often; opened again, it begins anew."""
    case = replace(NEW, state="resolved")
    for number in range(MOST_RATINGS):
        rating: Rating = "bad" if number % 2 else "good"
        rated = moved(case, "rate", rating=rating)
        assert rated is not None
        assert rated != case
        assert moved(rated, "rate", rating=rating) == rated
        case = rated
    assert moved(case, "rate", rating="good") is None
    assert moved(case, "reopen") == NEW
    written = moved(case, "write", "Ada")
    assert written == replace(NEW, state="asked", by="Ada")


def test_what_cannot_be_done() -> None:
    """It is the very same case then."""
    resolved = replace(NEW, state="resolved", by="Ada")
    for move in MOVES.keys() - {"close", "write", "add", "rate", "reopen"}:
        assert moved(resolved, move, "Bea") is None
    for state in ("open", "taken", "asked"):
        alive = replace(NEW, state=state)
        assert moved(alive, "rate") is None
        assert moved(alive, "reopen") is None


def test_the_ready_made_answers_are_on_offer_until_something_is_done() -> None:
    """Whatever staff do next puts them away; what the person does meanwhile leaves them where they are."""
    choosing = moved(NEW, "choose", "Ada")
    assert choosing is not None
    assert choosing.choosing
    added = moved(choosing, "add")
    assert added is not None
    assert added.choosing
    for move in MOVES.keys() - {"choose", "add", "rate", "reopen", "take_over"}:
        after = moved(choosing, move, "Ada")
        assert after is not None
        assert not after.choosing


@given(st.lists(st.tuples(st.sampled_from(list(MOVES)), st.sampled_from(["Ada", "Bea", None]))))
def test_words_pass_from_everywhere(moves: list[tuple[Move, str | None]]) -> None:
    """Whatever was done before, the person can add, staff can write, and a case that is done can be opened again."""
    case = NEW
    for move, by in moves:
        after = moved(case, move, by, "good" if move == "rate" else None)
        assert after is None or after.state in {"open", "taken", "asked", "resolved"}
        case = after or case
        assert (case.rating is None) or case.state == "resolved"
        assert not (case.choosing and case.state == "resolved")
        assert replace(case, state="open", by=None, rating=None, choosing=False, ratings=0) == NEW
    assert moved(case, "add") is not None
    assert moved(case, "write", "Ada") is not None
    done = moved(case, "resolve", "Ada") or case
    assert done.state == "resolved"
    assert moved(done, "reopen") is not None
