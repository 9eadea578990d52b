"""Statements of every turn, put together once and handed to the driver as they are.

SQLAlchemy writes them, for whichever database; what else it does for each execution takes several times as long as the
database itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for one kind of database: its text, the values that are its own, and the order of all, if any."""

    text: str
    own: Mapping[str, object]
    places: Sequence[str] | None


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
        given, places = {**compiled.own, **values}, compiled.places
        if not connection.in_transaction():
            connection.begin()
        dialect, driver = connection.dialect, connection.connection
        raised, cursor = dialect.loaded_dbapi.Error, driver.cursor()
        try:
            cursor.execute(compiled.text, given if places is None else [given[name] for name in places])
        except raised as error:
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
            self._compiled[key] = _Compiled(compiled.string, compiled.params, compiled.positiontup)
        return self._compiled[key]
