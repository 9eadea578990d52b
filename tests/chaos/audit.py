"""What became of all that people did: whatever was lost, doubled, not answered or overheard is a violation."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.chaos.canary import owner_canaries

Problem = Literal[
    "not taken",
    "not answered",
    "answer lost",
    "ticket lost",
    "ticket doubled",
    "another ticket",
    "repeated without a cause",
    "reply left",
    "overheard",
    "set aside",
    "not forgotten",
    "no end",
]

Ticket = Mapping[str, Any]
"""A ticket as JSON."""

_OF_THE_MOMENT = ("reference", "created_at")
"""What differs between two tickets of the same walk; so does when "yesterday" is."""
_LATE = 0.5
"""Seconds in which the server may still read what a process had sent when it was killed; no other is there so soon."""
_TOLD = ("conversations", "tickets", "updates")
"""Tables whose rows about a chat are told one by one."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing somebody did, and the update that told the bot of it.

    `empty` are presses that change nothing: the second of two. `toasted` is whether the press was answered by words in
    passing, which tell that it came too late. `dropped` is whether Telegram no longer held it: presses wait for two
    minutes and a half.
    """

    update: int
    at: float
    empty: bool = False
    toasted: bool = False
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it came onto the screen: its words and buttons, and the ticket it carries.

    `sure` is false when the bot could not know that it came.
    """

    at: float
    words: str
    ticket: Ticket | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Walk:
    """From the first word to the ticket: what was done, and the ticket that it must lead to."""

    deeds: Sequence[Deed]
    expected: Ticket
    finished: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """All about one chat; `canary` is what only this person says. `forgets` is how they asked to be forgotten."""

    chat: str
    walks: Sequence[Walk]
    shown: Sequence[Shown]
    canary: str
    forgets: Deed | None = None

    @property
    def deeds(self) -> Sequence[Deed]:
        """All that this person did, in order."""
        done = [deed for walk in self.walks for deed in walk.deeds]
        return [*done, self.forgets] if self.forgets else done


@dataclass(frozen=True, slots=True)
class Kept:
    """What is in the database: updates that were taken, the chats of replies that wait, tickets, what was set aside.

    `outcomes` is how the conversation of each chat has ended, None where it has not. `named` are the chats that any row
    of a table names, with that table.
    """

    updates: frozenset[tuple[str, str]] = frozenset()
    waiting: Sequence[str] = ()
    tickets: Sequence[tuple[str, Ticket]] = ()
    outcomes: Mapping[str, str | None] = field(default_factory=dict)
    letters: Sequence[str] = ()
    named: AbstractSet[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill: when it was, and the chats that had a reply waiting then."""

    at: float
    waiting: frozenset[str]


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must not be."""

    problem: Problem
    chat: str
    what: str

    def __str__(self) -> str:
        return f"{self.problem}: {self.chat}: {self.what}"


@dataclass(frozen=True, slots=True)
class Findings:
    """What the audit found.

    `too_late` are presses on what was asked anew meanwhile; `toasts_lost` those that changed nothing and whose toast a
    kill took away; `dropped` those that Telegram itself let go of.
    """

    violations: Sequence[Violation] = ()
    updates: int = 0
    tickets: int = 0
    repeats: int = 0
    too_late: int = 0
    toasts_lost: int = 0
    dropped: int = 0


def audit(stories: Sequence[Story], kept: Kept, kills: Sequence[Kill]) -> Findings:
    """Compares what people did and saw with what is kept."""
    violations = [
        *(violation for story in stories for violation in _of(story, kept, kills)),
        *_of_tickets(stories, kept),
        *_of_silence(stories),
        *(Violation("reply left", chat, "it was never sent") for chat in kept.waiting),
        *(Violation("set aside", chat, "an update could not be taken") for chat in kept.letters),
    ]
    return Findings(
        violations,
        updates=sum(len(story.deeds) for story in stories),
        tickets=len(kept.tickets),
        repeats=sum(len(list(_repeats(story))) for story in stories),
        too_late=sum(deed.toasted and not deed.empty for story in stories for deed in story.deeds),
        toasts_lost=sum(deed.empty and not deed.toasted for story in stories for deed in story.deeds),
        dropped=sum(deed.dropped for story in stories for deed in story.deeds),
    )


def _of(story: Story, kept: Kept, kills: Sequence[Kill]) -> Iterator[Violation]:
    """What is wrong with one chat by itself."""
    forgotten = story.forgets is not None
    for deed in story.deeds:
        taken = (story.chat, str(deed.update)) in kept.updates
        if not (deed.empty or taken or deed.toasted or deed.dropped) and (not forgotten or deed is story.forgets):
            yield Violation("not taken", story.chat, f"update {deed.update}")
        if (
            deed.empty
            and not (deed.toasted or deed.dropped or forgotten)
            and not any(kill.at >= deed.at for kill in kills)
        ):
            yield Violation("not answered", story.chat, f"the press of update {deed.update}")
    for deed in _unanswered(story):
        yield Violation("not answered", story.chat, f"update {deed.update}")
    for before, again in _repeats(story):
        killed = any(before.at - _LATE <= kill.at <= again.at and story.chat in kill.waiting for kill in kills)
        if before.sure and not killed:
            yield Violation("repeated without a cause", story.chat, again.words[:60])
    if forgotten:
        yield from _of_forgotten(story, kept)
    elif story.walks and kept.outcomes.get(story.chat) != "ticket":
        yield Violation("no end", story.chat, "the conversation that is kept has not ended with a ticket")


def _unanswered(story: Story) -> Iterator[Deed]:
    """What nothing new was said to, before the next thing was done; a press that came too late is told in passing."""
    deeds = [deed for deed in story.deeds if not (deed.empty or deed.toasted or deed.dropped)]
    new = [shown.at for shown in _first(story)]
    for deed, after in zip(deeds, [*deeds[1:], None], strict=True):
        if not any(deed.at <= at and (after is None or at <= after.at) for at in new):
            yield deed


def _first(story: Story) -> list[Shown]:
    """What was shown, each message once."""
    found: dict[str, Shown] = {}
    for shown in story.shown:
        found.setdefault(shown.words, shown)
    return list(found.values())


def _repeats(story: Story) -> Iterator[tuple[Shown, Shown]]:
    """The messages that came again, each with the time before."""
    before: dict[str, Shown] = {}
    for shown in story.shown:
        if shown.words in before:
            yield before[shown.words], shown
        before[shown.words] = shown


def _of_forgotten(story: Story, kept: Kept) -> Iterator[Violation]:
    """What is left of somebody who asked to be forgotten: no more than that they asked."""
    assert story.forgets is not None
    asked = {str(story.forgets.update), f"before-{story.forgets.update}"}
    left = [
        *("a conversation" for chat in kept.outcomes if chat == story.chat),
        *("a ticket" for chat, _ in kept.tickets if chat == story.chat),
        *(f"a row in {table}" for chat, table in sorted(kept.named) if chat == story.chat and table not in _TOLD),
        *(f"update {id_}" for chat, id_ in kept.updates if chat == story.chat and id_ not in asked),
    ]
    for what in left:
        yield Violation("not forgotten", story.chat, what)


def _of_tickets(stories: Sequence[Story], kept: Kept) -> Iterator[Violation]:
    """Each finished walk leads to one ticket: what must be in it is in it, and it is the same wherever it is."""
    for story in stories:
        stored = {ticket["reference"]: ticket for chat, ticket in kept.tickets if chat == story.chat}
        seen: dict[str, Ticket] = {}
        for shown in story.shown:
            if shown.ticket is not None:
                reference = shown.ticket["reference"]
                if seen.setdefault(reference, shown.ticket) != shown.ticket:
                    yield Violation("another ticket", story.chat, f"{reference} differs from one time to the other")
        if story.forgets is None:
            for reference in stored.keys() - seen.keys():
                yield Violation("ticket doubled", story.chat, f"{reference} is kept, and nobody saw it")
            for reference in seen.keys() - stored.keys():
                yield Violation("ticket lost", story.chat, f"{reference} was shown, and is not kept")
            for reference in seen.keys() & stored.keys():
                if seen[reference] != stored[reference]:
                    yield Violation("another ticket", story.chat, f"{reference} is kept otherwise than it was shown")
        finished = [walk for walk in story.walks if walk.finished]
        for _ in range(len(finished) - len(seen)):
            yield Violation("ticket lost", story.chat, f"{len(finished)} walks, {len(seen)} tickets")
        for _ in range(len(seen) - len(finished)):
            yield Violation("ticket doubled", story.chat, f"{len(finished)} walks, {len(seen)} tickets")
        for walk in story.walks:
            if not walk.finished:
                yield Violation("no end", story.chat, "a walk that did not come to its ticket")
        for walk, ticket in zip(finished, seen.values(), strict=False):
            for name in differences(walk.expected, ticket):
                yield Violation("answer lost", story.chat, f"{ticket['reference']}: {name}")


def timeline(story: Story, kept: Kept, kills: Sequence[Kill]) -> Iterator[str]:
    """All that happened to one person, in order, for whoever looks for a cause."""
    happened = [
        *((deed.at, f"did    {deed.update}, {_standing(story, deed, kept)}") for deed in story.deeds),
        *(
            (shown.at, f"saw    {shown.words[:70]!r}{'' if shown.sure else ', not known to the bot'}")
            for shown in story.shown
        ),
        *((kill.at, f"killed{', a reply waited' if story.chat in kill.waiting else ''}") for kill in kills),
    ]
    yield story.chat
    yield from (f"  {at:.3f} {what}" for at, what in sorted(happened))


def _standing(story: Story, deed: Deed, kept: Kept) -> str:
    """What became of an update."""
    taken = "taken" if (story.chat, str(deed.update)) in kept.updates else "not taken"
    more = {", the second of two": deed.empty, ", toasted": deed.toasted, ", dropped by Telegram": deed.dropped}
    return "".join([taken, *(words for words, so in more.items() if so)])


def differences(expected: Ticket, ticket: Ticket) -> Sequence[str]:
    """What of a ticket is not as it must be."""
    plain, other = _plain(expected), _plain(ticket)
    return [name for name in sorted(plain.keys() | other.keys()) if plain.get(name) != other.get(name)]


def _plain(ticket: Ticket) -> dict[str, Any]:
    """A ticket without what depends on the moment; of a time, the words it was said with."""
    kept = {name: value for name, value in ticket.items() if name not in _OF_THE_MOMENT}
    attempt = dict(kept["attempt"])
    kept["attempt"] = (attempt.get("precision"), attempt.get("words"))
    words = str(attempt.get("words"))
    kept["steps"] = [
        {**step, "answer": words} if words and f"« {words} »" in _spaced(str(step.get("answer"))) else step
        for step in kept["steps"]
    ]
    return kept


def _spaced(text: str) -> str:
    """Quoted as in French, with plain spaces."""
    return text.replace("“", "« ").replace("”", " »").replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")


def _of_silence(stories: Sequence[Story]) -> Iterator[Violation]:
    """Nobody sees what another said."""
    owners = {story.canary: story.chat for story in stories}
    for story in stories:
        heard = {canary for shown in story.shown for canary in owner_canaries(shown.words)}
        for canary in sorted(heard - {story.canary}):
            yield Violation("overheard", story.chat, f"what {owners.get(canary, 'somebody')} said")
