"""Files to flows."""

from datetime import timedelta

import pytest

from bot.flowfile.library import load
from bot.model.answer import AttemptTime, Environment, ErrorMessage, NothingGiven
from bot.model.condition import AllOf, Answered, AnyOf, ChoiceTaken, FieldFilled, HostOutside, InMonths, Not
from bot.model.flow import (
    Bound,
    Call,
    Choice,
    DayAgo,
    Decide,
    End,
    HoursAgo,
    Menu,
    Message,
    MinutesAgo,
    Offer,
    Paragraph,
    Phrase,
    Question,
    Summary,
    text_of,
)
from tests.sample import SAMPLE, sample, with_start

FLOW = "format: 1\nflow: {name}\ntitle: Un\nuse: [shared]\nstart: a\nnodes: {{a: {{end: solved, text: Fin.}}}}\n"
LIBRARY = """
format: 1
library: shared
settings:
  name: {type: text, about: Le nom., default: Guichet}
interrupts:
  human: {label: Aide, text: Ici.}
subflows:
  part: {start: x, nodes: {x: {text: Ici., goto: return}}}
renamed: {part.y: part.x}
"""


def slugs(texts: dict[str, str], settings: str | None = None) -> list[str]:
    """The kinds of problems found on loading."""
    found = load(texts, ("settings.yaml", settings) if settings is not None else None)
    return [diagnostic.slug for diagnostic in (*found.diagnostics, *found.strays.values())]


def test_everything_an_author_can_say() -> None:
    """Each kind of node, with all its parts."""
    flow = sample().flows["sample"]
    topic, told, ask = flow.nodes["topic"], flow.nodes["told"], flow.nodes["ask"]
    assert isinstance(topic, Menu)
    assert topic.title == Phrase("sample.topic.title", "Sujet")
    assert (topic.save, topic.advice, topic.loop) == ("topic", False, None)
    assert topic.choices[0] == Choice("lost", Phrase("sample.topic.label.lost", "Perdu"), "told", cause="lost")
    assert topic.choices[1].urgency == "high"
    assert topic.choices[2].interrupt == "where"
    assert topic.choices[3].when == InMonths((6,))
    assert isinstance(topic.choices[4].when, Not)
    assert told == Message("told", (Paragraph(Phrase("sample.told.text", "C'est entendu.")),), "ask")
    assert ask == Call("ask", "questions", "choice")
    again = flow.nodes["again"]
    assert isinstance(again, Menu)
    assert (again.advice, again.loop) == (True, Bound(2, "told"))
    choice = flow.nodes["choice"]
    assert isinstance(choice, Decide)
    assert choice.branches[0].when == AnyOf((ChoiceTaken("topic", ("broken",)), HostOutside("address", "domains")))
    assert choice.branches[1].when == AllOf((ChoiceTaken("topic", ("lost", "june")), Answered("error")))
    summary, ticket = flow.nodes["summary"], flow.nodes["ticket"]
    assert isinstance(summary, Summary)
    assert isinstance(ticket, End)
    assert ticket.template[2].when == FieldFilled("attachments")
    assert isinstance(with_start().flows["start"].nodes["offer"], Offer)
    assert [text_of(flow.nodes[name]) for name in ("choice", "ask")] == [(), ()]
    assert text_of(ticket)[0].phrase.source == "Voilà : {reference}."


def test_questions_and_their_ready_made_answers() -> None:
    """Sub-flows name their nodes; answers are what their question asks for."""
    flow = sample().flows["sample"]
    when, error = flow.nodes["questions.when"], flow.nodes["questions.error"]
    assert isinstance(when, Question)
    assert isinstance(error, Question)
    assert (when.kind, when.save, when.goto, when.retries) == (
        "attempt_time",
        "when",
        "questions.address",
        Bound(1, "questions.address"),
    )
    assert [choice.given for choice in when.choices] == [
        MinutesAgo(0),
        HoursAgo(1),
        MinutesAgo(10),
        DayAgo(0, "noon"),
        DayAgo(0, "evening"),
        DayAgo(1),
        AttemptTime(None, "unknown", ""),
        None,
    ]
    assert error.choices[0].given == ErrorMessage(None)
    device, photo, who = (flow.nodes[f"questions.{name}"] for name in ("device", "photo", "who"))
    assert isinstance(device, Question)
    assert isinstance(photo, Question)
    assert isinstance(who, Question)
    assert device.choices[0].given == Environment("", "computer", "macOS")
    assert photo.choices[0].given == NothingGiven()
    assert who.goto == "return"
    assert flow.subflows["questions"] == "questions.error"
    assert flow.subflow_of("questions.who") == "questions"
    assert flow.subflow_of("topic") is None


def test_head_of_a_flow() -> None:
    """Causes, interrupts, timers, settings, old names."""
    flow = sample().flows["sample"]
    assert flow.causes == {
        "lost": Phrase("sample.causes.lost", "Perdu"),
        "broken": Phrase("sample.causes.broken", "Cassé"),
    }
    assert flow.interrupts["human"].call == "human"
    assert flow.interrupts["where"].words == (Phrase("sample.interrupts.where.words", "où donc"),)
    assert flow.reminder is not None
    assert flow.expiry is not None
    assert (flow.reminder.after, flow.expiry.after) == (timedelta(hours=1), timedelta(days=2))
    assert flow.settings["domains"].value == ("example.org",)
    assert flow.renamed == {"old_topic": "topic", "questions.old_error": "questions.error"}


def test_libraries_are_shared() -> None:
    """What a library has, every flow that uses it has; its phrases are translated once."""
    loaded = load({"a.yaml": FLOW.format(name="one"), "b.yaml": FLOW.format(name="two"), "c.yaml": LIBRARY})
    assert loaded.diagnostics == []
    one, two = (each.flow for each in loaded.flows)
    assert one.interrupts == two.interrupts
    assert one.nodes["part.x"] == two.nodes["part.x"]
    assert one.interrupts["human"].label.context == "shared.interrupts.human.label"
    assert one.renamed == {"part.y": "part.x"}
    assert one.settings["name"].value == "Guichet"


def test_digest_follows_every_edit() -> None:
    """Of the flow and of its libraries, and of nothing else."""
    texts = {"a.yaml": FLOW.format(name="one"), "c.yaml": LIBRARY}
    digest = load(texts).flows[0].flow.digest
    assert load({**texts, "b.yaml": FLOW.format(name="two")}).flows[0].flow.digest == digest
    assert load({**texts, "c.yaml": LIBRARY.replace("Ici", "Là")}).flows[0].flow.digest != digest
    assert load({**texts, "a.yaml": texts["a.yaml"].replace("Fin", "fin")}).flows[0].flow.digest != digest


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"a.yaml": FLOW.format(name="one")}, ["unknown-library"]),
        ({"a.yaml": FLOW.format(name="one"), "c.yaml": LIBRARY, "d.yaml": LIBRARY}, ["duplicate-name"]),
        ({"a.yaml": SAMPLE, "b.yaml": SAMPLE}, ["duplicate-name"]),
        (
            {"a.yaml": FLOW.format(name="one").replace("shared", "shared, shard"), "c.yaml": LIBRARY},
            ["unknown-library"],
        ),
        (
            {"a.yaml": FLOW.format(name="one"), "c.yaml": LIBRARY.replace("label:", "lable:")},
            ["unknown-key"],
        ),
        ({"a.yaml": "format: 1\nsettings: {}\n"}, ["settings-file"]),
        ({"a.yaml": "format: 1\n"}, ["missing-key"]),
        ({"a.yaml": "format: [\n"}, ["yaml-syntax"]),
        (
            {"a.yaml": FLOW.format(name="one") + "interrupts: {human: {label: A, text: B}}\n", "c.yaml": LIBRARY},
            ["duplicate-name"],
        ),
        (
            {"a.yaml": FLOW.format(name="one") + "settings: {name: {type: text, about: A}}\n", "c.yaml": LIBRARY},
            ["duplicate-name"],
        ),
    ],
)
def test_what_does_not_fit_together(texts: dict[str, str], expected: list[str]) -> None:
    """What is wrong is told once, where it stands."""
    assert sorted(slugs(texts)) == sorted(expected)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("format: 1\nsettings: {name: Le guichet}\n", []),
        ("format: 1\nsettings: {nam: Le guichet}\n", ["unknown-setting"]),
        ("format: 1\nsettings: {name: [a, b]}\n", ["wrong-setting"]),
        ("format: 1\nsettings: {name: {a: b}}\n", ["wrong-value"]),
        ("format: 1\n", ["settings-file"]),
        ("format: 1\nsettings: x\n", ["wrong-type"]),
        ("format: 1\nsetings: {name: Le guichet}\n", ["unknown-key"]),
        ("format: [\n", ["yaml-syntax"]),
        (LIBRARY, ["settings-file"]),
    ],
)
def test_the_desks_settings_file(settings: str, expected: list[str]) -> None:
    """It fills what flows declare, and nothing else."""
    texts = {"a.yaml": FLOW.format(name="one"), "c.yaml": LIBRARY}
    assert slugs(texts, settings) == expected
    if not expected:
        loaded = load(texts, ("settings.yaml", settings))
        assert loaded.flows[0].flow.settings["name"].value == "Le guichet"
        assert loaded.settings["name"].value == "Le guichet"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("", 'a settings file is a mapping of the keys "format: 1" and "settings:"; this one is not'),
        ("- name\n", 'a settings file is a mapping of the keys "format: 1" and "settings:"; this one is not'),
        ("name: Le guichet\n", 'a settings file has "format: 1" and "settings:"; this one is something else'),
    ],
)
def test_a_settings_file_that_is_none(settings: str, message: str) -> None:
    """It is told as what it was meant to be, not as a flow file."""
    [problem] = load({"c.yaml": LIBRARY}, ("settings.yaml", settings)).diagnostics
    assert (problem.file, problem.message) == ("settings.yaml", message)
