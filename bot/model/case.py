"""A ticket in the hands of the support group: where it stands, and what the group says to its person."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.model.answer import Attachment

CaseState: TypeAlias = Literal["open", "taken", "asked", "resolved"]
"""Nobody has it; somebody has it; they wait for the person; it is done."""
Rating: TypeAlias = Literal["good", "bad"]


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket at the support group.

    `chat` is its person's. `by` is who has it, as the group knows them, `rating` how its person found the outcome,
    which they have said `ratings` times. `choosing` says that the ready-made answers are on offer. `topic` and `header`
    are the group's own numbers of the topic, where there are topics, and of the message that shows how it stands;
    `shown` is the digest of what that one shows. `version` grows with every change of the case itself, so that no two
    changes are made at once.
    """

    reference: str
    chat: str
    state: CaseState = "open"
    by: str | None = None
    rating: Rating | None = None
    choosing: bool = False
    topic: int | None = None
    header: int | None = None
    shown: str | None = None
    version: int = 0
    ratings: int = 0


RelayKind: TypeAlias = Literal["words", "resolved", "reopened"]
"""What staff wrote; that the case was closed; that it was opened again."""
RelayState: TypeAlias = Literal["waiting", "sent", "refused"]
Refusal: TypeAlias = Literal["blocked", "unreachable", "unchecked", "unfit", "declined", "gone", "failed"]
"""The person has blocked the bot; they could not be reached for long; whoever wrote could not be told to be of the
group; it is neither a text, a picture nor a document; the channel does not take it; nothing is kept of the ticket; the
bot failed to take it."""


@dataclass(frozen=True, slots=True)
class Relay:
    """Something that goes from the group to a person.

    `source` is the group's number of the message it was written in, None for what the bot says by itself; `targets` are
    the numbers of the messages it was sent as, so far. `revision` grows when it is edited, `sent` is the revision that
    those show. `shown` says that the group sees the words, `told` that it knows of a refusal.
    """

    reference: str
    kind: RelayKind
    text: str = ""
    attachment: Attachment | None = None
    source: int | None = None
    state: RelayState = "waiting"
    targets: tuple[int, ...] = ()
    refusal: Refusal | None = None
    revision: int = 1
    sent: int = 0
    shown: bool = True
    told: bool = False
    id: int = 0

    @property
    def changed(self) -> bool:
        """Whether the person has it, or the beginning of it, and it says something else by now."""
        return self.state != "refused" and bool(self.targets) and self.revision > self.sent

    @property
    def untold(self) -> bool:
        """Whether the group does not know of it: that it did not arrive, or did and what it says."""
        return not self.told if self.state == "refused" else not self.shown and self.state == "sent"
