"""The diagrams."""

from bot.engine.diagram import mermaid
from tests.sample import sample


def test_mermaid() -> None:
    """The ways an author wrote, by the ids of the choices; ways back from interrupts are left out."""
    drawing = mermaid(sample().flows["sample"])
    assert drawing.startswith("stateDiagram-v2\n")
    assert "  topic --> told: lost | broken | june | never\n" in drawing
    assert "  questions.error --> questions.when: (answer) | none\n" in drawing
    assert "  questions.when --> questions.address: " in drawing
    assert "(not understood)" in drawing
    assert "[*] --> topic" in drawing
    assert "human.return --> topic" not in drawing
    assert "class" not in drawing.lower()
