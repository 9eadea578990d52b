"""What numbers say where they stand: an hour, a day of the month, or nothing of a time."""

from collections.abc import Sequence
from dataclasses import replace

from bot.understanding.times.pieces import Clock, Date, Day, Dotted, Number, Part, Piece, Role, Vague, Weekday, Word
from bot.understanding.times.tokens import Token

_BEFORE_AN_HOUR: frozenset[Role | None] = frozenset(("at", "since", "until"))
_BETWEEN_TWO: frozenset[Role | None] = frozenset(("then", "to", "or", "comma", "at", "until"))
_NO_TIME = Word("unknown")
_FIGURES = Word("figures")
"""Figures that are no time: without the word they count, they leave the text open."""


def settle(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens, without any `Number` or `Dotted`."""
    has_clock = any(isinstance(token.piece, Clock) for token in tokens)
    has_day = any(isinstance(token.piece, Day | Date | Weekday | Part) for token in tokens)
    settled: list[Token] = []
    earlier: Piece | None = None
    for index, token in enumerate(tokens):
        piece = token.piece
        if token.weak or piece == _FIGURES:
            before = [each.piece for each in settled[-1:]]
            after = [each.piece for each in tokens[index + 1 : index + 3]]
            beside_unknown = any(isinstance(each, Word) and each.is_unknown for each in (*before, *after[:1]))
            if token.weak and beside_unknown:
                piece = _NO_TIME
            match piece:
                case Number(value):
                    piece = _number(value, earlier, before, after)
                case Dotted() as dotted:
                    piece = _dotted(dotted, _role(before), has_clock=has_clock, has_day=has_day)
            if piece == _FIGURES:
                piece = _NO_TIME if beside_unknown or _role(before) == "trying" else Vague()
        if not isinstance(piece, Word) or piece == _NO_TIME:
            earlier = piece
        settled.append(token if piece is token.piece else replace(token, piece=piece))
    return tuple(settled)


def _role(pieces: Sequence[Piece]) -> Role | None:
    match pieces:
        case [Word(role)]:
            return role
        case _:
            return None


def _number(value: int, earlier: Piece | None, before: Sequence[Piece], after: Sequence[Piece]) -> Piece:
    role = _role(before[-1:])
    is_first_of_two = _role(after[:1]) in _BETWEEN_TWO
    if role in _BEFORE_AN_HOUR or (role in _BETWEEN_TWO and isinstance(earlier, Clock)):
        return _hour(value)
    if role in _BETWEEN_TWO and isinstance(earlier, Date):
        return _day(value)
    match role, before[-1:], after:
        case (("from" | "open"), _, [_, Number() | Clock()]) if is_first_of_two:
            return _hour(value)
        case "the", _, [Word(), Date(_, month, year)] if is_first_of_two:
            return _day(value, month, year)
        case ("the", _, _) | (_, [Weekday()], _):
            return _day(value)
        case (_, [Day() | Part()], _) | (None, [], [Day() | Part(), *_]):
            return _hour(value, doubtful=True)
        case _:
            return _FIGURES


def _day(value: int, month: int | None = None, year: int | None = None) -> Piece:
    return Date(value, month, year) if 1 <= value <= 31 else _FIGURES


def _hour(value: int, *, doubtful: bool = False) -> Piece:
    return Clock(value, spoken=True, doubtful=doubtful) if value <= 23 else _FIGURES


def _dotted(dotted: Dotted, role: Role | None, *, has_clock: bool, has_day: bool) -> Piece:
    is_clock = dotted.first <= 23 and dotted.second <= 59
    is_date = 1 <= dotted.first <= 31 and 1 <= dotted.second <= 12
    if is_date and (role == "the" or has_clock or not is_clock):
        return Date(dotted.first, dotted.second)
    if is_clock:
        return Clock(dotted.first, dotted.second, doubtful=is_date and role != "at" and not has_day)
    return _FIGURES
