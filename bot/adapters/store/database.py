"""A database that SQLAlchemy speaks to, worked with unit by unit."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Executable, Row
from sqlalchemy.exc import IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.adapters.store.grouped import Work
from bot.adapters.store.prepared import Prepared
from bot.service.ports import StoreUnavailable

T = TypeVar("T")


class Units(Protocol):
    """Where units of work are done."""

    async def read(self, work: Work[T]) -> T:
        """Reads; changes nothing.

        Raises:
            StoreUnavailable: the database does not answer.
        """

    async def write(self, work: Work[T], *, brief: bool = True) -> T:
        """Does the work and commits all its changes together, or none when it fails.

        What is `brief` touches a few rows of one chat, and need not be kept out of the loop.

        Raises:
            StoreUnavailable: the database does not answer.
        """


class Database(ABC):
    """Its connections. `shared` is whether other processes may work on it at the same time; `url` is where it is."""

    shared: bool
    url: URL

    @abstractmethod
    async def read(self, work: Work[T]) -> T:
        """As `Units` say."""

    @abstractmethod
    async def write(self, work: Work[T], *, brief: bool = False) -> T:
        """As `Units` say; most of it is not brief."""

    @abstractmethod
    async def write_one(self, statement: Prepared, values: Mapping[str, object]) -> None:
        """Has one statement write; on a server its locks are free again once the server is done with it.

        Raises:
            StoreUnavailable: the database does not answer.
        """

    @abstractmethod
    def held(self, chat: str) -> AbstractAsyncContextManager[Units]:
        """Where the units of one chat's turn are done: no other turn of that chat runs meanwhile.

        Raises:
            StoreUnavailable: the database does not answer, or the chat is not to be had for long.
            StoreOutdated: the database was brought to another version.
        """

    @abstractmethod
    async def check_version(self) -> None:
        """Makes sure that the database is still of the version this program knows.

        Raises:
            StoreOutdated: it was brought to another version.
        """

    @abstractmethod
    async def leave_no_traces(self) -> None:
        """Makes what was erased go from where the database would still keep it, as far as that can be told to it."""

    @abstractmethod
    async def close(self) -> None:
        """Lets go of all connections."""

    async def rows(self, query: Executable) -> Sequence[Row[Any]]:
        """All that a query finds.

        Raises:
            StoreUnavailable: the database does not answer.
        """

        def work(connection: Connection) -> Sequence[Row[Any]]:
            return connection.execute(query).all()

        return await self.read(work)


class _SaidPlainly:
    """A database that fails is `StoreUnavailable`; what is at fault in the data is left as it is."""

    def __enter__(self) -> None:
        """Nothing is done."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, IntegrityError):
            return
        if isinstance(error, OperationalError | InterfaceError | InternalError | PoolTimeout):
            reason = str(getattr(error, "orig", error)).strip()
            raise StoreUnavailable(f"the database does not answer as it should: {reason}") from error


said_plainly = _SaidPlainly()
"""Where a database is asked for something."""
