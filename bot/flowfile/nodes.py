"""From the shape of nodes to the nodes themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from bot.flowfile.shapes import choices as c
from bot.flowfile.shapes import conditions as w
from bot.flowfile.shapes import nodes as s
from bot.flowfile.shapes.files import TimerShape
from bot.model.answer import AttemptTime, Environment, ErrorMessage, NothingGiven, Value
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
from bot.model.flow import (
    RETURN,
    Ago,
    Bound,
    Branch,
    Call,
    Choice,
    DayAgo,
    Decide,
    End,
    HoursAgo,
    Menu,
    Message,
    MinutesAgo,
    Node,
    Offer,
    Paragraph,
    Phrase,
    Question,
    Summary,
    Text,
    Timer,
)


@dataclass(frozen=True, slots=True)
class Area:
    """Where a node stands: the file it is written in, and the sub-flow it belongs to, if any."""

    file: str
    subflow: str | None = None

    def id(self, name: str) -> str:
        """The full name of a node of this area."""
        return name if self.subflow is None else f"{self.subflow}.{name}"

    def target(self, name: str) -> str:
        """The full name of a target written in this area."""
        return RETURN if name == RETURN else self.id(name)

    def phrase(self, node: str, slot: str, words: str) -> Phrase:
        """Words of a node of this area."""
        return Phrase(f"{self.file}.{self.id(node)}.{slot}", words)


def node(area: Area, name: str, shape: s.AnyNode) -> Node:
    """The node of this name."""
    id_, text = area.id(name), _text_of(area, name, shape)
    match shape:
        case s.MessageShape():
            return Message(id_, text, area.target(shape.goto))
        case s.CallShape():
            return Call(id_, shape.call, area.target(shape.goto) if shape.goto else None)
        case s.DecideShape():
            branches = (Branch(area.target(branch.goto), condition(branch.when)) for branch in shape.decide)
            return Decide(id_, tuple(branches))
        case s.OfferShape():
            return Offer(id_, text)
        case s.EndShape():
            return End(id_, shape.end, text, paragraphs(area, name, "template", shape.template or ()))
        case s.SummaryShape():
            return Summary(id_, text, _choices(area, name, shape.choices))
        case s.MenuShape():
            title = area.phrase(name, "title", shape.title) if shape.title else None
            choices, loop = _choices(area, name, shape.choices), _bound(area, shape.loop)
            return Menu(id_, text, shape.save or name, choices, title, shape.advice, loop)
        case s.QuestionShape():
            return Question(
                id_,
                shape.ask,
                text,
                area.phrase(name, "title", shape.title),
                shape.save or name,
                area.target(shape.goto),
                _choices(area, name, shape.choices),
                _bound(area, shape.retries),
                _bound(area, shape.loop),
            )
        case _:
            assert_never(shape)


def paragraphs(area: Area, name: str, slot: str, shapes: Iterable[w.ParagraphShape]) -> Text:
    """The paragraphs of one text of a node."""
    return tuple(Paragraph(area.phrase(name, slot, shape.text.strip("\n")), condition(shape.when)) for shape in shapes)


def condition(shape: w.ConditionShape | None) -> Condition | None:
    """The condition of this shape."""
    return None if shape is None else _condition(shape)


def _condition(shape: w.ConditionShape) -> Condition:
    match shape:
        case w.ChoiceTakenShape():
            return ChoiceTaken(shape.answer, tuple(shape.is_))
        case w.AnsweredShape():
            return Answered(shape.answer)
        case w.HostOutsideShape():
            return HostOutside(shape.answer, shape.outside)
        case w.SettingKnownShape():
            return SettingKnown(shape.setting)
        case w.FieldFilledShape():
            return FieldFilled(shape.field)
        case w.InMonthsShape():
            return InMonths(tuple(shape.months))
        case w.NotShape():
            return Not(_condition(shape.not_))
        case w.AllOfShape():
            return AllOf(tuple(_condition(part) for part in shape.all))
        case w.AnyOfShape():
            return AnyOf(tuple(_condition(part) for part in shape.any))
        case _:
            assert_never(shape)


def _text_of(area: Area, name: str, shape: s.AnyNode) -> Text:
    return () if isinstance(shape, s.CallShape | s.DecideShape) else paragraphs(area, name, "text", shape.text)


def _bound(area: Area, shape: s.BoundShape | None) -> Bound | None:
    return Bound(shape.at_most, area.target(shape.then)) if shape else None


def _choices(area: Area, name: str, shapes: Iterable[c.ChoiceShape]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            shape.id,
            area.phrase(name, f"label.{shape.id}", shape.label),
            area.target(shape.goto) if shape.goto else None,
            shape.interrupt,
            _given(shape),
            condition(shape.when),
            shape.cause,
            shape.urgency,
            tuple(area.phrase(name, f"examples.{shape.id}", example) for example in shape.examples),
            shape.once,
        )
        for shape in shapes
    )


def _given(choice: c.ChoiceShape) -> Value | Ago | None:
    match choice.answer:
        case None:
            return None
        case "none_shown":
            return ErrorMessage(None)
        case "now":
            return MinutesAgo(0)
        case "unknown":
            return AttemptTime(None, "unknown", "")
        case "nothing":
            return NothingGiven()
        case c.MinutesAgoShape(minutes_ago=minutes):
            return MinutesAgo(minutes)
        case c.HoursAgoShape(hours_ago=hours):
            return HoursAgo(hours)
        case c.DayAgoShape(days_ago=days, part=part):
            return DayAgo(days, part)
        case c.EquipmentShape(device=device, system=system, browser=browser):
            return Environment("", device, system, browser)
        case _:
            assert_never(choice.answer)


def timer(area: Area, name: str, shape: TimerShape | None) -> Timer | None:
    """What is said after a silence."""
    if shape is None:
        return None
    number, unit = shape.after.split()
    after = timedelta(**{unit.rstrip("s") + "s": int(number)})
    return Timer(after, paragraphs(area, name, "text", shape.text))
