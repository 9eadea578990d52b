"""The processes of a campaign, one or several, and which replies are whose."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from tests.chaos.balancer import Balancer
from tests.chaos.database import Database, Glance
from tests.telegram_bot import BotProcess


class Fleet:
    """The processes; several of them stand behind a balancer."""

    def __init__(self, bots: Sequence[BotProcess], database: Database, balancer: Balancer | None) -> None:
        self._bots, self._database, self._balancer = bots, database, balancer
        self._names: list[AbstractSet[str]] = [frozenset() for _ in bots]

    @property
    def ended(self) -> bool:
        """Whether one of them ended by itself."""
        return any(bot.pid is None for bot in self._bots)

    async def starts(self, number: int, *, wait: bool = True) -> None:
        """Starts one, and waits until it receives or for nothing."""
        if self._balancer is not None:
            self._balancer.given[number].clear()
        if not wait:
            await self._bots[number].launch()
            return
        await self._bots[number].start()
        self._names[number] = self._database.newcomers()

    async def loses(self, number: int) -> Glance:
        """Kills one; what is in the database then. Replies that the others are sending are left out."""
        await self._bots[number].kill()
        await self._database.buries(number)
        self._database.ages(self._names[number] | self._database.newcomers())  # those of a start not waited for, too
        self._names[number] = frozenset()
        return self._database.glance(frozenset().union(*self._names))

    def handed(self, number: int) -> AbstractSet[int] | None:
        """The updates that one of several was handed since its start."""
        return None if self._balancer is None else self._balancer.given[number]
