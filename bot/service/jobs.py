"""What is to be done later, or again until it succeeds: durable, and committed with the turn that asks for it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from bot.model.error import BotError

Kind: TypeAlias = Literal["deliver", "post", "look_in", "read", "relay", "show", "farewell"]
"""Hand a ticket to a sink; post one in the support group, which takes few messages a minute; look in on a chat that may
have fallen silent; read a picture; tell a person what support says; show the support group what is new of a case; tell
it that nothing of one is kept any more."""
KINDS: Sequence[Kind] = ("deliver", "post", "look_in", "read", "relay", "show", "farewell")

PACED: Sequence[Kind] = ("post", "show", "farewell")
"""Kinds that take long, as Telegram lets whoever writes to a group wait: the others need not wait for these."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done at `due`, or soon after; None: at once.

    It holds names only: of the chat, and of the parcel or picture and the sink it is about, or of a message in the
    support group (`post`). `tries` is how often it has failed. Of the jobs with the same `lane`, only one is done at a
    time.
    """

    kind: Kind
    chat: str
    due: datetime | None = None
    ticket: str | None = None
    sink: str | None = None
    post: int | None = None
    tries: int = field(default=0, compare=False)

    @property
    def lane(self) -> str | None:
        """What it shares with the jobs that it must not overtake: the group and people read things in order."""
        match self.kind:
            case "post" | "show" | "farewell":
                return f"case {'-'.join((self.ticket or '').split('-')[:2])}"
            case "relay":
                return f"relay {self.ticket}"
            case _:
                return None


GROUP = "group"
"""The `chat` of jobs that are about the support group alone."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A job that waits until `due`, or that is given up (`dead`), after so many `tries`.

    `problem` is how the last one failed.
    """

    id: int
    job: Job
    due: datetime
    tries: int
    dead: bool
    problem: str | None = None


class JobFailed(BotError):
    """A job that failed in a known way: it is not tried again before `after`; one that is `hopeless` is given up."""

    def __init__(self, message: str, *, after: timedelta | None = None, hopeless: bool = False) -> None:
        super().__init__(message)
        self.after, self.hopeless = after, hopeless


Handler: TypeAlias = Callable[[int, Job], Awaitable[None]]
"""Does a job, given its number. May be called again with the same one: after a crash, or when it failed."""
Handlers: TypeAlias = Mapping[Kind, Handler]


def apart(handlers: Handlers) -> Sequence[Handlers]:
    """The handlers in groups, none of which has to wait for another."""
    paced = {kind: handler for kind, handler in handlers.items() if kind in PACED}
    others = {kind: handler for kind, handler in handlers.items() if kind not in PACED}
    return [each for each in (others, paced) if each]


class Jobs(Protocol):
    """The jobs of all chats."""

    async def work(self, handlers: Handlers) -> None:
        """Does jobs when they are due, those of these kinds; until cancelled. What fails is tried again, later."""

    async def work_off(self, handlers: Handlers) -> Sequence[Exception]:
        """Does what is due now; how some of it failed. That is tried again, later."""

    async def queued(self) -> Sequence[Queued]:
        """All jobs that wait or are given up, those that are due first at the head."""

    async def retry(self, job: int) -> bool:
        """Makes a job due now, with all its tries before it; False when there is no such job."""

    async def forget(self, job: int) -> bool:
        """Takes a job away; False when there is no such job."""


_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
_LONGEST_AFTER = timedelta(hours=6)
"""Whoever asks for a longer wait is asked again all the same."""
MOST_TRIES = 30
"""Most of a day, with the waits between them."""


def wait_after(tries: int, failure: Exception) -> timedelta | None:
    """How long to wait after so many tries, the last of which failed so; None when the job is to be given up."""
    known = failure if isinstance(failure, JobFailed) else JobFailed("")
    if known.hopeless or tries >= MOST_TRIES:
        return None
    wait: timedelta = min(_FIRST_WAIT * 2 ** (tries - 1), _LONGEST_WAIT)
    return wait if known.after is None else max(wait, min(known.after, _LONGEST_AFTER))
