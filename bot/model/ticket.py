"""The ticket: what support gets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.answer import Attachment, Precision
from bot.model.flow import Urgency
from bot.model.redaction import Redaction

SCHEMA_VERSION: Literal[1] = 1

TICKET_FIELDS = (
    "reference",
    "flow",
    "cause",
    "urgency",
    "language",
    "error_message",
    "signature",
    "attempt",
    "identifier",
    "environment",
    "steps",
    "attachments",
    "created_at",
)
"""What a ticket template can name as {placeholder}."""


@dataclass(frozen=True, slots=True)
class TicketError:
    """The exact error message.

    `text` is verbatim as the channel delivered it, or null when no message was shown or none was given; `shown` is
    false when the user stated that none was shown. `redactions` are the secrets that were cut out of it.
    """

    text: str | None
    shown: bool
    redactions: tuple[Redaction, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketAttempt:
    """When the user last tried: ISO 8601 with offset, or null when unknown; how precise; the user's own words."""

    at: datetime | None
    precision: Precision
    words: str


@dataclass(frozen=True, slots=True)
class TicketEnvironment:
    """The equipment, as far as it is known."""

    device: str | None = None
    system: str | None = None
    browser: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionStep:
    """A question and its answer, in the user's language."""

    node: str
    question: str
    answer: str
    kind: Literal["question"] = "question"


@dataclass(frozen=True, slots=True)
class AdviceStep:
    """An advice and how it went, in the user's language."""

    node: str
    advice: str
    outcome: str
    kind: Literal["advice"] = "advice"


Step: TypeAlias = QuestionStep | AdviceStep


@dataclass(frozen=True, slots=True)
class TicketFlow:
    """The flow that was walked, and the digest of its source."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A support ticket. `reference` is short, not sequential, and ends in a check character.

    `signature` names the kind of error that the message was recognised as, or is null.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    reference: str
    cause: str
    urgency: Urgency
    language: str
    error_message: TicketError
    signature: str | None
    attempt: TicketAttempt
    created_at: datetime
    identifier: str | None
    environment: TicketEnvironment
    steps: tuple[Step, ...]
    attachments: tuple[Attachment, ...]
    flow: TicketFlow
