"""How well texts are understood that somebody has labelled: for measuring a change of the words before it is kept."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.service.window import Seen

Labelled: TypeAlias = Mapping[str, Any]
"""`text`, and what it should be understood as: `cause` (and `alt`, others that are right too), or `expected`,
`precision` (and `also`) for a time: aware instants in the desk's zone, None for what must be asked about."""

_NONE = "(not sure)"


@dataclass
class Causes:
    """Counts for error messages and free text."""

    all: int = 0
    answered: int = 0
    right: int = 0
    suggested: int = 0
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, line: Labelled, seen: Seen) -> None:
        """Counts one."""
        good = (line["cause"], *line.get("alt", ()))
        suggestions = seen["suggestions"]
        self.all += 1
        self.answered += seen["cause"] is not None
        self.right += seen["cause"] in good
        self.suggested += isinstance(suggestions, list) and not set(good).isdisjoint(suggestions)
        if seen["cause"] not in good:
            self.confusion[line["cause"], str(seen["cause"] or _NONE)] += 1

    def report(self) -> Iterator[str]:
        """The figures, then what was taken for what."""
        yield f"texts                 {self.all:>6}"
        yield f"answered              {_share(self.answered, self.all)}"
        yield f"right when answering  {_share(self.right, self.answered)}"
        yield f"right in the first 3  {_share(self.suggested, self.all)}"
        yield f"confidently wrong     {_share(self.answered - self.right, self.all)}"
        if self.confusion:
            yield ""
            yield f"{'should be':<22}{'was understood as':<22}{'times':>6}"
            for (due, seen), times in sorted(self.confusion.items(), key=lambda item: (-item[1], item[0])):
                yield f"{due:<22}{seen:<22}{times:>6}"


Outcome: TypeAlias = Literal["right", "asked", "wrong"]


@dataclass
class Times:
    """Counts for times; a wrong one was never asked about."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, line: Labelled, seen: Seen) -> None:
        """Counts one."""
        outcome = _outcome(line, seen["at"])
        self.outcomes[outcome] += 1
        if outcome != "right":
            due = line["expected"].isoformat() if line["expected"] else "a question back"
            self.wrong.append(f"{outcome:<7}{line['text']!r}: {seen['at'] or seen['ask']}, not {due}")

    def report(self) -> Iterator[str]:
        """The figures, then what was not right."""
        total = self.outcomes.total()
        yield f"texts           {total:>6}"
        yield f"right           {_share(self.outcomes['right'], total)}"
        yield f"asked in vain   {_share(self.outcomes['asked'], total)}"
        yield f"silently wrong  {_share(self.outcomes['wrong'], total)}"
        if self.wrong:
            yield ""
            yield from self.wrong


def evaluate(lines: Iterable[tuple[Labelled, Seen]], counts: Causes | Times) -> Sequence[str]:
    """The report on these lines, each with what was understood of it."""
    for line, seen in lines:
        counts.add(line, seen)
    return list(counts.report())


def _outcome(line: Labelled, at: object) -> Outcome:
    due = [line["expected"], *line.get("also", ())]
    if at is None:
        return "right" if line["expected"] is None else "asked"
    if line["expected"] is None:
        return "wrong"
    found = datetime.fromisoformat(str(at))
    return "right" if any(_same(found, each, line["precision"]) for each in due) else "wrong"


def _same(found: datetime, due: datetime, precision: str) -> bool:
    match precision:
        case "day":
            return found.date() == due.date()
        case "part_of_day":
            return found.date() == due.date() and _part(found) == _part(due)
        case _:
            return found == due


def _part(at: datetime) -> int:
    """Night, morning, noon, afternoon or evening."""
    return sum(at.hour >= begin for begin in (5, 12, 14, 18))


def _share(count: int, of: int) -> str:
    return f"{count:>6}  {count / of:>6.1%}" if of else f"{count:>6}       –"
