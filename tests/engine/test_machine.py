"""The tables, and the library they run on."""

from collections import Counter

import pytest
import transitions

from bot.engine.machine import Machine, Row, Turn, rows
from bot.engine.walk import EndlessFlow, entrance, settle
from bot.flowfile.library import load
from bot.model.flow import Flow, Phrase
from bot.model.session import Entry
from tests.desk import MONDAY, machine
from tests.sample import sample, with_start


def test_library_is_the_pinned_one() -> None:
    """Events are fired on objects the library does not know: that works in this version; others are to be tried."""
    assert transitions.__version__ == "0.9.3"


def test_a_turn_is_moved_without_being_registered() -> None:
    """The machine moves whatever it is fired on, and keeps nothing of it."""
    used = sample()
    flow = used.flows["sample"]
    turn = Turn(flow, "topic", (), (Entry("topic", (), "topic", choice="lost"),), MONDAY)
    assert not used.fire(turn, "choose", "found")
    assert used.fire(turn, "choose", "lost")
    assert turn.state == "told"
    assert not used.fire(turn, "choose", "lost")
    assert used.fire(turn, "proceed")
    assert turn.state == "ask"


def test_the_table_is_what_the_author_wrote() -> None:
    """The rows of one node, in their order, with the bound of the node they lead to."""
    found = [row for row in rows(sample().flows["sample"]) if row.source == "again" and row.trigger == "choose"]
    assert [(row.dest, len(row.guards)) for row in found] == [("told", 1), ("again", 0), ("told", 0)]


def test_every_row_leads_from_a_state_to_a_state() -> None:
    """The library accepts dangling sources silently: the tables of the shipped flows have none."""
    for flow in machine().flows.values():
        states = {*flow.nodes, *(f"{name}.return" for name in flow.subflows)}
        table: list[Row] = list(rows(flow))
        assert {row.source for row in table} | {row.dest for row in table} <= states


def test_rows_are_not_repeated() -> None:
    """No row stands twice in a table."""
    for flow in machine().flows.values():
        assert max(Counter(rows(flow)).values()) == 1


def test_flows_on_offer() -> None:
    """All but the start, which opens when there is one."""
    assert with_start().on_offer == ("sample", "other")
    assert with_start().opening == "start"
    assert sample().opening == "sample"


def unchecked(yaml: str) -> Machine:
    """A machine of a flow that no check would let pass."""
    flow: Flow = load({"bad.yaml": yaml}).flows[0].flow
    return Machine({flow.name: flow})


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ("a: {text: x, goto: b}, b: {text: y, goto: a}", "bad: no question and no end within 500 nodes"),
        ("a: {offer: flows, text: x}", "bad: no question and no end within 500 nodes"),
        ("a: {decide: [{when: {months: [1]}, goto: a}]}", "bad.a: no way on"),
    ],
)
def test_flows_that_go_round_for_ever_are_stopped(nodes: str, message: str) -> None:
    """What the checker refuses does not hang the engine."""
    bad = unchecked(f"format: 1\nflow: bad\ntitle: Bad\nstart: a\nnodes: {{{nodes}}}\n")
    with pytest.raises(EndlessFlow, match=message):
        settle(bad, entrance(bad.flows["bad"]), MONDAY)


def test_phrases_know_their_place() -> None:
    """The context of a phrase is file, node and slot."""
    flow = machine().flows["webmail"]
    assert flow.title == Phrase("webmail.title", "Messagerie académique")
    assert flow.interrupts["human"].label.context == "common.interrupts.human.label"
