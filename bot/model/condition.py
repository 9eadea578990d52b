"""Conditions an author can put on a paragraph, a choice or a branch. Data only: there is no expression language."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ChoiceTaken:
    """The answer saved as `answer` was given by one of these choices."""

    answer: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """Something was answered under this name."""

    answer: str


@dataclass(frozen=True, slots=True)
class HostOutside:
    """The web address saved as `answer` lies under none of the domains of the setting, or is suspicious.

    While the setting is empty, nothing is outside: the desk does not know its domains, and must not warn of its own.
    """

    answer: str
    setting: str


@dataclass(frozen=True, slots=True)
class SettingKnown:
    """The desk has filled this setting; for a flag: it is true."""

    setting: str


@dataclass(frozen=True, slots=True)
class FieldFilled:
    """The ticket has something in this field. Only in ticket templates."""

    field: str


@dataclass(frozen=True, slots=True)
class InMonths:
    """The conversation takes place in one of these months (1 to 12)."""

    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of the conditions holds."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conditions holds."""

    conditions: tuple["Condition", ...]


Condition: TypeAlias = (
    ChoiceTaken | Answered | HostOutside | SettingKnown | FieldFilled | InMonths | Not | AllOf | AnyOf
)
