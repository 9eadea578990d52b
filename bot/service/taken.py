"""What becomes of an update, for the channel."""

from dataclasses import dataclass

from bot.service.ports import Pending, Turn


@dataclass(frozen=True, slots=True)
class Taken:
    """An update that was taken.

    `reply` is to be sent; `notice` is a word in passing, where there is nothing new to say. `receipt` is what the
    channel noted about the reply before. `node` is where the conversation stands now. `waiting` are replies to an
    update that came again: unless they are under way, they are to be sent. `erased` says that all before it was
    erased: what still waits to be sent of that is not to be sent any more.
    """

    reply: Pending | None = None
    notice: str | None = None
    receipt: str | None = None
    node: str | None = None
    waiting: tuple[Pending, ...] = ()
    erased: bool = False

    @property
    def replies(self) -> tuple[Pending, ...]:
        """All that is to be sent."""
        return (*self.waiting, *((self.reply,) if self.reply else ()))


async def taken_before(turn: Turn) -> Taken:
    """What is given out for an update that was taken before: what still waits to be sent."""
    waiting = await turn.waiting()
    return Taken(receipt=turn.receipt, waiting=tuple(waiting))
