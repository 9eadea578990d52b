"""What is to be done later, or again until it succeeds: durable, and committed with the turn that asks for it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from bot.model.error import BotError

Kind: TypeAlias = Literal["deliver", "post", "look_in", "read", "relay", "show", "farewell", "refuse"]
"""Hand a ticket to a sink; post one in the support group, which takes few messages a minute; look in on a chat that may
have fallen silent; read a picture; tell a person what support says; show the support group what is new of a case; tell
it that nothing of one is kept any more, or that what staff wrote was not passed on."""
KINDS: Sequence[Kind] = ("deliver", "post", "look_in", "read", "relay", "show", "farewell", "refuse")

APART: Sequence[Sequence[Kind]] = (("deliver",), ("read",), ("post", "show", "farewell", "refuse"))
"""Kinds that take long, as a desk's system, a picture, or Telegram for whoever writes to a group lets them wait: no
other kind waits for these."""
IN_LANES: Sequence[Kind] = ("deliver", "post", "show", "farewell", "relay")
"""Kinds whose jobs have a lane; those that share one are done by one worker."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done at `due`, or soon after; None: at once.

    It holds names only: of the chat, and of the parcel, picture or refusal (`ticket`) and the sink it is about, or of a
    message in the support group (`post`). `tries` is how often it has failed, or was cut off. Of the jobs with the same
    `lane`, only one is done at a time, and none before an earlier one is done or given up.
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
        """What it shares with the jobs that it must not overtake: desks, the group and people read things in order."""
        reference = "-".join((self.ticket or "").split("-")[:2])
        match self.kind:
            case "deliver":
                return f"deliver {self.sink} {reference}"
            case "post" | "show" | "farewell":
                return f"case {reference}"
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
    alone = [{kind: handlers[kind] for kind in kinds if kind in handlers} for kinds in APART]
    among = {kind for kinds in APART for kind in kinds}
    others = {kind: handler for kind, handler in handlers.items() if kind not in among}
    return [each for each in (others, *alone) if each]


class Jobs(Protocol):
    """The jobs of all chats."""

    async def work(self, handlers: Handlers) -> None:
        """Does jobs when they are due, those of these kinds. What fails is tried again, later.

        When it is cancelled, it begins no other, and lets those that are being done end, for a few seconds.
        """

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
