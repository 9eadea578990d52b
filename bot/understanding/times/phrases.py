"""The attempts a text names: a range is taken for its start, several attempts for the last one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile
from typing import Literal, TypeAlias

from bot.understanding.times.hours import fits
from bot.understanding.times.pieces import Clock, Dotted, Elapsed, NotATime, Number, Role, Since, Vague, Word
from bot.understanding.times.said import Said, merged, said_by
from bot.understanding.times.tokens import Token

Link: TypeAlias = Literal["then", "or", "range", "apart"]

_FAR = 5
"""So many unknown words between a day and an hour leave it open whether they belong together."""

_ENDS = (Word("stop"), Word("comma"))
_TRYING = (Word("trying"), Word("since"))
_CONTRASTS: frozenset[Role] = frozenset(("comma", "stop", "but"))
_INSTEAD = _CONTRASTS | frozenset[Role](("at", "the", "from", "since", "trying", "known"))


@dataclass(slots=True)
class _Between:
    """The words since the last piece of a time."""

    roles: list[Role] = field(default_factory=list)
    is_range: bool = False

    def note(self, role: Role) -> None:
        self.roles.append(role)
        self.is_range = self.is_range or role == "open"

    def clear(self) -> None:
        self.roles.clear()

    @property
    def is_bound(self) -> bool:
        """Whether the next time is but a bound: "avant 8h"."""
        telling = [role for role in self.roles if role not in ("at", "since", "the", "trying", "known", "from")]
        return telling[-1:] == ["bound"]

    @property
    def denies(self) -> bool:
        """Whether the next time is denied: "pas à 8h"."""
        return [role for role in self.roles if role not in ("at", "the")][-1:] == ["not"]

    @property
    def contrasts(self) -> bool:
        """Whether what follows is said instead of what was denied, and is not part of it."""
        return not _CONTRASTS.isdisjoint(self.roles)

    @property
    def is_instead(self) -> bool:
        """Whether it is sure that what follows is said instead of what was denied."""
        return _INSTEAD.issuperset(self.roles)

    @property
    def breaks(self) -> bool:
        """Whether another attempt begins here, whatever is said of it."""
        return any(role in ("then", "or", "until") for role in self.roles)

    @property
    def doubtful(self) -> bool:
        """Whether it is open that what follows belongs to what was said before."""
        unknown = sum(Word(role).is_unknown for role in self.roles)
        return unknown > _FAR or (unknown > 0 and "stop" in self.roles)

    def link(self, *, alike: bool) -> Link:
        """How the next attempt follows, which says the same kind of thing or does not."""
        roles = set(self.roles)
        if roles & {"unknown", "bound", "but"}:
            return "apart"
        if "or" in roles:
            return "or"
        if self.is_range and "then" in roles:
            self.is_range = False
            return "range"
        if "then" in roles:
            return "then"
        if alike and (roles & {"until", "to"} or (roles <= {"at", "the"} and "at" in roles)):
            return "range"
        if "comma" in roles:
            return "then"
        if roles & {"at", "to", "until", "known", "trying", "since", "stop", "not"}:
            return "apart"
        raise NotATime


def said_in(tokens: Sequence[Token], today: date) -> tuple[Said, ...]:
    """What is said of the attempt that is meant: one, or several to choose from.

    Raises `NotATime` when nothing is said of a time or words of times stand together as no one writes them.
    """
    pieces = [token for token in tokens if not isinstance(token.piece, Word | Vague)]
    if not pieces:
        raise NotATime
    linked = _linked(tokens, today)
    named = _without_denied(linked)
    found = tuple(_meant(named, today))
    is_vague = any(isinstance(token.piece, Vague) for token in tokens)
    hedged = any(token.piece == Word("hedge") for token in tokens)
    is_among_words = any(isinstance(token.piece, Word) and token.piece.is_unknown for token in tokens)
    in_passing = is_among_words and any(said.elapsed is not None and said.elapsed.passing for said in found)
    in_another_sense = len(named) < len(linked) and any(token.piece == Word("unknown") for token in tokens)
    doubtful = is_vague or hedged or in_passing or in_another_sense
    return tuple(said.in_doubt for said in found) if doubtful else found


def is_of_trying(tokens: Sequence[Token], said: Said) -> bool:
    """Whether the clause that says the time speaks of trying, of failing, or of a state that goes on since then."""
    clause: list[Token] = []
    for token in tokens:
        if token.piece not in _ENDS:
            clause.append(token)
        elif token.start >= said.end:
            break
        elif token.end <= said.start:
            clause.clear()
    return any(token.piece in _TRYING or isinstance(token.piece, Elapsed | Since) for token in clause)


def _linked(tokens: Sequence[Token], today: date) -> list[tuple[Link, Said]]:
    """What is said of each attempt, and how it follows the one before."""
    found: list[tuple[Link, Said]] = []
    between = _Between()
    for token in tokens:
        match token.piece:
            case Word(role):
                between.note(role)
            case Vague() | Number() | Dotted():
                between.note("unknown")
            case piece:
                said = said_by(piece, token, today)
                if between.denies:
                    said = replace(said, denied=True)
                if between.is_bound:
                    said = said.in_doubt
                if not found:
                    found.append(("then", said.in_doubt if "until" in between.roles else said))
                else:
                    link, last = found[-1]
                    apart = between.breaks or said.denied or (last.denied and between.contrasts)
                    both = None if apart else merged(last, said)
                    if both is None:
                        found.append(_following(last, said, between))
                    else:
                        found[-1] = link, both.in_doubt if between.doubtful else both
                between.clear()
    return found


def _following(last: Said, said: Said, between: _Between) -> tuple[Link, Said]:
    """How an attempt follows the one before; what is denied after another is asked: "hier ça allait, pas ce matin"."""
    if said.denied:
        return "apart", said
    unsure = last.denied and not between.is_instead
    return between.link(alike=last.is_like(said)), said.in_doubt if unsure else said


def _without_denied(linked: Sequence[tuple[Link, Said]]) -> Sequence[tuple[Link, Said]]:
    """What is said instead of what is denied first; it names a day where a day is denied."""
    denied = [said for _, said in takewhile(lambda each: each[1].denied, linked)]
    instead = linked[len(denied) :]
    if not instead or (any(said.has_day for said in denied) and not instead[0][1].has_day):
        raise NotATime
    return instead


def _meant(linked: Iterable[tuple[Link, Said]], today: date) -> list[Said]:
    """The last attempt, a range's start, or all that is named apart."""
    meant: list[Said] = []
    for link, said in linked:
        if not meant:
            meant = [said]
        elif link == "range":
            meant[-1] = _start(meant[-1], said)
        elif link == "then":
            meant[-1:] = _next(meant[-1], said, today)
        elif link == "or":
            either = _next(meant[-1], said, today)
            meant += either[1:] if either[0] == meant[-1] else either
        else:
            meant.append(said)
    return meant


def _start(start: Said, end: Said) -> Said:
    """A range's start, with what is said at its end only: "entre 8h et 9h ce matin"."""
    clock = start.clock
    if isinstance(clock, Clock) and isinstance(end.clock, Clock) and end.clock.exact and not clock.exact:
        later = clock.hour + 12
        clock = replace(clock, hour=later if later <= end.clock.hour else clock.hour, exact=True)
    filled = replace(start, clock=clock, doubtful=start.doubtful or end.doubtful)
    if start.has_day or start.part is not None:
        return filled
    return replace(
        filled,
        day=end.day,
        weekday=end.weekday,
        weekend=end.weekend,
        night=end.night,
        part=end.part if fits(filled.clock, end.part) else None,
        end=end.end,
    )


def _next(first: Said, second: Said, today: date) -> list[Said]:
    """The later attempt, on the day of the one before when none is said; both when their order is the other way."""
    if second.has_day or not first.has_day or first.elapsed or first.stamp:
        return [second] if _in_order(first, second, today) else [first, second]
    same_day = replace(
        second,
        day=first.day,
        weekday=first.weekday,
        weekend=first.weekend,
        night=first.night,
        part=second.part or (first.part if fits(second.clock, first.part) else None),
        start=first.start,
    )
    in_order = first.has_hour and first.clock_time < second.clock_time and same_day.part == (second.part or first.part)
    return [same_day] if second.part or in_order else [same_day, second]


def _in_order(first: Said, second: Said, today: date) -> bool:
    """Whether what is named later can have been later."""
    earlier, later = first.last_day(today), second.last_day(today)
    if earlier == later:
        return not (first.has_hour and second.has_hour) or first.clock_time < second.clock_time
    return earlier is None or later is None or earlier < later
