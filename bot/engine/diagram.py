"""The diagram of a flow, drawn by `transitions` from the very table that the engine walks."""

from collections.abc import Callable
from typing import Any

from transitions.extensions import GraphMachine

from bot.engine.machine import Row, rows
from bot.model.flow import RETURN, Flow


class _Drawn:
    """What a graph machine draws itself on; it hangs the drawing on its model."""

    get_graph: Callable[[], Any]


def mermaid(flow: Flow) -> str:
    """A Mermaid state diagram: nodes, and the ways between them. Interrupts lead everywhere and back; left out."""
    drawn_on = _Drawn()
    machine = GraphMachine(
        model=drawn_on,
        states=[*flow.nodes, *(f"{name}.{RETURN}" for name in flow.subflows)],
        initial=flow.start,
        auto_transitions=False,
        graph_engine="mermaid",
    )
    drawn: set[tuple[str, str, str]] = set()
    interrupted = {row.source for row in rows(flow) if row.trigger == "interrupt"}
    for row in rows(flow):
        edge = (_label(row), row.source, row.dest)
        comes_back = row.trigger == "return" and row.dest in interrupted
        if row.trigger != "interrupt" and not comes_back and edge not in drawn:
            drawn.add(edge)
            machine.add_transition(*edge)
    drawing = str(drawn_on.get_graph().draw(None))
    plain = (line for line in drawing.splitlines() if not line.lstrip().startswith(("class", "Class", "---", "State")))
    return "\n".join(line for line in plain if line.strip()) + "\n"


def _label(row: Row) -> str:
    plain = {"proceed": " ", "return": " ", "answer": "(answer)", "exhaust": "(not understood)"}
    return plain.get(row.trigger) or str(row.about)
