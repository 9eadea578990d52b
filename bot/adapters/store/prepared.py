"""Statements of every turn, put together once and handed to the driver as they are.

SQLAlchemy writes them, for whichever database; what else it does for each execution takes several times as long as the
database itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for one kind of database: its text, values of its own, and what puts all in order, if anything."""

    text: str
    own: Mapping[str, object]
    in_order: Callable[[Mapping[str, object]], Sequence[object]] | None


class Prepared:
    """One statement, for values that are texts and whole numbers: those of its parameters, and of columns it writes."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """What it finds, or gives back of what it writes; raises as `Connection.execute` does."""
        rows: list[tuple[Any, ...]] = self._done(connection, values).fetchall()
        return rows

    def count(self, connection: Connection, values: Mapping[str, object]) -> int:
        """How many rows it wrote; raises as `Connection.execute` does."""
        return int(self._done(connection, values).rowcount)

    def _done(self, connection: Connection, values: Mapping[str, object]) -> Any:  # noqa: ANN401 - the driver's cursor
        compiled = self._compiled_for(connection, values)
        given = {**compiled.own, **values} if compiled.own else values
        if not connection.in_transaction():
            connection.begin()
        driver = connection.connection
        cursor = driver.cursor()
        try:
            cursor.execute(compiled.text, given if compiled.in_order is None else compiled.in_order(given))
        except Exception as error:
            dialect = connection.dialect
            raised = dialect.loaded_dbapi.Error
            if not isinstance(error, raised):
                raise
            if dialect.is_disconnect(error, driver, cursor):
                connection.exec_driver_sql("SELECT 1")  # fails, and lets go of all connections to a server that is gone
            raise DBAPIError.instance(compiled.text, None, error, raised, hide_parameters=True) from error
        return cursor

    def _compiled_for(self, connection: Connection, values: Mapping[str, object]) -> _Compiled:
        key = (connection.dialect.name, *values)
        if key not in self._compiled:
            made = self._statement.compile(dialect=connection.dialect, column_keys=list(values))
            compiled = cast("SQLCompiler", made)
            needed = {name for name, each in compiled.binds.items() if each.required}
            if missing := sorted(needed - values.keys()):
                raise KeyError(f"values are missing: {', '.join(missing)}")
            own = {name: value for name, value in compiled.params.items() if name not in needed}
            self._compiled[key] = _Compiled(compiled.string, own, _in_order(compiled.positiontup))
        return self._compiled[key]


def _in_order(names: Sequence[str] | None) -> Callable[[Mapping[str, object]], Sequence[object]] | None:
    if not names:
        return None
    if len(names) == 1:
        return lambda given: (given[names[0]],)
    return itemgetter(*names)
