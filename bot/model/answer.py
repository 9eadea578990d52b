"""The typed values an answer can have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.redaction import Redaction
from bot.model.verdict import Reason

PartOfDay: TypeAlias = Literal["morning", "noon", "afternoon", "evening"]
PARTS_OF_DAY: Sequence[PartOfDay] = ("morning", "noon", "afternoon", "evening")
Precision: TypeAlias = Literal["minute", "hour", "part_of_day", "day", "unknown"]
PRECISIONS: Sequence[Precision] = ("minute", "hour", "part_of_day", "day", "unknown")


@dataclass(frozen=True, slots=True)
class ErrorMessage:
    """The error message, verbatim as the channel delivered it; None states that no message was shown.

    `signature` names the kind of error it was recognised as, `redactions` are the secrets that were cut out of it.
    """

    text: str | None
    kind: Literal["error_message"] = "error_message"
    signature: str | None = None
    redactions: tuple[Redaction, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether a message was shown."""
        return self.text is not None


@dataclass(frozen=True, slots=True)
class AttemptTime:
    """When the user last tried.

    `at` is aware, never later than the moment it was told nor more than about a year before it, and None exactly when
    `precision` is "unknown".
    `words` are the user's own; empty when a ready-made answer was chosen, whose label then says it.
    """

    at: datetime | None
    precision: Precision
    words: str
    kind: Literal["attempt_time"] = "attempt_time"


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A web address without user-info, query string or fragment.

    `host` is in lower case and ASCII, in punycode where it was not; empty for an address that leads to no site, of
    which only the scheme is kept. `reasons` is what speaks against it, whosever the host is.
    """

    text: str
    host: str
    reasons: tuple[Reason, ...] = ()
    kind: Literal["web_address"] = "web_address"

    @property
    def suspicious(self) -> bool:
        """Whether the address must not pass for one of the desk's own, whatever its host."""
        return bool(self.reasons)

    @property
    def path(self) -> str:
        """What follows the host."""
        return "/" + self.text.partition("://")[2].partition("/")[2]


Slip: TypeAlias = Literal[
    "sentence", "phone_number", "personal_number", "doubled_at", "comma", "space", "accent", "capitals", "no_domain",
    "other_academy", "domain_misspelt",
]  # fmt: skip
"""What may be wrong with an identifier; it is kept as it was typed all the same."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """What the user types as identifier. Never a password."""

    text: str
    kind: Literal["identifier"] = "identifier"


@dataclass(frozen=True, slots=True)
class Environment:
    """The user's equipment: what is known of it, and the user's own words, empty for a ready-made answer."""

    words: str
    device: str | None = None
    system: str | None = None
    browser: str | None = None
    kind: Literal["environment"] = "environment"


@dataclass(frozen=True, slots=True)
class FreeText:
    """A few sentences in the user's words."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture the user sent. `file` is where the channel keeps it; `size` is in bytes; `caption` the user's words."""

    name: str
    media_type: str
    size: int
    file: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture given as the answer to a question."""

    attachment: Attachment
    kind: Literal["photo"] = "photo"


@dataclass(frozen=True, slots=True)
class NothingGiven:
    """The user has nothing to give here, and said so."""

    kind: Literal["nothing"] = "nothing"


@dataclass(frozen=True, slots=True)
class Unclear:
    """The last words of a user whose answers could not be understood; kept so that nothing is lost."""

    words: str
    kind: Literal["unclear"] = "unclear"


Value: TypeAlias = (
    ErrorMessage | AttemptTime | WebAddress | Identifier | Environment | FreeText | Photo | NothingGiven | Unclear
)

AnswerKind: TypeAlias = Literal[
    "error_message", "attempt_time", "web_address", "identifier", "environment", "text", "photo"
]
ANSWER_KINDS: Sequence[AnswerKind] = (
    "error_message",
    "attempt_time",
    "web_address",
    "identifier",
    "environment",
    "text",
    "photo",
)
